"""The result of an SKM file as a figure: elements with intervals, what to look at first, groups compared."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.evaluation.phrases import Phrases
from analysis.evaluation.skm.categories import CATEGORIES
from analysis.evaluation.skm.groups import Groups
from analysis.evaluation.skm.result import SkmResult
from analysis.evaluation.skm.wording import LIKELY
from analysis.presentation.style import COLOURS, GREY, INK, PALE, WIDTH, Picture, label, mark_above, styled

__all__ = ["figure", "grade_bands"]

LINE, FIRST = COLOURS[0], COLOURS[1]
MOST_GROUPS = 30
BEST = 4.0  # the highest answer


@styled
def figure(result: SkmResult, lang: str = "en") -> Figure:
    """The figure of a result: elements, what to look at first, and groups where they were compared."""
    say = Phrases(lang, "skm")
    groups = result.groups
    rows = min(len(groups.table), MOST_GROUPS) if groups is not None else 0
    height = 3.1 + (0.75 + 0.19 * rows if groups is not None else 0.0)
    picture = Picture(figsize=(WIDTH, height), layout="constrained")
    parts: Any = picture.subfigures(2, 1, height_ratios=[3.1, height - 3.1]) if groups is not None else [picture]
    with_priority = "quadrant" in result.table and bool(result.table["rest_correlation"].notna().any())
    above = parts[0].subplots(
        1, 2 if with_priority else 1, width_ratios=[1.15, 1] if with_priority else None, squeeze=False
    )[0]
    _elements(above[0], result, say)
    if with_priority:
        _priority(above[1], result, say)
    if groups is not None:
        _groups(parts[1].subplots(), groups, result, say)
    return picture


def _numbers(axis: Axis, say: Phrases) -> None:
    """Tick labels in the language's numbers, with the decimals that the ticks need once the layout has chosen them."""

    def written(x: float, _: object) -> str:
        ticks = axis.get_majorticklocs()
        step = float(np.min(np.diff(ticks))) if len(ticks) > 1 else 1.0
        return say.number(x, next((d for d in range(4) if abs(round(step, d) - step) < 1e-9), 3))

    axis.set_major_formatter(FuncFormatter(written))


def grade_bands(axes: Axes, factor: float) -> None:
    """Bands of the official categories on a horizontal scale of answers times `factor`, with their letters at the top."""
    low, high = axes.get_xlim()
    ends = [BEST, *(grade.lowest_nrr for grade in CATEGORIES)]  # a category ends where the better one begins
    for number, (grade, top) in enumerate(zip(CATEGORIES, ends, strict=False)):
        start, end = grade.lowest_nrr * factor, top * factor
        if end <= low or start >= high:
            continue
        if number % 2:
            axes.axvspan(max(start, low), min(end, high), color=PALE, alpha=0.55, lw=0, zorder=0)
        middle = (max(start, low) + min(end, high)) / 2
        mark_above(axes, grade.letter, middle, 6.5)
    axes.set_xlim(low, high)


def _elements(axes: Axes, result: SkmResult, say: Phrases) -> None:
    table = result.table.iloc[::-1]
    y = np.arange(len(table))
    known = table["low"].notna().to_numpy()
    axes.hlines(y[known], table["low"][known], table["high"][known], color=LINE, lw=1.2, zorder=2)
    axes.plot(table["nrr"], y, "o", color=LINE, ms=4, zorder=3)
    names = say.raw("element")
    axes.set_yticks(y, [f"{names[c]}  {c}" for c in table["code"]])
    lowest, highest = (
        np.nanmin([table["low"].min(), table["nrr"].min()]),
        np.nanmax([table["high"].max(), table["nrr"].max()]),
    )
    axes.set_xlim(max(1.0, lowest - 0.1), min(4.02, highest + 0.1))
    axes.set_ylim(-0.6, len(table) - 0.4)
    grade_bands(axes, 1.0)
    axes.set_title(say.text("figure.elements"), pad=12)
    axes.set_xlabel(say.text("figure.nrr"))
    axes.tick_params(axis="y", length=0)
    _numbers(axes.xaxis, say)


