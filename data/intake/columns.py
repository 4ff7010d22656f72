"""A column of a user's file: what is allowed in it, and how people write its header and its words (spellings.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from data.intake.personal import normal
from data.shipped import shipped_yaml
from data.skm_elements import ELEMENTS

__all__ = ["ANSWERS", "Column", "spelled"]

Form = Literal["id", "text", "number", "whole", "date", "word", "answer"]
ANSWERS: dict[str, str] = {e.code: e.name for e in ELEMENTS}
"""Code of each SKM element -> its official name."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes: name in the frame; form of its cells; lowest and highest value; required, whether the file must have it; empty, whether
    a cell may be empty; spellings of its header, normalised; words, normalised spelling -> value.
    """

    name: str
    form: Form
    low: float | None = None
    high: float | None = None
    required: bool = False
    empty: bool = True
    spellings: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def allowed(self) -> str:
        """What may stand in a cell, in words."""
        if self.form == "word":
            return ", ".join(dict.fromkeys(self.words.values()))
        if self.form == "answer":
            return "1, 2, 3 or 4"
        if self.form == "date":
            return "a date such as 2026-03-31"
        if self.form in ("number", "whole"):
            kind = "a whole number" if self.form == "whole" else "a number"
            return kind if self.low is None else f"{kind} from {self.low:g} to {self.high:g}"
        return "a text"


@cache
def _written() -> dict[str, dict[str, Any]]:
    text = (Path(__file__).parent / "spellings.yaml").read_text(encoding="utf-8")
    table: dict[str, dict[str, Any]] = shipped_yaml(text)
    return table


def _spellings(names: Iterable[str], listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal(s) for s in (*names, *listed.split(",")) if normal(s)))


def spelled(kind: str, *columns: Column, words: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """Columns of a kind of file with their spellings from spellings.yaml, where they have any beside their names.

    Args: words, column -> name under which its words are listed, where it is not its own.
    """
    headers = {**_written()["every kind"], **_written().get(kind, {})}
    return tuple(_filled(c, str(headers.get(c.name, "")), (words or {}).get(c.name, c.name)) for c in columns)


def _filled(column: Column, headers: str, words: str) -> Column:
    table = _written()["words"].get(words, {}) if column.form == "word" else {}
    known = {s: value for value, listed in table.items() for s in _spellings((value,), listed)}
    return replace(column, spellings=_spellings((column.name,), headers), words=known)
