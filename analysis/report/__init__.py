"""One comparison told as a page that a planner can print: answer, tables, figures, limits, how to repeat it."""

from __future__ import annotations

from analysis.report.page import render
from analysis.report.study import Lever, Study
from analysis.report.words import Words, localised

__all__ = ["Lever", "Study", "Words", "localised", "render"]
