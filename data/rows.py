"""Numbers of rows as people find them in their files, also after rows were left out before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ROW", "row_numbers"]

ROW = "row"
"""Name of the index that `data.intake.read_file` gives a frame: numbers of the rows in the file."""


def row_numbers(frame: pd.DataFrame) -> list[int]:
    """Number of each row in its file where the frame was read from one; else counted from 1 below the header."""
    if frame.index.name == ROW:
        return [int(number) for number in frame.index]
    return list(range(1, len(frame) + 1))
