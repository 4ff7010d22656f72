"""What each programme of a file can teach the city's model: an estimate with its error, level, design and what may be wrong with it.

The table goes with the results of `asnlab evaluate` and is read by `asnlab calibrate --evaluation`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from analysis.evaluation.training.result import ProgrammeResult

__all__ = ["LEVELS", "NO_COMPARISON", "evidence_table"]

LEVELS = {
    "test": "learning", "supervisor_rating": "behaviour", "readiness": "self_rated", "satisfaction": "reaction",
}  # fmt: skip
"""Level at which an outcome of the form is measured; a column of the user's own has none."""
NO_COMPARISON = ("level_only", "no_baseline", "single_unit", "trend_before", "lottery_doubtful")
"""Reasons for which an estimate is of no effect at all."""


def evidence_table(
    programmes: Sequence[ProgrammeResult], outcome: str, randomised: bool, reason_known: bool, retest: float | None
) -> pd.DataFrame:
    """One row a programme.

    Returns:
        kind ("training"), course, outcome, level; design (randomised, cutoff, differences, one_group, or the reason why there is no
        comparison); estimate, se [points]; sd, the standard deviation that makes them effects [points]; reliability of the outcome,
        empty when nobody said; low, high, ends that leavers allow [points], empty when nobody left; rival, the other model's estimate where
        nobody said who was sent and why [points], else empty; treated, control, people.
    """
    rows = []
    for programme in programmes:
        main, decision = programme.main, programme.decision
        two = programme.design.kind == "pre_post_control" and not randomised and not reason_known
        rows.append(
            {
                "kind": "training",
                "course": programme.design.programme,
                "outcome": outcome,
                "level": LEVELS.get(outcome, ""),
                "design": _design(programme, randomised),
                "estimate": main.fit.value,
                "se": main.fit.se,
                "sd": programme.sd.value,
                "reliability": math.nan if retest is None else retest,
                "low": decision.lowest,
                "high": decision.highest,
                "rival": programme.estimates[1].fit.value if two else math.nan,
                "treated": main.n_treated,
                "control": main.n_control,
            }
        )
    return pd.DataFrame(rows)


def _design(programme: ProgrammeResult, randomised: bool) -> str:
    if programme.decision.reason in NO_COMPARISON:
        return programme.decision.reason
    kind = programme.design.kind
    if kind in ("pre_post", "cutoff"):
        return {"pre_post": "one_group", "cutoff": "cutoff"}[kind]
    doubtful = any(threat.code == "randomisation_doubtful" for threat in programme.threats)
    return "randomised" if randomised and not doubtful else "differences"
