"""From a reference table and targets to a posterior."""

from __future__ import annotations

import math

import numpy as np

from analysis.calibration.method.checks import contraction, ready
from analysis.calibration.method.reach import reach
from analysis.calibration.method.reference_table import Table
from analysis.calibration.method.regression_abc import from_line
from data.errors import InputError
from simulation.posterior.moments import NUISANCE
from simulation.posterior.nuisance import NAMES
from simulation.posterior.posterior_file import Posterior
from simulation.posterior.stamps import method_hash
from simulation.posterior.targets import Targets

__all__ = ["DRAWS", "PRIOR_SD", "fit"]

DRAWS = 1000
PRIOR_SD = math.pi / math.sqrt(3.0)  # of a uniform place on the scale without bounds


def fit(table: Table, targets: Targets, seed: int = 1, size: int = DRAWS) -> Posterior:
    """The posterior of a table's city for a set of targets. Raises InputError when the targets are another city's or beyond the table."""
    if targets.city != table.city:
        raise InputError(
            f"targets: city '{targets.city}', but the table is of '{table.city}'; another city needs its own table: "
            f"`asnlab calibrate --table --city {targets.city}`"
        )
    edge = reach(table, targets, seed).edge
    sample = ready(table, targets, seed).posterior(targets.observed())
    place = from_line(sample.resampled(size))
    priors = [n.prior for n in NUISANCE]
    values = np.array([[p.value(float(u)) for p, u in zip(priors, row, strict=True)] for row in place])
    shrunk = contraction(sample.moments()[1], PRIOR_SD)
    assumed = [n for n in targets.fitted if targets.targets[n].assumed]
    grounded = shrunk
    if len(assumed) == len(targets.fitted):  # nothing was published: nothing is calibrated
        grounded = np.zeros_like(shrunk)
    elif assumed:
        fewer = targets.without(*assumed)
        grounded = contraction(ready(table, fewer, seed).posterior(fewer.observed()).moments()[1], PRIOR_SD)
    numbers = [dict(zip(NAMES, np.round(c, 4).tolist(), strict=True)) for c in (shrunk, grounded)]
    posterior_stamps = {**table.stamps, "method": method_hash()}
    rounded = np.array([[float(f"{x:.5g}") for x in row] for row in values.tolist()])
    return Posterior(table.city, rounded, numbers[0], numbers[1], posterior_stamps, targets.hash(), seed, edge)
