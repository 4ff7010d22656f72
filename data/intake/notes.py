"""What the reading of a file tells its user; the words are the reader's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Note", "rows_listed"]

MOST_LISTED = 200  # characters


@dataclass(frozen=True)
class Note:
    """Something the user is told: key of a text, and what goes into it."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def rows_listed(rows: list[int]) -> str:
    """Numbers of rows for people, neighbours as 4-9; so many that the line stays readable."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    said = [str(a) if a == b else f"{a}, {b}" if b == a + 1 else f"{a}-{b}" for a, b in runs]
    kept = said[:1]
    for text in said[1:]:
        if len(", ".join([*kept, text])) > MOST_LISTED:
            return ", ".join([*kept, "..."])
        kept.append(text)
    return ", ".join(kept)
