"""What all runs share and what stands outside the cgroup: istiod, the upstreams, the proxy's ports."""

import multiprocessing
from contextlib import contextmanager
from pathlib import Path

from lab import identity
from lab.istiod import Istiod
from lab.net import free_ports
from lab.traffic import configuration, upstream

_PROTOCOLS = {"good": "HTTP", "http": "HTTP", "tcp": "TCP", "grpc": "GRPC"}


class Bench:
    def __init__(self, parts, folder, kinds):
        """kinds: of the traffic that is to come, since what gRPC needs is not always there"""
        self.parts = parts
        self.identity = Path(folder, "identity")
        identity.certify(self.identity)
        names = {"good", *(kind.port for kind in kinds)}
        self.ports = dict(zip(sorted(names), free_ports(len(names))))
        upstreams = dict(zip(self.ports, free_ports(len(names))))
        # well-behaved requests have an upstream of their own, which the burst does not keep busy
        self._upstreams = [
            _start({"http": upstreams["good"]}),
            _start({name: port for name, port in upstreams.items() if name != "good"}),
        ]
        ingress = [(name, _PROTOCOLS[name], self.ports[name], upstreams[name]) for name in self.ports]
        try:
            self._istiod = Istiod(parts.istiod, Path(folder, "istiod"), free_ports(3), ingress)
        except BaseException:
            self._end_upstreams()
            raise
        self.discovery = self._istiod.discovery
        self._services = self._istiod.config / "services.yaml"

    @contextmanager
    def configured(self, services, seed):
        """Has istiod tell of that many meanwhile."""
        if services:
            configuration.tell(self._services, services, seed)
        try:
            yield
        finally:
            self._services.unlink(missing_ok=True)

    def target(self, kind):
        """What the burst's clients work on: a port, or the file that istiod reads."""
        return str(self._services) if kind.services else self.ports[kind.port]

    def close(self):
        self._istiod.close()
        self._end_upstreams()

    def _end_upstreams(self):
        for process in self._upstreams:
            process.kill()
            process.join()


def _start(ports):
    process = multiprocessing.get_context("spawn").Process(target=upstream.run, args=(ports,), daemon=True)
    process.start()
    return process
