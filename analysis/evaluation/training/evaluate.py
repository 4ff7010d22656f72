"""The entry point: takes training scores, returns estimates, decisions and threats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from analysis.evaluation.training import controlled, one_group
from analysis.evaluation.training.balance import balance
from analysis.evaluation.training.cutoff import by_cutoff
from analysis.evaluation.training.decision import (
    EARNED,
    LEVEL,
    Decision,
    Holds,
    equivalence_p,
    needed_per_arm,
    power,
)  # fmt: skip
from analysis.evaluation.training.designs import Design, recognise
from analysis.evaluation.training.estimates import Estimate, Standardiser, of_what, standardiser
from analysis.evaluation.training.evidence import evidence_table
from analysis.evaluation.training.places import place_of
from analysis.evaluation.training.pooled import over_programmes
from analysis.evaluation.training.result import ProgrammeResult, TrainingResult
from analysis.evaluation.training.scores import Scores, read_scores
from analysis.evaluation.training.staggered import staggered
from analysis.evaluation.training.threats import Regression, Threat, expected_regression, threats
from analysis.evaluation.training.verdicts import Evidence, conclusions
from data.arguments import argument
from data.errors import InputError

__all__ = ["evaluate_training"]

ChosenBy = Literal["pretest", "other"]


@dataclass(frozen=True)
class Options:
    """What the user stated besides the file."""

    randomised: bool | None
    chosen_by: ChosenBy | None
    smallest: float
    retest: float | None
    everyone: float | None
    cutoff: tuple[str, float] | None
    bandwidth: float | None


def evaluate_training(
    frame: pd.DataFrame,
    *,
    outcome: str | None = None,
    randomised: bool | None = None,
    smallest: float = 0.2,
    scale: tuple[float, float] | None = None,
    covariates: Sequence[str] = (),
    chosen_by: ChosenBy | None = None,
    retest: float | None = None,
    everyone: float | None = None,
    cutoff: tuple[str, float] | None = None,
    bandwidth: float | None = None,
) -> TrainingResult:
    """Evaluate the programmes of one file of training scores.

    `analysis.evaluation.show(result)` shows it in a notebook.

    The design of each programme (one occasion, pre/post, with a control, staggered) is recognised from the file.

    Args:
        frame: scores, long or with `pre` and `post` beside each other; see `scores.read_scores`.
        outcome: column to use; None takes the first of test, supervisor_rating, readiness, satisfaction.
        randomised: whether a lottery decided who was trained. None counts as no, and a threat mentions that it was not stated.
        smallest: smallest effect of interest [SD]; effects shown to be within ± of it are not meaningful.
        scale: lowest and highest possible value of the outcome.
        covariates: numeric columns known before training to adjust for.
        chosen_by: what decided who was trained when no lottery did: "pretest" (the score before), "other" (lasting
            differences). None: not known, and models that answer differently are not decided between.
        retest: test-retest correlation of the outcome. everyone: mean of all eligible before training [points].
        cutoff: column and value of a cut-off by which people were sent: (score, value). bandwidth: distance from the
            cut-off up to which people are compared.

    Raises:
        InputError: the file or an argument cannot be used; one line.
    """
    if not (math.isfinite(smallest) and smallest > 0.0):
        raise InputError(f"{argument('smallest')}: {smallest}; allowed: a number of SD above 0, such as 0.2")
    if chosen_by not in (None, "pretest", "other"):
        raise InputError(f"{argument('chosen_by')}: '{chosen_by}'; allowed: pretest, other")
    if retest is not None and not 0.0 <= retest <= 1.0:
        raise InputError(f"{argument('retest')}: {retest}; allowed: 0 to 1")
    if everyone is not None and not math.isfinite(everyone):
        raise InputError(f"{argument('everyone')}: {everyone}; allowed: a mean in points of the outcome")
    if scale is not None and not scale[0] < scale[1]:
        raise InputError(
            f"{argument('scale', *scale)}; allowed: the lowest value first, then the highest, such as 0 and 10"
        )
    columns = list(dict.fromkeys([*covariates, *([cutoff[0]] if cutoff else [])]))
    scores = read_scores(frame, outcome, scale, columns)
    options = Options(randomised, chosen_by, smallest, retest, everyone, cutoff, bandwidth)
    parts = [_programme(scores, str(name), options) for name in sorted(scores.long["programme"].unique())]
    pooled = over_programmes([part.design for part in parts])
    decided = _decided(parts, options)
    evidence = evidence_table(decided, scores.outcome, bool(randomised), chosen_by is not None, retest)
    return TrainingResult(decided, scores.outcome, scores.scale, smallest, randomised, chosen_by, pooled, evidence)


@dataclass(frozen=True)
class Undecided:
    """One programme before it is known how many there are."""

    design: Design
    estimates: list[Estimate]
    sd: Standardiser
    regression: Regression | None
    threats: list[Threat]

    @property
    def main(self) -> Estimate:
        return self.estimates[0]


def _programme(scores: Scores, name: str, options: Options) -> Undecided:
    whole = recognise(scores, name, options.cutoff[0] if options.cutoff else None)
    design = _without_untested_controls(whole)
    by_score = not options.randomised and options.chosen_by != "other"  # only then can scores return to the mean
    regression = expected_regression(whole, options.retest, options.everyone) if by_score else None
    low_sent = regression is not None and whole.pre is not None and not whole.people["arm"].all()
    sd = standardiser(design, whole.y(whole.pre) if low_sent and whole.pre is not None else None)
    if math.isnan(sd.value):
        raise InputError(f"{place_of(name)}: people with scores: {len(design.people)}; at least 2 an arm are needed")
    if not sd.value > 0.0:
        raise InputError(f"{place_of(name)}: all people have the same score; nothing can be compared")
    what = of_what(design, bool(options.randomised))
    estimates = [replace(estimate, what=what) for estimate in _estimates(design, options)]
    points = options.smallest * sd.value
    asked_who = options.everyone is not None or options.chosen_by == "other" or len(whole.people) > len(design.people)
    raised = threats(design, scores, estimates, options.randomised, regression, points, asked_who)
    return Undecided(design, estimates, sd, regression, raised)


def _without_untested_controls(design: Design) -> Design:
    """People who were not trained and never tested after are no control group: they say whom the trained were chosen from."""
    if design.kind != "pre_post_control":
        return design
    control = ~design.people["arm"]
    if design.y(design.post)[control].notna().any():
        return design
    return replace(design, kind="pre_post", people=design.people[~control])


def _estimates(design: Design, options: Options) -> list[Estimate]:
    if design.kind == "once":
        return one_group.once(design)
    if design.kind == "pre_post":
        return one_group.pre_post(design)
    if design.kind == "once_control":
        return controlled.once_control(design)
    if design.kind == "cutoff":
        assert options.cutoff is not None
        return by_cutoff(design, *options.cutoff, options.bandwidth)
    if design.kind == "staggered":
        return staggered(design)
    return controlled.pre_post_control(design, _main_model(options))


def _main_model(options: Options) -> controlled.MainModel:
    """ANCOVA after a lottery or when the score before decided, else differences: the design decides, never how unequal arms look.

    When nobody said what decided, both models must give the same verdict (`verdicts`).
    """
    return "ancova" if options.randomised or options.chosen_by == "pretest" else "did"


def _decided(parts: list[Undecided], options: Options) -> list[ProgrammeResult]:
    cases = [_case(part, options) for part in parts]
    results = []
    for part, case, found in zip(parts, cases, conclusions(cases), strict=True):
        main, smallest, level = part.main, case.smallest, part.main.what == "level"
        # more people improve precision; they cannot mend the design
        needed = needed_per_arm(main, smallest) if found.reason == "precision" else (None, None)
        p = math.nan if level else main.fit.p()
        decision = Decision(
            programme=part.design.programme, verdict=found.verdict, reason=found.reason,
            holds_if=_holds(part, options) if found.verdict in EARNED else "", smallest=smallest,
            needed=needed[0], needed_units=needed[1],
            lowest=found.ends.low.value if found.ends else math.nan,
            highest=found.ends.high.value if found.ends else math.nan,
            equivalence_p=math.nan if level else equivalence_p(main.fit, smallest), p=p, p_holm=found.p_holm,
            paper_keeps=bool(p < LEVEL and main.fit.value > 0.0),
            paper_power=math.nan if level else power(main.fit, smallest),
        )  # fmt: skip
        own = (part.design, part.estimates, part.sd, decision, part.threats, balance(part.design), found.ends)
        results.append(ProgrammeResult(*own))
    return results


def _case(part: Undecided, options: Options) -> Evidence:
    return Evidence(
        part.design, part.estimates, part.regression, options.smallest * part.sd.value, bool(options.randomised),
        options.chosen_by is not None, frozenset(threat.code for threat in part.threats),
    )  # fmt: skip


def _holds(part: Undecided, options: Options) -> Holds:
    kind = part.design.kind
    if kind == "cutoff":
        return "at_cutoff"
    if options.randomised:
        return ""
    if kind == "pre_post_control" and options.chosen_by is None:
        return "parallel_and_same"
    return "same_before" if part.main.model == "ancova" else "parallel"
