"""Tables and plots of a folder with runs.csv. Needs matplotlib."""

import statistics
import sys
from collections import defaultdict
from pathlib import Path

from lab.arms import ARMS, MIB
from lab.table import rows
from lab.traffic import KINDS


def main(words):
    folder = Path(words[0] if words else "target/memory-lab")
    every = rows(folder / "runs.csv")
    current = newest(every)
    runs = [row for row in current if measured(row)]
    older, unstarted = len(every) - len(current), len(current) - len(runs)
    print(f"left out: {older} runs of older overrides, {unstarted} that did not start", file=sys.stderr)
    free, limited = ([row for row in runs if row["tcp_limit"] == told] for told in "01")
    if free:
        from lab import plots

        print(tables(free))
        plots.draw(free, folder)
    pairs = rows(folder / "calm.csv")
    if pairs:
        print("\nWithout pressure:", calm(pairs), sep="\n\n")
    if limited:
        print("\nWith `--tcp-limit`:", tables(limited), sep="\n\n")
    return 0


def tables(runs):
    own = of_newest_envoy(runs)
    limits = sorted({int(row["limit"]) for row in own})
    beside = [answered(own, limit) for limit in limits]
    return "\n\n".join((kills(runs), pooled(own), grouped(own), *beside, markdown(runs), rest(own), held(own)))


def of_newest_envoy(runs):
    newest = max((row["envoy"] for row in runs), key=lambda version: [int(part) for part in version.split(".")])
    return [row for row in runs if row["envoy"] == newest]


def newest(runs):
    """Those of each cell's newest override, which is the last of them; runs: as they ended."""
    last = {(_cell(row), row["tcp_limit"]): row["override"] for row in runs}
    return [row for row in runs if row["override"] == last[_cell(row), row["tcp_limit"]]]


def measured(row):
    """Not where the proxy did not start, and was not killed either."""
    return bool(row["peak"]) or row["killed"] == "1"


def ends(cell):
    """How many the kernel killed, and how many more ended by themselves: neither has survived."""
    killed = sum(row["killed"] == "1" for row in cell)
    return killed, sum(not survived(row) for row in cell) - killed


def survived(row):
    return row["killed"] == "0" and row["ended"] != "1"


def kills(runs):
    """A row for each Envoy, kind and bootstrap, a column for each limit: killed of runs, how many more ended by themselves if
    any did, and the greatest peak."""
    found = cells(runs)
    limits = sorted({limit for _, _, limit, _ in found})
    lines = [
        f"| Envoy | kind | bootstrap | {' | '.join(f'{limit} MiB' for limit in limits)} |",
        f"|---|---|---|{'---|' * len(limits)}",
    ]
    for envoy, kind, arm in dict.fromkeys((envoy, kind, arm) for envoy, kind, _, arm in found):
        columns = [_killed(found.get((envoy, kind, limit, arm))) for limit in limits]
        lines.append(f"| {envoy} | {kind} | {arm} | {' | '.join(columns)} |")
    return "\n".join(lines)


def pooled(runs):
    """A line for each bootstrap: all its runs, and the bound of the rate at which they do not survive. Not of what is held."""
    runs = [row for row in runs if not KINDS[row["kind"]].held]
    lines = []
    for arm in ARMS:
        own = [row for row in runs if row["arm"] == arm]
        if own:
            killed, ended = ends(own)
            bound = upper_bound(killed + ended, len(own))
            lines.append(f"{arm}: {killed} of {len(own)} runs killed{_ended(ended)}, at most {bound:.1%} at 95 %")
    deadly = {key[:3] for key, cell in cells(runs).items() if key[3] == "default" and 2 * sum(ends(cell)) > len(cell)}
    for arm in ARMS[1:]:
        own = [row for row in runs if row["arm"] == arm and _cell(row)[:3] in deadly]
        if own:
            lines.append(f"{arm}, where most runs of the default are killed: {_bounded(own)}")
    return "\n".join(lines)


def grouped(runs):
    """A row for each sort of traffic, a column for each bootstrap: killed of runs, and the bound of that. Not of what is held
    for minutes."""
    found = defaultdict(list)
    for row in runs:
        if not KINDS[row["kind"]].held:
            found[_sort(KINDS[row["kind"]]), _size(row), row["arm"]].append(row)
    lines = [f"| | {' | '.join(ARMS)} |", f"|---|{'---|' * len(ARMS)}"]
    for sort, size in sorted({key[:2] for key in found}):
        columns = [_bounded(cell) if (cell := found.get((sort, size, arm))) else "" for arm in ARMS]
        lines.append(f"| {sort}, {size} | {' | '.join(columns)} |")
    return "\n".join(lines)


