"""SVG plots of the runs. Needs matplotlib."""

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.patches import Patch  # noqa: E402

from lab.report import cells, charged, lost, of_newest_envoy  # noqa: E402
from lab.traffic import KINDS  # noqa: E402

_COLOURS = {"default": "#c0392b", "advice": "#e08e2b", "ours-peak": "#2a6f97", "ours-buffers": "#5aa469"}
# what most pods get; the others are in the tables


def draw(runs, folder):
    """kills.svg and resident.svg, of the newest Envoy among the runs, but on a large configuration."""
    runs = [row for row in of_newest_envoy(runs) if not KINDS[row["kind"]].configured]
    _bars(runs, folder / "kills.svg", "runs not survived, %", lost, 110)
    _bars(runs, folder / "resident.svg", "charged 5 s after the burst by those who survived it, MiB", charged)


def _bars(runs, file, title, measure, most=None):
    limits = sorted({int(row["limit"]) for row in runs})
    kinds = sorted({row["kind"] for row in runs})
    found = {(kind, limit, arm): cell for (_, kind, limit, arm), cell in cells(runs).items()}
    # the same salt, so that equal plots are equal files
    with plt.rc_context({"svg.hashsalt": "memory-lab"}):
        figure, axes = plt.subplots(len(limits), sharex=True, figsize=(9, 2.2 * len(limits)), squeeze=False)
        for axis, limit in zip(axes[:, 0], limits):
            for place, arm in enumerate(_COLOURS):
                told = [measure(found.get((kind, limit, arm), [])) for kind in kinds]
                bars = [(x + 0.21 * (place - 1.5), *bar) for x, bar in enumerate(told) if bar]
                places, heights, words = zip(*bars) if bars else ((), (), ())
                drawn = axis.bar(places, heights, 0.2, color=_COLOURS[arm])
                axis.bar_label(drawn, words, fontsize=5)
            axis.set_ylim(0, most)
            axis.set_title(f"limit {limit} MiB", fontsize=9, loc="left")
        axes[-1, 0].set_xticks(range(len(kinds)), kinds, rotation=20, ha="right", fontsize=8)
        # of all arms, also where the first limit has no bar of one
        patches = [Patch(color=colour) for colour in _COLOURS.values()]
        axes[0, 0].legend(patches, _COLOURS, fontsize=8, ncol=4, loc="lower right", bbox_to_anchor=(1, 1), frameon=False)
        figure.supylabel(title, fontsize=9)
        figure.tight_layout()
        figure.savefig(file, metadata={"Date": None})
        plt.close(figure)
