"""What a trial found: tidy tables of the arms."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["ARMS", "TrialResult"]

# Treated and control people in the trial, and the same people in the same city, with the same luck, where it never took place.
ARMS = ("treated", "control", "treated_without", "control_without")


@dataclass(frozen=True, eq=False)
class TrialResult:
    """Quantities of the arms, month by month.

    Attributes:
        frame: draw, arm, month, quantity, mean, sd, n: mean and standard deviation over the people (or units) of the arm. Arms are `ARMS`:
            "treated" and "control" in the trial; "treated_without" and "control_without" are the same people with the same luck where
            nobody was treated. month 0 is the start; the trial's first month is 1. Quantities are attributes of the agents of
            `CityModel` under the same name, see `simulation.trials.quantities`.
        people: draw, arm, month, kind, row, then one column a quantity, for the months that were asked for; empty otherwise.
        drawn_from: what the parameters were drawn from, in words.
    """

    frame: pd.DataFrame
    people: pd.DataFrame
    drawn_from: str

    def effects(self) -> pd.DataFrame:
        """Contrasts: draw, month, quantity, effect, difference, spillover, sd.

        effect: treated minus the same people without the trial; difference: treated minus control, what the trial itself shows;
        spillover: control minus the same people without the trial; sd: of the untreated people in that month, to standardise with.
        """
        raise NotImplementedError
