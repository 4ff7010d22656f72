"""Which targets only give back a parameter that was put in at the start, and which the model had to work for.

The official mean of some elements is a parameter of the model and a figure of the survey: a run shows it again, whatever the model does
between. That such a target is met says nothing of the model. A target to which several parameters and the luck of five years contribute can
be missed, and what it says of a parameter is learned through the model.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.calibration.method.checks import columns
from analysis.calibration.method.reference_table import Table
from simulation.posterior.nuisance import NAMES
from simulation.posterior.targets import Targets

__all__ = ["RESTATED", "restated"]

RESTATED = 0.85  # share of a moment's variance over the prior that one parameter explains; between 0.68 and 0.90 there is no target
DEGREE = 5  # of the curve of a moment on a parameter's place in its prior


def restated(table: Table, targets: Targets) -> pd.DataFrame:
    """For each target the one parameter that explains most of its moment over the prior runs, and how much.

    Args: table, runs over the whole prior, without errors of figures; targets, of the table's city.
    Returns: one row a target, fitted and left out: target, parameter, r2 (share of the moment's variance that a curve of that parameter
        explains), restated (whether that is `RESTATED` or more).
    """
    place = 2.0 * np.asarray(table.place) - 1.0
    names = (*targets.fitted, *targets.left_out)
    moments = table.moments[:, columns(names)]
    left = np.empty((len(NAMES), len(names)))
    for j in range(len(NAMES)):
        curve = np.polynomial.legendre.legvander(place[:, j], DEGREE)
        slopes, *_ = np.linalg.lstsq(curve, moments, rcond=None)
        left[j] = (moments - curve @ slopes).var(axis=0)
    share = 1.0 - left / moments.var(axis=0)
    best = share.argmax(axis=0)
    r2 = share[best, np.arange(len(names))]
    return pd.DataFrame({"target": names, "parameter": [NAMES[j] for j in best], "r2": r2, "restated": r2 >= RESTATED})
