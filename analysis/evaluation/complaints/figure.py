"""The result of a file of complaints as a figure: volumes by month, time to answer by class, share in time by unit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from analysis.evaluation.complaints.limits import TYPES, limits
from analysis.evaluation.complaints.result import ComplaintsResult
from analysis.evaluation.phrases import Phrases
from analysis.presentation.style import COLOURS, INK, WIDTH, Picture, label, legend_above, mark_above, styled

__all__ = ["figure"]

MOST_UNITS = 24
MOST_LABELS = 9  # months named on the axis
PALE_BLUE = "#b9d3e6"


@styled
def figure(result: ComplaintsResult, lang: str = "en") -> Figure:
    """Draw a result; units are kinds when there are two or more that can be judged."""
    say = Phrases(lang, "complaints")
    units = result.table[(result.table["scope"] == "unit") & (result.table["due"] > 0)]
    rows = min(len(units), MOST_UNITS) if len(units) > 1 else 0
    below = 0.8 + 0.19 * rows if rows else 0.0
    picture = Picture(figsize=(WIDTH, 2.7 + below), layout="constrained")
    parts: Any = picture.subfigures(2, 1, height_ratios=[2.7, below]) if rows else [picture]
    left, right = parts[0].subplots(1, 2)
    _months(left, result.months, say)
    _times(right, result.survival, say)
    if rows:
        _units(parts[1].subplots(), units, float(result.table.iloc[0]["share_in_time"]), say)
    return picture


def _months(axes: Axes, months: pd.DataFrame, say: Phrases) -> None:
    x = np.arange(len(months))
    axes.bar(x, months["received"], width=0.75, color=PALE_BLUE, label=say.text("figure.received"))
    axes.plot(x, months["answered"], "o-", color=COLOURS[0], ms=3, lw=1.2, label=say.text("figure.answered"))
    axes.plot(x, months["open_at_end"], "s--", color=COLOURS[1], ms=2.5, lw=1, label=say.text("figure.open"))
    step = -(-len(months) // MOST_LABELS)
    axes.set_xticks(
        x[::step], [str(m) for m in months["month"]][::step], rotation=30, ha="right", rotation_mode="anchor"
    )
    axes.set_ylim(0, 1.12 * max(1, int(months[["received", "answered", "open_at_end"]].to_numpy().max())))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: say.number(v, 0)))
    axes.set_title(say.text("figure.months"), pad=20)
    legend_above(axes, 3, handlelength=1.4, columnspacing=1)


def _times(axes: Axes, survival: pd.DataFrame, say: Phrases) -> None:
    names, allowed = say.raw("names"), limits()
    kinds = [kind for kind in TYPES if kind in set(survival["type"])]
    for colour, kind in zip(COLOURS, kinds, strict=False):
        own = survival[survival["type"] == kind]
        days, done = own["days"].to_numpy(dtype=float), 1 - own["open"].to_numpy(dtype=float)
        axes.step(days, done, where="post", color=colour, lw=1.3, label=names[kind])
        axes.fill_between(days, 1 - own["high"], 1 - own["low"], step="post", color=colour, alpha=0.14, lw=0)
        limit = allowed[kind]
        if limit <= days.max():
            reached = float(done[np.searchsorted(days, limit, side="right") - 1])
            axes.vlines(limit, 0, reached, color=colour, lw=0.9, ls=(0, (2, 2)))
            axes.plot(limit, reached, "o", color=colour, ms=3.5)
    axes.set_ylim(0, 1.02)
    axes.set_xlim(0, max(1.0, float(survival["days"].quantile(0.98)) * 1.03))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: say.percent(v)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: say.number(v, 0)))
    axes.set_xlabel(say.text("figure.time_axis"))
    two_lines = len(kinds) > 2
    axes.set_title(say.text("figure.time"), pad=30 if two_lines else 20)
    legend_above(axes, 2 if two_lines else 4, handlelength=1.2, columnspacing=0.8)


def _units(axes: Axes, units: pd.DataFrame, overall: float, say: Phrases) -> None:
    table = units.sort_values(["share_in_time", "name"], kind="stable")
    if len(table) > MOST_UNITS:
        half = MOST_UNITS // 2
        table = table.iloc[[*range(half), *range(len(table) - half, len(table))]]
    y = np.arange(len(table))
    sure = table["distinguishable"].to_numpy(dtype=bool)
    axes.hlines(y, table["low"], table["high"], color=COLOURS[0], lw=1.2, zorder=2)
    axes.plot(table["share_in_time"][sure], y[sure], "o", color=COLOURS[0], ms=4, zorder=3)
    axes.plot(table["share_in_time"][~sure], y[~sure], "o", mfc="white", color=COLOURS[0], ms=4, zorder=3)
    axes.axvline(overall, color=INK, lw=0.8, ls=(0, (4, 3)), zorder=1)
    mark_above(axes, say.text("figure.all"), overall)
    axes.set_yticks(
        y, [f"{label(str(n), 34)} ({say.number(d, 0)})" for n, d in zip(table["name"], table["due"], strict=True)]
    )
    axes.set_ylim(-0.7, len(table) - 0.3)
    axes.set_xlim(max(0.0, float(table["low"].min()) - 0.03), min(1.005, float(table["high"].max()) + 0.03))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: say.percent(v)))
    axes.tick_params(axis="y", length=0)
    axes.set_title(say.text("figure.units"), pad=10)
    axes.set_xlabel(f"{say.text('figure.units_axis')} · {say.text('figure.units_note')}")
