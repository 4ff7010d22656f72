"""How respondents came into a survey, and the error of a mean that follows: one by one, with their unit, or within every unit.

Answers of one office are alike. Respondents of a few offices say less about all offices than as many drawn one by one, and their
interval without the offices is too narrow; where the file holds every office that is meant, only who was asked in each is chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.evaluation.clustered import Clustered

__all__ = ["FEW_UNITS", "Drawn", "MeanError", "drawn_by"]

Array = NDArray[np.float64]
Kind = Literal["respondents", "units", "within_units"]
FEW_UNITS = 5  # fewer units say too little about others, and are taken for all that are meant


@dataclass(frozen=True)
class MeanError:
    """Standard error of a mean [its units], degrees of freedom, and its variance over that of respondents drawn one by one."""

    value: float
    df: float
    design_effect: float


@dataclass(frozen=True)
class Drawn:
    """How respondents were drawn.

    Attributes: kind, respondents (one by one), units (a sample of units, respondents in each), within_units (every unit is there); codes,
    the unit of each respondent from 0; count of units, 0 when the file names none.
    """

    kind: Kind
    codes: NDArray[np.int64]
    count: int

    def error(self, values: Array) -> MeanError:
        """Error of the mean of one value a respondent; at least two respondents."""
        alone = float(values.std(ddof=1)) / math.sqrt(len(values))
        if self.kind == "respondents" or alone == 0.0:
            return MeanError(alone, len(values) - 1.0, 1.0)
        if self.kind == "within_units":
            error, df = self._within(values)
        else:
            fit = Clustered(values, np.ones((len(values), 1)), pd.Series(self.codes)).of(np.ones(1))
            error, df = fit.se, fit.df
        return MeanError(error, df, (error / alone) ** 2)

    def _within(self, values: Array) -> tuple[float, float]:
        """Units as strata, weighted by their respondents; one with a single respondent has the spread within all the others."""
        sizes = np.bincount(self.codes)
        means = np.bincount(self.codes, values) / sizes
        squares = np.bincount(self.codes, (values - means[self.codes]) ** 2)
        freedom = np.maximum(sizes - 1, 0)
        if freedom.sum() == 0:
            return float(values.std(ddof=1)) / math.sqrt(len(values)), len(values) - 1.0
        pooled = squares.sum() / freedom.sum()
        variances = np.where(freedom > 0, squares / np.maximum(freedom, 1), pooled)
        parts = (sizes / len(values)) ** 2 * variances / sizes
        total = float(parts.sum())
        if total == 0.0:
            return 0.0, float(freedom.sum())
        return math.sqrt(total), total**2 / float((parts**2 / np.where(freedom > 0, freedom, freedom.sum())).sum())


def drawn_by(units: pd.Series | None, n: int, every_unit: bool | None) -> Drawn:
    """How the respondents of a file were drawn.

    Args:
        units: unit of each respondent, if the file names any; respondents without one are a unit each. every_unit: whether the file
            holds every unit that is meant; None takes five units or more for a sample, and fewer for all.
    """
    if units is None or units.dropna().nunique() < 2:
        return Drawn("respondents", np.arange(n, dtype=np.int64), 0 if units is None else int(units.nunique()))
    names = units.astype("object").where(units.notna(), pd.Series([f"\0{i}" for i in range(n)], index=units.index))
    codes = pd.factorize(names)[0].astype(np.int64)
    count = int(codes.max()) + 1
    every = count < FEW_UNITS if every_unit is None else every_unit
    return Drawn("within_units" if every else "units", codes, count)
