"""Programmes to which people were sent by a cut-off of a score: those just on either side are compared."""

from __future__ import annotations

import pandas as pd

from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate
from analysis.evaluation.training.fits import regression
from analysis.evaluation.training.places import place_of
from data.arguments import argument
from data.errors import InputError

__all__ = ["by_cutoff"]


def by_cutoff(design: Design, score: str, cutoff: float, bandwidth: float | None = None) -> list[Estimate]:
    """Jump at the cut-off, a line on either side (local linear, equal weights within the bandwidth, HC2).

    It is the effect for people at the cut-off, not for everybody who was trained.

    Raises:
        InputError: people on the same side were both trained and not; fewer than 5 people on a side.
    """
    distance = design.people[score] - cutoff
    y, arm = design.y(design.post), design.people["arm"]
    known = y.notna() & distance.notna()
    if bandwidth is not None:
        known &= distance.abs() <= bandwidth
    below = distance < 0.0
    sides = [arm[known & below], arm[known & ~below]]
    if min(len(s) for s in sides) < 5:
        raise InputError(
            f"{place_of(design.programme)}: {len(sides[0])} people below and {len(sides[1])} above {score} = {cutoff:g}; "
            "at least 5 on each side are needed"
        )
    if any(s.nunique() != 1 for s in sides) or sides[0].iloc[0] == sides[1].iloc[0]:
        raise InputError(
            f"{place_of(design.programme)}: the cut-off {score} = {cutoff:g} does not part the trained from the others; "
            f"leave {argument('cutoff')} out, or mend the column"
        )
    x = pd.DataFrame({"arm": arm.astype(float), "score": distance, "both": arm * distance})[known]
    fit = regression(y[known].to_numpy(dtype=float), x, "arm")
    counts = (int((known & arm).sum()), int((known & ~arm).sum()), int((~known).sum()))
    return [Estimate("main", "cutoff", design.occasions[design.post], fit, *counts)]
