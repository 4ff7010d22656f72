"""Random numbers by coordinate: uniform, unrelated between coordinates, and never a neighbour's number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.engine import draws

G, M1, M2 = (np.uint64(c) for c in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
N = 1 << 20


def key(*coordinates: int) -> np.uint64:
    """Key of a stream as the engine holds it (a call from Python turns it into a plain int)."""
    return np.uint64(draws.key(*coordinates))


def mixed(x: np.ndarray) -> np.ndarray:
    """splitmix64's finaliser on arrays, written independently of the engine."""
    x = (x ^ (x >> np.uint64(30))) * M1
    x = (x ^ (x >> np.uint64(27))) * M2
    return x ^ (x >> np.uint64(31))


def numbers(seed: object, decision: object, month: object, area: object, place: object) -> np.ndarray:
    """Hashes of coordinates, any of which may be an array."""
    with np.errstate(over="ignore"):
        k = mixed(np.atleast_1d(np.asarray(seed, dtype=np.uint64)) + G)
        for coordinate in (decision, month, area, place):
            k = mixed(k ^ (np.asarray(coordinate, dtype=np.uint64) * G))
        return k


def summed(seed: object, decision: object, month: object, area: object, place: object) -> np.ndarray:
    """The mistake: a sum of multiples, hashed once."""
    with np.errstate(over="ignore"):
        total = np.zeros(1, dtype=np.uint64)
        for factor, coordinate in enumerate((seed, decision, month, area, place), start=1):
            total = total + np.asarray(coordinate, dtype=np.uint64) * np.uint64(
                1 if factor in (1, 5) else factor * 7919
            )
        return mixed(total)


def chi_square(lanes: np.ndarray, bins: int = 256) -> float:
    """Chi-square of equal bins as standard deviations from its mean."""
    counts = np.bincount((lanes.astype(np.int64) * bins) >> 16, minlength=bins)
    chi = float(((counts - lanes.size / bins) ** 2).sum() / (lanes.size / bins))
    return (chi - (bins - 1)) / (2 * (bins - 1)) ** 0.5


def lane_of(h: np.ndarray, which: int) -> np.ndarray:
    """A 16-bit lane of hashes."""
    return (h >> np.uint64(16 * which)) & np.uint64(0xFFFF)


PLACES = np.arange(N)
VARIED = {
    "places": (1, 3, 60, 2, PLACES),
    "seeds": (PLACES, 3, 60, 2, 5),
    "months": (1, 3, PLACES, 2, 5),
    "areas": (1, 3, 60, PLACES, 5),
    "decisions": (1, PLACES, 60, 2, 5),
}


def test_reference_equals_the_engine() -> None:
    """Guards: a test of a formula that the engine does not use."""
    rng = np.random.default_rng(3)
    for _ in range(40):
        seed, decision, month, area, place = (int(v) for v in rng.integers(0, 2**31, 5))
        assert int(draws.bits(key(seed, decision, month, area), place)) == int(
            numbers(seed, decision, month, area, place)[0]
        )
    large = 2**62 - 5  # seeds of chance have 62 bits
    assert int(draws.bits(key(large, 1, 0, 0), 0)) == int(numbers(large, 1, 0, 0, 0)[0])


@pytest.mark.parametrize("varied", list(VARIED))
def test_uniform_over_every_coordinate(varied: str) -> None:
    """Guards: a coordinate that hashes badly: a million of its values fill 256 bins evenly in each lane (5 SD)."""
    h = numbers(*VARIED[varied])
    for which in range(4):
        assert abs(chi_square(lane_of(h, which))) < 5.0


@pytest.mark.parametrize("shifted", [0, 1, 2, 3, 4])
def test_neighbouring_streams_are_unrelated(shifted: int) -> None:
    """Guards: seed s + 1, the next month or the next decision that repeats this one, at any lag of places up to four."""
    base: list[Any] = [11, 2, 7, 3, PLACES]
    other = list(base)
    other[shifted] = other[shifted] + 1
    one = lane_of(numbers(*base), 0).astype(float)
    for lag in range(1 if shifted == 4 else 0, 5):
        two = lane_of(numbers(*other), 0).astype(float)
        if shifted == 4:
            lag -= 1
        near = np.corrcoef(one[: N - 4], two[lag : N - 4 + lag])[0, 1]
        assert abs(near) < 5.0 / N**0.5
        assert np.mean(one[: N - 4] == two[lag : N - 4 + lag]) < 1e-4


