"""What a file of each kind may hold: columns, what is allowed in them, and how people write their headers (spellings.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from data.intake.personal import normal
from data.shipped import shipped_yaml
from data.skm_elements import ELEMENTS

__all__ = ["ANSWERS", "KINDS", "Column", "Kind"]

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


@dataclass(frozen=True)
class Kind:
    """One kind of file.

    Attributes: name on the command line; template to start from; columns; any_of, groups of names of which one is needed; identity, the
    column that tells persons apart, or cases; personal, whether the identity is a person's.
    """

    name: str
    template: str
    columns: tuple[Column, ...]
    any_of: tuple[tuple[str, ...], ...] = ()
    identity: str = ""
    personal: bool = True

    def column(self, name: str) -> Column:
        """The column of a name."""
        return next(c for c in self.columns if c.name == name)


@cache
def _written() -> dict[str, dict[str, Any]]:
    text = (Path(__file__).parent / "spellings.yaml").read_text(encoding="utf-8")
    table: dict[str, dict[str, Any]] = shipped_yaml(text)
    return table


def _spellings(names: Iterable[str], listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(normal(s) for s in (*names, *listed.split(",")) if normal(s)))


def _columns(kind: str, *columns: Column, words: Mapping[str, str] | None = None) -> tuple[Column, ...]:
    """Columns with their spellings; `words` says under which name a column's words are listed, where it is not its own."""
    headers = {**_written()["every kind"], **_written()[kind]}
    return tuple(_filled(c, str(headers.get(c.name, "")), (words or {}).get(c.name, c.name)) for c in columns)


def _filled(column: Column, headers: str, words: str) -> Column:
    table = _written()["words"].get(words, {}) if column.form == "word" else {}
    known = {s: value for value, listed in table.items() for s in _spellings((value,), listed)}
    return replace(column, spellings=_spellings((column.name,), headers), words=known)


def _percent(name: str) -> Column:
    return Column(name, "number", 0, 100)


UNIT = Column("unit", "text")
KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "skm",
            "skm_respondents",
            _columns(
                "skm",
                Column("respondent", "id"),
                UNIT,
                Column("date", "date"),
                Column("year", "whole", 1990, 2100),
                Column("sex", "word"),
                Column("age", "number", 10, 110),
                Column("education", "word"),
                Column("occupation", "text"),
                *(Column(code, "answer", 1, 4, required=True) for code in ANSWERS),
            ),
            identity="respondent",
        ),
        Kind(
            "training",
            "training_scores",
            _columns(
                "training",
                Column("participant", "id", required=True, empty=False),
                Column("programme", "text"),
                UNIT,
                Column("group", "word", empty=False),
                Column("treated", "word", empty=False),
                Column("started", "text"),
                Column("occasion", "text"),
                Column("date", "date"),
                Column("jp", "number", 0, 400),
                *map(_percent, ("pre", "post", "test", "satisfaction", "readiness", "supervisor_rating")),
            ),
            any_of=(("post", "test", "supervisor_rating", "readiness", "satisfaction"),),
            identity="participant",
        ),
        Kind(
            "ip-asn",
            "staff_list",
            _columns(
                "ip-asn",
                Column("staff", "id", required=True, empty=False),
                UNIT,
                Column("status", "word", required=True, empty=False),
                Column("job", "word", empty=False),
                Column("age", "whole", 17, 66),
                Column("degree", "word"),
                Column("jp_last_12_months", "number", 0, 1000),
                Column("course", "word"),
                Column("months_since_technical", "number", 0, 720),
                Column("months_since_seminar", "number", 0, 720),
                _percent("performance"),
                Column("punishment", "word"),
                Column("qualification_points", "number", 0, 25),
                Column("competence_points", "number", 0, 40),
                Column("performance_points", "number", 0, 30),
                Column("discipline_points", "number", 0, 5),
                *map(_percent, ("managerial", "sociocultural", "technical", "digital")),
                words={"degree": "education"},
            ),
            any_of=(("job", "qualification_points", "jp_last_12_months"),),
            identity="staff",
        ),
        Kind(
            "complaints",
            "complaints",
            _columns(
                "complaints",
                Column("ticket", "id"),
                Column("received", "date", required=True, empty=False),
                Column("answered", "date", required=True),
                Column("channel", "text"),
                UNIT,
                Column("type", "word"),
            ),
            identity="ticket",
            personal=False,
        ),
    )
}
"""Kinds of files by their name on the command line."""
