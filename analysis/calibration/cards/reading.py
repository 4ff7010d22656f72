"""What a trial found, as one number a draw: effects, spreads and slopes for the quantities of cards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from data.errors import InputError
from simulation.engine.records import Float64s, Structured
from simulation.trials.result import TrialResult

__all__ = ["Reading"]

TREATED, WITHOUT = "treated", "treated_without"


@dataclass(frozen=True)
class Reading:
    """A card's trial.

    Attributes:
        draws: numbers of the draws, in order.
        natures: parameters of each draw, a record array (draws,).
        result: of the trial, None for a rule that needs no city.
        first: month of the trial in which people are treated; month: the one that is read.
        domain: of the course.
        standardised: whether effects are divided by the SD between the untreated people.
    """

    draws: tuple[int, ...]
    natures: Structured
    result: TrialResult | None
    first: int
    month: int
    domain: str
    standardised: bool

    def nature(self, name: str) -> Float64s:
        """A parameter in each draw."""
        return np.asarray(self.natures[name], dtype=np.float64)

    def effect(self, name: str, after: int | None = None) -> Float64s:
        """Treated less the same people untreated, in the month read, or so many months after the treatment."""
        month = self.month if after is None else self.first + after
        return self._of(name, TREATED, month, "mean") - self._of(name, WITHOUT, month, "mean")

    def level(self, name: str) -> Float64s:
        """Mean of the untreated people in the month read."""
        return self._of(name, WITHOUT, self.month, "mean")

    def spread(self, name: str) -> Float64s:
        """SD between the untreated people in the month read."""
        return self._of(name, WITHOUT, self.month, "sd")

    def standard(self, name: str) -> Float64s:
        """What effects are divided by. Raises InputError when in some draw nobody differs: there is nothing to divide by."""
        if not self.standardised:
            return np.ones(len(self.draws))
        spread = self.spread(name)
        if not (spread > 0.0).all():
            draw = self.draws[int(np.argmin(spread))]
            raise InputError(
                f"{name}: a study with zero spread: all untreated people are alike in draw {draw}; allowed: an SD above 0"
            )
        return spread

    def slope(self, of: str, on: str, standardised: bool = True) -> Float64s:
        """Slope between people at the start per SD of `on`, in SD or in units of `of`. Raises InputError as `standard` does."""
        found = []
        people = self._table("people")
        for draw in self.draws:
            mine = people[(people["draw"] == draw) & (people["month"] == 0)].drop_duplicates("row")
            x, y = mine[on].to_numpy(dtype=np.float64), mine[of].to_numpy(dtype=np.float64)
            if min(x.std(), y.std()) <= 0.0:
                raise InputError(
                    f"{of}, {on}: a study with zero spread: all people are alike in draw {draw}; allowed: an SD above 0"
                )
            found.append(float(np.corrcoef(x, y)[0, 1]) * (1.0 if standardised else float(y.std())))
        return np.array(found)

    def _of(self, name: str, arm: str, month: int, column: str) -> Float64s:
        frame = self._table("frame")
        rows = frame[(frame["arm"] == arm) & (frame["month"] == month) & (frame["quantity"] == name)]
        values: Float64s = rows.set_index("draw")[column].reindex(list(self.draws)).to_numpy(dtype=np.float64)
        return values

    def _table(self, which: str) -> pd.DataFrame:
        assert self.result is not None, "a rule that needs no city was asked about one"
        table: pd.DataFrame = getattr(self.result, which)
        return table
