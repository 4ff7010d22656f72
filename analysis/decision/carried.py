"""What carries a difference between policies: the parameters that explain it, their evidence, and the difference without the largest.

    inputs = ensemble.inputs_frame()
    found = carried(ensemble.run(), inputs, ensemble.parameters.table, "status_quo")
    found.shares        # a row a policy, outcome and parameter
    found.differences   # a row a policy and outcome

One assumption must not carry an answer in silence. The variance is that of a paired difference over draws: what is not known about it.
Inputs are what was drawn before structural switches act. What no parameter explains alone is luck (mostly that of the catalogue of
programmes, which does not fall with the size of the city) and parameters that act together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from analysis.decision.compare import ends
from analysis.decision.first_order import FEWEST, Known, explained, explained_together, known_at
from analysis.decision.outcome_table import Outcomes, as_outcome_table
from data.errors import InputError
from simulation.registry import Parameter

__all__ = ["HALF", "HEADLINE", "Carried", "carried"]

HEADLINE = ("competence", "side_payments", "ikm", "trust")
HALF = 0.5  # of the variance: from here on the difference without the parameter is told
CALIBRATED = "calibrated"
PREFIX = "parameter_"  # before the name of a parameter that is called as an outcome
SHARE_COLUMNS = ["policy", "outcome", "parameter", "class", "share", "floor", "stands_out"]
DIFFERENCE_COLUMNS = [
    "policy", "outcome", "draws", "floor", "largest", "class", "share", "calibrated", "calibrated_floor", "at", "without", "without_low",
    "without_high", "without_draws", "calibrated_parameters",
]  # fmt: skip


@dataclass(frozen=True)
class Carried:
    """What carries the differences of one comparison.

    Attributes:
        shares: a row a policy, outcome and parameter, the largest first: class of its evidence, share of the variance of the difference
            that it explains alone, floor (what chance reaches), stands_out (share above the floor).
        differences: a row a policy and outcome: draws; floor; largest, the parameter that explains most ("" where none stands out), its
            class and share; calibrated, what the calibrated parameters explain together (empty: none, or too few draws), and its floor; and
            where the largest passes one half: at (the value it is held at: nothing for an effect, else its median), without (the difference
            then), without_low, without_high, without_draws (effective number of draws behind it); calibrated_parameters, how many
            parameters that vary are calibrated.
    """

    shares: pd.DataFrame
    differences: pd.DataFrame

    def table(self) -> pd.DataFrame:
        """Both as one: a row for each parameter that stands out, the largest first, or one without a parameter where none does."""
        told = self.shares.loc[self.shares["stands_out"], ["policy", "outcome", "parameter", "class", "share"]]
        about = self.differences.drop(columns=["class", "share"])
        joined = about.merge(told, on=["policy", "outcome"], how="left", sort=False)
        later = (joined["parameter"] != joined["largest"]) & (joined["largest"] != "")
        joined.loc[later, ["at", "without", "without_low", "without_high", "without_draws"]] = np.nan
        first = ["policy", "outcome", "parameter", "class", "share"]
        return joined[[*first, *(c for c in about if c not in (*first, "largest"))]]

    @classmethod
    def from_table(cls, told: pd.DataFrame) -> Self:
        """What `table` was made of, without the parameters that do not stand out."""
        named = told["parameter"].notna()
        shares = told[named].assign(stands_out=True)[SHARE_COLUMNS].reset_index(drop=True)
        differences = told.drop_duplicates(["policy", "outcome"]).rename(columns={"parameter": "largest"})
        differences = differences.assign(
            largest=differences["largest"].fillna(""), **{"class": differences["class"].fillna("")}
        )
        return cls(shares, differences[DIFFERENCE_COLUMNS].reset_index(drop=True))

    def of(self, policy: str, outcome: str) -> Mapping[str, Any] | None:
        """The row of a difference, None where it has none (too few draws, no spread, no such outcome)."""
        rows = self.differences
        found = rows[(rows["policy"] == policy) & (rows["outcome"] == outcome)]
        return {str(k): v for k, v in found.iloc[0].items()} if len(found) else None

    def leading(self, policy: str, outcome: str, most: int = 3) -> list[Mapping[str, Any]]:
        """The parameters of a difference that stand out, the largest first."""
        rows = self.shares
        chosen = rows[(rows["policy"] == policy) & (rows["outcome"] == outcome) & rows["stands_out"]]
        return [{str(k): v for k, v in row.items()} for row in chosen.head(most).to_dict("records")]


def carried(
    outcomes: Outcomes, inputs: pd.DataFrame, parameters: Mapping[str, Parameter], reference: str, window: int = 12,
    names: Iterable[str] = HEADLINE,
) -> Carried:  # fmt: skip
    """What carries each difference from the reference.

    Args:
        outcomes: the runs, as `compare` takes them; inputs: one row a draw, as `Ensemble.inputs_frame` gives them.
        parameters: the declaration of each by name; window: months at the end that are averaged; names: of outcomes.
    Returns: empty tables where there are fewer than 30 draws.
    Raises: InputError for a draw without inputs, and as `compare`.
    """
    runs = as_outcome_table(outcomes, reference)
    drawn = list(dict.fromkeys(int(k) for k in runs.draws))
    known = inputs.set_index("draw")
    if missing := [k for k in drawn if k not in known.index]:
        raise InputError(f"inputs: no row of draw {missing[0]}; one row for each draw of the outcomes is needed")
    columns = {name: name if name in known else PREFIX + name for name in parameters}
    varied = [name for name, column in columns.items() if column in known and known.loc[drawn, column].nunique() > 1]
    values = known.loc[drawn, [columns[name] for name in varied]].to_numpy(dtype=np.float64)
    fitted = [name for name in varied if parameters[name].klass == CALIBRATED]
    shares: list[dict[str, Any]] = []
    differences: list[dict[str, Any]] = []
    base = runs.policies.index(reference)
    for outcome in [name for name in names if name in runs.outcomes]:
        late = ends(runs, outcome, window)
        for k in [k for k in range(len(runs.policies)) if k != base]:
            difference = late[k] - late[base]
            there = np.isfinite(difference)
            if there.sum() < FEWEST or np.ptp(difference[there]) <= 1e-12 * np.abs(difference[there]).max():
                continue
            place = {"policy": runs.policies[k], "outcome": outcome}
            rows, summary = _one(difference[there], values[there], varied, fitted, parameters)
            shares += [place | row for row in rows]
            differences.append(place | summary)
    return Carried(pd.DataFrame(shares, columns=SHARE_COLUMNS), pd.DataFrame(differences, columns=DIFFERENCE_COLUMNS))


def _one(
    difference: Any, values: Any, names: list[str], fitted: list[str], parameters: Mapping[str, Parameter]
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Shares of one difference, the largest first, and its summary."""
    share, floor = explained(values, difference[:, None])
    limit = float(floor[0])
    order = np.argsort(-share[:, 0], kind="stable")
    rows = [
        {
            "parameter": names[j], "class": parameters[names[j]].klass, "share": float(share[j, 0]), "floor": limit,
            "stands_out": bool(share[j, 0] > limit),
        }
        for j in order
    ]  # fmt: skip
    first: Mapping[str, Any] = {"parameter": "", "class": "", "share": np.nan}
    if rows and rows[0]["stands_out"]:
        first = rows[0]
    summary: dict[str, Any] = {
        "draws": len(difference), "floor": limit, "largest": first["parameter"], "class": first["class"], "share": first["share"],
    }  # fmt: skip
    together = explained_together(values[:, [names.index(n) for n in fitted]], difference[:, None]) if fitted else None
    summary["calibrated_parameters"] = len(fitted)
    summary["calibrated"] = float(together.share[0]) if together else np.nan
    summary["calibrated_floor"] = float(together.floor[0]) if together else np.nan
    if first["share"] >= HALF:
        given = values[:, names.index(str(first["parameter"]))]
        at = 0.0 if parameters[str(first["parameter"])].effect else float(np.median(given))
        found = known_at(at, given, difference) or Known(np.nan, np.nan, np.nan, np.nan)
        summary |= {"at": at, "without": found.mean, "without_low": found.low, "without_high": found.high}
        summary["without_draws"] = found.draws
    return rows, summary
