"""Kinds of files that people bring, one entry a kind: its columns, its template, who stands in it, and what is checked over all rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from data.intake.checks import check_answers, check_complaints, check_staff, check_training
from data.intake.columns import ANSWERS, Column, spelled
from data.intake.notes import Note
from data.intake.personal import STRENGTH
from data.intake.sheets import Sheet

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FILE_KINDS", "FileKind"]

Check = Callable[["pd.DataFrame", Mapping[str, int], Sheet, list[Note]], "pd.DataFrame"]
ANYBODY = frozenset({*STRENGTH, "id"})


@dataclass(frozen=True)
class FileKind:
    """One kind of file.

    Attributes:
        name: on the command line. template: file of data/templates to start from. columns: what is read.
        any_of: groups of names of which one is needed.
        identity: the column that tells persons or cases apart.
        known_again: natures of an identity that is kept, as a pseudonym, so that the same person is known again ("id" is one that
            neither header nor content explains); another identity is left out once doubles were looked for. Empty: cases, no persons.
        check: what one cell cannot show; takes the frame, column -> place, the sheet and the notes, gives the frame that is evaluated.
    """

    name: str
    template: str
    columns: tuple[Column, ...]
    any_of: tuple[tuple[str, ...], ...] = ()
    identity: str = ""
    known_again: frozenset[str] = ANYBODY
    check: Check | None = None

    def column(self, name: str) -> Column:
        """The column of a name."""
        return next(c for c in self.columns if c.name == name)

    @property
    def of_persons(self) -> bool:
        """Whether its identity is a person's."""
        return bool(self.known_again)

    @property
    def with_elements(self) -> bool:
        """Whether the nine elements of SKM are among its columns; their headers are matched by words, not by spellings."""
        return any(c.form == "answer" for c in self.columns)


def percent(name: str) -> Column:
    """A column of numbers from 0 to 100."""
    return Column(name, "number", 0, 100)


UNIT = Column("unit", "text")
CHANGED = (Column("period", "word"), Column("changed", "word"))  # which units changed something, and before or after
FILE_KINDS: dict[str, FileKind] = {
    kind.name: kind
    for kind in (
        FileKind(
            "skm",
            "skm_respondents",
            spelled(
                "skm",
                Column("respondent", "id"),
                UNIT,
                *CHANGED,
                Column("date", "date"),
                Column("year", "whole", 1990, 2100),
                Column("sex", "word"),
                Column("age", "number", 10, 110),
                Column("education", "word"),
                Column("occupation", "text"),
                *(Column(code, "answer", 1, 4, required=True) for code in ANSWERS),
            ),
            identity="respondent",
            known_again=frozenset(
                {"nip", "nik", "email", "telephone"}
            ),  # a running number or a name tells no respondent
            check=check_answers,
        ),
        FileKind(
            "training",
            "training_scores",
            spelled(
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
                *map(percent, ("pre", "post", "test", "satisfaction", "readiness", "supervisor_rating")),
            ),
            any_of=(("post", "test", "supervisor_rating", "readiness", "satisfaction"),),
            identity="participant",
            check=check_training,
        ),
        FileKind(
            "ip-asn",
            "staff_list",
            spelled(
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
                percent("performance"),
                Column("punishment", "word"),
                Column("qualification_points", "number", 0, 25),
                Column("competence_points", "number", 0, 40),
                Column("performance_points", "number", 0, 30),
                Column("discipline_points", "number", 0, 5),
                *map(percent, ("managerial", "sociocultural", "technical", "digital")),
                words={"degree": "education"},
            ),
            any_of=(("job", "qualification_points", "jp_last_12_months"),),
            identity="staff",
            check=check_staff,
        ),
        FileKind(
            "complaints",
            "complaints",
            spelled(
                "complaints",
                Column("ticket", "id"),
                Column("received", "date", required=True, empty=False),
                Column("answered", "date", required=True),
                Column("channel", "text"),
                UNIT,
                *CHANGED,
                Column("type", "word"),
            ),
            identity="ticket",
            known_again=frozenset(),
            check=check_complaints,
        ),
    )
}
"""Kinds of files by their name on the command line."""
