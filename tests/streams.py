"""Statistical tests of random streams: each takes a sampler and gives p-values that are uniform when the streams are what they should be.

A sampler fills an array with the 64-bit hashes of coordinates (seed, decision, month, area, place) that start somewhere and go on in
steps. `ENGINE` is made of the engine's own compiled `key` and `bits`. The others are mistakes, against which every test is held: a test
that no mistake fails proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import combinations, permutations
from typing import Any, cast

import numba
import numpy as np
from scipy import stats

from simulation.engine import draws

P = tuple[str, float]  # what was tested, its p-value
Test = Callable[["Sampler", int], Iterator[P]]
Sampler = Callable[[Any, Any, Any], None]
COORDINATES = ("seed", "decision", "month", "area", "place")
BASE = {"seed": 11, "decision": 2, "month": 84, "area": 3, "place": 0}
MANY = 1 << 20  # hashes along a coordinate
G, M1 = draws.G, draws.M1


def sampler(hash_of: Any) -> Sampler:
    """A compiled loop over coordinates: `sampler(start, step, out)` with uint64 (5,), (5,), (n,)."""

    @numba.njit(nogil=True)
    def fill(start: Any, step: Any, out: Any) -> None:
        for j in range(out.size):
            k = np.uint64(j)
            out[j] = hash_of(
                start[0] + k * step[0], start[1] + k * step[1], start[2] + k * step[2], start[3] + k * step[3],
                start[4] + k * step[4],
            )  # fmt: skip

    return cast(Sampler, fill)


@numba.njit
def by_coordinate(seed: Any, decision: Any, month: Any, area: Any, place: Any) -> Any:
    """The engine's own streams."""
    return draws.bits(draws.key(seed, decision, month, area), place)


@numba.njit
def by_sum(seed: Any, decision: Any, month: Any, area: Any, place: Any) -> Any:
    """The mistake: a sum of multiples, well mixed. Agent i of seed s + 1 is agent i + 1 of seed s."""
    return draws.mix(seed + np.uint64(15838) * decision + np.uint64(23757) * month + np.uint64(31676) * area + place)


@numba.njit
def by_golden_sum(seed: Any, decision: Any, month: Any, area: Any, place: Any) -> Any:
    """The mistake with large odd multiples: seed and place still share theirs."""
    return draws.mix((seed + place) * G + decision * M1 + month * draws.M2 + area * np.uint64(0xD6E8FEB86659FD93))


@numba.njit
def half_mixed(seed: Any, decision: Any, month: Any, area: Any, place: Any) -> Any:
    """Hashed one after another, but with one multiplication instead of two and no last shift."""
    k = seed
    for coordinate in (decision, month, area, place):
        k = (k ^ (coordinate * G)) * M1
        k = k ^ (k >> np.uint64(30))
    return k


@numba.njit
def counted(seed: Any, decision: Any, month: Any, area: Any, place: Any) -> Any:
    """Not mixed at all: places in steps of the golden ratio, the evenest numbers there are."""
    return draws.key(seed, decision, month, area) + place * G


@numba.njit
def weak_bits(seed: Any, decision: Any, month: Any, area: Any, place: Any) -> Any:
    """The mistake of a hash that is cut short: the last word of splitmix64 without its shifts."""
    return (draws.key(seed, decision, month, area) ^ (place * G)) * M1 * draws.M2


ENGINE = sampler(by_coordinate)
MISTAKES: dict[str, Sampler] = {
    "sum of multiples": sampler(by_sum),
    "sum of large multiples": sampler(by_golden_sum),
    "half mixed": sampler(half_mixed),
    "not mixed": sampler(counted),
    "weak bits": sampler(weak_bits),
}


def take(stream: Sampler, varied: str, n: int, **shifted: int) -> Any:
    """n hashes along one coordinate, the others at their base; `seed=1` adds one to the seed."""
    start = np.array([BASE[c] + shifted.get(c, 0) for c in COORDINATES], dtype=np.uint64)
    step = np.array([c == varied for c in COORDINATES], dtype=np.uint64)
    out = np.empty(n, dtype=np.uint64)
    stream(start, step, out)
    return out


def lanes(hashes: Any) -> Any:
    """Lanes of hashes, uint16 (n, 4), lane 0 first; the order in which citizens read them."""
    return hashes.astype("<u8", copy=False).view("<u2").reshape(-1, 4)


