"""Find and load the project's tables; read a user's own CSV with errors that name line and column."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from data.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["load", "names", "path", "read_csv_for_people"]

HERE = Path(__file__).resolve().parent


def path(*parts: str) -> Path:
    """Path of a file or folder inside the data package."""
    return HERE.joinpath(*parts)


def names() -> list[str]:
    """Names of the tables, in alphabetical order."""
    return sorted(file.stem for file in HERE.glob("*.csv"))


def load(name: str) -> pd.DataFrame:
    """Table `name`; attrs hold `sources` and `sha256`."""
    raise InputError(f"data: no table '{name}' yet; did you mean '{nearest(name, names())}'?")


def read_csv_for_people(file: str | Path, schema: object) -> pd.DataFrame:
    """A user's CSV checked against `schema`."""
    raise InputError(f"{file}: reader not written yet")
