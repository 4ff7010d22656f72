"""What could make an estimate wrong: each threat is found in the data, has a code and numbers (its words are in texts.*.yaml)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from analysis.evaluation.training.balance import LARGE, between_arms, standardised
from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate, single_unit_arm
from analysis.evaluation.training.scores import SELF_REPORTED, Scores

__all__ = ["CODES", "Threat", "expected_regression", "threats"]

CODES = (
    "no_control", "regression_to_mean", "attrition", "attrition_differential", "attrition_baseline", "self_report",
    "ceiling", "few_clusters", "single_unit", "imbalance", "randomisation_unknown", "randomisation_doubtful", "selection",
    "trend_before", "always_treated", "retest_assumed",
    "no_baseline", "eligible_unknown",
)  # fmt: skip
"""Every code a threat can have."""
ASSUMED_RETEST, POOR_RETEST = 0.8, 0.5
MANY_LOST, MORE_LOST, AT_TOP, FEW = 0.10, 0.05, 0.15, 20


@dataclass(frozen=True)
class Threat:
    """A threat to one programme's estimate: code, and the numbers its words need."""

    code: str
    programme: str
    values: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"{self.code}: no such code")


@dataclass(frozen=True)
class Regression:
    """How far the scores of those sent are expected to return to the mean by themselves [points], and from what."""

    expected: float
    sent: float
    everyone: float
    retest: float
    assumed: bool

    @property
    def cautious(self) -> float:
        """What a decision allows for: as expected, but as for a poor test (0.5) when the correlation was only assumed."""
        return (1.0 - min(self.retest, POOR_RETEST)) * (self.everyone - self.sent) if self.assumed else self.expected


def threats(
    design: Design,
    scores: Scores,
    found: Sequence[Estimate],
    randomised: bool | None,
    regression: Regression | None,
    smallest: float,
    asked_who: bool,
) -> list[Threat]:
    """Threats to one programme, the gravest first.

    Args:
        design, scores: the study and its file. found: its estimates.
        randomised: what the user said. regression: from `expected_regression`.
        smallest: smallest effect of interest [points]. asked_who: whether it is known whom the trained were chosen from.
    """
    name, kind = design.programme, design.kind
    raised: list[Threat] = []

    def say(code: str, **values: float) -> None:
        raised.append(Threat(code, name, values))

    if kind in ("once", "pre_post"):
        say("no_control")
    elif randomised is None and kind != "cutoff":
        say("randomisation_unknown")
    if kind == "once_control" and not randomised:
        say("no_baseline")
    if kind == "pre_post" and regression is None and not asked_who:
        say("eligible_unknown")
    if regression is not None:
        say("regression_to_mean", expected=regression.expected, sent=regression.sent, everyone=regression.everyone,
            retest=regression.retest)  # fmt: skip
        if regression.assumed:
            say("retest_assumed", retest=regression.retest)
    raised += _selection(design, found, bool(randomised), smallest)
    raised += _attrition(design)
    if scores.outcome in SELF_REPORTED:
        say("self_report")
    if scores.scale is not None:
        top = _at_top(design, scores.scale[1])
        if top >= AT_TOP:
            say("ceiling", share=top, top=scores.scale[1])
    if single_unit_arm(design):
        say("single_unit")
    main = found[0].fit
    if main.clusters is not None and (main.clusters < FEW or main.df < 10.0):
        say("few_clusters", clusters=main.clusters, df=main.df)
    if design.always:
        say("always_treated", n=design.always)
    before = [e for e in found if e.role == "before"]
    if before and min(e.fit.p() for e in before) < 0.05 / len(before):
        worst = min(before, key=lambda e: e.fit.p())
        say("trend_before", value=worst.fit.value, p=worst.fit.p())
    return raised


