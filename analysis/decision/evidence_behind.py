"""What a study does to an answer: the parameters that rest on it, and how much of each headline difference these explain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from analysis.decision.carried import Carried

__all__ = ["evidence_behind"]


def evidence_behind(
    studies: Mapping[str, Sequence[str]], found: Carried, policy: str, of: Iterable[str] | None = None
) -> pd.DataFrame:
    """How much of a policy's differences rests on each study.

    Args:
        studies: parameters by the study that stands in their evidence; found: what carries the differences; policy: whose.
        of: the studies to show, default all; a study on which no parameter rests has an empty list and shares of nothing.
    Returns: one row a study and outcome, the weightiest study first: study, parameters (comma-separated), outcome, share of the variance of
        the difference that those of its parameters explain that stand out from chance. Several studies may stand behind one parameter, so
        shares of studies do not add up.
    """
    shares = found.shares[(found.shares["policy"] == policy) & found.shares["stands_out"]]
    outcomes = list(dict.fromkeys(found.differences.loc[found.differences["policy"] == policy, "outcome"]))
    rows = []
    for study in dict.fromkeys(studies if of is None else of):
        names = list(studies.get(study, ()))
        mine = shares[shares["parameter"].isin(names)].groupby("outcome")["share"].sum()
        rows += [
            {"study": study, "parameters": ", ".join(names), "outcome": o, "share": float(mine.get(o, 0.0))}
            for o in outcomes
        ]
    table = pd.DataFrame(rows, columns=["study", "parameters", "outcome", "share"])
    weight = table.groupby("study")["share"].transform("sum")
    order = table.assign(weight=weight).sort_values("weight", ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)
