"""The entry point: takes training scores, returns estimates, decisions and threats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd

from analysis.evaluation.training import controlled, one_group
from analysis.evaluation.training.balance import LARGE, balance
from analysis.evaluation.training.cutoff import by_cutoff
from analysis.evaluation.training.decision import (
    Decision,
    Holds,
    Reason,
    Verdict,
    equivalence_p,
    holm,
    needed_per_arm,
    power,
    verdict,
)  # fmt: skip
from analysis.evaluation.training.designs import Design, recognise
from analysis.evaluation.training.estimates import Estimate, Standardiser, single_unit_arm, standardiser
from analysis.evaluation.training.places import place_of
from analysis.evaluation.training.pooled import over_programmes
from analysis.evaluation.training.result import ProgrammeResult, TrainingResult
from analysis.evaluation.training.scores import Scores, read_scores
from analysis.evaluation.training.staggered import staggered
from analysis.evaluation.training.threats import Regression, Threat, expected_regression, threats
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
    if scale is not None and not scale[0] < scale[1]:
        raise InputError(
            f"{argument('scale', *scale)}; allowed: the lowest value first, then the highest, such as 0 and 10"
        )
    columns = list(dict.fromkeys([*covariates, *([cutoff[0]] if cutoff else [])]))
    scores = read_scores(frame, outcome, scale, columns)
    options = Options(randomised, chosen_by, smallest, retest, everyone, cutoff, bandwidth)
    parts = [_programme(scores, str(name), options) for name in sorted(scores.long["programme"].unique())]
    pooled = over_programmes([part.design for part in parts])
    return TrainingResult(
        _decided(parts, options), scores.outcome, scores.scale, smallest, randomised, chosen_by, pooled
    )


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
    estimates = _estimates(design, options)
    points = options.smallest * sd.value
    raised = threats(design, scores, estimates, options.randomised, regression, points)
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
    randomised = bool(options.randomised)
    if design.kind == "once":
        return one_group.once(design)
    if design.kind == "pre_post":
        return one_group.pre_post(design)
    if design.kind == "once_control":
        return controlled.once_control(design, randomised)
    if design.kind == "cutoff":
        assert options.cutoff is not None
        return by_cutoff(design, *options.cutoff, options.bandwidth)
    if design.kind == "staggered":
        return staggered(design)
    return controlled.pre_post_control(design, randomised, _main_model(design, options))


def _main_model(design: Design, options: Options) -> controlled.MainModel:
    """ANCOVA after a lottery or when the score before decided; else differences, unless low scorers were sent.

    Differences count the return of low scorers to the mean as an effect, so for them the lower of the two bounds leads.
    """
    if options.randomised or options.chosen_by == "pretest":
        return "ancova"
    if options.chosen_by == "other":
        return "did"
    return "ancova" if _imbalance(design) < -LARGE else "did"


def _imbalance(design: Design) -> float:
    """Standardised difference before training; 0 when it may be luck."""
    rows = balance(design)
    before = rows[(rows["variable"] == "before") & rows["large"]]
    return float(before["difference_sd"].iloc[0]) if len(before) else 0.0


def _decided(parts: list[Undecided], options: Options) -> list[ProgrammeResult]:
    p = [part.main.fit.p() if part.main.effect else math.nan for part in parts]
    smallest = [options.smallest * part.sd.value for part in parts]
    equal = [
        equivalence_p(part.main.fit, s) if part.main.effect else math.nan
        for part, s in zip(parts, smallest, strict=True)
    ]
    p_holm, equal_holm = holm(p), holm(equal)
    results = []
    for i, part in enumerate(parts):
        said, reason = _verdict(part, options, smallest[i], p_holm[i], equal_holm[i])
        # more people improve precision; they cannot mend the design
        needed = needed_per_arm(part.main, smallest[i]) if reason == "precision" else (None, None)
        decision = Decision(
            programme=part.design.programme, verdict=said, reason=reason, holds_if=_holds(part, options),
            smallest=smallest[i], needed=needed[0], needed_units=needed[1], equivalence_p=equal[i], p=p[i], p_holm=p_holm[i],
            paper_keeps=bool(p[i] < 0.05 and part.main.fit.value > 0.0),
            paper_power=power(part.main.fit, smallest[i]) if part.main.effect else math.nan,
        )  # fmt: skip
        results.append(
            ProgrammeResult(part.design, part.estimates, part.sd, decision, part.threats, balance(part.design))
        )
    return results


def _verdict(part: Undecided, options: Options, smallest: float, p: float, equal: float) -> tuple[Verdict, Reason]:
    if not part.main.effect:
        return "cannot_tell", "level_only"
    if single_unit_arm(part.design):
        return "cannot_tell", "single_unit"
    said = verdict(part.main.fit.value, p, equal)
    if part.design.kind == "pre_post" and part.regression is not None and said == "effective":
        fit = part.main.fit
        if fit.interval()[0] <= part.regression.cautious:
            return "cannot_tell", "regression"
    if _two_answers(part, options):
        # both alone: how many other programmes a file holds is no disagreement of the models
        alone = {verdict(e.fit.value, e.fit.p(), equivalence_p(e.fit, smallest)) for e in part.estimates[:2]}
        if len(alone) > 1:
            return "cannot_tell", "models_disagree"
    return said, "precision" if said == "cannot_tell" else ""


def _two_answers(part: Undecided, options: Options) -> bool:
    """Whether DiD and ANCOVA may be right in turn: arms began unequal, and nobody said why."""
    unknown = not options.randomised and options.chosen_by is None
    return part.design.kind == "pre_post_control" and unknown and _imbalance(part.design) != 0.0


def _holds(part: Undecided, options: Options) -> Holds:
    kind, model = part.design.kind, part.main.model
    if kind in ("once", "pre_post"):
        return "nothing_else"
    if kind == "cutoff":
        return "at_cutoff"
    if options.randomised:
        return ""
    if model in ("did", "cohorts"):
        return "parallel"
    return "same_before" if model == "ancova" else "comparable"
