"""Random numbers by coordinate, in whole numbers of Python kept to 64 bits (docs/draws-and-order.md, "Hash" and "Decisions")."""

from __future__ import annotations

BITS64 = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15

WHO, WHERE, NOISE, SURVEY_A, SURVEY_B, SURVEY_C, NEWS, REPORTS, PERSON, PERSON_SKILL, PERSON_OWN = range(1, 12)
ROTATION, PLAN, NEED, PROVIDER, USE, MORALE, ETHICS, PROGRAMME, REVISION, MEASURE = range(13, 23)
UNIT, CITIZEN, CITIZEN_STATE, LEADER, FRESH, RENEWAL, YEAR = range(23, 30)
EARLY = 1_000_000  # month of draws that belong to the start


def mix(x: int) -> int:
    """Finaliser of splitmix64 (Steele, Lea & Flood 2014)."""
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & BITS64
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & BITS64
    return x ^ (x >> 31)


def key(seed: int, decision: int, month: int, area: int) -> int:
    """Key of a stream: its four coordinates, hashed one after another."""
    k = mix(seed + GOLDEN & BITS64)
    for coordinate in (decision, month, area):
        k = mix(k ^ (coordinate * GOLDEN & BITS64))
    return k


def bits(k: int, place: int) -> int:
    """64 random bits for a place of the stream."""
    return mix(k ^ (place * GOLDEN & BITS64))


def lane(h: int, which: int) -> int:
    """One of the four 16-bit lanes of a hash, the lowest first."""
    return h >> 16 * which & 0xFFFF


def share(l16: int) -> float:
    """A uniform number in (0, 1) from a lane."""
    return (l16 + 0.5) / 65536.0


def unit_interval(h: int) -> float:
    """A uniform number in (0, 1) from the upper 52 bits of a hash."""
    return ((h >> 12) + 0.5) / 2.0**52
