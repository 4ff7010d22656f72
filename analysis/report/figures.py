"""Figures of a comparison: trajectories, differences, cost against effect, probability of being best.

Each function takes tables made by `analysis.decision.compare` and returns a matplotlib `Figure`, which a notebook shows and a
researcher can restyle; `draw_all` gives them as SVG bytes that are the same for the same numbers. No pyplot, no global state.
Colours are told apart by colour-blind readers and every line or dot also carries its name.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.decision.compare import DISTINGUISHABLE, SHOWN, SURVEY_ERROR, best, spent
from analysis.decision.outcome_table import Outcomes, OutcomeTable, as_outcome_table
from analysis.presentation.directions import known
from analysis.presentation.style import GREY, INK, PALE, WIDTH, Picture, Style, end_labels, note_above, styled, svg

__all__ = [
    "ITEMS",
    "SHOWN",
    "Style",
    "as_svg",
    "cost_effect",
    "differences_over_time",
    "draw_all",
    "forest",
    "intervals",
    "levels",
    "probability",
]

NOTABLE = (
    0.02  # share of the largest cost from which money that is left over is drawn; less is luck of who attends what
)
ITEMS = ["cost_training", "cost_needs", "cost_integrity", "cost_evaluation", "cost_participation"]


def draw_all(comparison: pd.DataFrame, paths: pd.DataFrame, outcomes: Outcomes, style: Style) -> dict[str, bytes]:
    """Every figure of the report as SVG bytes, by file name without its ending."""
    figures: dict[str, Callable[[], Figure]] = {
        "levels": lambda: levels(paths, style),
        "differences_over_time": lambda: differences_over_time(paths, style),
        "differences": lambda: forest(comparison, style),
        "probability_best": lambda: probability(comparison, style),
        "cost_effect": lambda: cost_effect(comparison, outcomes, style),
    }
    if not style.others:
        # Alone, the reference has levels and costs but nothing to differ from.
        figures = {name: draw for name, draw in figures.items() if name in ("levels", "cost_effect")}
    return {name: as_svg(name, draw, style) for name, draw in figures.items()}


@styled
def as_svg(name: str, draw: Callable[[], Figure], style: Style) -> bytes:
    """A figure as SVG bytes, with what the parameters were drawn from above it."""
    figure = draw()
    if style.drawn_from:
        note_above(figure, style.words.text("drawn_from.line", source=style.drawn_from))
    return svg(figure, name)


@styled
def levels(paths: pd.DataFrame, style: Style) -> Figure:
    """Levels by month, one panel an outcome: a line a policy with its name at the end, the reference's band behind."""
    panels = _present(paths)
    rows = -(-len(panels) // 2)
    figure = Picture(figsize=(WIDTH, 1.42 * rows + 0.1), layout="constrained")
    for axes, outcome in zip(_grid(figure, rows, 2, len(panels)), panels, strict=True):
        part = paths[paths["outcome"] == outcome]
        last = part["month"].max()
        ends = {}
        for policy in [*style.others, style.reference]:
            line = part[part["policy"] == policy]
            is_reference = policy == style.reference
            if is_reference:
                axes.fill_between(line["month"], line["level_low"], line["level_high"], color=PALE, lw=0, zorder=0)
            axes.plot(line["month"], line["level"], color=style.colours[policy], lw=1.4 if is_reference else 1.1,
                      ls=(0, (4, 2)) if is_reference else "-", zorder=3 if is_reference else 2)  # fmt: skip
            ends[policy] = float(line["level"].iloc[-1])
        axes.set_title(_heading(outcome, style, style.words.unit(outcome)))
        _months(axes, last, style)
        axes.yaxis.set_major_locator(MaxNLocator(5))
        axes.yaxis.set_major_formatter(style.numbers())
        end_labels(axes, ends, last, style)
    return figure


@styled
def differences_over_time(paths: pd.DataFrame, style: Style) -> Figure:
    """Difference from the reference by month: a row a policy, a column an outcome (one scale), mean and band."""
    panels = _present(paths)
    height = 0.54 * len(style.others) + 0.7
    figure = Picture(figsize=(WIDTH, height))
    grid = figure.subplots(len(style.others), len(panels), sharex=True, sharey="col", squeeze=False)
    # Fixed margins: working them out for forty panels takes seconds.
    figure.subplots_adjust(
        left=0.185, right=0.985, top=1 - 0.38 / height, bottom=0.38 / height, wspace=0.42, hspace=0.28
    )
    for row, policy in enumerate(style.others):
        for column, outcome in enumerate(panels):
            axes = grid[row, column]
            line = paths[(paths["policy"] == policy) & (paths["outcome"] == outcome)]
            axes.axhline(0, color=INK, lw=0.6)
            axes.fill_between(line["month"], line["low"], line["high"], color=style.colours[policy], alpha=0.25, lw=0)
            axes.plot(line["month"], line["difference"], color=style.colours[policy], lw=1.3)
            axes.yaxis.set_major_locator(MaxNLocator(3))
            axes.yaxis.set_major_formatter(style.numbers())
            axes.tick_params(labelsize=5.5, pad=1.5)
            _months(axes, paths["month"].max(), style, step=24)
            if row == 0:
                unit = style.words.difference_unit(outcome)
                axes.set_title(f"{style.words.short(outcome)}\n", fontsize=7)
                axes.annotate(unit, (0, 1), (0, 3), "axes fraction", "offset points", fontsize=6, color=GREY)
            if column == 0:
                axes.set_ylabel(
                    style.name(policy, 18, 4), rotation=0, ha="right", va="center", fontsize=6.2, labelpad=3
                )
    figure.supxlabel(style.words.text("axis.month" if style.start_year is None else "axis.year"), fontsize=7)
    return figure


@styled
def forest(comparison: pd.DataFrame, style: Style) -> Figure:
    """Paired differences with their intervals, sorted, one panel an outcome; the survey's error shaded for trust."""
    panels = _present(comparison)
    rows = -(-len(panels) // 2)
    figure = Picture(figsize=(WIDTH, (0.152 * len(style.others) + 0.46) * rows + 0.1), layout="constrained")
    for axes, outcome in zip(_grid(figure, rows, 2, len(panels)), panels, strict=True):
        part = comparison[comparison["outcome"] == outcome].set_index("policy").loc[style.others]
        part = part.iloc[np.argsort((known(outcome).sign or 1) * part["difference"].to_numpy(), kind="stable")]
        _intervals(axes, part, outcome, style)
        axes.set_yticks(range(len(part)), [style.name(str(p), 32, 1) for p in part.index])
        axes.set_ylim(-0.6, len(part) - 0.4)
        axes.tick_params(axis="y", length=0)
        axes.set_title(f"{style.words.short(outcome)} ({style.words.difference_unit(outcome)})")
    return figure


@styled
def probability(comparison: pd.DataFrame, style: Style) -> Figure:
    """Share of draws in which each policy is best, one panel an outcome, with the line below which none is named."""
    panels = [o for o in _present(comparison) if known(o).sign]
    figure = Picture(figsize=(WIDTH, 0.19 * len(style.titles) + 0.55), layout="constrained")
    leaders = best(comparison).set_index("outcome")["policy"]
    for column, (axes, outcome) in enumerate(zip(_grid(figure, 1, len(panels), len(panels)), panels, strict=True)):
        part = comparison[comparison["outcome"] == outcome].set_index("policy")["probability_best"]
        for y, policy in enumerate(reversed(list(style.titles))):
            share = 100 * float(part[policy])
            first = leaders.get(outcome) == policy
            axes.barh(y, share, 0.62, color="#0072B2" if first else "#9ec9e2")
            axes.text(
                share + 3,
                y,
                style.words.number(share, 0),
                va="center",
                fontsize=6,
                weight="bold" if first else "normal",
                bbox={"fc": "white", "ec": "none", "pad": 0.6},
            )
        axes.axvline(100 * DISTINGUISHABLE, color=INK, lw=0.7, ls=(0, (3, 2)))
        axes.set_xlim(0, 118)
        axes.set_xticks([0, 50, 100])
        axes.set_ylim(-0.6, len(style.titles) - 0.4)
        names = [style.name(p, 32, 1) for p in reversed(list(style.titles))]
        axes.set_yticks(range(len(names)), names if column == 0 else [""] * len(names))
        axes.tick_params(axis="y", length=0)
        axes.set_title(style.words.short(outcome), fontsize=7)
    figure.supxlabel(style.words.text("axis.share"), fontsize=7)
    return figure


@styled
def cost_effect(comparison: pd.DataFrame, outcomes: Outcomes, style: Style) -> Figure:
    """Beside each other for each policy: what it costs by item, and what it does to competence and trust."""
    panels = [o for o in ("competence", "trust") if o in set(comparison["outcome"])]
    names = sorted(style.titles, key=lambda p: -_total(comparison, p))
    figure = Picture(figsize=(WIDTH, 0.21 * len(names) + 0.95), layout="constrained")
    axes = figure.subplots(1, 1 + len(panels), width_ratios=[1.5, *[1.0] * len(panels)], squeeze=False)[0]
    _cost_bars(axes[0], spending(as_outcome_table(outcomes, style.reference)).loc[names], style)
    axes[0].set_yticks(range(len(names)), [style.name(p, 32, 1) for p in names])
    for panel, outcome in zip(axes[1:], panels, strict=True):
        part = comparison[comparison["outcome"] == outcome].set_index("policy").loc[names]
        _intervals(panel, part, outcome, style)
        panel.set_yticks(range(len(names)), [""] * len(names))
        panel.set_title(f"{style.words.short(outcome)} ({style.words.difference_unit(outcome)})")
    for panel in axes:
        panel.set_ylim(-0.6, len(names) - 0.4)
        panel.tick_params(axis="y", length=0)
    figure.legend(loc="outside lower left", ncols=6, frameon=False, fontsize=6.5, handlelength=1, columnspacing=1.2)
    return figure


def spending(table: OutcomeTable) -> pd.DataFrame:
    """Spending over the horizon by policy and item [Rp billion], mean of draws; `cost_other` is the rest, `unspent` what is left over."""
    items = [i for i in ITEMS if i in table.outcomes]
    left = ["unspent"] if "unspent" in table.outcomes else []
    rows = {policy: {item: spent(table, policy, item) for item in [*items, *left, "cost"]} for policy in table.policies}
    found = pd.DataFrame.from_dict(rows, orient="index")
    found["cost_other"] = (found["cost"] - found[items].sum(axis=1)).clip(lower=0)
    return found


def _cost_bars(axes: Axes, spent: pd.DataFrame, style: Style) -> None:
    shades = dict(
        zip([*ITEMS, "cost_other"], ["#0072B2", "#56B4E9", "#D55E00", "#E69F00", "#009E73", "#9aa3ad"], strict=True)
    )
    left = np.zeros(len(spent))
    largest = float(spent["cost"].max())
    for item, shade in shades.items():
        if item in spent and spent[item].max() > 0.005 * largest:
            width = spent[item].to_numpy(dtype=np.float64)
            axes.barh(range(len(spent)), width, 0.62, left=left, color=shade, label=style.words.short(item), lw=0)
            left = left + width
    ends = spent["cost"].to_numpy(dtype=np.float64)
    if "unspent" in spent and spent["unspent"].max() > NOTABLE * largest:
        over = spent["unspent"].clip(lower=0.0).to_numpy(dtype=np.float64)
        axes.barh(range(len(spent)), over, 0.62, left=ends, facecolor="white", edgecolor=GREY, hatch="////", lw=0.6,
                  label=style.words.short("unspent"))  # fmt: skip
        ends = ends + over
        largest = max(largest, float(ends.max()))
    for y, (total, end) in enumerate(zip(spent["cost"], ends, strict=True)):
        axes.text(end + 0.015 * largest, y, style.words.number(total, 1), va="center", fontsize=6.5)
    axes.set_xlim(0, 1.14 * largest if largest else 1.0)
    axes.xaxis.set_major_locator(MaxNLocator(5))
    axes.xaxis.set_major_formatter(style.numbers())
    axes.set_title(style.words.text("cost.items_axis"))


def _intervals(axes: Axes, part: pd.DataFrame, outcome: str, style: Style) -> None:
    """A dot and its interval for each policy of `part`, from below; the survey's error behind trust."""
    if outcome == "trust":
        axes.axvspan(-SURVEY_ERROR, SURVEY_ERROR, color="#fdf0d5", lw=0, zorder=0)
    axes.axvline(0, color=INK, lw=0.8, zorder=1)
    rows = zip(part.index, part["low"], part["difference"], part["high"], part["settled"], strict=True)
    for y, (policy, low, mean, high, settled) in enumerate(rows):
        colour = style.colours[str(policy)]
        axes.plot([low, high], [y, y], color=colour, lw=2, solid_capstyle="butt", zorder=2)
        axes.plot([mean], [y], "o", ms=4.5, mec=colour, mfc=colour if settled else "white", mew=1.2, zorder=3)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(style.numbers(signed=True))


def _total(comparison: pd.DataFrame, policy: str) -> float:
    return float(comparison.loc[comparison["policy"] == policy, "cost_total"].iloc[0])


def _grid(figure: Figure, rows: int, columns: int, used: int) -> list[Axes]:
    axes = list(figure.subplots(rows, columns, squeeze=False).flat)
    for spare in axes[used:]:
        spare.remove()
    return axes[:used]


def _present(table: pd.DataFrame) -> list[str]:
    there = set(table["outcome"])
    return [o for o in SHOWN if o in there]


def _heading(outcome: str, style: Style, unit: str) -> str:
    return f"{style.words.label(outcome)} ({unit})"


def _months(axes: Axes, last: int, style: Style, step: int = 12) -> None:
    """Ticks of an axis over months: their numbers, or the calendar years that begin there."""
    axes.set_xlim(0, last)
    if style.start_year is None:
        axes.set_xticks(range(0, int(last) + 1, step if last > step else max(1, int(last) // 2)))
        return
    ticks = range(0, int(last) + 1, step if last > step else 12)
    axes.set_xticks(ticks, [str(style.start_year + month // 12) for month in ticks])


@styled
def intervals(rows: pd.DataFrame) -> Figure:
    """Medians and intervals of some parameters under several targets, a panel a parameter.

    Args:
        rows: one row a parameter and set of targets, with columns parameter, targets, median, low, high.
    """
    names = list(dict.fromkeys(rows["parameter"]))
    figure = Picture(figsize=(WIDTH, 1.5), layout="constrained")
    axes = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for axis, name in zip(axes, names, strict=True):
        part = rows[rows["parameter"] == name]
        y = np.arange(len(part))[::-1]
        axis.hlines(y, part["low"], part["high"], color=GREY, lw=2)
        axis.plot(part["median"], y, "o", color=INK, ms=4)
        axis.set_yticks(y, part["targets"])
        axis.set_ylim(-0.6, len(part) - 0.4)
        axis.set_title(name)
    return figure
