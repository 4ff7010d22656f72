"""Figure of what carries the differences: shares of variance by kind of evidence, the largest parameter named."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.patches import Patch

from analysis.decision.carried import HEADLINE, Carried
from analysis.presentation.style import GREY, INK, PALE, WIDTH, Picture, Style, styled
from analysis.report.tables import CLASSES

__all__ = ["carried_bars"]

SHADES = dict(zip(CLASSES, ("#009E73", "#0072B2", "#56B4E9", "#E69F00"), strict=True))


@styled
def carried_bars(found: Carried, style: Style) -> Figure:
    """One panel an outcome, one bar a strategy: shares that stand out from chance, by class; hatched: what no parameter explains alone."""
    panels = [o for o in HEADLINE if o in set(found.differences["outcome"])]
    rows = -(-len(panels) // 2)
    figure = Picture(figsize=(WIDTH, (0.19 * len(style.others) + 0.42) * rows + 0.3), layout="constrained")
    grid = list(figure.subplots(rows, 2, squeeze=False).flat)
    for spare in grid[len(panels) :]:
        spare.remove()
    for axes, outcome in zip(grid, panels, strict=False):
        for y, policy in enumerate(reversed(style.others)):
            row = found.of(policy, outcome)
            if row is None:
                continue
            left = 0.0
            shown = found.leading(policy, outcome, most=len(found.shares))
            for klass in CLASSES:
                share = 100.0 * sum(float(p["share"]) for p in shown if p["class"] == klass)
                share = min(share, 100.0 - left)  # correlated parameters overlap
                axes.barh(y, share, 0.66, left=left, color=SHADES[klass], lw=0)
                left += share
            axes.barh(y, 100.0 - left, 0.66, left=left, color="white", edgecolor=PALE, hatch="////", lw=0)
            if row["largest"]:
                axes.text(
                    101.5, y, str(row["largest"]), va="center", fontsize=5.2, color=INK if row["share"] >= 0.5 else GREY
                )
        axes.set_xlim(0, 100)
        axes.set_ylim(-0.6, len(style.others) - 0.4)
        axes.set_yticks(range(len(style.others)), [style.name(p, 30, 1) for p in reversed(style.others)])
        axes.tick_params(axis="y", length=0)
        axes.set_title(style.words.short(outcome))
        axes.xaxis.set_major_formatter(style.numbers(0))
    keys = [Patch(color=SHADES[k], label=style.words.text(f"evidence.{k}")) for k in CLASSES]
    keys.append(Patch(facecolor="white", edgecolor=GREY, hatch="////", lw=0, label=style.words.text("carried.rest")))
    figure.legend(handles=keys, loc="outside lower left", ncols=5, frameon=False, fontsize=6.2, handlelength=1)
    return figure
