"""Cells of an evaluation's printed tables, written the same in the terminal and in a notebook."""

from __future__ import annotations

from typing import Any

from analysis.evaluation.phrases import Phrases
from analysis.evaluation.registry import Column
from analysis.presentation.digits import places

__all__ = ["cell"]

DIGITS = {"whole": 0, "one": 1, "two": 2, "signed": 2}


def cell(column: Column, values: list[Any], say: Phrases, error: float | None = None) -> str:
    """Values as they are written in a column; a dash where one is missing. error: standard error that says how many decimals, if any."""
    if any(value is None or value != value for value in values):
        return "–"
    first, form = values[0], column.form
    if form == "text":
        return say.named(column.words, first) if column.words else str(first)
    single, _, two = form.partition("_to_")
    written = [_number(single, float(value), say, error) for value in values]
    return written[0] if not two or written[0] == written[1] else " … ".join(written)


def _number(form: str, value: float, say: Phrases, error: float | None) -> str:
    if form == "p":
        return say.p(value).removeprefix("= ")
    if form == "share":
        return say.percent(value)
    return say.number(value, DIGITS[form] if error is None else places(error, value), form == "signed")
