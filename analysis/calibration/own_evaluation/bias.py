"""How wrong an evaluation may be by its design, whatever its size: bias that no number of people takes away [SD of the outcome].

All sizes but zero are assumed; the sign of that of one group is in the evidence: meta-analyses find about half of what
uncontrolled and published studies say (`arthur2003_learning` and `lacerenza2017_learning` are halved for the same reason in
`analysis.calibration.direct.evidence`).
"""

from __future__ import annotations

import math
from typing import NamedTuple

__all__ = ["BIAS", "Bias", "bias_of"]


class Bias(NamedTuple):
    """Mean and SD of what an estimate differs by from the true effect, luck left out [SD]."""

    mean: float
    sd: float


BIAS = {
    "randomised": Bias(0.0, 0.0),
    "cutoff": Bias(0.0, 0.05),
    "differences": Bias(0.0, 0.10),
    "one_group": Bias(0.30, 0.30),
}


def bias_of(design: str, leavers: float = 0.0, rivals: float = 0.0) -> Bias:
    """Bias of a design, with what leavers and a rival model add.

    Args:
        leavers: distance between the ends that people who left allow [SD]; anywhere between them is as likely.
        rivals: distance between two models that are as reasonable [SD].
    """
    mean, sd = BIAS[design]
    return Bias(mean, math.sqrt(sd**2 + leavers**2 / 12.0 + rivals**2 / 12.0))
