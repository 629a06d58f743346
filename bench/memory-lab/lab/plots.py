"""SVG plots of the runs. Needs matplotlib."""

import statistics
from collections import defaultdict

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402

from lab.arms import ARMS  # noqa: E402

_COLOURS = {"default": "#c0392b", "advice": "#e08e2b", "ours": "#2a6f97", "ours-buffers": "#5aa469"}


def draw(runs, folder):
    """kills.svg and resident.svg, of the newest Envoy among the runs."""
    newest = max((row["envoy"] for row in runs), key=lambda version: [int(part) for part in version.split(".")])
    runs = [row for row in runs if row["envoy"] == newest]
    _bars(runs, folder / "kills.svg", "runs killed, %", lambda rows: 100 * _mean(rows, "killed"))
    _bars(runs, folder / "resident.svg", "charged 5 s after the burst, MiB", lambda rows: _median(rows, "usage_5s"))


def _bars(runs, file, title, measure):
    limits = sorted({int(row["limit"]) for row in runs})
    kinds = sorted({row["kind"] for row in runs})
    groups = defaultdict(list)
    for row in runs:
        groups[int(row["limit"]), row["kind"], row["arm"]].append(row)
    # the same salt, so that equal plots are equal files
    with plt.rc_context({"svg.hashsalt": "memory-lab"}):
        figure, axes = plt.subplots(len(limits), sharex=True, figsize=(9, 2.2 * len(limits)), squeeze=False)
        for axis, limit in zip(axes[:, 0], limits):
            for place, arm in enumerate(ARMS):
                heights = [measure(groups[limit, kind, arm]) for kind in kinds]
                axis.bar([x + 0.21 * (place - 1.5) for x in range(len(kinds))], heights, 0.2, color=_COLOURS[arm], label=arm)
            axis.set_title(f"limit {limit} MiB", fontsize=9, loc="left")
        axes[-1, 0].set_xticks(range(len(kinds)), kinds, rotation=20, ha="right", fontsize=8)
        axes[0, 0].legend(fontsize=8, ncol=4)
        figure.supylabel(title, fontsize=9)
        figure.tight_layout()
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)


def _mean(rows, column):
    return statistics.fmean(float(row[column]) for row in rows) if rows else 0


def _median(rows, column):
    values = [float(row[column]) for row in rows if row[column]]
    return statistics.median(values) if values else 0