def expected_regression(design: Design, retest: float | None, everyone: float | None) -> Regression | None:
    """Expected return to the mean when low scorers were sent; None when they were not, or when nobody can tell.

    Those sent were below the mean of everybody tested by so many points; (1 - retest correlation) of that comes back
    with no training. Without a given correlation it is the control group's slope of the score after on the score before,
    when there are 20 controls or more; else 0.8 is assumed.

    Args:
        retest: test-retest correlation of the outcome, if known.
        everyone: mean of everybody eligible before training, if known [points]; else that of all people in the file.
    """
    if design.pre is None:
        return None
    before, arm = design.y(design.pre), design.people["arm"]
    sent = before[arm].dropna()
    if len(sent) < 3 or (everyone is None and arm.all()):
        return None
    if everyone is None:
        difference, p = between_arms(design, f"y{design.pre}")
        if not (difference < -LARGE and p < 0.01):
            return None
        everyone = float(before.mean())
    elif not (sent.mean() + 2.58 * sent.std() / math.sqrt(len(sent)) < everyone):
        return None
    known, assumed = retest, False
    if known is None:
        pairs = design.people.loc[~arm, [f"y{design.pre}", f"y{design.post}"]].dropna()
        assumed = len(pairs) < 20 or bool((pairs.nunique() < 2).any())
        # the slope, not the correlation: it is the same in controls who all scored high or all low
        known = ASSUMED_RETEST if assumed else float(np.clip(pairs.cov().iloc[0, 1] / pairs.var().iloc[0], 0.0, 1.0))
    level = float(sent.mean())
    return Regression((1.0 - known) * (everyone - level), level, everyone, known, assumed)


def _selection(design: Design, found: Sequence[Estimate], randomised: bool, smallest: float) -> list[Threat]:
    """Arms that began unequal, and what that does to the estimates."""
    if design.kind not in ("pre_post_control", "once_control", "staggered"):
        return []
    raised = []
    columns = [*([f"y{design.pre}"] if design.pre is not None else []), *design.covariates]
    found_large = []
    for column in columns:
        difference, p = between_arms(design, column)
        if abs(difference) > LARGE and p < (0.01 if randomised else 0.05) / len(columns):
            found_large.append(difference)
    if found_large:
        worst = max(found_large, key=abs)
        code = "randomisation_doubtful" if randomised else "imbalance"
        raised.append(Threat(code, design.programme, {"difference": worst}))
    by_model = {e.model: e.fit for e in found if e.role in ("main", "beside")}
    raw = by_model.get("difference")
    adjusted = by_model.get("ancova") or by_model.get("adjusted")
    if raw is not None and adjusted is not None and not randomised and found_large:
        gap = adjusted.value - raw.value
        if abs(gap) > max(smallest, 1.96 * max(adjusted.se, raw.se)):
            raised.insert(0, Threat("selection", design.programme, {"raw": raw.value, "adjusted": adjusted.value}))
    return raised


def _attrition(design: Design) -> list[Threat]:
    """People with a score before training and none after: how many, in which arm, and whether they were others."""
    if design.pre is None:
        return []
    people = design.people[design.y(design.pre).notna()]
    lost = people[f"y{design.post}"].isna()
    arm = people["arm"]
    if arm.nunique() == 2 and lost[~arm].all():
        return []  # the others were tested once: they are the many of whom the low were sent, no control group that left
    raised = []
    share = float(lost.mean())
    if share > MANY_LOST:
        raised.append(Threat("attrition", design.programme, {"share": share, "n": float(lost.sum())}))
    if arm.nunique() == 2:
        shares = [float(lost[arm == one].mean()) for one in (True, False)]
        table = [[int(lost[arm == one].sum()), int((~lost[arm == one]).sum())] for one in (True, False)]
        if abs(shares[0] - shares[1]) > MORE_LOST and float(fisher_exact(table)[1]) < 0.05:
            values = {"treated": shares[0], "control": shares[1]}
            raised.append(Threat("attrition_differential", design.programme, values))
    before = people[f"y{design.pre}"]
    difference, p = standardised(before[lost], before[~lost])
    if lost.sum() >= 3 and abs(difference) > LARGE and p < 0.05:
        raised.append(Threat("attrition_baseline", design.programme, {"difference": difference}))
    return raised


def _at_top(design: Design, top: float) -> float:
    shares = [
        float((values.dropna() >= top).mean()) for t in design.times if (values := pd.Series(design.y(t))).notna().any()
    ]
    return max(shares)
