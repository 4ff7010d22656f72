"""exp, log, the normal distribution and tanh from sums, products and divisions alone, so that they have the same bits everywhere.

The C library's own differ in the last bit between processors (with and without fused multiplication), systems and versions: about one
exp in a thousand. IEEE 754 fixes +, -, * and /, and the compiler does not fuse them. Largest errors,
against the C library (tested): exp and log 2 units in the last place, phi 1e-15. exp is 0 below -708 and infinite above 709.

Sources: reduction by ln 2 in two parts after Tang (1989); the normal distribution's rational functions are those of Cody (1969).
"""

from __future__ import annotations

import math

import numpy as np

from simulation.engine.compiled import rule

LN2_HIGH, LN2_LOW = (
    6.93147180369123816490e-01,
    1.90821492927058770002e-10,
)  # the first has 33 bits: k * LN2_HIGH is exact
POWERS = np.array([2.0**k for k in range(-1022, 1024)])
LN2, PER_LN2, ROOT_HALF = 0.6931471805599453, 1.4426950408889634, 0.7071067811865476
# Of the rational function of tanh_half32.
LIMIT = np.float32(10.4)
A0, A1 = np.float32(25166.822265625), np.float32(635.8938598632812)
B0, B1, B2 = np.float32(50345.4453125), np.float32(5458.89404296875), np.float32(39.14344024658203)


@rule
def exp(x: float) -> float:
    """e^x, by the series of e^r for |r| <= ln 2 / 2, times a power of two."""
    if x < -708.0:
        return 0.0
    if x > 709.0:
        return math.inf
    k = math.floor(x * PER_LN2 + 0.5)
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    q = r * r
    # 1 / 2! to 1 / 13! in pairs, so that the processor can work on several at once.
    low = 0.5 + r * 0.16666666666666666 + q * (0.041666666666666664 + r * 0.008333333333333333)
    middle = 0.001388888888888889 + r * 0.0001984126984126984 + q * (2.48015873015873e-05 + r * 2.7557319223985893e-06)
    high = 2.755731922398589e-07 + r * 2.505210838544172e-08 + q * (2.08767569878681e-09 + r * 1.6059043836821613e-10)
    p = low + q * q * (middle + q * q * high)
    return (1.0 + (r + q * p)) * float(POWERS[int(k) + 1022])


@rule
def log(x: float) -> float:
    """Natural logarithm of x > 0, by the series of atanh on a fraction between sqrt(1/2) and sqrt(2)."""
    m, k = math.frexp(x)
    if m < ROOT_HALF:
        m, k = 2.0 * m, k - 1
    s = (m - 1.0) / (m + 1.0)
    z = s * s
    p = 0.0
    for n in (23.0, 21.0, 19.0, 17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0):
        p = z * (1.0 / n + p)
    return k * LN2_HIGH + (2.0 * s + (2.0 * s * p + k * LN2_LOW))


@rule
def phi(x: float) -> float:
    """Standard normal distribution function."""
    y = abs(x)
    if y <= 0.67448975:
        q = x * x
        top = (
            ((0.065682337918207449113 * q + 2.2352520354606839287) * q + 161.02823106855587881) * q
            + 1067.6894854603709582
        ) * q
        bottom = (((q + 47.20258190468824187) * q + 976.09855173777669322) * q + 10260.932208618978205) * q
        return 0.5 + x * (top + 18154.981253343561249) / (bottom + 45507.789335026729956)
    if y > 9.0:
        return 0.0 if x < 0.0 else 1.0
    top = 1.0765576773720192317e-8 * y
    bottom = y
    for c, d in (
        (0.39894151208813466764, 22.266688044328115691), (8.8831497943883759412, 235.38790178262499861),
        (93.506656132177855979, 1519.377599407554805), (597.27027639480026226, 6485.558298266760755),
        (2494.5375852903726711, 18615.571640885098091), (6848.1904505362823326, 34900.952721145977266),
        (11602.651437647350124, 38912.003286093271411),
    ):  # fmt: skip
        top, bottom = (top + c) * y, (bottom + d) * y
    tail = exp(-0.5 * y * y) * (top + 9842.7148383839780218) / (bottom + 19685.429676859990727)
    return tail if x < 0.0 else 1.0 - tail


@rule
def tanh_half32(z: np.float32) -> np.float32:
    """tanh(z / 2) = 2 / (1 + exp(-z)) - 1 in float32, for loops over every citizen: trust on a scale from -1 to 1.

    The odd rational function of degree 5 over 4 with the smallest largest error up to |z| = 10.4, found by Lawson's algorithm; beyond, it
    stays. Only sums, products and one division, so it vectorises and has the same bits on every machine; as a share of trust,
    (1 + tanh) / 2, the largest error is 3e-5 (tested).
    """
    y = LIMIT if z > LIMIT else z  # selects, not min and max, whose care for NaN stops vectors
    y = -LIMIT if y < -LIMIT else y
    q = y * y
    return y * (A0 + q * (A1 + q)) / (B0 + q * (B1 + q * B2))
