"""Who comes, by bits: the same people as comparing everybody with their luck."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest

from simulation.engine.draws import bits, key, lane
from simulation.engine.gather import fill_lanes, gather


def python(compiled: object) -> Any:
    """The function as it is written: Python cannot call what is compiled for the inside of the engine."""
    return cast(Any, compiled).py_func


@pytest.mark.parametrize("n", [1, 63, 64, 65, 200, 1000])
@pytest.mark.parametrize("chance", [0.0, 0.1, 1.0])
def test_everybody_whose_luck_is_below_their_demand_is_found(n: int, chance: float) -> None:
    """Guards: a citizen who is skipped or counted twice, at the ends of a word and of the block, and scratch that was not empty."""
    rng = np.random.default_rng(n)
    luck = rng.integers(0, 65536, n).astype(np.uint16)
    demand = np.full(n, round(65535 * chance), dtype=np.uint16)
    met, packed = np.full(n + 64, 7, dtype=np.uint8), np.full(8 * (n // 64 + 2), 7, dtype=np.uint8)
    who = np.zeros(n, dtype=np.uint64)
    room = 8 * (met.size // 8)
    with np.errstate(over="ignore"):
        found = python(gather)(demand, luck, met, met[:room].view(np.uint64), packed, packed.view(np.uint64), who)
    assert who[:found].tolist() == np.flatnonzero(luck < demand).tolist()


@pytest.mark.parametrize(("first", "n"), [(0, 9), (1, 3), (2, 8), (7, 1)])
def test_lanes_are_those_of_the_places(first: int, n: int) -> None:
    """Guards: luck that depends on where a block begins: place p has lane p % 4 of hash p // 4."""
    stream = np.uint64(key(3, np.uint64(1), 5, 7))
    hashes, luck = np.zeros(8, dtype=np.uint64), np.zeros(n, dtype=np.uint16)
    python(fill_lanes)(stream, first, luck, hashes, hashes.view(np.uint16))
    wanted = [lane(np.uint64(bits(stream, place // 4)), place % 4) for place in range(first, first + n)]
    assert luck.tolist() == wanted
