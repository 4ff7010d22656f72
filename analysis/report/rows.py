"""A comparison as typed rows: what the texts and tables of the report read."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from analysis.decision.compare import best

__all__ = ["Leader", "Row", "leaders", "rows_of"]


class Row(NamedTuple):
    """One policy and outcome of `analysis.decision.compare.compare`; draws_needed is None beyond the affordable."""

    level: float
    difference: float
    low: float
    high: float
    monte_carlo_error: float
    share_better: float
    probability_best: float
    settled: bool
    draws_needed: int | None
    cost_total: float
    cost_difference: float

    @property
    def sure(self) -> bool:
        """Whether the interval lies on one side of zero."""
        return self.low > 0 or self.high < 0


class Leader(NamedTuple):
    """The policy that is best most often for one outcome."""

    policy: str
    probability: float
    distinguishable: bool
    settled: bool


def rows_of(comparison: pd.DataFrame) -> dict[tuple[str, str], Row]:
    """Rows by (policy, outcome)."""
    table = {}
    for record in comparison.to_dict("records"):
        needed = record["draws_needed"]
        record["draws_needed"] = None if pd.isna(needed) else int(needed)
        table[str(record["policy"]), str(record["outcome"])] = Row(*(record[name] for name in Row._fields))
    return table


def leaders(comparison: pd.DataFrame) -> dict[str, Leader]:
    """The leader of every outcome that has a better direction and values."""
    return {
        str(r["outcome"]): Leader(
            str(r["policy"]), float(r["probability_best"]), bool(r["distinguishable"]), bool(r["settled"])
        )
        for r in best(comparison).to_dict("records")
    }
