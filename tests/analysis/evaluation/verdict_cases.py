"""Made-up trainings and surveys that tempt an evaluation to say too much, and what it said of many of them.

True effects are known. A cell is one way to be misled: who leaves, who is sent, how unequal the arms are, how offices differ.
`docs/reliability.md` holds what came out of many files of each.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.evaluation.skm.index import POINTS, from_respondents
from analysis.evaluation.training import evaluate_training
from data.intake.columns import ANSWERS

__all__ = ["SURVEYS", "TRAININGS", "Survey", "Training", "Tried", "survey_truth", "tried"]

Array = NDArray[np.float64]
RETEST, SD, PRACTICE = 0.7, 8.0, 2.0


@dataclass(frozen=True)
class Training:
    """A cell of trainings.

    Attributes: make, seed -> file; asked, options; truth, the effect [points]; covers, whether the interval is meant to hold the truth
    (it is not where selection is unknown: there only the verdict is); wide, whether intervals are wide on purpose, as few people or units
    were trained or as leavers could be anybody.
    """

    make: Callable[[int], pd.DataFrame]
    asked: dict[str, Any] = field(default_factory=dict)
    truth: float = 0.0
    covers: bool = True
    wide: bool = False


def scores(
    seed: int,
    trained: int,
    people: int,
    *,
    effect: float = 0.0,
    spread: float = 1.0,
    sent: str = "lottery",
    units: int = 0,
    by_unit: int = 0,
    unit_sd: float = 0.0,
    leave: str = "",
    share: float = 0.3,
    others_leave: float = 0.0,
    occasions: tuple[str, ...] = ("pre", "post"),
    only_trained: bool = False,
) -> pd.DataFrame:
    """Scores before and after: a lasting part of the person, luck, practice for everybody.

    Args:
        trained: people trained. spread: of the luck of the trained after, over that of the others.
        sent: lottery; lowest (the lowest scores before); able (lasting differences decide). by_unit: units trained whole.
        unit_sd: of units' own changes [points]. leave: gain (the trained with the smallest gain leave), gain_mostly (two in three
            of them), random.
        share: of the trained who leave. others_leave: share of the others who leave by lot.
    """
    luck = np.random.default_rng(np.random.SeedSequence([2026, seed]))
    person = math.sqrt(RETEST) * SD * luck.standard_normal(people)
    unit = luck.permutation(np.arange(people) % units) if units else np.zeros(people, dtype=int)
    before = 50.0 + person + math.sqrt(1.0 - RETEST) * SD * luck.standard_normal(people)
    if by_unit:
        arm = np.isin(unit, luck.permutation(units)[:by_unit])
    elif sent == "lowest":
        arm = np.argsort(np.argsort(before)) < trained
    elif sent == "able":
        arm = np.argsort(np.argsort(-person)) < trained
    else:
        arm = np.argsort(luck.random(people)) < trained
    luck_after = math.sqrt(1.0 - RETEST) * SD * luck.standard_normal(people) * np.where(arm, spread, 1.0)
    after = 50.0 + person + luck_after + PRACTICE + effect * arm
    if unit_sd:
        after += unit_sd * luck.standard_normal(max(units, 1))[unit]
    gone = _gone(after - before, arm, leave, share, luck) | (~arm & (luck.random(people) < others_leave))
    after[gone] = np.nan
    frame = pd.DataFrame(
        {
            "participant": np.tile([f"P{i}" for i in range(people)], 2),
            "occasion": np.repeat(["pre", "post"], people),
            "group": np.tile(np.where(arm, "trained", "control"), 2),
            "test": np.concatenate([before, after]),
        }
    )
    if units:
        frame["unit"] = np.tile([f"unit {u}" for u in unit], 2)
    frame = frame[frame["occasion"].isin(occasions)]
    return frame[frame["group"] == "trained"].drop(columns="group") if only_trained else frame


def _gone(
    gain: Array, arm: NDArray[np.bool_], leave: str, share: float, luck: np.random.Generator
) -> NDArray[np.bool_]:
    if not leave:
        return np.zeros(len(arm), dtype=bool)
    if leave == "random":
        return arm & (luck.random(len(arm)) < share)
    if leave == "gain":
        return np.asarray(arm & (gain < np.quantile(gain[arm], share)))
    return np.asarray(
        arm & (gain < np.quantile(gain[arm], min(1.5 * share, 1.0))) & (luck.random(len(arm)) < 2.0 / 3.0)
    )


def cell(asked: dict[str, Any] | None = None, *, covers: bool = True, wide: bool = False, **made: Any) -> Training:
    return Training(lambda seed: scores(seed, **made), asked or {}, float(made.get("effect", 0.0)), covers, wide)


LOTTERY, CHOSEN, OTHER = {"randomised": True}, {"randomised": False}, {"randomised": False, "chosen_by": "other"}
AFTER = ("post",)
TRAININGS: dict[str, Training] = {
    "only the lowest scorers, before and after": cell(sent="lowest", trained=60, people=200, only_trained=True, covers=False),
    "only the lowest scorers, mean of all stated": cell(
        {"everyone": 50.0}, sent="lowest", trained=60, people=200, only_trained=True, covers=False
    ),
    "lowest scorers trained, others not, reason unsaid": cell(CHOSEN, sent="lowest", trained=100, people=200, covers=False),
    "the able trained, others not, reason unsaid": cell(CHOSEN, sent="able", trained=100, people=200, covers=False),
    "the able chose themselves, after only": cell(CHOSEN, sent="able", trained=100, people=200, occasions=AFTER, covers=False),
    "the lowest were sent, after only": cell(CHOSEN, sent="lowest", trained=100, people=200, occasions=AFTER, covers=False),
    "lowest scorers, score before decided": cell({"chosen_by": "pretest"}, sent="lowest", trained=100, people=200),
    "30 % of the trained leave, least gain, lottery": cell(LOTTERY, trained=100, people=200, leave="gain", wide=True),
    "two in three of the least gain leave, lottery": cell(LOTTERY, trained=100, people=200, leave="gain_mostly", wide=True),
    "10 % leave, least gain, lottery": cell(LOTTERY, trained=100, people=200, leave="gain", share=0.1, wide=True),
    "least gain leave, as many others by lot": cell(LOTTERY, trained=100, people=200, leave="gain", share=0.2, others_leave=0.2, wide=True),
    "least gain leave, no lottery": cell(OTHER, trained=100, people=200, leave="gain", wide=True),
    "least gain leave, no lottery, reason unsaid": cell(CHOSEN, trained=100, people=200, leave="gain", wide=True),
    "least gain leave, lottery, after only": cell(LOTTERY, trained=100, people=200, leave="gain", occasions=AFTER, wide=True),
    "2 of 12 trained, lottery": cell(LOTTERY, trained=2, people=12, wide=True),
    "2 of 12 trained, lottery, spread of the trained doubled": cell(LOTTERY, trained=2, people=12, spread=2.0, wide=True),
    "2 of 12 trained, lottery, after only": cell(LOTTERY, trained=2, people=12, occasions=AFTER, wide=True),
    "2 of 12 trained, differences": cell(OTHER, trained=2, people=12, wide=True),
    "6 of 30 trained, lottery": cell(LOTTERY, trained=6, people=30),
    "6 of 30 trained, lottery, spread of the trained by half more": cell(LOTTERY, trained=6, people=30, spread=1.5),
    "6 of 30 trained, lottery, after only": cell(LOTTERY, trained=6, people=30, occasions=AFTER),
    "6 of 30 trained, differences": cell(OTHER, trained=6, people=30),
    "6 of 30 trained, differences, a column of units": cell(OTHER, trained=6, people=30, units=6),
    "24 of 30 trained, lottery": cell(LOTTERY, trained=24, people=30),
    "10 and 10, lottery": cell(LOTTERY, trained=10, people=20),
    "6 of 12 units of 5, lottery of units": cell(LOTTERY, trained=30, people=60, units=12, by_unit=6, unit_sd=4.0),
    "3 of 12 units of 5, lottery of units": cell(LOTTERY, trained=15, people=60, units=12, by_unit=3, unit_sd=4.0, wide=True),
    "5 of 20 units of 6, differences": cell(OTHER, trained=30, people=120, units=20, by_unit=5, unit_sd=4.0),
}  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """A cell of surveys: units drawn, people asked in each (on average where uneven), share of the latent variance between units."""

    units: int
    people: int
    icc: float
    uneven: bool = False

    def make(self, seed: int) -> pd.DataFrame:
        """One file of answers with a column of units."""
        luck = np.random.default_rng(np.random.SeedSequence([14, seed]))
        sizes = np.full(self.units, self.people)
        if self.uneven:
            sizes = np.maximum(2, (self.people * luck.gamma(2.0, 0.5, self.units)).round().astype(int))
        unit = np.repeat(np.arange(self.units), sizes)
        return pd.DataFrame(_answers(luck, self.icc, unit), columns=list(ANSWERS.values())).assign(
            unit=[f"unit {u}" for u in unit]
        )


CUTS = (-2.2, -1.0, 0.8)
COMMON = 0.5  # share of the variance of an answer that its respondent's nine answers have in common


def _answers(luck: np.random.Generator, icc: float, unit: NDArray[np.int64]) -> Array:
    common = math.sqrt(icc) * luck.standard_normal(int(unit.max()) + 1)[unit]
    common += math.sqrt(COMMON - icc) * luck.standard_normal(len(unit))
    latent = common[:, None] + math.sqrt(1.0 - COMMON) * luck.standard_normal((len(unit), 9))
    return np.digitize(latent, CUTS) + 1.0


def survey_truth() -> float:
    """Index of everybody in all units there could be: latent answers are standard normal in each element."""
    from scipy.stats import norm

    return float((1.0 + norm.sf(CUTS).sum()) * POINTS)


SURVEYS: dict[str, Survey] = {
    f"{units} units of {people}, share between units {icc:g}{', uneven' if uneven else ''}": Survey(
        units, people, icc, uneven
    )
    for units, people, icc, uneven in (
        (10, 30, 0.0, False), (10, 30, 0.05, False), (10, 30, 0.10, False), (20, 30, 0.05, False), (20, 30, 0.10, False),
        (30, 20, 0.05, False), (30, 20, 0.10, False), (10, 30, 0.10, True), (30, 20, 0.10, True), (6, 40, 0.10, False),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Tried:
    """Many files of one cell: shares called effective and harmful, share of intervals that hold the truth (NaN where none is meant to)."""

    files: int
    effective: float
    harmful: float
    covered: float

    def error(self, share: float) -> float:
        """Monte Carlo error of a share; that of one in so many files where none or all of them have it."""
        inside = min(max(share, 1.0 / self.files), 1.0 - 1.0 / self.files)
        return math.sqrt(inside * (1.0 - inside) / self.files)


def tried(made: Training | Survey, files: int) -> Tried:
    """Evaluate so many files of a cell through the public entry."""
    if isinstance(made, Survey):
        truth, held = survey_truth(), 0
        for seed in range(files):
            low, high = from_respondents(made.make(seed)).interval() or (math.nan, math.nan)
            held += low <= truth <= high
        return Tried(files, math.nan, math.nan, held / files)
    verdicts, held = [], 0
    for seed in range(files):
        found = evaluate_training(made.make(seed), **made.asked).programmes[0]
        verdicts.append(found.decision.verdict)
        low, high = found.main.fit.interval()
        if found.ends is not None:
            low, high = found.ends.low.interval()[0], found.ends.high.interval()[1]
        held += low <= made.truth <= high
    shares = [verdicts.count(said) / files for said in ("effective", "harmful")]
    return Tried(files, *shares, held / files if made.covers else math.nan)
