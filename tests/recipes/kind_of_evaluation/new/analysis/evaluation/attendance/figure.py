"""The result of a file of training hours as a figure: share attended with its interval, by programme."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from analysis.evaluation.attendance.evaluate import AttendanceResult
from analysis.evaluation.phrases import Phrases
from analysis.presentation.style import COLOURS, RULES, WIDTH, label

__all__ = ["figure"]


def figure(result: AttendanceResult, lang: str = "en") -> Figure:
    """Draw a result; the row of all participants is on top."""
    say = Phrases(lang, "attendance")
    table = result.table[result.table["share"].notna()].iloc[::-1]
    with mpl.rc_context(RULES):
        picture = Figure(figsize=(WIDTH, 1.0 + 0.22 * len(table)), layout="constrained")
        axes = picture.subplots()
        y = np.arange(len(table))
        axes.hlines(y, table["low"], table["high"], color=COLOURS[0], lw=1.2)
        axes.plot(table["share"], y, "o", color=COLOURS[0], ms=4)
        names = [label(say.named("names", name), 34) for name in table["name"]]
        axes.set_yticks(y, [f"{name} ({say.number(n, 0)})" for name, n in zip(names, table["n"], strict=True)])
        axes.set_xlim(0, 1.01)
        axes.set_ylim(-0.7, max(len(table), 1) - 0.3)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: say.percent(x)))
        axes.set_title(say.text("figure.title"))
    return picture
