"""What a trial found: tidy tables of the arms."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from data.notebook import table

__all__ = ["ARMS", "KEYS", "TrialResult"]

# Treated and control people in the trial, and the same people in the same city, with the same luck, where it never took place.
ARMS = ("treated", "control", "treated_without", "control_without")
KEYS = ["draw", "month", "quantity"]


@dataclass(frozen=True, eq=False)
class TrialResult:
    """Quantities of the arms, month by month.

    Attributes:
        frame: draw, arm, month, quantity, mean, sd, n: mean and standard deviation over the people (or units) of the arm. Arms are `ARMS`:
            "treated" and "control" in the trial; "treated_without" and "control_without" are the same people with the same luck where
            nobody was treated. month 0 is the start; the trial's first month is 1, a January. Quantities are attributes of the agents of
            `CityModel` under the same name; those of `simulation.trials.quantities.AT_COUNTER` are of the people at counters alone.
        people: draw, arm, month, kind, row, then one column a quantity, for the months that were asked for; empty otherwise.
        drawn_from: what the parameters were drawn from, in words.
    """

    frame: pd.DataFrame
    people: pd.DataFrame
    drawn_from: str

    def effects(self) -> pd.DataFrame:
        """Contrasts of means: draw, month, quantity, effect, difference, spillover, sd.

        effect: treated minus the same people without the trial; difference: treated minus control, what the trial itself shows;
        spillover: control minus the same people without the trial; sd: over the treated people without it in that month, to standardise
        with. The share of a course that is in use is the effect on `competence_technical` over that on `held_technical`.
        """
        mean, sd = (
            self.frame.pivot(index=KEYS, columns="arm", values=v).reindex(columns=list(ARMS)) for v in ("mean", "sd")
        )
        found = pd.DataFrame(
            {
                "effect": mean["treated"] - mean["treated_without"],
                "difference": mean["treated"] - mean["control"],
                "spillover": mean["control"] - mean["control_without"],
                "sd": sd["treated_without"],
            }
        )
        return found.reset_index()

    def _repr_html_(self) -> str:
        last = self.effects()
        last = last[last["month"] == last["month"].max()]
        by = last.groupby("quantity", sort=False)[["effect", "difference", "sd"]].mean()
        rows = [(name, *(f"{value:.3g}" for value in row)) for name, row in zip(by.index, by.to_numpy(), strict=True)]
        note = f"Means over {last['draw'].nunique()} draws, month {int(last['month'].max())}; drawn from {self.drawn_from}."
        return table("Trial", ["quantity", "effect", "difference from control", "SD of the untreated"], rows, note)
