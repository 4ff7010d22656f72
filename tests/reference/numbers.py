"""Numbers as the state stores them: float32 columns, and the one piece of arithmetic that is float32 throughout."""

from __future__ import annotations

import math
from ctypes import c_float

import numpy as np

F = np.float32
HALF, LIMIT = F(0.5), F(4.8)
A0, A1, A2, B1, B2, B3 = F(135135), F(17325), F(378), F(62370), F(3150), F(28)


def single(x: float) -> float:
    """The float32 nearest to x, as a float (what a float32 column gives back)."""
    return c_float(x).value


def logistic32(z: np.float32) -> np.float32:
    """1 / (1 + exp(-z)) by Lambert's continued fraction of tanh(z / 2), each operation rounded to float32."""
    y = max(min(z * HALF, LIMIT), -LIMIT)
    q = y * y
    return HALF + HALF * (y * (A0 + q * (A1 + q * (A2 + q))) / (A0 + q * (B1 + q * (B2 + q * B3))))


def logistic(z: float) -> float:
    """1 / (1 + exp(-z)) in float64."""
    return 1.0 / (1.0 + math.exp(-z))


def clamp(x: float, low: float, high: float) -> float:
    """x held within low and high."""
    return min(max(x, low), high)
