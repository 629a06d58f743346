"""What is made of samples and of the probe's rows. Pure."""

import math
from dataclasses import dataclass

MIB = 1 << 20

# 200s in a row that count as serving again
_AGAIN = 5

COLUMNS = (
    "envoy arm kind limit run seed override seconds after tcp_limit killed ended peak peak_with_sockets sockets base live_peak "
    "usage_5s anon_5s envoy_5s live_5s usage_30s anon_30s envoy_30s live_30s agent_peak "
    "came refused reset before_p50 before_p99 during_ok during_refused during_p50 during_p99 "
    "after_ok after_refused after_p50 after_p99 recovered "
    "new_during_ok new_during_refused new_after_ok new_after_refused new_recovered error"
).split()

COURSE = "envoy arm kind limit run override after second usage anon resident live".split()


@dataclass(frozen=True)
class Sample:
    """at: monotonic second; usage, anon, sockets: bytes of the cgroup; live: bytes that Envoy has allocated, or None;
    resident: anonymous bytes by program, or None"""

    at: float
    usage: int
    anon: int
    sockets: int
    live: int | None
    resident: dict | None


def summary(samples, kept, new, begin, end):
    """samples: of the memory; kept, new: rows of the probe, by connection; begin, end: of the burst. Memory in MiB,
    latencies in ms."""
    lives = [s.live for s in samples if s.live is not None]
    residents = [s.resident for s in samples if s.resident]
    before = [s.usage for s in samples if s.at < begin]
    measures = {
        "peak_with_sockets": _mib(max(s.usage + s.sockets for s in samples)),
        "sockets": _mib(max(s.sockets for s in samples)),
        "base": _mib(before[-1]) if before else "",
        "live_peak": _mib(max(lives)) if lives else "",
        "agent_peak": _mib(max(r.get("pilot-agent", 0) for r in residents)) if residents else "",
    }
    for seconds in (5, 30):
        measures |= _at(samples, end + seconds, f"{seconds}s")
    phases = {"before": (0, begin), "during": (begin, end), "after": (end, float("inf"))}
    for name, (start, stop) in phases.items():
        measures |= _asked([row for row in kept if start <= row[0] < stop], name)
        if name != "before":
            measures |= _answered([row for row in new if start <= row[0] < stop], f"new_{name}")
    measures["recovered"] = recovered(kept, end)
    measures["new_recovered"] = recovered(new, end)
    return measures


def course(samples, begin):
    """Memory every ten seconds from the burst's begin on, MiB, of samples that tell Envoy's own."""
    found = {}
    for sample in samples:
        if sample.resident and sample.at >= begin:
            found.setdefault(int(sample.at - begin) // 10 * 10, sample)
    return [
        {
            "second": second,
            "usage": _mib(sample.usage),
            "anon": _mib(sample.anon),
            "resident": _mib(sample.resident.get("envoy", 0)),
            "live": "" if sample.live is None else _mib(sample.live),
        }
        for second, sample in found.items()
    ]


def recovered(asked, end):
    """Seconds after the burst until 200s came in a row again; empty where they did not."""
    rows = [row for row in asked if row[0] >= end]
    for index, row in enumerate(rows):
        following = rows[index : index + _AGAIN]
        if len(following) == _AGAIN and all(came == "200" for _, _, came in following):
            return round(row[0] + row[1] - end, 2)
    return ""


def quantile(values, share):
    """The nearest rank, the ⌈share × n⌉th of n; empty where there is none. share: above 0"""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else ""


def _at(samples, moment, name):
    later = [s for s in samples if moment <= s.at < moment + 1.5]
    if not later:
        return {}
    measures = {f"usage_{name}": _mib(later[0].usage), f"anon_{name}": _mib(later[0].anon)}
    for sample in (s for s in later if s.resident):
        measures.setdefault(f"envoy_{name}", _mib(sample.resident.get("envoy", 0)))
        if sample.live is not None:
            measures.setdefault(f"live_{name}", _mib(sample.live))
    return measures


def _asked(rows, phase):
    waited = [1000 * seconds for _, seconds, came in rows if came == "200"]
    measures = {f"{phase}_p50": _ms(quantile(waited, 0.5)), f"{phase}_p99": _ms(quantile(waited, 0.99))}
    return measures if phase == "before" else measures | _answered(rows, phase)


def _answered(rows, phase):
    good = sum(came == "200" for _, _, came in rows)
    return {f"{phase}_ok": good, f"{phase}_refused": len(rows) - good}


def _ms(value):
    return value and round(value, 1)


def _mib(value):
    return round(value / MIB, 1)
