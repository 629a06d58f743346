"""One run: a sidecar is started in its cgroup, meets its burst, and is watched until after it."""

import multiprocessing
import tempfile
import threading
import time
from pathlib import Path

from lab import arms, traffic
from lab.cgroup import Cgroup
from lab.identity import caller
from lab.measures import MIB, Sample, course, summary
from lab.net import listens
from lab.proxy import Proxy
from lab.traffic import configuration, crowd, probe

_BEFORE = 1.5
_START = 20.0
_SPAWN = multiprocessing.get_context("spawn")


def run(cell, bench, seed, how):
    """Runs it and returns its measures, a dictionary, and its memory every ten seconds from the burst's begin on.

    how: seconds that the burst lasts, seconds after it that it is watched, tcp_limit: whether the kernel holds the
    sockets' buffers to the limit, no_admin: whether Envoy is asked for nothing meanwhile."""
    services = traffic.KINDS[cell.kind].configured
    override = arms.override(cell.arm, cell.limit, bench.parts.ours(cell.envoy, cell.limit))
    bench.parts.warm(cell.envoy)
    cgroup = Cgroup(cell.limit * MIB, how.tcp_limit)
    try:
        with bench.configured(services, seed), tempfile.TemporaryDirectory(prefix="memory-lab-") as folder:
            proxy = Proxy(
                bench.parts,
                cell.envoy,
                override,
                cgroup,
                cell.limit * MIB,
                bench.discovery,
                folder,
                bench.identity,
                arms.variables(cell.arm),
                arms.proxy_config(cell.arm, bench.parts.proxy_config(cell.envoy)),
            )
            try:
                if not _serves(proxy, cgroup, bench.ports.values(), services):
                    return {"killed": int(cgroup.kills() > 0), "error": "did not start"}, []
                samples, kept, new, burst, begin = _burst(cell, bench, proxy, cgroup, seed, how)
                # in this order, so that a kill in between is not taken for an end by itself
                ended, killed = not proxy.alive(), cgroup.kills() > 0
                measures = {"killed": int(killed), "ended": int(ended), "peak": _mib(cgroup.peak())}
                measures |= burst | summary(samples, kept, new, begin, begin + how.seconds)
                if cgroup.v2:
                    # there usage has them in it
                    measures["peak_with_sockets"] = measures["peak"]
                if ended and not killed:
                    measures["error"] = proxy.log(300).replace("\n", " ")
                return measures, course(samples, begin)
            finally:
                proxy.close()
    finally:
        cgroup.remove()


def _burst(cell, bench, proxy, cgroup, seed, how):
    kind = traffic.KINDS[cell.kind]
    told, tell = _SPAWN.Pipe(duplex=False)
    end = _SPAWN.Event()
    probing = _SPAWN.Process(target=probe.run, args=(bench.ports["good"], tell, end), daemon=True)
    counted, count = _SPAWN.Pipe(duplex=False)
    go = _SPAWN.Event()
    lasting = how.seconds + how.after if kind.held else how.seconds
    words = (kind, cell.limit, bench.target(kind), bench.identity, seed, go, count, lasting)
    bursting = _SPAWN.Process(target=_clients, args=words, daemon=True)
    probing.start()
    bursting.start()
    watch = _Watch(proxy, cgroup, not how.no_admin)
    try:
        time.sleep(_BEFORE + kind.quiet)
        go.set()
        begin = time.monotonic()
        # the clients hang up by themselves; what they count comes later where they are many
        time.sleep(how.seconds + how.after)
        end.set()
        kept, new = told.recv() if told.poll(10) else ([], [])
        return watch.end(), kept, new, counted.recv() if counted.poll(20) else {}, begin
    finally:
        watch.end()
        for process in (probing, bursting):
            process.kill()
            process.join()


def _clients(kind, limit, target, identity, seed, go, count, seconds):
    arrivals = kind.arrivals(limit, seed)
    go.wait()
    if kind.services:
        counts = configuration.run(Path(target), round(kind.services * limit), kind.churn, seed, seconds)
    elif kind.streams:
        # it needs a package that is not on every machine
        from lab.traffic import streams

        counts = streams.run(target, arrivals, kind.hello, kind.sip, seconds, kind.streams, kind.grpc)
    else:
        tls = caller(identity) if kind.tls else None
        counts = crowd.run(target, arrivals, kind.hello, kind.sip, seconds, kind.answered, tls, kind.first)
    count.send(counts)


class _Watch:
    """Samples memory ten times a second, what Envoy says of itself each second, until its end."""

    def __init__(self, proxy, cgroup, asks):
        self._proxy, self._cgroup, self._asks = proxy, cgroup, asks
        self._samples, self._over = [], threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self):
        self._over.set()
        self._thread.join()
        return self._samples

    def _run(self):
        turn = 0
        while not self._over.wait(0.1):
            now = time.monotonic()
            live, resident = None, None
            if turn % 10 == 0 and self._proxy.alive():
                live = self._proxy.live() if self._asks else None
                resident = self._proxy.resident()
            turn += 1
            cgroup = self._cgroup
            self._samples.append(Sample(now, cgroup.usage(), cgroup.anonymous(), cgroup.sockets(), live, resident))


def _serves(proxy, cgroup, ports, services):
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline and proxy.alive() and not cgroup.kills():
        # beside those of the services there are some of its own
        told = not services or proxy.clusters() > services * configuration.CLUSTERS
        if told and all(listens(port) for port in ports):
            return True
        time.sleep(0.1)
    return False


def _mib(value):
    return round(value / MIB, 1)
