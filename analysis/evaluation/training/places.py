"""How errors name a programme, and a cell of the file of scores."""

from __future__ import annotations

import pandas as pd

from data.intake.personal import mask

__all__ = ["ASKED", "ONE", "place_of", "place_of_cell"]

ONE = "all"  # the programme of a file that names none
ASKED = "column of the outcome"  # which column of the file a score comes from


def place_of(programme: str) -> str:
    """How an error names a programme; a file that names none has one for all."""
    return "training scores" if programme == ONE else f"programme '{mask(programme)}'"


def place_of_cell(frame: pd.DataFrame, at: int, name: str) -> str:
    """Where a cell stands: its row in the file and its column; scores put one below the other came from pre or post."""
    column = frame[ASKED].iloc[at] if name == "test" and ASKED in frame else name
    return f"training scores: row {int(frame['row'].iloc[at])}: column '{column}'"
