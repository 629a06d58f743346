"""The proxy's certificate. Where it lies in files, pilot-agent asks no authority for one."""

import subprocess
from pathlib import Path


def certify(folder):
    """Writes key, certificate chain and root, self-signed; openssl is needed on the PATH."""
    credentials = Path(folder, "var/run/secrets/workload-spiffe-credentials")
    credentials.mkdir(parents=True)
    chain, key = credentials / "cert-chain.pem", credentials / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    words += ["-days", "2", "-subj", "/O=lab", "-addext", "subjectAltName=URI:spiffe://cluster.local/ns/shop/sa/default"]
    subprocess.run([*words, "-keyout", key, "-out", chain], check=True, capture_output=True)
    (credentials / "root-cert.pem").write_bytes(chain.read_bytes())
