"""What kind of study a file holds: one occasion, pre/post, with a control, staggered. Recognised from the file; the user is never asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from analysis.evaluation.training.places import place_of
from analysis.evaluation.training.scores import Scores
from data.errors import InputError

__all__ = ["Design", "DesignKind", "recognise"]

WHOLE = 0.9  # share of people in units of one arm from which on units were what was assigned
DesignKind = Literal["once", "once_control", "pre_post", "pre_post_control", "staggered", "cutoff"]


@dataclass(frozen=True)
class Design:
    """One programme's study.

    Attributes:
        programme: its name. kind: what kind of study it is.
        people: one row a participant: unit, arm (bool), start, a column y0, y1, … an occasion, covariates.
        pre, post: numbers of the occasions before and after training (`post` alone for one occasion).
        later: occasions after `post`. earlier: occasions before `pre`.
        occasions: names of all occasions.
        covariates: columns of `people` that are adjusted for.
        always: people left out because they were trained before the first occasion.
    """

    programme: str
    kind: DesignKind
    people: pd.DataFrame
    pre: int | None
    post: int
    later: tuple[int, ...]
    earlier: tuple[int, ...]
    occasions: tuple[str, ...]
    covariates: tuple[str, ...]
    always: int = 0

    def y(self, time: int) -> pd.Series:
        """Scores at an occasion, one a participant."""
        return self.people[f"y{time}"]

    @property
    def times(self) -> list[int]:
        """Numbers of the occasions that this programme has."""
        return [t for t in range(len(self.occasions)) if f"y{t}" in self.people]

    @property
    def units(self) -> int:
        """Number of units, where any is named; people without one count as a unit each."""
        return 0 if (self.people["unit"] == "").all() else int(self.people["unit"].nunique())

    @property
    def split_by_unit(self) -> bool:
        """Whether whole units were trained or not, but for a few people: then the unit, not the person, is what was assigned."""
        kinds = self.people["start"].fillna(-1.0).groupby(self.people["unit"]).transform("nunique")
        return self.units > 1 and float((kinds == 1).mean()) >= WHOLE


def recognise(scores: Scores, programme: str, score: str | None = None) -> Design:
    """The study of one programme.

    Args:
        scores: the file. programme: which of its programmes.
        score: covariate by whose cut-off people were chosen, when there is one.

    Raises:
        InputError: nobody was trained, nobody has the two occasions that are needed, or everyone has the same score.
    """
    long = scores.long[scores.long["programme"] == programme]
    if not long["arm"].any():
        raise InputError(f"{place_of(programme)}: nobody was trained; at least two people are needed")
    people = _people(long, scores)
    times = sorted(int(t) for t in long.loc[long["y"].notna(), "time"].unique())
    if not times:
        raise InputError(f"{place_of(programme)}: column '{scores.outcome}' is empty")
    design = Design(programme, "once", people, None, times[-1], (), (), scores.occasions, scores.covariates)
    if score is not None:
        return replace(design, kind="cutoff", earlier=tuple(times[:-1]))
    if len(times) == 1:
        return replace(design, kind="once" if people["arm"].all() else "once_control")
    if not scores.states:
        people["start"] = np.where(people["arm"], times[1], np.nan)
    always = (people["start"] <= times[0]).to_numpy()
    people = people[~always]
    design = replace(design, people=people, always=int(always.sum()))
    starts = sorted({int(s) for s in people["start"].dropna()})
    if not starts:
        raise InputError(f"{place_of(programme)}: all were trained before the first occasion; nothing can be compared")
    if len(starts) > 1:
        return replace(design, kind="staggered")
    before = [t for t in times if t < starts[0]]
    after = [t for t in times if t >= starts[0]]
    if not after or not before:
        raise InputError(f"{place_of(programme)}: no scores {'after' if before else 'before'} training began")
    kind: DesignKind = "pre_post" if people["arm"].all() else "pre_post_control"
    return replace(design, kind=kind, pre=before[-1], post=after[0], later=tuple(after[1:]), earlier=tuple(before[:-1]))


def _people(long: pd.DataFrame, scores: Scores) -> pd.DataFrame:
    fixed = long.groupby("participant", sort=True).agg(
        unit=("unit", "first"),
        arm=("arm", "first"),
        start=("start", "first"),
        **{name: (name, "first") for name in scores.covariates},
    )
    wide = long.pivot(index="participant", columns="time", values="y").add_prefix("y")
    people = fixed.join(wide).reset_index(drop=True)
    if (
        people["unit"] != ""
    ).any():  # those without a unit are a unit each, so that one gap does not undo the others' units
        alone = [f"person {i + 1}" for i in range(len(people))]
        people["unit"] = people["unit"].where(people["unit"] != "", pd.Series(alone, index=people.index))
    return people
