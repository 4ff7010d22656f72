"""Events that a study reports while it works: small objects that a command turns into translated lines and a notebook into a bar."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = [
    "Computed",
    "Computing",
    "Created",
    "Damaged",
    "Event",
    "Interrupted",
    "Listener",
    "Mended",
    "Progress",
    "Remade",
    "Restored",
    "Resuming",
    "Unchanged",
    "Warned",
    "Written",
    "warn",
]


@dataclass(frozen=True)
class Warned:
    """A plan outside the rules on training hours, or one that cannot spend its money."""

    line: str


@dataclass(frozen=True)
class Created:
    """A new study stands in its folder. scale: share of the city simulated."""

    policies: int
    draws: int
    scale: float


@dataclass(frozen=True)
class Restored:
    """The user's own posterior was missing from the folder or changed there, and was written again."""

    file: Path


@dataclass(frozen=True)
class Damaged:
    """A chunk of runs is gone or is not what was written; its draws, first to last, are run again."""

    file: Path
    what: Literal["missing", "damaged"]
    first: int
    last: int


@dataclass(frozen=True)
class Resuming:
    """A study goes on: `kept` of `total` runs are there."""

    kept: int
    total: int


@dataclass(frozen=True)
class Computing:
    """Runs begin to be computed: `kept` of `total` are there. `Computed` follows, however it ends."""

    kept: int
    total: int


@dataclass(frozen=True)
class Progress:
    """`done` of `total` runs are kept, those of earlier times included."""

    done: int
    total: int


@dataclass(frozen=True)
class Computed:
    """No more runs are computed: all are there, or something stopped them."""


@dataclass(frozen=True)
class Unchanged:
    """The study was complete and nothing was done."""


@dataclass(frozen=True)
class Mended:
    """The results were whole; `runs` runs were computed again because their chunks were not."""

    runs: int


@dataclass(frozen=True)
class Remade:
    """Report and figures of a complete study are made again: in another language, or because a file was missing."""

    missing: str | None = None


@dataclass(frozen=True)
class Written:
    """Outcomes, comparison, figures, report and record stand in the folder."""


@dataclass(frozen=True)
class Interrupted:
    """Ctrl-C or SIGTERM: `kept` of `total` runs are there, and the exception goes on to who called."""

    kept: int
    total: int


Event = (
    Warned | Created | Restored | Damaged | Resuming | Computing | Progress | Computed
    | Unchanged | Mended | Remade | Written | Interrupted
)  # fmt: skip
Listener = Callable[[Event], None]


def warn(event: Event) -> None:
    """The default listener: Python warnings for what somebody should know, silence for the rest."""
    match event:
        case Warned(line):
            text = line
        case Restored(file):
            text = f"{file} was missing or changed: written again"
        case Damaged(file, what, first, last):
            text = f"{file}: {what} (draws {first} to {last}); they are run again"
        case _:
            return
    warnings.warn(text, UserWarning, stacklevel=2)
