"""Data and fit of an estimate: what was published as points with their errors, what was fitted as lines; and the fit's table as text."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.presentation.style import COLOURS, WIDTH, Picture, styled

__all__ = ["coefficients", "observed_and_fitted"]


def coefficients(fit: Any) -> str:
    """The coefficients of statsmodels results as its own summary prints them, without date and time."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tests of residuals, which are not shown, need eight observations
        summary = fit.summary()
    rows = summary.tables[1]
    return str(summary) if isinstance(rows, pd.DataFrame) else str(rows)


@styled
def observed_and_fitted(points: pd.DataFrame, lines: pd.DataFrame, x: str, y: str) -> Figure:
    """Points and lines of one colour a group, named at the side.

    Args:
        points: columns group, x, y, and where there are errors low and high; lines: columns group, x, y, and for a band low and high.
        x, y: labels of the axes.
    """
    figure = Picture(figsize=(0.75 * WIDTH, 2.3), layout="constrained")
    axes = figure.subplots()
    groups = list(dict.fromkeys([*points["group"], *lines["group"]]))
    for colour, group in zip((COLOURS * len(groups))[: len(groups)], groups, strict=True):
        seen, fitted = (frame[frame["group"] == group].sort_values("x") for frame in (points, lines))
        if {"low", "high"} <= set(fitted.columns) and len(fitted):
            axes.fill_between(fitted["x"], fitted["low"], fitted["high"], color=colour, alpha=0.15, lw=0)
        axes.plot(fitted["x"], fitted["y"], color=colour, lw=1.3)
        if {"low", "high"} <= set(seen.columns):
            errors = np.array([seen["y"] - seen["low"], seen["high"] - seen["y"]])
            axes.errorbar(seen["x"], seen["y"], errors, fmt="o", ms=3.5, color=colour, elinewidth=0.8, label=group)
        else:
            axes.plot(seen["x"], seen["y"], "o", ms=3.5, color=colour, label=group)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if len(groups) > 1:
        axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False, fontsize=6.5)
    return figure
