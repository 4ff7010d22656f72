"""How wrong an evaluation may be by its design, whatever its size: bias that no number of people takes away [SD of the outcome].

What one group adds on average is the model's own `pre_post_bias` (`arthur2003_learning`), so that the model judges a city's
evaluations as it judges those of its own office. All widths but zero are assumed: one group wide, differences small.
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
    "one_group": Bias(0.10, 0.30),
}


def bias_of(design: str, leavers: float = 0.0, rivals: float = 0.0) -> Bias:
    """Bias of a design, with what leavers and a rival model add.

    Args:
        leavers: distance between the ends that people who left allow [SD]; anywhere between them is as likely.
        rivals: distance between two models that are as reasonable [SD].
    """
    mean, sd = BIAS[design]
    return Bias(mean, math.sqrt(sd**2 + leavers**2 / 12.0 + rivals**2 / 12.0))
