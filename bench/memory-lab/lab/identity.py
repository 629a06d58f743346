"""The mesh's one certificate. Where it lies in files, pilot-agent asks no authority for one."""

import ssl
import subprocess
from pathlib import Path

_CREDENTIALS = "var/run/secrets/workload-spiffe-credentials"


def certify(folder):
    """Writes key, certificate chain and root, self-signed; openssl is needed on the PATH."""
    credentials = Path(folder, _CREDENTIALS)
    credentials.mkdir(parents=True)
    chain, key = credentials / "cert-chain.pem", credentials / "key.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    words += ["-days", "2", "-subj", "/O=lab", "-addext", "subjectAltName=URI:spiffe://cluster.local/ns/shop/sa/default"]
    subprocess.run([*words, "-keyout", key, "-out", chain], check=True, capture_output=True)
    (credentials / "root-cert.pem").write_bytes(chain.read_bytes())


def caller(folder):
    """What another sidecar of the same identity says hello with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.load_cert_chain(Path(folder, _CREDENTIALS, "cert-chain.pem"), Path(folder, _CREDENTIALS, "key.pem"))
    context.set_alpn_protocols(["istio-http/1.1", "istio"])
    return context
