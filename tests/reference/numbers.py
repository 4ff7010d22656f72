"""Numbers as the state stores them: float32 columns, and the one piece of arithmetic that is float32 throughout."""

from __future__ import annotations

from ctypes import c_float

import numpy as np

from simulation.engine import exact

F = np.float32
LIMIT = F(10.4)
A0, A1, B0, B1, B2 = (
    F(25166.822265625),
    F(635.8938598632812),
    F(50345.4453125),
    F(5458.89404296875),
    F(39.14344024658203),
)


def single(x: float) -> float:
    """The float32 nearest to x, as a float (what a float32 column gives back)."""
    return c_float(x).value


def tanh_half32(z: np.float32) -> np.float32:
    """tanh(z / 2) by a rational function of degree 5 over 4, each operation rounded to float32."""
    y = max(min(z, LIMIT), -LIMIT)
    q = y * y
    return y * (A0 + q * (A1 + q)) / (B0 + q * (B1 + q * B2))


def exp(x: float) -> float:
    """e^x with the engine's bits (arithmetic is shared, as draws are)."""
    return float(exact.exp(x))


def log(x: float) -> float:
    """Natural logarithm with the engine's bits."""
    return float(exact.log(x))


def phi(x: float) -> float:
    """Standard normal distribution function with the engine's bits."""
    return float(exact.phi(x))


def logistic(z: float) -> float:
    """1 / (1 + exp(-z)) in float64."""
    return 1.0 / (1.0 + exp(-z))


def clamp(x: float, low: float, high: float) -> float:
    """x held within low and high."""
    return min(max(x, low), high)
