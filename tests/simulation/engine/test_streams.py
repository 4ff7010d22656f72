"""Streams of random numbers over millions of draws: uniform, and unrelated across seeds, decisions, months, areas and places.

`tests/streams.py` holds the tests as p-values and the mistakes that must fail them. Coordinates are fixed, so a result is the same in
every run; docs/random-numbers.md shows the figures.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import numpy as np
import pytest
from scipy import stats

from simulation.engine import draws
from tests import streams
from tests.streams import ENGINE, MISTAKES, TESTS, P

CHANCE = 1e-3  # that a test fails although all is well, had coordinates been drawn by lot
FEWER = 1 << 16  # hashes along a coordinate that are enough to see a mistake


@lru_cache(maxsize=len(TESTS))
def found(name: str) -> list[P]:
    """p-values of the engine's streams."""
    return list(TESTS[name](ENGINE, streams.MANY))


@pytest.mark.parametrize("name", TESTS)
def test_the_engine_passes(name: str) -> None:
    """Guards: lanes that are not uniform, lanes, bits or coordinates that go together, numbers that come back, bits that do not count."""
    where, p = streams.smallest(found(name))
    assert p > CHANCE, f"{where}: p = {p:.2g} of {len(found(name))} tests"


def test_small_deviations_do_not_add_up() -> None:
    """Guards: a fault too small for any one test; p-values of all tests together are uniform."""
    values = [p for name in TESTS for where, p in found(name) if where != "whole hashes met twice"]
    assert len(values) > 900
    assert stats.kstest(values, "uniform").pvalue > CHANCE


@pytest.mark.parametrize(
    ("mistake", "name"),
    [
        ("sum of multiples", "neighbours"),
        ("sum of multiples", "birthdays"),
        ("sum of large multiples", "neighbours"),
        ("sum of large multiples", "birthdays"),
        ("half mixed", "serial"),
        ("not mixed", "even"),
        ("not mixed", "lanes apart"),
        ("not mixed", "serial"),
        ("not mixed", "flips"),
        ("weak bits", "fair bits"),
    ],
)
def test_a_mistake_fails(mistake: str, name: str) -> None:
    """Guards the tests above: each of them is failed by a usual mistake, the sum of multiples among them."""
    assert streams.smallest(list(TESTS[name](MISTAKES[mistake], FEWER)))[1] < 1e-9


def test_every_test_has_a_mistake_that_fails_it() -> None:
    """Guards the list above against a test that nothing fails."""
    marks = next(m for m in cast(Any, test_a_mistake_fails).pytestmark if m.name == "parametrize")
    assert {name for _, name in marks.args[1]} == set(TESTS)
    assert {mistake for mistake, _ in marks.args[1]} == set(MISTAKES)


def test_the_sampler_reads_what_the_engine_reads() -> None:
    """Guards: a battery that tests other numbers than a block of citizens gets."""
    base = streams.BASE
    block = np.empty(1000, dtype=np.uint64)
    stream = np.uint64(draws.key(base["seed"], base["decision"], base["month"], base["area"]))
    draws.fill(stream, 0, block.size, block)
    assert np.array_equal(streams.take(ENGINE, "place", block.size), block)
