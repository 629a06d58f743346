"""Real istiod, which serves proxies what stands in a folder of files. Of Kubernetes it is shown nothing."""

import os
import subprocess
import time
from pathlib import Path

from lab.kubernetes import NoKubernetes
from lab.net import listens

# What the proxy shall serve; interception NONE, so that no port of Istio's own is taken on this machine.
_SIDECAR = """\
apiVersion: networking.istio.io/v1
kind: Sidecar
metadata: {{name: lab, namespace: shop}}
spec:
  ingress:
{ingress}"""
_INGRESS = """\
  - bind: 127.0.0.1
    captureMode: NONE
    defaultEndpoint: 127.0.0.1:{upstream}
    port: {{number: {port}, protocol: {protocol}, name: {name}}}
"""


# as it is shipped: for proxies that bear the mark
_BUFFERS = Path(__file__).parents[3] / "deploy/components/connection-buffers/envoy-filter.yaml"


class Istiod:
    """ports: three free ones; ingress: rows of (name, protocol, port, port of the upstream)"""

    def __init__(self, program, folder, ports, ingress):
        self.discovery = f"127.0.0.1:{ports[0]}"
        self.config = Path(folder, "config")
        self.config.mkdir(parents=True)
        rows = "".join(_INGRESS.format(name=n, protocol=p, port=i, upstream=u) for n, p, i, u in ingress)
        (self.config / "sidecar.yaml").write_text(_SIDECAR.format(ingress=rows))
        (self.config / "buffers.yaml").write_text(_BUFFERS.read_text())
        mesh = Path(folder, "mesh.yaml")
        # a stock Envoy has no filter for Istio's metrics, and would refuse all listeners
        mesh.write_text("defaultProviders: {metrics: []}\n")
        words = [program, "discovery", "--domain=cluster.local", f"--configDir={self.config}"]
        self._kubernetes = NoKubernetes(folder)
        words += [f"--kubeconfig={self._kubernetes.kubeconfig}"]
        words += [f"--grpcAddr={self.discovery}", f"--meshConfig={mesh}", f"--httpAddr=127.0.0.1:{ports[1]}"]
        words += ["--secureGRPCAddr=", "--httpsAddr=", f"--monitoringAddr=127.0.0.1:{ports[2]}", "--ctrlz_port=0"]
        environment = os.environ | {
            "POD_NAME": "istiod-0",
            "POD_NAMESPACE": "istio-system",
            "PILOT_CERT_PROVIDER": "none",
            "ENABLE_CA_SERVER": "false",
            "INJECT_ENABLED": "false",
            "PILOT_ENABLE_METADATA_EXCHANGE": "false",
        }
        self._log = Path(folder, "istiod.log")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                words, cwd=folder, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        deadline = time.monotonic() + 30
        while not listens(ports[0]):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.close()
                raise RuntimeError(f"istiod does not serve: {self._log.read_text()[-2000:]}")
            time.sleep(0.1)

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._kubernetes.close()
