"""The figure of a grid over levers: what one outcome gains at each combination, with what 90 % of the draws say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.presentation.style import COLOURS, GREY, INK, WIDTH, Picture, label, styled
from analysis.presentation.words import Words

__all__ = ["grid"]

BLUE, ORANGE = COLOURS[0], COLOURS[1]


@styled
def grid(rows: pd.DataFrame, levers: Sequence[str], words: Words) -> Figure:
    """Differences of one outcome over a grid: a line for one lever, a map for two, intervals in a column for more.

    Args:
        rows: rows of one outcome of `Exploration.frame`; levers: dotted names in the order of the grid; words: language.
    """
    outcome = str(rows["outcome"].iloc[0])
    title = f"{words.short(outcome)} ({words.difference_unit(outcome)})"
    if len(levers) == 1:
        return _line(rows, levers[0], title, words)
    return _map(rows, levers[0], levers[1], title, outcome, words) if len(levers) == 2 else _column(rows, title)


def _line(rows: pd.DataFrame, lever: str, title: str, words: Words) -> Figure:
    """Mean and interval at each value of a lever: on its scale where it is a number, side by side where it is a word."""
    figure = Picture(figsize=(0.6 * WIDTH, 2.2), layout="constrained")
    axes = figure.subplots()
    values = rows[lever].tolist()
    numeric = _are_numbers(values)
    at = np.array(values, dtype=float) if numeric else np.arange(len(values), dtype=float)
    if numeric:
        axes.fill_between(at, rows["low"], rows["high"], color=BLUE, alpha=0.2, lw=0)
        axes.plot(at, rows["difference"], "-o", color=BLUE, ms=3.5)
    else:
        axes.vlines(at, rows["low"], rows["high"], color=BLUE, lw=2)
        axes.plot(at, rows["difference"], "o", color=BLUE, ms=4)
        axes.set_xlim(-0.6, len(values) - 0.4)
    axes.set_xticks(at, [words.lever_value(lever, value) for value in values])
    axes.axhline(0, color=INK, lw=0.6)
    axes.set_xlabel(label(words.lever(lever), 60))
    axes.set_title(title)
    return figure


def _map(rows: pd.DataFrame, across: str, down: str, title: str, outcome: str, words: Words) -> Figure:
    """Means of two levers as a map; a cell whose interval holds zero is printed grey."""
    columns, lines = list(dict.fromkeys(rows[across])), list(dict.fromkeys(rows[down]))
    figure = Picture(figsize=(1.4 + 0.85 * len(columns), 0.9 + 0.36 * len(lines)), layout="constrained")
    axes = figure.subplots()
    cells = rows.set_index([down, across])
    mean = cells["difference"].unstack(across).reindex(index=lines, columns=columns).to_numpy(dtype=float)
    largest = max(float(np.nanmax(np.abs(mean))), 1e-12)
    picture = axes.imshow(mean, cmap="PuOr_r", vmin=-largest, vmax=largest, aspect="auto")
    for (y, x), value in np.ndenumerate(mean):
        if np.isfinite(value):
            cell = cells.loc[(lines[y], columns[x])]
            unsure = cell["low"] <= 0 <= cell["high"]
            ink = "white" if abs(value) > 0.6 * largest else GREY if unsure else INK
            weight = "normal" if unsure else "bold"
            axes.text(
                x, y, words.difference(value, outcome), ha="center", va="center", fontsize=6.5, color=ink, weight=weight
            )
    axes.set_xticks(range(len(columns)), [words.lever_value(across, value) for value in columns])
    axes.set_yticks(range(len(lines)), [words.lever_value(down, value) for value in lines])
    axes.set_xlabel(label(words.lever(across), 60))
    axes.set_ylabel(label(words.lever(down), 40))
    axes.tick_params(length=0)
    axes.set_title(title)
    figure.colorbar(picture, ax=axes, fraction=0.06, format=lambda x, _: words.number(x, 2, signed=True))
    return figure


def _column(rows: pd.DataFrame, title: str) -> Figure:
    """An interval a combination, the smallest mean below."""
    ordered = rows.sort_values("difference", kind="stable")
    figure = Picture(figsize=(WIDTH, 0.17 * len(ordered) + 0.5), layout="constrained")
    axes: Axes = figure.subplots()
    y = np.arange(len(ordered))
    axes.hlines(y, ordered["low"], ordered["high"], color=BLUE, lw=2)
    axes.plot(ordered["difference"], y, "o", color=BLUE, ms=3.5)
    axes.axvline(0, color=INK, lw=0.6)
    axes.set_yticks(y, [label(str(text), 80) for text in ordered["title"]])
    axes.set_ylim(-0.6, len(ordered) - 0.4)
    axes.set_title(title)
    return figure


def _are_numbers(values: Sequence[Any]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