def chi_square(values: Any, bins: int) -> float:
    """p-value, two-sided (too even is wrong too), of equally likely bins."""
    counts = np.bincount(values, minlength=bins)
    chi = float(((counts - values.size / bins) ** 2).sum() * bins / values.size)
    return 2.0 * min(float(stats.chi2.sf(chi, bins - 1)), float(stats.chi2.cdf(chi, bins - 1)))


def joint(one: Any, two: Any) -> float:
    """p-value of two lanes being independent and uniform: 64 x 64 bins of their upper six bits."""
    return chi_square((one >> 10).astype(np.int64) * 64 + (two >> 10), 4096)


def two_sided(z: Any) -> Any:
    """p-values of standard normal numbers."""
    return 2.0 * stats.norm.sf(np.abs(z))


def worst(z: Any) -> float:
    """p-value of the largest of independent standard normal numbers."""
    return float(-np.expm1(z.size * np.log1p(-two_sided(z).min())))


def centred(values: Any) -> Any:
    """Lanes with mean zero and variance one, as uniform 16-bit numbers have."""
    return ((values.astype(np.float32) + np.float32(0.5)) / np.float32(65536.0) - np.float32(0.5)) * np.float32(12**0.5)


def even(stream: Sampler, n: int = MANY) -> Iterator[P]:
    """Uniform: each lane as a whole, its upper and its lower eight bits, along each coordinate."""
    for varied in COORDINATES:
        for which, values in enumerate(lanes(take(stream, varied, n)).T):
            yield f"{varied}, lane {which}", chi_square(values, 65536)
            yield f"{varied}, lane {which}, upper bits", chi_square(values >> 8, 256)
            yield f"{varied}, lane {which}, lower bits", chi_square(values & 255, 256)


