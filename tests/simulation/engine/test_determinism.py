"""Same seed, same bits: whatever the threads, the company of other policies, or how many draws are asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulation.city import cut_blocks
from simulation.engine.columns import Citizens
from simulation.engine.memory import Engine
from simulation.ensembles.ensemble import Ensemble, luck_of
from tests.cities import shipped


@pytest.fixture(scope="module")
def eight() -> pd.DataFrame:
    """Eight policies, four draws, one thread."""
    return Ensemble(shipped(), draws=4, scale=0.02, workers=1).run()


def test_two_runs_and_two_workers_give_the_same_bits(eight: pd.DataFrame) -> None:
    """Guards against state that leaks between runs or threads."""
    for workers in (1, 2):
        again = Ensemble(shipped(), draws=4, scale=0.02, workers=workers).run()
        pd.testing.assert_frame_equal(again, eight, check_exact=True)


@pytest.mark.parametrize("name", ["needs_based_training", "citizen_participation", "integrated_plus"])
def test_a_policy_alone_equals_the_policy_among_eight(eight: pd.DataFrame, name: str) -> None:
    """Guards against a policy whose luck depends on who else is compared."""
    alone = Ensemble(shipped(), draws=4, scale=0.02, workers=2, policies=[name]).run()
    among = eight[eight["policy"] == name].reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, among, check_exact=True)


def test_more_draws_only_add_rows(eight: pd.DataFrame) -> None:
    """Guards against draws that change when others are added."""
    some = Ensemble(shipped(), draws=2, scale=0.02, workers=2).run(first=2)
    late = eight[eight["draw"] >= 2].reset_index(drop=True)
    pd.testing.assert_frame_equal(some, late, check_exact=True)


def test_another_seed_gives_other_luck(eight: pd.DataFrame) -> None:
    """Guards the tests above against an engine that ignores its seed."""
    other = Ensemble(shipped(), draws=4, scale=0.02, workers=2, seed=2).run()
    assert not other["trust"].equals(eight["trust"])


def test_every_policy_starts_from_the_same_city(eight: pd.DataFrame) -> None:
    """Guards the branching: month 0 is the reference's, whoever goes on from it."""
    start = eight[eight["month"] == 0].drop(columns=["policy", "month"]).groupby("draw").nunique()
    assert (start == 1).all().all()


@pytest.mark.parametrize("size", [8192, 333, 61])
def test_blocks_only_change_the_order_of_sums(size: int) -> None:
    """Guards: luck that depends on where a block is cut, as when the four citizens of one hash lie in two blocks."""
    ensemble = Ensemble(shipped(), draws=1, scale=0.02, policies=["integrated"])
    cut = ensemble.city._replace(blocks=cut_blocks(ensemble.city.areas, size))
    assert len(cut.blocks) >= cut.areas.adults.sum() / size
    whole, small = Engine(ensemble.city), Engine(cut)
    for engine in (whole, small):
        engine.settle(ensemble.runner.reference, ensemble.nature(0), luck_of(1, 0))
    small.raw[:] = whole.raw  # the start itself holds means, which differ in their last bits by the order of sums
    rows = [e.step(ensemble.runner.levers[0], ensemble.nature(0), luck_of(1, 0), 0) for e in (whole, small)]
    for name in Citizens._fields:
        assert np.array_equal(getattr(whole.state.citizens, name), getattr(small.state.citizens, name))
    assert np.array_equal(whole.work.sums, small.work.sums) and np.array_equal(whole.work.answers, small.work.answers)
    np.testing.assert_allclose(rows[0], rows[1], rtol=1e-9, atol=1e-9)