def test_a_sum_of_multiples_would_fail() -> None:
    """Guards this suite: the usual mistake repeats agent i + 1 of seed s as agent i of seed s + 1, and the check above sees it."""
    one, two = summed(11, 2, 7, 3, PLACES), summed(12, 2, 7, 3, PLACES)
    assert np.array_equal(one[1:], two[:-1])
    assert abs(np.corrcoef(lane_of(one, 0)[1:].astype(float), lane_of(two, 0)[:-1].astype(float))[0, 1]) > 0.99


def test_lanes_are_unrelated() -> None:
    """Guards: two uses of one hash that are the same number."""
    h = numbers(*VARIED["places"])
    lanes = np.stack([lane_of(h, which).astype(float) for which in range(4)])
    off = np.corrcoef(lanes)[np.triu_indices(4, 1)]
    assert np.abs(off).max() < 5.0 / N**0.5


def test_lane_is_the_word_of_the_hash() -> None:
    """Guards: a lane by arithmetic that differs from the memory view used for citizens by fours."""
    h = np.array([0x1111222233334444], dtype=np.uint64)
    assert [int(draws.lane(h[0], which)) for which in range(4)] == [0x4444, 0x3333, 0x2222, 0x1111]
    assert [int(v) for v in h.view(np.uint16)] == [0x4444, 0x3333, 0x2222, 0x1111]


def test_fill_equals_bits() -> None:
    """Guards: the block reader of citizens giving other numbers than the single reader."""
    k = key(5, draws.WHO, 8, 3)
    out = np.zeros(100, dtype=np.uint64)
    draws.fill(k, 4096, 100, out)
    assert [int(v) for v in out] == [int(draws.bits(k, 4096 + j)) for j in range(100)]


def test_uniforms_never_touch_the_ends() -> None:
    """Guards: a log of zero, or a chance that 1 never passes."""
    # The very last of 2^53 values rounds to 1; the one before it must not.
    assert 0.0 < draws.unit_interval(np.uint64(0)) < draws.unit_interval(np.uint64(2**64 - 2049)) < 1.0
    assert 0.0 < draws.share(0) < draws.share(65535) < 1.0
    assert (draws.share(0) + draws.share(65535)) / 2 == 0.5


def test_normal_table_has_mean_zero_and_variance_one() -> None:
    """Guards: noise that moves a mean or shrinks a spread."""
    table = draws.normal_table()
    assert table.shape == (draws.TABLE,) and table.dtype == np.float64
    assert table.sum() == 0.0
    assert np.array_equal(table, -table[::-1])
    assert abs(np.mean(table**2) - 1.0) < 1e-12
    assert (np.diff(table) > 0).all()


def test_normal_table_is_normal() -> None:
    """Guards: tails cut too short to be called normal: fourth moment within 1 % of 3, and quantiles to 0.01."""
    from scipy.stats import norm

    table = draws.normal_table()
    assert np.mean(table**4) == pytest.approx(3.0, rel=0.01)
    wanted = norm.ppf([0.01, 0.05, 0.25, 0.75, 0.95, 0.99])
    assert np.quantile(table, [0.01, 0.05, 0.25, 0.75, 0.95, 0.99]) == pytest.approx(wanted, abs=0.01)
    assert draws.normal(table, 0) == table[0] and draws.normal(table, 65535) == table[-1]


def test_decisions_have_their_own_numbers() -> None:
    """Guards: two decisions on one stream (a person who is both ill and lucky), and a renumbering that would change results."""
    constants = {"G", "M1", "M2", "S30", "S27", "S31", "LOW16", "TABLE"}
    whole = (int, np.integer)
    numbers_of = {
        n: int(v) for n, v in vars(draws).items() if n.isupper() and isinstance(v, whole) and n not in constants
    }
    assert len(numbers_of) >= 27
    assert sorted(numbers_of.values()) == list(range(1, len(numbers_of) + 1))
    pinned = {
        "WHO": 1,
        "WHERE": 2,
        "NOISE": 3,
        "PERSON": 9,
        "USE": 17,
        "MEASURE": 22,
        "CITIZEN_STATE": 25,
        "RENEWAL": 28,
    }
    assert {name: numbers_of[name] for name in pinned} == pinned
