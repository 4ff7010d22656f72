"""What may be concluded about one programme: one verdict, and why no more can be said. Words, table and figure all follow it.

A verdict about training is only given where a comparison earns it: a lottery, or people compared before and after with others who
were not trained. Every answer that is as reasonable as the main one must agree: the other model when nobody said who was sent and
why, and both ends that the people who left allow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.evaluation.clustered import Fit
from analysis.evaluation.training.attrition import Ends, ends
from analysis.evaluation.training.balance import balance
from analysis.evaluation.training.decision import Reason, Verdict, equivalence_p, holm, verdict
from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate, of_what, single_unit_arm
from analysis.evaluation.training.threats import Regression

__all__ = ["Conclusion", "Evidence", "conclusions"]

WITHOUT_A_COMPARISON: dict[Verdict, Verdict] = {
    "effective": "rose", "harmful": "fell", "no_meaningful_effect": "unchanged", "cannot_tell": "cannot_tell",
}  # fmt: skip


@dataclass(frozen=True)
class Evidence:
    """What speaks about one programme.

    Attributes:
        estimates: the main one first. regression: return to the mean that is expected. smallest: smallest effect of interest [points].
        randomised: whether a lottery decided. reason_known: whether the user said what else did. codes: of its threats.
    """

    design: Design
    estimates: Sequence[Estimate]
    regression: Regression | None
    smallest: float
    randomised: bool
    reason_known: bool
    codes: frozenset[str]

    @property
    def main(self) -> Fit:
        return self.estimates[0].fit

    @property
    def lottery_holds(self) -> bool:
        return self.randomised and "randomisation_doubtful" not in self.codes

    @property
    def rivals(self) -> list[Fit]:
        """The models that are all reasonable: differences and covariance, unless a lottery or the user decides between them."""
        two = self.design.kind == "pre_post_control" and not self.lottery_holds and not self.reason_known
        return [e.fit for e in self.estimates[: 2 if two else 1]]


@dataclass(frozen=True)
class Conclusion:
    """Verdict, why it says no more, p of no effect and of equivalence after Holm, and the ends that leaving allows, if any."""

    verdict: Verdict
    reason: Reason
    p_holm: float
    ends: Ends | None


def conclusions(cases: Sequence[Evidence]) -> list[Conclusion]:
    """One conclusion a programme; p-values are corrected for the number of programmes (Holm), at the ends as well."""
    bounds = [ends(case.design, case.estimates[0]) for case in cases]
    said, p = _family([case.main for case in cases], cases)
    low = _family([b.low if b else case.main for b, case in zip(bounds, cases, strict=True)], cases)[0]
    high = _family([b.high if b else case.main for b, case in zip(bounds, cases, strict=True)], cases)[0]
    found = []
    for i, case in enumerate(cases):
        given, reason = _concluded(case, said[i], {low[i], high[i]})
        found.append(Conclusion(given, reason, p[i], bounds[i]))
    return found


def _family(fits: Sequence[Fit], cases: Sequence[Evidence]) -> tuple[list[Verdict], list[float]]:
    """Verdicts of several programmes at once, and their adjusted p-values."""
    levels = [of_what(case.design, case.randomised) == "level" for case in cases]
    p = holm([math.nan if level else fit.p() for fit, level in zip(fits, levels, strict=True)])
    equal = holm(
        [
            math.nan if level else equivalence_p(fit, case.smallest)
            for fit, case, level in zip(fits, cases, levels, strict=True)
        ]
    )
    return [verdict(fit.value, a, b) for fit, a, b in zip(fits, p, equal, strict=True)], p


def _concluded(case: Evidence, said: Verdict, at_the_ends: set[Verdict]) -> tuple[Verdict, Reason]:
    what = of_what(case.design, case.randomised)
    if what == "level":
        return "cannot_tell", "level_only"
    if what == "difference":
        return "cannot_tell", "no_baseline"
    if what == "change":
        return _changed(case, said)
    if single_unit_arm(case.design):
        return "cannot_tell", "single_unit"
    if case.randomised and not case.lottery_holds and case.design.kind != "pre_post_control":
        return "cannot_tell", "lottery_doubtful"
    if "trend_before" in case.codes and not case.lottery_holds:
        return "cannot_tell", "trend_before"
    if said == "cannot_tell":
        return said, "models_disagree" if _apart(case) else "precision"
    # both alone: how many other programmes a file holds is no disagreement of the models
    if len({verdict(fit.value, fit.p(), equivalence_p(fit, case.smallest)) for fit in case.rivals}) > 1:
        return "cannot_tell", "models_disagree" if _apart(case) else "precision"
    for estimate in case.estimates[1 : len(case.rivals)]:
        other = ends(case.design, estimate)
        for fit in (other.low, other.high) if other else ():
            at_the_ends = at_the_ends | {verdict(fit.value, fit.p(), equivalence_p(fit, case.smallest))}
    if at_the_ends != {said}:
        return "cannot_tell", "attrition"
    return said, ""


def _changed(case: Evidence, said: Verdict) -> tuple[Verdict, Reason]:
    """One group before and after: what the scores did, never what training did."""
    if said == "effective" and case.regression is not None and case.main.interval()[0] <= case.regression.cautious:
        return "rose", "regression"
    return WITHOUT_A_COMPARISON[said], "precision" if said == "cannot_tell" else ""


def _apart(case: Evidence) -> bool:
    """Whether the models answer differently because the arms began unequal, which more people would not settle."""
    if len(case.rivals) < 2:
        return False
    rows = balance(case.design)
    before = rows[(rows["variable"] == "before") & rows["large"]]
    alone = {verdict(fit.value, fit.p(), equivalence_p(fit, case.smallest)) for fit in case.rivals}
    return bool(len(before)) and len(alone) > 1
