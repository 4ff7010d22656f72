"""Rows of evidence by their id, whatever table they stand in: value, 90 % interval, and the study they come from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from analysis.calibration.direct.published import table
from data.errors import InputError, nearest

__all__ = ["EvidenceRow", "evidence_row", "study_of"]

VALUE = {"effects": "estimate", "derived_moments": "value", "figures": "value"}  # table: column of the value
NORMAL_90, NORMAL_95 = 1.6449, 1.96


@dataclass(frozen=True)
class EvidenceRow:
    """One row of evidence. Attributes: id; study, its source; value, None where none is printed; se, None where no error is known."""

    id: str
    study: str
    value: float | None
    se: float | None

    @property
    def interval(self) -> tuple[float, float] | None:
        """90 % interval of the published value."""
        if self.value is None or self.se is None:
            return None
        return self.value - NORMAL_90 * self.se, self.value + NORMAL_90 * self.se


def evidence_row(id_: str) -> EvidenceRow:
    """The row `id_` of effects, derived_moments or figures; the error is its standard error, or that of a 95 % interval.

    Raises: InputError for an id that stands in none of them (with the nearest), or a study with zero spread.
    """
    rows = _rows()
    if id_ not in rows:
        near = nearest(id_, rows)
        hint = f"; did you mean '{near}'?" if near else ""
        raise InputError(f"no row '{id_}' in {', '.join(VALUE)}{hint}")
    name, row = rows[id_]
    value, se = _number(row[VALUE[name]]), _number(row.get("se"))
    if se is None and row.get("interval_type") == "95":
        se = (float(row["ci_high"]) - float(row["ci_low"])) / (2.0 * NORMAL_95)
    if se is not None and se <= 0.0:
        raise InputError(
            f"row '{id_}' of {name} is a study with zero spread (se {se:g}); allowed: an error above 0, or none"
        )
    return EvidenceRow(id_, str(row["source"]), value, se)


def study_of(id_: str) -> str | None:
    """The study a row comes from, None for an id that is no row (a parameter may name a table or a rule)."""
    rows = _rows()
    return str(rows[id_][1]["source"]) if id_ in rows else None


def _number(cell: Any) -> float | None:
    return None if cell is None or pd.isna(cell) else float(cell)


@cache
def _rows() -> dict[str, tuple[str, dict[str, Any]]]:
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for name in VALUE:
        for row in table(name).to_dict("records"):
            found[str(row["id"])] = (name, {str(k): v for k, v in row.items()})
    return found
