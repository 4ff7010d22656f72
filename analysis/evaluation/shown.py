"""A result of an evaluation as a notebook shows it: what it says in a sentence, and the tables that the terminal prints."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from analysis.evaluation.cells import cell
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.registry import Column, Result, kind_of, words
from data.notebook import table

__all__ = ["Shown", "show"]

MOST = 40  # rows of a table; the rest is in `result.tables()`


class Shown:
    """A result in one language: a notebook shows its first sentence and its tables, `print` all its words."""

    def __init__(self, result: Result, lang: str) -> None:
        self.result, self.lang = result, lang

    def __str__(self) -> str:
        return words(self.result, self.lang)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        kind, tables = kind_of(self.result), self.result.tables()
        say = Phrases(self.lang, kind.folder)
        heads = say.raw("heads")
        caption = first_sentence(str(self))
        parts = []
        for name, columns in kind.printed.items():
            if name in tables:
                rows = tables[name].to_dict("records")
                more = say.text("more_rows", count=len(rows) - MOST) if len(rows) > MOST else ""
                cells = [[_cell(column, row, say) for column in columns] for row in rows[:MOST]]
                parts.append(table(caption, [heads[column.head] for column in columns], cells, more))
                caption = ""
        return "".join(parts) or table(caption, [], [])


def show(result: Result, lang: str = "en") -> Shown:
    """A result of `evaluate_*` for a notebook, in one language ('en' or 'id'). Raises TypeError for what is no such result."""
    kind_of(result)
    return Shown(result, lang)


def first_sentence(text: str) -> str:
    """A text up to its first full stop that a space or a line follows."""
    return re.split(r"(?<=[.!?])\s", text.strip(), maxsplit=1)[0]


def _cell(column: Column, row: Mapping[Any, Any], say: Phrases) -> str:
    return cell(column, [row.get(name) for name in column.source.split()], say, row.get(column.error))
