"""State in one slab: aligned, without overlap, and restored by one copy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.city import build_city
from simulation.engine.columns import Citizens, Domain, Env, Ref, Tally
from simulation.engine.memory import FIXED, Engine, layout
from simulation.engine.scratch import TrustSum
from simulation.engine.slab import ALIGN, aligned, slab_layout, view
from simulation.levers import pack
from tests.cities import Lab, changed, policy

few = settings(max_examples=50, deadline=None)
TYPES = [np.uint8, np.int16, np.uint16, np.float32, np.int64, np.float64]


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Memory of a city of one in a hundred; nothing is compiled."""
    return Engine(build_city("tangsel", 0.01))


def arrays(node: Any) -> Iterator[np.ndarray]:
    """Every array of a state, however nested."""
    if isinstance(node, np.ndarray):
        yield node
    else:
        for part in node:
            yield from arrays(part)


@few
@given(st.lists(st.tuples(st.sampled_from(TYPES), st.integers(1, 300), st.integers(1, 4)), min_size=1, max_size=30))
def test_layout_is_aligned_and_without_overlap(columns: list[tuple[Any, int, int]]) -> None:
    """Guards: two columns that share a cache line, or a byte."""
    placed, size = slab_layout([(f"c{i}", dtype, (rows, wide)) for i, (dtype, rows, wide) in enumerate(columns)])
    end = 0
    for offset, dtype, shape in placed.values():
        assert offset % ALIGN == 0 and offset >= end
        end = offset + int(np.prod(shape)) * np.dtype(dtype).itemsize
    assert end <= size


def test_buffer_starts_at_a_cache_line() -> None:
    """Guards: a slab whose columns are aligned to each other but not to memory."""
    for size in (1, 127, 128, 100_000):
        buffer = aligned(size)
        assert buffer.size == size and buffer.ctypes.data % ALIGN == 0 and not buffer.any()


def test_every_column_of_the_engine(engine: Engine) -> None:
    """Guards: a column that lives outside the slab and so keeps the last policy's values."""
    low, high = engine.raw.ctypes.data, engine.raw.ctypes.data + engine.raw.nbytes
    spans = []
    for column in arrays(engine.state):
        start = column.ctypes.data
        assert start % ALIGN == 0
        assert low <= start and start + column.nbytes <= high
        assert column.flags.c_contiguous and np.shares_memory(column, engine.raw)
        spans.append((start, start + column.nbytes))
    spans.sort()
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert len(spans) == len(layout(engine.city))


def test_one_copy_restores_every_column_that_moves(engine: Engine) -> None:
    """Guards: a branch for the next policy that forgets a column other than the two that no month changes."""
    rng = np.random.default_rng(2)
    engine.raw[:] = rng.integers(0, 256, engine.raw.size)
    before = [column.tobytes() for column in arrays(engine.state)]
    engine.kept[:] = engine.moving
    for column in arrays(engine.state):
        column.view(np.uint8).reshape(-1)[:] = 7
    engine.restore()
    changed = [k for k, column in enumerate(arrays(engine.state)) if before[k] != column.tobytes()]
    assert changed == [0, 1] and FIXED == ("citizens.demand", "citizens.alpha")


def test_no_month_changes_what_is_not_restored() -> None:
    """Guards: a rule that writes to a column that the next policy would find as the last one left it."""
    lab = Lab(0.005)
    before = lab.columns()
    lab.months(policy("integrated"), 0, 14)
    moved = changed(before, lab.columns())
    assert "citizens.trust" in moved and not moved & set(FIXED)


def test_a_start_that_is_not_kept_takes_no_memory(engine: Engine) -> None:
    """Guards: a run of one policy that holds memory for branches nobody takes, or that gives other results for it."""
    single, lab = Engine(engine.city, branches=False), Lab(0.005)
    assert single.nbytes < engine.nbytes - 16 * single.state.citizens.trust.size
    alone = Engine(lab.city, branches=False)
    levers = pack(policy("integrated"), lab.profile)
    rows = [e.run(lab.reference, [levers], lab.nature, lab.luck, 3) for e in (lab.engine, alone)]
    assert np.array_equal(*rows)


def test_scratch_is_not_in_the_slab(engine: Engine) -> None:
    """Guards: scratch memory that is copied for every policy, or two engines that share theirs."""
    other = Engine(engine.city)
    assert not any(np.shares_memory(a, engine.raw) for a in engine.work)
    assert not any(np.shares_memory(a, b) for a, b in zip(engine.work, other.work, strict=True))
    assert not np.shares_memory(engine.raw, engine.kept) and not np.shares_memory(engine.raw, other.raw)


def test_citizens_are_small(engine: Engine) -> None:
    """Guards: a column in float64 that doubles the memory of a million citizens: 22 bytes each."""
    assert sum(getattr(engine.state.citizens, n).itemsize for n in Citizens._fields) == 22


def test_rows_fit_the_city(engine: Engine) -> None:
    """Guards: a citizen, post or unit without a row."""
    city, state = engine.city, engine.state
    assert state.citizens.trust.size == city.areas.first[-1] + city.areas.adults[-1]
    assert state.base.shape == state.applied.shape == state.idle.shape == (len(city.status), 4)
    assert len(state.staff) == len(city.job) == len(city.status) == city.units.staff.sum()
    assert len(state.units) == len(city.units) and len(state.programmes) == 9
    assert state.pull.size == 7 and state.env.size == len(Env) and state.ref.size == len(Ref)


def test_ages_fit_their_columns(engine: Engine) -> None:
    """Guards: an age in months, or a time since a seminar, that overflows its column."""
    assert np.iinfo(engine.state.staff.age.dtype).max > 70 * 12
    assert np.iinfo(engine.state.staff.seminar.dtype).max > 1000
    assert np.iinfo(engine.city.visits.dtype).max >= len(engine.city.units) - 1


def test_places_are_numbers_in_order() -> None:
    """Guards: two names for one place of an array."""
    for table in (Domain, Env, Ref, Tally, TrustSum):
        assert tuple(table) == tuple(range(len(table))) == tuple(getattr(table, name) for name in table._fields)


def test_views_share_the_slab() -> None:
    """Guards: a copy in place of a view, so that a rule would write into nothing."""
    raw = aligned(1024)
    column = view(raw, (128, np.float32, (4, 3)))
    column[2, 1] = 5.0
    assert raw[128:].view(np.float32)[7] == 5.0 and column.shape == (4, 3)
