"""The command line: see README.md."""

import argparse
import resource
import sys
import tempfile
from pathlib import Path

from lab import arms, cgroup, command, experiment, traffic
from lab.bench import Bench
from lab.cell import matrix
from lab.measures import COURSE
from lab.parts import Parts
from lab.table import Table, append


def main(words):
    options = _parser().parse_args(words)
    command.begin()
    if options.tcp_limit and cgroup.v2():
        return "--tcp-limit needs cgroups of version 1: version 2 counts sockets against the container's limit by itself"
    cells = matrix(options.envoys, options.arms, options.kinds, options.limits, options.runs)
    options.out.mkdir(parents=True, exist_ok=True)
    table = Table(options.out / "runs.csv")
    with tempfile.TemporaryDirectory(prefix="memory-lab-") as folder:
        file = Path(folder, "parts.json")
        parts = Parts.read(options.parts) if options.parts else Parts.prepare(file, options.limits, options.envoys, options.live)
        left = [cell for cell in cells if not table.has(_row(cell, options, parts))]
        print(f"{len(left)} of {len(cells)} runs are left", flush=True)
        if left:
            _run(left, parts, folder, options, table)
    return 0


def _run(cells, parts, folder, options, table):
    # connections by the thousand: as many files as this machine lets root have
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    bench = Bench(parts, folder, [traffic.KINDS[name] for name in options.kinds])
    try:
        for number, cell in enumerate(cells, 1):
            measures, memory = experiment.run(cell, bench, cell.seed(options.seed), options)
            row = _row(cell, options, parts) | measures
            table.add(row)
            if options.course:
                which = {name: row[name] for name in COURSE if name in row}
                append(options.out / "course.csv", COURSE, (which | moment for moment in memory))
            told = " ".join(f"{name}={row.get(name, '')}" for name in ("killed", "peak", "refused", "recovered", "error"))
            print(f"{number}/{len(cells)} {cell} {told}", flush=True)
    finally:
        bench.close()


def _row(cell, options, parts):
    """The columns that are known before it is run: they tell whether it was."""
    override = arms.override(cell.arm, cell.limit, parts.ours(cell.envoy, cell.limit))
    return vars(cell) | {
        "seed": cell.seed(options.seed),
        "override": arms.digest(override, arms.proxy_config(cell.arm, parts.proxy_config(cell.envoy))),
        # 6 and 6.0 are the same
        "seconds": f"{options.seconds:g}",
        "after": f"{options.after:g}",
        "tcp_limit": int(options.tcp_limit),
    }


def _parser():
    def some(of):
        return lambda text: [of(word) for word in text.split(",")]

    def one_of(names):
        def check(word):
            if word not in names:
                raise argparse.ArgumentTypeError(f"{word} is none of {', '.join(names)}")
            return word

        return check

    parser = argparse.ArgumentParser("bench/memory-lab/run.sh", description="Real sidecars under memory pressure.")
    parser.add_argument("--runs", type=int, default=3, help="of each cell")
    parser.add_argument("--limits", type=some(int), default=[64, 128, 256, 512], help="of the container, MiB")
    parser.add_argument("--live", type=int, default=28, help="MiB in use before the burst, which ours is written for")
    bursts = [name for name, kind in traffic.KINDS.items() if not kind.long]
    parser.add_argument("--kinds", type=some(one_of(traffic.KINDS)), default=bursts)
    parser.add_argument("--envoys", type=some(str), default=["1.40.0"])
    parser.add_argument("--arms", type=some(one_of(arms.ARMS)), default=list(arms.ARMS))
    parser.add_argument("--course", action="store_true", help="write memory every ten seconds to course.csv too")
    parser.add_argument("--seed", type=int, default=1, help="decides when clients come")
    parser.add_argument("--seconds", type=float, default=6, help="that the burst lasts")
    parser.add_argument("--after", type=float, default=7, help="seconds watched after the burst; 32 for usage_30s")
    parser.add_argument("--tcp-limit", action="store_true", help="hold buffers of sockets to the limit too; cgroups v1 only")
    parser.add_argument("--no-admin", action="store_true", help="ask Envoy for nothing, not even for its live bytes")
    parser.add_argument("--out", type=Path, default=Path("target/memory-lab"), help="folder for runs.csv")
    parser.add_argument("--parts", type=Path, help="what MemoryLabParts wrote, so that it is not asked again")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
