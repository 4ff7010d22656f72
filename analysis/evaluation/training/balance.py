"""Whether trained and control people were alike before: standardised differences."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import groups_of
from analysis.evaluation.training.fits import regression, welch

__all__ = ["LARGE", "balance", "between_arms", "standardised"]

LARGE = 0.25
"""A standardised difference from which on regression adjustment leans on its model (Rubin 2001; Imbens & Rubin 2015)."""


def standardised(one: pd.Series, other: pd.Series) -> tuple[float, float]:
    """Difference of means over the root mean of the two variances, and Welch's p. NaN with fewer than two values."""
    a, b = one.dropna().to_numpy(dtype=float), other.dropna().to_numpy(dtype=float)
    if min(len(a), len(b)) < 2:
        return math.nan, math.nan
    spread = math.sqrt((float(np.var(a, ddof=1)) + float(np.var(b, ddof=1))) / 2.0)
    if spread == 0.0:
        return (0.0, 1.0) if a.mean() == b.mean() else (math.copysign(math.inf, a.mean() - b.mean()), 0.0)
    return float(a.mean() - b.mean()) / spread, welch(a, b).p()


def between_arms(design: Design, column: str) -> tuple[float, float]:
    """Standardised difference of a column between trained and control people, and its p, by unit where units were assigned."""
    people, arm = design.people, design.people["arm"]
    difference, p = standardised(people.loc[arm, column], people.loc[~arm, column])
    known = people[column].notna()
    groups = groups_of(design, known)
    if groups is None or not math.isfinite(p):
        return difference, p
    values = people.loc[known, column].to_numpy(dtype=float)
    return difference, regression(values, people.loc[known, ["arm"]], "arm", groups).p()


def balance(design: Design) -> pd.DataFrame:
    """One row a variable known before training: programme, variable, means by arm, standardised difference, p, large.

    Empty when there is no control group. `large` says that the difference is above 0.25 SD and not luck (p < 0.05).
    """
    people, arm = design.people, design.people["arm"]
    columns = list(design.covariates)
    if design.pre is not None:
        columns.insert(0, f"y{design.pre}")
    rows = []
    if arm.nunique() == 2:
        for column in columns:
            difference, p = between_arms(design, column)
            rows.append(
                {
                    "programme": design.programme,
                    "variable": "before" if column == f"y{design.pre}" else column,
                    "mean_treated": float(people.loc[arm, column].mean()),
                    "mean_control": float(people.loc[~arm, column].mean()),
                    "difference_sd": difference,
                    "p": p,
                    "large": bool(abs(difference) > LARGE and p < 0.05),
                }
            )
    names = ["programme", "variable", "mean_treated", "mean_control", "difference_sd", "p", "large"]
    return pd.DataFrame(rows, columns=names)
