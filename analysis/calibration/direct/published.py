"""Published figures by their id, as numbers, with the tables that were read."""

from __future__ import annotations

from functools import cache

import pandas as pd

import data
from data.errors import InputError, nearest

__all__ = ["effect", "figure", "figure_parts", "moment", "sha256_of", "table"]


@cache
def _loaded(name: str) -> pd.DataFrame:
    return data.load(name)


def table(name: str) -> pd.DataFrame:
    """A validated table of the data package, read once a process; a copy at every call."""
    return _loaded(name).copy()


def sha256_of(name: str) -> str:
    """Hash of the file behind a table."""
    return str(table(name).attrs["sha256"])


def _cell(name: str, id_: str, column: str) -> float:
    frame = table(name)
    rows = frame.loc[frame["id"] == id_, column]
    if len(rows) != 1:
        hint = nearest(id_, frame["id"].astype(str))
        raise InputError(f"{name}: no row with id '{id_}'; did you mean '{hint}'?")
    if pd.isna(rows.iloc[0]):
        raise InputError(f"{name}: row '{id_}' has no number in column '{column}'")
    return float(rows.iloc[0])


def figure(id_: str) -> float:
    """Value of the figure `id_`, e.g. figure('F0477') is the number of registered voters."""
    return _cell("figures", id_, "value")


def figure_parts(id_: str) -> tuple[float, ...]:
    """Numbers of a figure that prints several, from its parts in order (F0259a, F0259b, ...)."""
    frame = table("figures")
    parts = frame.loc[frame["part_of"] == id_].sort_values("id")["value"]
    if parts.empty or parts.isna().any():
        raise InputError(f"figures: '{id_}' has no parts with numbers")
    return tuple(float(x) for x in parts)


def effect(id_: str, column: str = "estimate") -> float:
    """A number of the effect `id_` (estimate, se, ci_low, ci_high, n or k)."""
    return _cell("effects", id_, column)


def moment(id_: str, column: str = "value") -> float:
    """A number of the derived moment `id_` (value, se or n)."""
    return _cell("derived_moments", id_, column)
