"""What happened in a group of units that changed something, less what happened in the others: difference in differences of units.

A file says so with three columns: unit, period (before, after) and changed (yes for units of the group, also before it changed). The
unit is what changed, so each counts once, and errors are those of units.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.evaluation.clustered import Clustered, Fit
from data.errors import InputError

__all__ = ["ChangedUnits", "changed_units", "has_changed"]

FEWEST = 2  # units on either side
COLUMNS = ("unit", "period", "changed")


@dataclass(frozen=True)
class ChangedUnits:
    """Change in the units of the group less that in the others, with its error; units on either side, and those left out."""

    fit: Fit
    changed: int
    others: int
    left_out: int

    def evidence(self, kind: str, outcome: str, level: str, sd: float) -> pd.DataFrame:
        """What it can teach the city's model, in the form of `training.evidence`. sd: what makes it an effect [units of the outcome]."""
        row = {
            "kind": kind, "course": kind, "outcome": outcome, "level": level, "design": "differences", "estimate": self.fit.value,
            "se": self.fit.se, "sd": sd, "reliability": 1.0, "low": math.nan, "high": math.nan, "rival": math.nan,
            "treated": self.changed, "control": self.others,
        }  # fmt: skip
        return pd.DataFrame([row])


def has_changed(frame: pd.DataFrame) -> bool:
    """Whether a file says which units changed, and before or after."""
    return all(name in frame and frame[name].notna().any() for name in COLUMNS)


def changed_units(frame: pd.DataFrame, by_unit: pd.Series) -> ChangedUnits:
    """Difference in differences.

    Args:
        frame: with the three columns. by_unit: the outcome of each unit and period, indexed by (unit, period).

    Raises:
        InputError: a unit is said to be of both groups, or fewer than two units of a group have the outcome before and after.
    """
    told = frame.dropna(subset=list(COLUMNS))
    groups = told.groupby("unit")["changed"].nunique()
    if (groups > 1).any():
        raise InputError(
            f"column 'changed': {int((groups > 1).sum())} units are said to have changed and not to have; each belongs to one group, also "
            "before it changed"
        )
    wide = by_unit.unstack("period").reindex(columns=["before", "after"]).dropna()
    arm = wide.index.to_series().map(told.groupby("unit")["changed"].first()) == "yes"
    changed, others = int(arm.sum()), int((~arm).sum())
    if min(changed, others) < FEWEST:
        raise InputError(
            f"column 'changed': {changed} units that changed and {others} others have data before and after; at least {FEWEST} of each are "
            "needed"
        )
    x = np.column_stack([np.ones(len(wide)), arm.to_numpy(dtype=float)])
    y = (wide["after"] - wide["before"]).to_numpy(dtype=float)
    fit = Clustered(y, x.astype(np.float64), pd.Series(np.arange(len(y)))).of(np.array([0.0, 1.0]))
    return ChangedUnits(fit, changed, others, int(told["unit"].nunique()) - len(wide))