def fair_bits(stream: Sampler, n: int = MANY) -> Iterator[P]:
    """Each of the 64 bits is 1 half of the time, and no two of them go together."""
    for varied in COORDINATES:
        bytes_ = take(stream, varied, n // 8).astype("<u8", copy=False).view(np.uint8).reshape(-1, 8)
        bits = np.unpackbits(bytes_, axis=1, bitorder="little").astype(np.float32) * 2 - 1
        for number, p in enumerate(two_sided(bits.sum(axis=0, dtype=np.float64) / (n // 8) ** 0.5)):
            yield f"{varied}, bit {number}", float(p)
        together = (bits.T @ bits)[np.triu_indices(64, 1)] / (n // 8) ** 0.5
        yield f"{varied}, the two bits most alike", worst(together)


def lanes_apart(stream: Sampler, n: int = MANY) -> Iterator[P]:
    """The four lanes of a hash have nothing to do with each other."""
    for varied in COORDINATES:
        values = lanes(take(stream, varied, n))
        for one, two in combinations(range(4), 2):
            yield f"{varied}, lanes {one} and {two}", joint(values[:, one], values[:, two])


def serial(stream: Sampler, n: int = MANY) -> Iterator[P]:
    """Nothing repeats along a coordinate: correlation at lags 1 to 8, and neighbours in 64 x 64 bins."""
    for varied in COORDINATES:
        values = lanes(take(stream, varied, n))
        scores = centred(values)
        for lag in range(1, 9):
            z = (scores[:-lag] * scores[lag:]).sum(axis=0, dtype=np.float64) / (n - lag) ** 0.5
            yield from ((f"{varied}, lane {k}, lag {lag}", float(p)) for k, p in enumerate(two_sided(z)))
        for which in range(4):
            yield f"{varied}, lane {which}, neighbours", joint(values[:-1, which], values[1:, which])
    citizens = lanes(take(stream, "place", n)).ravel()  # one lane a citizen, four citizens a hash
    for lag in range(1, 5):
        yield f"citizens {lag} apart", joint(citizens[:-lag], citizens[lag:])


def neighbours(stream: Sampler, n: int = MANY) -> Iterator[P]:
    """Two streams that differ by one in a coordinate: all pairs of lanes at lags -4 to 4, and in 64 x 64 bins at lags -1 to 1."""
    for varied, other in permutations(COORDINATES, 2):
        one, two = lanes(take(stream, varied, n)), lanes(take(stream, varied, n, **{other: 1}))
        left, right = centred(one), centred(two)
        for lag in range(-4, 5):
            here, there = slice(max(-lag, 0), n - max(lag, 0)), slice(max(lag, 0), n - max(-lag, 0))
            z = (left[here].T @ right[there]) / (n - abs(lag)) ** 0.5
            yield f"{varied} against the next {other}, lag {lag}", worst(z)
            if abs(lag) < 2:
                yield f"{varied} against the next {other}, lag {lag}, bins", joint(one[here, 0], two[there, 0])


def box(stream: Sampler, n: int) -> Any:
    """4 n hashes of a box of coordinates as a run uses them: 8 seeds, 8 decisions, 8 months, 8 areas, n / 1,024 places."""
    out = np.empty((8, 8, 8, 8, n // 1024), dtype=np.uint64)
    step = np.array([0, 0, 0, 0, 1], dtype=np.uint64)
    for at in np.ndindex(8, 8, 8, 8):
        stream(np.array([at[0], at[1] + 1, at[2] + 84, at[3], 0], dtype=np.uint64), step, out[at])
    return out.ravel()


def poisson_p(count: int, mean: float) -> float:
    """Two-sided p-value of a Poisson count; one-sided above where the mean is next to nothing."""
    above = float(stats.poisson.sf(count - 1, mean))
    return above if mean < 1.0 else min(2.0 * min(above, float(stats.poisson.cdf(count, mean))), 1.0)


def pairs_alike(values: Any) -> int:
    """Pairs of equal numbers."""
    ordered = np.sort(values)
    runs = np.diff(np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1], [True]])))
    return int((runs * (runs - 1) // 2).sum())


def birthdays(stream: Sampler, n: int = MANY) -> Iterator[P]:
    """No number is met twice in a box of coordinates; halves of a hash are met twice as often as chance has it, and so are spacings."""
    hashes = box(stream, n)
    pairs = hashes.size * (hashes.size - 1) / 2
    yield "whole hashes met twice", poisson_p(pairs_alike(hashes), pairs / 2.0**64)
    halves = hashes.astype("<u8", copy=False).view("<u4").reshape(-1, 2)
    for which, name in enumerate(("lower", "upper")):
        yield f"{name} halves met twice", poisson_p(pairs_alike(halves[:, which]), pairs / 2.0**32)
    for varied in COORDINATES:
        for which, name in enumerate(("lower", "upper")):
            days = take(stream, varied, n).astype("<u8", copy=False).view("<u4")[which::2].reshape(-1, 4096)
            spacings = np.sort(np.diff(np.sort(days, axis=1), axis=1), axis=1)
            repeats = int((spacings[:, 1:] == spacings[:, :-1]).sum())
            yield f"{varied}, spacings of {name} halves", poisson_p(repeats, days.shape[0] * 4096.0**3 / (4 * 2.0**32))


REACH = {"seed": 62, "decision": 6, "month": 20, "area": 16, "place": 21}  # bits that a run may use


def flips(stream: Sampler, n: int = MANY) -> Iterator[P]:
    """Avalanche: one bit of a coordinate turned over turns over each of the 64 bits of the hash half of the time."""
    luck, bases = np.random.default_rng(5), n // 512
    starts = np.stack([luck.integers(0, 1 << REACH[c], bases, dtype=np.uint64) for c in COORDINATES], axis=1)
    step, one = np.zeros(5, dtype=np.uint64), np.empty(1, dtype=np.uint64)

    def hashes(rows: Any) -> Any:
        out = np.empty(bases, dtype=np.uint64)
        for row in range(bases):
            stream(rows[row], step, one)
            out[row] = one[0]
        return out

    before = hashes(starts)
    for which, coordinate in enumerate(COORDINATES):
        for bit in range(REACH[coordinate]):
            turned = starts.copy()
            turned[:, which] ^= np.uint64(1 << bit)
            changed = (before ^ hashes(turned)).astype("<u8", copy=False).view(np.uint8).reshape(-1, 8)
            z = (np.unpackbits(changed, axis=1).sum(axis=0) - bases / 2) / (bases / 4) ** 0.5
            yield f"{coordinate}, bit {bit}", float(stats.chi2.sf(float((z**2).sum()), 64))


TESTS: dict[str, Test] = {
    "even": even,
    "fair bits": fair_bits,
    "lanes apart": lanes_apart,
    "serial": serial,
    "neighbours": neighbours,
    "birthdays": birthdays,
    "flips": flips,
}


def smallest(found: list[P]) -> tuple[str, float]:
    """The worst of several tests, and its p-value times their number (Bonferroni), at most 1."""
    name, p = min(found, key=lambda item: item[1])
    return name, min(p * len(found), 1.0)
