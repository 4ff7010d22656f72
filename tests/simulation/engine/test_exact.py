"""exp, log and the normal distribution of the engine: as good as the C library's, and the same bits compiled or not."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

from simulation.engine import exact


def worst(
    function: Callable[[float], float], library: Callable[[float], float], low: float, high: float, count: int = 20_000
) -> float:
    """Largest error against the C library, in units of the last place."""
    luck = random.Random(3)
    numbers = [luck.uniform(low, high) for _ in range(count)]
    return max(abs(function(x) - library(x)) / math.ulp(library(x)) for x in numbers)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 1.0), (-20.0, 10.0), (-707.0, 707.0)])
def test_exp_is_exact_to_two_last_places(low: float, high: float) -> None:
    """Guards: a wrong coefficient, or a wrong power of two."""
    assert worst(exact.exp, math.exp, low, high) <= 2.0


@pytest.mark.parametrize(("low", "high"), [(0.999, 1.001), (0.5, 2.0), (1e-9, 1e-3), (1.0, 1e9)])
def test_log_is_exact_to_three_last_places(low: float, high: float) -> None:
    """Guards: a wrong coefficient, and loss of digits near one."""
    assert worst(exact.log, math.log, low, high) <= 3.0


def test_phi_is_exact() -> None:
    """Guards: a wrong coefficient, a step where one formula takes over from the other."""
    for k in range(-12_000, 12_001):
        x = k / 1000.0
        assert abs(exact.phi(x) - 0.5 * math.erfc(-x / math.sqrt(2.0))) < 1e-15
        assert exact.phi(x) <= exact.phi(x + 0.001)


def test_ends() -> None:
    """Guards: a table read beyond its end."""
    assert exact.exp(0.0) == 1.0 and exact.log(1.0) == 0.0 and exact.phi(0.0) == 0.5
    assert exact.exp(-1e9) == 0.0 and exact.exp(1e9) == math.inf
    assert exact.phi(-1e9) == 0.0 and exact.phi(1e9) == 1.0


def test_compiled_and_plain_have_the_same_bits() -> None:
    """Guards: a compiler that fuses a product and a sum; Python never does."""
    luck = random.Random(4)
    plain = [cast(Any, rule).py_func for rule in (exact.exp, exact.log, exact.phi)]
    for _ in range(20_000):
        x, y = luck.uniform(-30.0, 9.0), luck.uniform(1e-6, 50.0)
        assert exact.exp(x) == plain[0](x) and exact.log(y) == plain[1](y) and exact.phi(x) == plain[2](x)


def test_fast_trust_is_close_and_never_falls() -> None:
    """Guards: the share of trust, (1 + tanh) / 2, drifting from the logistic by more than 3e-5, or falling between -30 and 30."""
    z = np.linspace(-30, 30, 120_001).astype(np.float32)
    fast = np.array([exact.tanh_half32(value) for value in z])
    true = 1 / (1 + np.exp(-z.astype(float)))
    assert np.abs(0.5 + 0.5 * fast.astype(float) - true).max() < 3e-5
    assert np.diff(fast).min() > -4e-7, "falls by more than roundings of float32"
    assert fast.min() >= -1.0 and fast.max() <= 1.0


def test_fast_trust_is_symmetric_and_float32() -> None:
    """Guards: a bias of the mean, and a float64 that would halve the speed."""
    for value in np.linspace(0, 12, 2_001).astype(np.float32):
        assert exact.tanh_half32(value) == -exact.tanh_half32(-value)
    assert cast(Any, exact.tanh_half32).nopython_signatures[0].return_type.name == "float32"
    assert math.isclose(float(exact.tanh_half32(np.float32(2.0))), math.tanh(1.0), abs_tol=6e-5)