def answered(runs, limit):
    """A row for each kind at that limit and bootstrap: killed, how many of the well-behaved were answered during the burst and
    how fast, and the peak."""
    lines = [
        f"| {limit} MiB | bootstrap | killed | answered | their p50, p99, ms | peak, MiB: median, most |",
        "|---|---|---|---|---|---|",
    ]
    for (_, kind, size, arm), cell in cells(runs).items():
        good, refused = _asked(cell)
        if size == limit and good + refused and not KINDS[kind].services:
            peaks = _values(cell, "peak")
            lines.append(
                f"| {kind} | {arm} | {sum(ends(cell))} of {len(cell)} | {100 * good / (good + refused):.3g} % |"
                f" {median(cell, 'during_p50')}, {median(cell, 'during_p99')} |"
                f" {statistics.median(peaks):.0f}, {max(peaks):.0f} |"
            )
    return "\n".join(lines)


def markdown(runs):
    """One line a cell: how many of how many were killed, and the medians of what was measured."""
    lines = [
        "| Envoy | kind | limit, MiB | bootstrap | killed | peak, MiB | refused / reset of burst | good ones refused during"
        " | p50 / p99 during, ms | serving again after, s | 5 s after, MiB: charged / live |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for (envoy, kind, limit, arm), cell in cells(runs).items():
        killed, ended = ends(cell)
        alive = [row for row in cell if survived(row)]
        again = [row["recovered"] for row in alive]
        never = sum(not seconds for seconds in again)
        lines.append(
            f"| {envoy} | {kind} | {limit} | {arm} | {killed} of {len(cell)}{_ended(ended)} | {median(cell, 'peak')} |"
            f" {share(cell, 'refused', 'came')} / {share(cell, 'reset', 'came')} | {shed(cell)} |"
            f" {median(cell, 'during_p50')} / {median(cell, 'during_p99')} |"
            f" {greatest(again)}{f', never in {never}' if never else ''} |"
            f" {median(alive, 'usage_5s')} / {median(alive, 'live_5s')} |"
        )
    return "\n".join(lines)


def rest(runs):
    """A row for each kind, a column for each limit and bootstrap, of those that were watched for 30 s after the burst: medians of
    Envoy's resident memory, and of all that is charged; in brackets the goal for Envoy, 1.5 × live bytes + 50 MB."""
    watched = [row for row in runs if float(row["after"] or 0) >= 31 and KINDS[row["kind"]].per_mib and not KINDS[row["kind"]].held]
    found = {(kind, (limit, arm)): cell for (_, kind, limit, arm), cell in cells(watched).items()}
    columns = sorted({column for _, column in found}, key=lambda column: (column[0], ARMS.index(column[1])))
    names = (f"{limit} MiB, {arm}" for limit, arm in columns)
    lines = [f"| 30 s after | {' | '.join(names)} |", f"|---|{'---|' * len(columns)}"]
    for kind in dict.fromkeys(kind for kind, _ in found):
        lines.append(f"| {kind} | {' | '.join(_rest(found.get((kind, column))) for column in columns)} |")
    return "\n".join(lines)


def _rest(cell):
    if not cell:
        return ""
    lost = sum(ends(cell))
    alive = [row for row in cell if survived(row) and row["envoy_30s"]]
    dead = f"killed, {lost} of {len(cell)}" if lost else ""
    if not alive:
        return dead
    live = statistics.median(_values(alive, "live_30s"))
    told = f"{median(alive, 'envoy_30s')}, {median(alive, 'usage_30s')} ({1.5 * live + 50e6 / MIB:.0f})"
    return f"{told}; {dead}" if dead else told


def held(runs):
    """A row for each limit and kind that is held, a column for each bootstrap: of each run the well-behaved requests that were
    answered after the burst, on connections that last and on new ones, and in brackets live MiB 30 s after it."""
    found = cells([row for row in runs if KINDS[row["kind"]].held])
    arms = [arm for arm in ARMS if any(key[3] == arm for key in found)]
    lines = [f"| held | {' | '.join(arms)} |", f"|---|{'---|' * len(arms)}"]
    for envoy, kind, limit in dict.fromkeys(key[:3] for key in found):
        columns = ("<br>".join(map(_held, found.get((envoy, kind, limit, arm), []))) for arm in arms)
        lines.append(f"| {kind}, {limit} MiB | {' | '.join(columns)} |")
    return "\n".join(lines)


def _held(row):
    if not survived(row):
        return "killed"
    kept, new = (_of(row, phase) for phase in ("after", "new_after"))
    return f"{kept}; {new} ({median([row], 'live_30s')})"


def _of(row, phase):
    good, refused = row[f"{phase}_ok"], row[f"{phase}_refused"]
    return f"{good} of {int(good) + int(refused)}" if good else "–"


def calm(measured):
    """A row for each two bootstraps, how they were asked, and measure: how many pairs, the median of both, and of the second ÷ the
    first the median, what that is between at 95 %, the least and the most. measured: two rows a pair, as they were written."""
    found = defaultdict(list)
    for one, other in zip(measured[::2], measured[1::2]):
        # the first of a pair is the one or the other, in turns
        one, other = sorted((one, other), key=lambda row: ARMS.index(row["arm"]))
        found[one["arm"], other["arm"], one["limit"], one["connections"], one["body"]].append((one, other))
    lines = [
        "| bootstraps; limit, connections, bytes of an answer | pairs | first | second | second ÷ first | 95 % | least, most |",
        "|---|---|---|---|---|---|---|",
    ]
    for (first, second, *how), pairs in found.items():
        for name, unit in (("throughput", "requests/s"), ("p50", "ms"), ("p99", "ms")):
            columns = [[float(row[name]) for row in side] for side in zip(*pairs)]
            ratios = sorted(after / before for before, after in zip(*columns))
            one, other = map(statistics.median, columns)
            least, most = likely(ratios)
            lines.append(
                f"| {first}, {second}; {', '.join(how)}; {name}, {unit} | {len(pairs)} | {_told(one)} | {_told(other)} |"
                f" {statistics.median(ratios):.3f} | {least:.3f}–{most:.3f} | {ratios[0]:.3f}, {ratios[-1]:.3f} |"
            )
    return "\n".join(lines)


def _told(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def likely(ordered):
    """Between which of these the median of what they are drawn from is, at 95 %, by their ranks (sign test); where they are too
    few, between the first and the last."""
    number = len(ordered)
    ranks = (rank for rank in range(number // 2) if _at_most(rank, number, 0.5) <= 0.025)
    rank = max(ranks, default=0)
    return ordered[rank], ordered[number - 1 - rank]


def cells(runs):
    """Runs by Envoy, kind, limit and arm, in that order."""
    found = defaultdict(list)
    for row in runs:
        found[_cell(row)].append(row)
    return dict(sorted(found.items(), key=lambda item: (*item[0][:3], ARMS.index(item[0][3]))))


def upper_bound(killed, of):
    """The greatest rate of kills that this many leaves likely, at 95 %: for none, 1 − 0.05^(1/of) (Clopper-Pearson)."""
    least, most = killed / of, 1.0
    for _ in range(50):
        middle = (least + most) / 2
        least, most = (middle, most) if _at_most(killed, of, middle) > 0.05 else (least, middle)
    return most


def lost(cell):
    """A bar's height and its words, None where there is none: how many per cent did not survive."""
    number = sum(ends(cell))
    return (100 * number / len(cell), f"{number}/{len(cell)}") if cell else None


def charged(cell):
    """As lost: MiB 5 s after the burst, of those that survived it."""
    values = _values([row for row in cell if survived(row)], "usage_5s")
    return (statistics.median(values), f"{statistics.median(values):.0f}") if values else None


def median(cell, column):
    values = _values(cell, column)
    return f"{statistics.median(values):.0f}" if values else "–"


def greatest(values):
    numbers = [float(value) for value in values if value]
    return f"{max(numbers):.1f}" if numbers else "–"


def share(cell, part, whole):
    parts = [(float(row[part]), float(row[whole])) for row in cell if row[part] and row[whole]]
    total = sum(whole for _, whole in parts)
    return f"{100 * sum(part for part, _ in parts) / total:.0f} %" if total else "–"


def shed(cell):
    good, refused = _asked(cell)
    return f"{100 * refused / (good + refused):.0f} %" if good + refused else "–"


def _asked(cell):
    """Well-behaved requests during the burst: how many had a 200, and how many had not."""
    return tuple(sum(int(row[name]) for row in cell if row[name]) for name in ("during_ok", "during_refused"))


def _sort(kind):
    """What of its memory the proxy could take back."""
    if kind.configured:
        return "bursts on a large configuration"
    if kind.services:
        return "configuration"
    if kind.streams:
        return "HTTP/2 and gRPC streams"
    if kind.per_mib > 10:
        return "floods and idle connections"
    if kind.first:
        return "slow clients on connections that are there"
    return "bursts after quiet" if kind.quiet else "slow HTTP/1.1, TCP and TLS clients"


def _size(row):
    return "below 128 MiB" if int(row["limit"]) < 128 else "from 128 MiB on"


def _bounded(cell):
    lost = sum(ends(cell))
    return f"{lost} of {len(cell)} ({upper_bound(lost, len(cell)):.1%})"


def _cell(row):
    return row["envoy"], row["kind"], int(row["limit"]), row["arm"]


def _values(cell, column):
    return [float(row[column]) for row in cell if row[column]]


def _killed(cell):
    if not cell:
        return ""
    peak = max((float(row["peak"]) for row in cell if row["peak"]), default=0)
    killed, ended = ends(cell)
    return f"{killed} of {len(cell)}{_ended(ended)}" + (f", {peak:.0f}" if killed + ended < len(cell) else "")


def _ended(number):
    return f", {number} ended" if number else ""


def _at_most(killed, of, rate):
    term, total = (1 - rate) ** of, 0.0
    for k in range(killed + 1):
        total += term
        term *= (of - k) / (k + 1) * rate / (1 - rate) if rate < 1 else 0
    return total


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
