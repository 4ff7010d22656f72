"""Random numbers by coordinate: a draw is a function of (seed, decision, month, area, place), never of who else drew.

Coordinates are hashed one after another (a sum of multiples would make agent i of seed s equal agent i - 1 of seed s + 1).
Two policies with one seed therefore share their luck, and a difference between them is made by the policy alone. One 64-bit
hash gives four lanes of 16 bits; citizens of one area share a hash by fours for the yes/no decision everybody takes.

Source: the mixing constants are those of splitmix64 (Steele, Lea & Flood 2014).
"""

from __future__ import annotations

import hashlib
import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from simulation.engine.compiled import int64, rule
from simulation.engine.records import Float64s, UInt64s

G = np.uint64(0x9E3779B97F4A7C15)
M1 = np.uint64(0xBF58476D1CE4E5B9)
M2 = np.uint64(0x94D049BB133111EB)
S30, S27, S31 = np.uint64(30), np.uint64(27), np.uint64(31)
LOW16 = np.uint64(0xFFFF)
LANES = 65536.0  # a lane is a whole number below this: luck in 16 bits
TABLE = 4096  # strata of the normal table: 12 bits of a lane

# Decisions: one number each, so that no two decisions share a stream. Never renumber: results would change. (Typed, because compiled
# code would see every bare number as a type of its own.)
(
    WHO, WHERE, NOISE, SURVEY_A, SURVEY_B, SURVEY_C, NEWS, REPORTS,
    PERSON, PERSON_SKILL, PERSON_OWN, RECRUIT, ROTATION, PLAN, NEED, PROVIDER, USE, MORALE, ETHICS,
    PROGRAMME, REVISION, MEASURE, UNIT, CITIZEN, CITIZEN_STATE, LEADER, FRESH, RENEWAL, YEAR,
) = (np.uint64(n) for n in range(1, 30))  # fmt: skip


def luck_of(seed: int, draw: int) -> int:
    """Seed of chance of a draw: 62 bits from (seed, draw)."""
    return int.from_bytes(hashlib.sha256(f"chance/{seed}/{draw}".encode()).digest()[:8], "big") >> 2


@rule
def mix(x: np.uint64) -> np.uint64:
    """Finaliser of splitmix64: 64 bits in, 64 well-mixed bits out."""
    x = (x ^ (x >> S30)) * M1
    x = (x ^ (x >> S27)) * M2
    return x ^ (x >> S31)


@rule
def stream(seed: int, decision: np.uint64, month: int) -> np.uint64:
    """What the streams of all areas (or units) share: (seed, decision, month) hashed one after another."""
    k = mix(np.uint64(seed) + G)
    k = mix(k ^ (np.uint64(decision) * G))
    return mix(k ^ (np.uint64(month) * G))


@rule
def of_area(shared: np.uint64, area: int) -> np.uint64:
    """Key of the stream of one area (or unit)."""
    return mix(shared ^ (np.uint64(area) * G))


@rule
def key(seed: int, decision: np.uint64, month: int, area: int) -> np.uint64:
    """Key of a stream: (seed, decision, month, area) hashed one after another."""
    return of_area(stream(seed, decision, month), area)


@rule
def bits(k: np.uint64, place: int) -> np.uint64:
    """64 random bits for a place of the stream."""
    return mix(k ^ (np.uint64(place) * G))


@rule
def lane(h: np.uint64, which: int) -> int:
    """One of the four 16-bit lanes of a hash, as an integer 0-65535."""
    return int64((h >> np.uint64(16 * which)) & LOW16)


@rule
def unit_interval(h: np.uint64) -> float:
    """A uniform number in (0, 1) from the top 52 bits of a hash; never 0 or 1."""
    return (np.float64(np.int64(h >> np.uint64(12))) + 0.5) * (1.0 / 4503599627370496.0)


@rule
def share(l16: int) -> float:
    """A uniform number in (0, 1) from a 16-bit lane."""
    return (np.float64(l16) + 0.5) * (1.0 / LANES)


@rule
def pick(count: int, l16: int) -> int:
    """One of `count` places, from 0, by a 16-bit lane."""
    return (l16 * count) >> 16


@rule
def lanes_below(chance: float) -> int:
    """The bound that lanes fall below with a chance: luck is a whole number, so the chance is rounded up, and comparing is faster."""
    return int64(math.ceil(LANES * chance))


@rule
def nearest_lanes(chance: float) -> int:
    """The same bound to the nearest whole number, for tables of uint16: at most 65535."""
    return min(int(LANES * chance + 0.5), 65535)


@rule
def fill(k: np.uint64, first: int, n: int, out: UInt64s) -> None:
    """Fill out[:n] with the hashes of places first, first + 1, ...; vectorises. Lane j of out.view(uint16) is agent 4 * first + j."""
    for j in range(n):
        out[j] = mix(k ^ (np.uint64(first + j) * G))


@lru_cache(maxsize=1)
def normal_table() -> Float64s:
    """Means of TABLE equal slices of the standard normal, scaled to variance one [float64, shape (TABLE,)].

    Pure Python arithmetic (Wichura's AS 241 in the standard library), so the table has the same bits everywhere. The mean is zero by
    symmetry: noise cannot move a mean.
    """
    half = [NormalDist().inv_cdf((j + 0.5) / TABLE) for j in range(TABLE // 2)]
    scale = math.sqrt(2.0 * math.fsum(z * z for z in half) / TABLE)
    lower = np.array([z / scale for z in half])
    return np.concatenate([lower, -lower[::-1]])


@rule
def normal(table: Float64s, l16: int) -> float:
    """A standard normal number from a 16-bit lane through the table."""
    return float(table[l16 >> 4])
