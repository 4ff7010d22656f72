"""One comparison as a page that a planner can print: answer, tables, figures, limits, how to repeat it."""

from __future__ import annotations

from analysis.presentation.words import Words, localised
from analysis.report.facts import Facts, Lever
from analysis.report.page import render

__all__ = ["Facts", "Lever", "Words", "localised", "render"]
