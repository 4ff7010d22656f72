"""One estimate of the effect of training, with the numbers of people it rests on, and the standard deviation it is expressed in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.evaluation.clustered import Fit
from analysis.evaluation.training.designs import Design

__all__ = ["Estimate", "Role", "Standardiser", "What", "groups_of", "of_what", "single_unit_arm", "standardiser"]

Role = Literal["main", "beside", "later", "before", "pooled"]
What = Literal["level", "change", "difference", "effect"]
"""What an estimate is of: a mean, what one group did, how people who chose themselves differ, or what training did."""


@dataclass(frozen=True)
class Estimate:
    """An estimate.

    Attributes:
        role: main (the decision rests on it), beside (another model of the same effect), later (a later occasion),
            before (the same model before training: should be zero), pooled (over programmes).
        model: code of the model (texts.*.yaml names it). occasion: name of the occasion it is about.
        fit: value [points of the outcome], error, degrees of freedom.
        n_treated, n_control, n_dropped: people trained, not trained, and left out as a score is missing.
        what: what it is an estimate of; only a comparison that earns it makes it an effect (`of_what`).
    """

    role: Role
    model: str
    occasion: str
    fit: Fit
    n_treated: int
    n_control: int
    n_dropped: int
    what: What = "effect"

    @property
    def per_arm(self) -> float:
        """People an arm, of two equal arms that would have the same error."""
        if self.n_control == 0:
            return float(self.n_treated)
        return 2.0 / (1.0 / self.n_treated + 1.0 / self.n_control)


@dataclass(frozen=True)
class Standardiser:
    """The standard deviation that points are divided by, and whose it is."""

    value: float
    name: Literal["scores", "control", "before", "before_within_arms", "before_all", "first_occasion"]


def standardiser(design: Design, tested: pd.Series | None = None) -> Standardiser:
    """SD of the scores before training where there are any, as training may change the spread; else of the controls.

    Args:
        tested: scores before training of everybody tested, when low scorers were sent: both arms are then cut off at one
            end, and the spread within them is too small a yardstick.
    """
    people = design.people
    if tested is not None and design.pre is not None:
        return Standardiser(_sd(tested), "before_all")
    if design.kind == "once":
        return Standardiser(_sd(design.y(design.post)), "scores")
    if design.kind in ("once_control", "cutoff"):
        return Standardiser(_sd(design.y(design.post)[~people["arm"]]), "control")
    if design.kind == "staggered":
        return Standardiser(_sd(design.y(design.times[0])), "first_occasion")
    assert design.pre is not None
    both = people[[f"y{design.pre}", f"y{design.post}"]].notna().all(axis=1)
    before = design.y(design.pre)[both]
    if design.kind == "pre_post":
        return Standardiser(_sd(before), "before")
    arms = [before[people["arm"] == arm].dropna() for arm in (True, False)]
    freedom = sum(len(a) - 1 for a in arms)
    squares = sum(float(((a - a.mean()) ** 2).sum()) for a in arms)
    return Standardiser(math.sqrt(squares / freedom) if freedom > 0 else math.nan, "before_within_arms")


def _sd(values: pd.Series) -> float:
    values = values.dropna()
    return float(np.std(values.to_numpy(), ddof=1)) if len(values) > 1 else math.nan


def of_what(design: Design, randomised: bool) -> What:
    """What the study of a programme can estimate.

    One occasion says nothing of an effect unless a lottery decided: people who chose themselves differed before, and covariates are
    no score before. Before and after without others says what the scores did, from whatever cause.
    """
    if design.kind == "once_control":
        return "effect" if randomised else "difference"
    without_others: dict[str, What] = {"once": "level", "pre_post": "change"}
    return without_others.get(design.kind, "effect")


def groups_of(design: Design, rows: pd.Series) -> pd.Series | None:
    """Units as clusters of the chosen people, or None for people, each of whom is then a cluster.

    Only where training was given by unit is the unit what was assigned; a column of units alone changes no error. Where one arm is a
    single unit, clusters cannot be told from arms: errors are then of people, and a threat says so.
    """
    if not design.split_by_unit or single_unit_arm(design):
        return None
    return pd.Series(design.people.loc[rows, "unit"])


def single_unit_arm(design: Design) -> bool:
    """Whether training went by unit and one arm is a single unit."""
    if not design.split_by_unit or design.people["arm"].nunique() < 2:
        return False
    return bool((design.people.groupby("arm")["unit"].nunique() < 2).any())
