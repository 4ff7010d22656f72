"""Targets that only give back what was put in, told from those that the model was needed for.

Guards against a validation that counts figures it was given as figures it predicted.
"""

from __future__ import annotations

import numpy as np

from analysis.calibration.method.reference_table import Table
from analysis.calibration.validation.restated import restated
from simulation.posterior.moments import MOMENT_NAMES
from simulation.posterior.nuisance import NAMES
from simulation.posterior.targets import shipped_targets


def test_a_moment_of_one_parameter_is_restated_and_one_of_luck_is_not() -> None:
    """Guards: a share of variance that a straight line misses, that noise inflates, or that is given to another parameter."""
    rng = np.random.default_rng(5)
    place = rng.random((3000, len(NAMES)))
    moments = rng.normal(size=(3000, len(MOMENT_NAMES)))
    leniency, drift = place[:, NAMES.index("leniency")], place[:, NAMES.index("ikm_drift")]
    moments[:, MOMENT_NAMES.index("trusting")] = (leniency - 0.5) ** 2  # a curve that no line follows
    moments[:, MOMENT_NAMES.index("ikm_rise")] = drift + leniency
    targets = shipped_targets("tangsel")
    found = restated(Table("tangsel", 1, place, moments, {}), targets).set_index("target")
    assert list(found.index) == list(targets.fitted)
    assert found.loc["trusting", "parameter"] == "leniency" and found.loc["trusting", "r2"] > 0.99
    assert 0.45 < found.loc["ikm_rise", "r2"] < 0.55 and not found.loc["ikm_rise", "restated"]
    others = found.drop(index=["trusting", "ikm_rise"])
    assert others["r2"].max() < 0.02 and not others["restated"].any()
