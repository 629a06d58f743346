"""The kinds of traffic. A kind is a burst: how many clients by the limit, how they arrive, what they say and read."""

import random
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Kind:
    """per_mib: clients for each MiB of the limit; ramp: seconds over which they arrive; quiet: seconds before them;
    port: of the proxy's listeners, by name; first: what each says when it comes, where it keeps its connection for a while;
    hello: what each says then, or when it comes; answered: whether that is worth an answer; sip: bytes
    that each reads at a time; streams: HTTP/2 streams of each client, 0 for plain sockets; grpc: whether those are of gRPC;
    tls: whether clients of plain sockets speak mutual TLS, as sidecars do;
    services: for each MiB, that istiod tells the proxy of; churn: whether they change all the time; configured: services
    that the proxy begins with, whatever the limit; held: whether it lasts as long as the run."""

    per_mib: float = 0
    ramp: float = 3
    quiet: float = 0
    port: str = "http"
    first: bytes = b""
    hello: bytes = b""
    answered: bool = True
    sip: int = 4096
    streams: int = 0
    grpc: bool = False
    tls: bool = False
    services: float = 0
    churn: bool = False
    configured: int = 0
    held: bool = False

    @property
    def long(self):
        """Whether it is run only where it is asked for."""
        return self.held or self.quiet > 60 or bool(self.configured)

    def arrivals(self, limit, seed):
        """Seconds after the burst's begin at which its clients come, in order; the seed decides them."""
        chance = random.Random(seed)
        return sorted(chance.uniform(0, self.ramp) for _ in range(min(_MOST, round(self.per_mib * limit))))


# a process may have 20,000 files here, and Envoy needs some for itself
_MOST = 16_000
_LARGE = b"GET /large HTTP/1.1\r\nhost: lab\r\n\r\n"
_SMALL = b"GET /small HTTP/1.1\r\nhost: lab\r\n\r\n"
# live use is from 75 to 200 MiB then; the number is in the name, so that rows tell it
_CONFIGURED = (275, 405, 750, 1100)

KINDS = {
    "slow-readers": Kind(2, hello=_LARGE),
    "h2-slow-streams": Kind(1 / 16, hello=b"/large", streams=32),
    "grpc-streams": Kind(1 / 16, hello=b"/lab.Stream/Watch", streams=32, port="grpc", grpc=True),
    "connection-flood": Kind(40, ramp=4, hello=_LARGE[:-6], answered=False),
    "idle-keepalive": Kind(40, ramp=4, hello=_SMALL, sip=1 << 16),
    "raw-tcp": Kind(2, port="tcp", hello=bytes(64)),
    "burst-after-quiet": Kind(2, ramp=0.3, quiet=3, hello=_LARGE),
    "burst-after-hour": Kind(2, ramp=0.3, quiet=3600, hello=_LARGE),
    "kept-readers": Kind(2, ramp=1.5, first=_SMALL, hello=_LARGE),
    "tls-slow-readers": Kind(2, hello=_LARGE, tls=True),
    "tls-idle-keepalive": Kind(40, ramp=4, hello=_SMALL, sip=1 << 16, tls=True),
    "config-growth": Kind(services=2.4),
    "config-churn": Kind(services=1.2, churn=True),
    "held-config": Kind(services=4, held=True),
    "held-readers": Kind(2, hello=_LARGE, held=True),
    "held-tcp": Kind(2, port="tcp", hello=bytes(64), held=True),
}
for _name, _on in (("h2-slow-streams", "h2"), ("slow-readers", "readers")):
    KINDS |= {f"{_on}-on-{some}-services": replace(KINDS[_name], quiet=3, configured=some) for some in _CONFIGURED}
