"""Draws of parameters as a table that joins the outcomes.

Guards: a regression of outcomes on other parameters than the runs had, and a column of one table that hides one of the other.
"""

from __future__ import annotations

import numpy as np

from simulation import Ensemble
from simulation.ensembles.ensemble import KEYS
from simulation.outcomes import NAMES
from simulation.parameters import NATURE
from tests.cities import quiet, shipped


def test_columns_are_the_draws_of_the_runs() -> None:
    """Guards: a column of another parameter, draw or seed, or an array squeezed into one cell."""
    ensemble = Ensemble(shipped(), draws=3, seed=5, scale=0.01)
    frame = ensemble.parameters_frame(first=2)
    assert list(frame["draw"]) == [2, 3, 4] and set(frame["seed"]) == {5}
    assert frame.attrs["drawn_from"] == str(ensemble.drawn_from)
    assert len(frame.columns) == 2 + NATURE.itemsize // 8 and (frame.dtypes.iloc[2:] == np.float64).all()
    for row, draw in enumerate([2, 3, 4]):
        nature = ensemble.nature(draw)
        for name in [n for n in NATURE.names or () if not NATURE[n].shape]:
            column = f"parameter_{name}" if name in NAMES else name
            assert frame[column].iloc[row] == nature[name][0]
        assert frame["loading_U3"].iloc[row] == nature["loading"][0, 2]
        assert frame["threshold_U9_1"].iloc[row] == nature["threshold"][0, 8, 0]
        assert frame["factor_U1"].iloc[row] == nature["factor"][0, 0]


def test_shocks_that_are_off_are_nothing() -> None:
    """Guards: a table of parameters as they are on paper, beside runs that were without shocks."""
    frame = Ensemble(quiet(), draws=2, scale=0.01).parameters_frame()
    assert (frame[["scandal_rate", "political_noise_sd", "ikm_drift"]] == 0.0).all(axis=None)


def test_no_name_clashes_with_the_outcomes() -> None:
    """Guards: a parameter that is called as an outcome, so that a join renames both."""
    ensemble = Ensemble(quiet(months=12), draws=2, scale=0.01, policies=["status_quo"])
    frame, outcomes = ensemble.parameters_frame(), ensemble.run()
    assert set(frame) & set(outcomes) == {"draw", "seed"}
    joined = frame.merge(outcomes, on=["draw", "seed"], validate="one_to_many")
    assert len(joined) == len(outcomes) and set(joined) == {*frame, *KEYS, *NAMES}
    assert joined["rotation"].nunique() == 2