def _priority(axes: Axes, result: SkmResult, say: Phrases) -> None:
    table = result.table[result.table["rest_correlation"].notna()]
    x, y = table["nrr"], table["rest_correlation"]
    first = ((table["quadrant"] == "priority") & (table["probability_priority"] >= LIKELY)).to_numpy()
    axes.axvline(result.table["nrr"].mean(), color=GREY, lw=0.6, ls=(0, (4, 3)))
    axes.axhline(y.mean(), color=GREY, lw=0.6, ls=(0, (4, 3)))
    axes.plot(x[~first], y[~first], "o", color=LINE, ms=4, zorder=3)
    axes.plot(x[first], y[first], "o", color=FIRST, ms=5, zorder=3)
    axes.margins(0.16, 0.2)
    # small differences are chance: the axis must not magnify them
    for ends, keep, least in ((axes.get_xlim(), axes.set_xlim, 0.1), (axes.get_ylim(), axes.set_ylim, 0.25)):
        middle, half = (ends[0] + ends[1]) / 2, max((ends[1] - ends[0]) / 2, least)
        keep(middle - half, middle + half)
    _labelled(axes, [str(c) for c in table["code"]], x.to_numpy(dtype=float), y.to_numpy(dtype=float), first)
    corners = say.raw("figure.quadrants")
    for quadrant, (cx, cy) in {"priority": (0, 1), "keep": (1, 1), "apart": (0, 0), "maintain": (1, 0)}.items():
        axes.annotate(
            corners[quadrant],
            (0.02 + 0.96 * cx, 0.015 + 0.97 * cy),
            xycoords="axes fraction",
            ha="right" if cx else "left",
            va="top" if cy else "bottom",
            fontsize=6.5,
            fontstyle="italic",
            color=FIRST if quadrant == "priority" else GREY,
        )
    axes.set_title(say.text("figure.priority"), pad=12)
    axes.set_xlabel(say.text("figure.nrr"))
    axes.set_ylabel(say.text("figure.rest"))
    _numbers(axes.xaxis, say)
    _numbers(axes.yaxis, say)


def _labelled(axes: Axes, codes: list[str], x: np.ndarray, y: np.ndarray, first: np.ndarray) -> None:
    """Codes right of their dots; left, above or below where another dot is in the way."""
    wide, tall = np.ptp(axes.get_xlim()), np.ptp(axes.get_ylim())
    for i, code in enumerate(codes):
        dx, dy = (x - x[i]) / wide, (y - y[i]) / tall
        other = np.arange(len(codes)) != i
        left = bool((other & (dx > 0.02) & (dx < 0.12) & (np.abs(dy) < 0.05)).any())
        close = other & (np.abs(dx) <= 0.02) & (np.abs(dy) < 0.05)
        up = 0.0 if not close.any() else 4.0 if (dy[close] <= 0).all() else -4.0
        axes.annotate(
            code,
            (x[i], y[i]),
            xytext=(-5 if left else 5, up),
            textcoords="offset points",
            ha="right" if left else "left",
            va="center",
            fontsize=6.5,
            color=FIRST if first[i] else INK,
        )


def _groups(axes: Axes, groups: Groups, result: SkmResult, say: Phrases) -> None:
    table = groups.table
    if groups.by != "year":
        table = table.sort_values("index", kind="stable")
        if len(table) > MOST_GROUPS:  # the two ends of the list, which readers look for
            half = MOST_GROUPS // 2
            table = table.iloc[[*range(half), *range(len(table) - half, len(table))]]
    else:
        table = table.iloc[::-1]
    y = np.arange(len(table))
    sure = table["distinguishable"].to_numpy()
    axes.hlines(y, table["low"].clip(25, 100), table["high"].clip(25, 100), color=LINE, lw=1.2, zorder=2)
    axes.plot(table["index"][sure], y[sure], "o", color=LINE, ms=4, zorder=3)
    axes.plot(table["index"][~sure], y[~sure], "o", mfc="white", color=LINE, ms=4, zorder=3)
    axes.axvline(result.survey.index, color=INK, lw=0.8, ls=(0, (4, 3)), zorder=1)
    labels = [f"{label(str(g), 34)} ({say.number(n, 0)})" for g, n in zip(table["group"], table["n"], strict=True)]
    axes.set_yticks(y, labels)
    axes.set_ylim(-0.7, len(table) - 0.3)
    low, high = float(table["low"].clip(25, 100).min()), float(table["high"].clip(25, 100).max())
    room = 0.05 * (high - low)
    axes.set_xlim(max(25.0, low - room), min(100.5, high + room))
    grade_bands(axes, 25.0)
    axes.set_title(say.text("figure.groups", by=say.raw("figure.by")[groups.by]), pad=12)
    axes.set_xlabel(f"{say.text('figure.index')} · {say.text('figure.groups_note')}")
    axes.tick_params(axis="y", length=0)
    _numbers(axes.xaxis, say)
