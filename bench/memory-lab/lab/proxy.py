"""A sidecar as Istio starts it: real pilot-agent, its template, its Envoy, all inside a cgroup."""

import http.client
import json
import os
import shutil
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from lab.net import free_ports


class Proxy:
    def __init__(self, parts, envoy, override, cgroup, limit, discovery, folder, identity, variables, more):
        """override: text or None; limit: bytes; identity: a folder with a certificate, copied; variables: more of them;
        more: of its ProxyConfig"""
        self._cgroup = cgroup
        folder = Path(folder)
        shutil.copytree(Path(identity, "var"), folder / "var")
        self.admin, status, prometheus, health = free_ports(4)
        config = {
            "binaryPath": parts.envoy(envoy),
            "configPath": str(folder / "proxy"),
            "discoveryAddress": discovery,
            "controlPlaneAuthPolicy": "NONE",
            "proxyAdminPort": self.admin,
            "statusPort": health,
            "concurrency": 2,
            "terminationDrainDuration": "1s",
        } | more
        environment = os.environ | variables | {
            "POD_NAME": "reviews-1",
            "POD_NAMESPACE": "shop",
            "INSTANCE_IP": "127.0.0.1",
            "ISTIO_META_CLUSTER_ID": "Kubernetes",
            "ISTIO_META_INTERCEPTION_MODE": "NONE",
            "PILOT_CERT_PROVIDER": "istiod",
            "ENVOY_STATUS_PORT": str(status),
            "ENVOY_PROMETHEUS_PORT": str(prometheus),
            "PROXY_CONFIG": json.dumps(config),
            # as the injected container has them from its resources
            "GOMEMLIMIT": str(limit),
            "GOMAXPROCS": "2",
        }
        if override:
            shown = _show(limit, folder / "shown")
            (folder / "override.json").write_text(override.replace(parts.shown, str(shown)))
            environment["ISTIO_BOOTSTRAP_OVERRIDE"] = str(folder / "override.json")
        words = [parts.pilot_agent, "proxy", "sidecar", "--domain=shop.svc.cluster.local"]
        self._log = folder / "pilot-agent.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*words, f"--templateFile={parts.template}"],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
                preexec_fn=cgroup.enter,
                start_new_session=True,
            )

    def alive(self):
        return self._process.poll() is None

    def log(self, most=3000):
        return self._log.read_text(errors="replace")[-most:]

    def live(self):
        """Bytes that Envoy has allocated; None where it does not answer. Its statistics are up to 5 s old, this is not."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.admin}/memory", timeout=1) as answer:
                return int(json.load(answer)["allocated"])
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return None

    def clusters(self):
        """How many it has taken over; 0 where it does not answer."""
        try:
            url = f"http://127.0.0.1:{self.admin}/stats?filter=^cluster_manager.active_clusters$"
            with urllib.request.urlopen(url, timeout=1) as answer:
                return int(answer.read().split()[-1])
        except (OSError, http.client.HTTPException, ValueError, IndexError):
            return 0

    def resident(self):
        """Anonymous bytes by the program's name: envoy, pilot-agent."""
        found = {}
        for pid in self._cgroup.processes():
            try:
                status = Path(f"/proc/{pid}/status").read_text()
            except OSError:
                continue
            fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
            name = fields["Name"].strip()
            found[name] = found.get(name, 0) + int(fields.get("RssAnon", "0 kB").split()[0]) * 1024
        return found

    def close(self):
        """Ends both at once: what they would drain is over."""
        for pid in self._cgroup.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self._process.wait()
        deadline = time.monotonic() + 5
        while self._cgroup.processes() and time.monotonic() < deadline:
            time.sleep(0.02)


def _show(limit, folder):
    """The container's limit as a kubelet shows it in a downwardAPI volume; the path that an override names."""
    file = folder / "..1" / "runtime" / "sidecar_sizer" / "memory_limit"
    file.parent.mkdir(parents=True)
    file.write_text(str(limit))
    (folder / "..data").symlink_to("..1")
    return folder / "..data"
