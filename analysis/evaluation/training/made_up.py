"""Training scores made up by a known rule, for learning and for checking that an evaluation recovers the truth."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from data.errors import InputError, nearest

__all__ = ["DESIGNS", "THREATS", "made_up"]

MadeDesign = Literal["once", "once_control", "pre_post", "pre_post_control", "staggered", "cutoff"]
MadeThreat = Literal["lowest_sent", "unequal_arms", "attrition", "ceiling", "few_units", "trend"]
POSSIBLE: dict[str, tuple[str, ...]] = {
    "once": ("ceiling",),
    "once_control": ("unequal_arms", "ceiling", "few_units"),
    "pre_post": ("lowest_sent", "attrition", "ceiling"),
    "pre_post_control": ("lowest_sent", "unequal_arms", "attrition", "ceiling", "few_units", "trend"),
    "staggered": ("ceiling", "trend"),
    "cutoff": ("ceiling",),
}
DESIGNS: tuple[str, ...] = get_args(MadeDesign)
THREATS: tuple[str, ...] = get_args(MadeThreat)

MEAN, SD, RETEST, UNIT_SHARE, PRACTICE = 55.0, 10.0, 0.7, 0.1, 2.0
COHORTS = (2.0, 3.0, 4.0, math.inf)  # staggered: occasions at which quarters of the people begin


def made_up(
    design: MadeDesign,
    *,
    effect: float | Mapping[str, float] = 4.0,
    people: int = 120,
    units: int = 0,
    by_unit: bool = False,
    threat: MadeThreat | None = None,
    seed: int = 1,
) -> pd.DataFrame:
    """A file of scores whose true effect is known.

    Scores are normal with mean 55 and SD 10, of which 70 % is the person (test-retest correlation 0.7; a tenth of it the
    unit's when there are units) and the rest is luck. Everybody gains 2 points between two occasions by practice.

    Args:
        design: what kind of study. effect: true effect [points]; a mapping gives one programme an effect each.
        people: people in the file, half of them trained, a programme. units: number of units they work in, 0 for none.
        by_unit: whole units are trained or not, instead of people by lottery.
        threat: lowest_sent (those with the lowest test before are trained), unequal_arms (the trained were always 8
            points lower), attrition (a third of the trained with low scores before leave), ceiling (an easy test), few_units
            (six units, trained by unit, which also differ in their change), trend (the trained were already gaining).
        seed: of the random numbers.

    Returns:
        programme, participant, unit, occasion, group (or `treated` when staggered), test. `before`, the score that the
        cut-off uses, for cutoff. No person is real.

    Raises:
        InputError: an unknown design or threat, or too few people.
    """
    for value, allowed, what in ((design, DESIGNS, "design"), (threat, (None, *POSSIBLE.get(design, ())), "threat")):
        if value not in allowed:
            names = [a for a in allowed if a]
            near = nearest(str(value), names)
            hint = f"; did you mean '{near}'?" if near else ""
            raise InputError(f"{what}: '{value}'; allowed here: {', '.join(names)}{hint}")
    if people < 8:
        raise InputError(f"people: {people}; at least 8 are needed")
    effects = dict(effect) if isinstance(effect, Mapping) else {"": float(effect)}
    luck = np.random.default_rng(np.random.SeedSequence(seed))
    if threat == "few_units":
        units, by_unit = units or 6, True
    parts = [_programme(design, name, size, people, units, by_unit, threat, luck) for name, size in effects.items()]
    frame = pd.concat(parts, ignore_index=True)
    return frame if effects.keys() != {""} else frame.drop(columns="programme")


def _programme(
    design: str,
    name: str,
    effect: float,
    n: int,
    units: int,
    by_unit: bool,
    threat: str | None,
    luck: np.random.Generator,
) -> pd.DataFrame:
    unit = np.arange(n) % units if units else np.zeros(n, dtype=int)
    share = UNIT_SHARE if units else 0.0
    person = SD * math.sqrt(RETEST * (1.0 - share)) * luck.standard_normal(n)
    person += SD * math.sqrt(RETEST * share) * luck.standard_normal(max(units, 1))[unit]
    times = 5 if design == "staggered" else 1 if design.startswith("once") else 2
    noise = SD * math.sqrt(1.0 - RETEST) * luck.standard_normal((n, times))
    scores = MEAN + person[:, None] + noise + PRACTICE * np.arange(times)
    if threat == "ceiling":
        scores += 40.0
    arm = _assigned(design, scores[:, 0], unit, units, by_unit, threat, luck)
    if threat == "unequal_arms":
        scores -= 8.0 * arm[:, None]
    if threat == "few_units" and times > 1:
        scores[:, 1:] += 3.0 * luck.standard_normal(units)[unit][:, None]
    start = _starts(design, arm, unit, units, by_unit, luck)
    after = np.arange(times)[None, :] >= start[:, None]
    scores = scores + effect * after
    if threat == "trend":
        scores += 1.5 * np.arange(times) * (arm if design != "staggered" else np.isfinite(start))[:, None]
    frame = pd.DataFrame(
        {
            "programme": name,
            "participant": np.repeat([f"{name} P{i + 1}".strip() for i in range(n)], times),
            "unit": np.repeat([f"unit {u + 1}" for u in unit] if units else [""] * n, times),
            "occasion": np.tile(_occasions(design, times), n),
        }
    )
    if design == "staggered":
        frame["treated"] = after.astype(int).ravel()
    elif design in ("once_control", "pre_post_control", "cutoff"):
        frame["group"] = np.repeat(np.where(arm, "trained", "control"), times)
    if design == "cutoff":
        frame["before"] = np.repeat(scores[:, 0], times)
    frame["test"] = np.clip(scores, 0.0, 100.0).round(2).ravel()
    if threat == "attrition":
        leaves = arm & (scores[:, 0] < np.quantile(scores[:, 0], 0.5)) & (luck.random(n) < 2.0 / 3.0)
        frame = frame[~(np.repeat(leaves, times) & (frame["occasion"] == "post").to_numpy())]
    if design == "pre_post" and threat == "lowest_sent":  # the others, tested once, show whom the low were chosen from
        others = frame["participant"].isin([f"{name} P{i + 1}".strip() for i in np.flatnonzero(~arm)])
        frame = frame.assign(group=np.where(others, "control", "trained"))
        frame = frame[~(others & (frame["occasion"] == "post"))]
    return frame.drop(columns="unit") if not units else frame


def _assigned(
    design: str,
    before: NDArray[np.float64],
    unit: NDArray[np.int64],
    units: int,
    by_unit: bool,
    threat: str | None,
    luck: np.random.Generator,
) -> NDArray[np.bool_]:
    """Who is trained: half of the people (or units) by lottery, or the lower half."""
    n = len(before)
    if design in ("once", "pre_post") and threat != "lowest_sent":
        return np.ones(n, dtype=bool)
    if design == "cutoff" or threat == "lowest_sent":
        return np.asarray(before < np.median(before))
    if by_unit and units:
        return np.asarray(luck.permutation(units) < units // 2)[unit]
    return np.asarray(luck.permutation(n) < n // 2)


def _starts(
    design: str, arm: NDArray[np.bool_], unit: NDArray[np.int64], units: int, by_unit: bool, luck: np.random.Generator
) -> NDArray[np.float64]:
    if design != "staggered":
        first = 0.0 if design.startswith("once") else 1.0
        return np.where(arm, first, math.inf)
    if by_unit and units:
        return np.array(COHORTS)[luck.permutation(units) % len(COHORTS)][unit]
    return np.array(COHORTS)[luck.permutation(len(arm)) % len(COHORTS)]


def _occasions(design: str, times: int) -> list[str]:
    if design == "staggered":
        return [str(t) for t in range(times)]
    return ["post"] if times == 1 else ["pre", "post"]
