"""The common small model: what every peer computes, and what must come out.

Citizens live in areas. Every month each has, with chance CHANCE, an encounter with one civil servant of the area, chosen evenly. It feels
as good as the servant is, plus normal noise, and trust moves a part of the way towards it:

    trust' = trust + LEARNING (quality + NOISE N(0,1) - trust)

Trust starts at zero; qualities are fixed numbers, so moments of trust after any number of months can be computed exactly.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import numpy as np

AREAS = 50
SERVANTS = 20  # in each area
CHANCE = 0.1  # of an encounter, each citizen and month
LEARNING = 0.2
NOISE = 0.8  # [SD of quality]
ALLOWED = 4.5  # standard errors; a right program is refused once in 100,000 times


def qualities() -> Any:
    """Quality of every servant: float64 (AREAS, SERVANTS); the same everywhere."""
    own = [NormalDist().inv_cdf((k + 0.5) / SERVANTS) for k in range(SERVANTS)]
    shared = [0.5 * NormalDist().inv_cdf((k + 0.5) / AREAS) for k in range(AREAS)]
    return 0.3 + np.add.outer(shared, 0.5 * np.array(own))


def areas_of(people: int) -> Any:
    """Area of every citizen: int64 (people,); areas are as equal as can be, citizens of an area lie together."""
    return np.arange(people, dtype=np.int64) * AREAS // people


def moments(months: int) -> Any:
    """First four raw moments of trust in every area after some months, exactly: float64 (4, AREAS).

    An encounter makes s' = a s + b, with a = 1 - LEARNING and b = LEARNING x, where x has known moments and does not depend on s.
    """
    q, v = qualities(), NOISE * NOISE
    x = [
        np.ones(AREAS),
        q.mean(1),
        (q**2 + v).mean(1),
        (q**3 + 3 * q * v).mean(1),
        (q**4 + 6 * q * q * v + 3 * v * v).mean(1),
    ]
    a, b = 1.0 - LEARNING, [LEARNING**k * x[k] for k in range(5)]
    found = [np.ones(AREAS)] + [np.zeros(AREAS)] * 4
    for _ in range(months):
        met = [sum(math.comb(k, j) * a**j * found[j] * b[k - j] for j in range(k + 1)) for k in range(5)]
        found = [(1.0 - CHANCE) * found[k] + CHANCE * met[k] for k in range(5)]
    return np.array(found[1:])


def departures(trust: Any, months: int) -> tuple[float, float]:
    """How far mean and mean square of trust lie from the exact ones [standard errors].

    Args:
        trust: of every citizen, in the order of `areas_of`.
    """
    weight = np.bincount(areas_of(len(trust)), minlength=AREAS)
    first, second, _, fourth = moments(months)
    n = weight.sum()
    error_of_mean = math.sqrt(float(weight @ (second - first**2))) / n
    error_of_square = math.sqrt(float(weight @ (fourth - second**2))) / n
    values = np.asarray(trust, dtype=np.float64)
    return (
        (float(values.mean()) - float(weight @ first) / n) / error_of_mean,
        (float((values**2).mean()) - float(weight @ second) / n) / error_of_square,
    )


def hold_to_the_model(name: str, trust: Any, months: int) -> None:
    """Raise AssertionError when a peer computed something else than the common model."""
    found = departures(trust, months)
    if not all(abs(z) < ALLOWED for z in found):
        raise AssertionError(
            f"{name}: another model; mean and mean square of trust are {found[0]:.1f} and {found[1]:.1f} "
            f"standard errors from the exact values after {months} months (allowed {ALLOWED})"
        )
