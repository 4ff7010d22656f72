"""Whether a table has runs like the targets: beyond them a fit would be a guess that looks like an answer.

A target is compared with the table's moments, its error and discrepancy added. Outside the middle 99 % it stands at the edge, and the
posterior says so; farther out than any run by three of its errors it is refused. Targets that are usual one by one can be unlike any run
together: their distance from the middle of the table, correlations counted (Mahalanobis), is compared with that of the runs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.calibration.method.checks import columns
from analysis.calibration.method.reference_table import Table
from analysis.calibration.method.regression_abc import noisy
from data.errors import InputError
from simulation.posterior.moments import SCALES, moment
from simulation.posterior.targets import Targets

__all__ = ["TOGETHER", "Reach", "reach"]

EDGE = 0.005  # share of runs on either side of the middle
FAR = 3.0  # errors beyond the farthest run
RARE = 0.001  # share of runs that are as far from the middle as the targets together
TOGETHER = "all targets together"


@dataclass(frozen=True)
class Reach:
    """Targets at the edge of a table. Attributes: edge, their names, TOGETHER among them when they are unlike any run as a whole;
    range, by name, the middle 99 % of the table in the target's unit."""

    edge: tuple[str, ...]
    range: dict[str, tuple[float, float]]


def reach(table: Table, targets: Targets, seed: int = 1) -> Reach:
    """Which targets stand at the edge of what the table's runs show. Raises InputError for one that lies far beyond all of them."""
    used = columns(targets.fitted)
    seen = noisy(table.moments[:, used], targets.error_root(), seed, used)
    aims = targets.observed()
    edge, span = [], {}
    for k, name in enumerate(targets.fitted):
        back = SCALES[moment(name).scale].back
        low, high = np.quantile(seen[:, k], (EDGE, 1.0 - EDGE))
        span[name] = back(float(low)), back(float(high))
        far = FAR * targets.error(name)
        if not seen[:, k].min() - far <= aims[k] <= seen[:, k].max() + far:
            least, most = back(float(seen[:, k].min())), back(float(seen[:, k].max()))
            raise InputError(
                f"targets.{name}.value: found {targets.targets[name].value:.4g} ({moment(name).unit}); no run of the table is near it "
                f"(they show {least:.4g} to {most:.4g}): check the unit, or give a larger discrepancy and say why"
            )
        if not low <= aims[k] <= high:
            edge.append(name)
    centre, whole = seen.mean(axis=0), np.linalg.pinv(np.atleast_2d(np.cov(seen, rowvar=False)))
    apart = np.einsum("ij,jk,ik->i", seen - centre, whole, seen - centre)
    if len(used) > 1 and (apart >= (aims - centre) @ whole @ (aims - centre)).mean() < RARE:
        edge.append(TOGETHER)
    return Reach(tuple(edge), span)
