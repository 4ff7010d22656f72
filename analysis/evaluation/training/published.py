"""Published summary rows: whether printed means, deviations, t and p can belong together, and the effect they imply.

Numbers are given as printed (text, such as "5.683"), because their last digit says how far they were rounded: a
figure is inconsistent only when no unrounded numbers behind the print could give it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.stats import f as fisher
from scipy.stats import t as student

from data.errors import InputError

__all__ = ["Check", "PairedRow", "anova_row", "coefficient_row", "paired_row", "two_group_row"]


@dataclass(frozen=True)
class Range:
    """What an unrounded number can have been."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2.0

    def meets(self, other: Range) -> bool:
        return self.low <= other.high and other.low <= self.high


@dataclass(frozen=True)
class Check:
    """One figure computed from the others: what it is, as printed, and the range that rounding allows."""

    what: str
    printed: str
    low: float
    high: float
    consistent: bool


@dataclass(frozen=True)
class PairedRow:
    """A before/after row: its checks and what it implies.

    Attributes:
        change: mean change [points]. se: its standard error. df: n - 1. low, high: 95 % interval.
        correlation: between the two scores, implied by t and the SDs; None without t. effect_sd: change over the SD before.
        checks: figures that do not follow from how the row was read. An implied correlation outside -1 to 1 fails.
    """

    change: float
    se: float | None
    df: int
    low: float | None
    high: float | None
    correlation: float | None
    effect_sd: float
    checks: tuple[Check, ...]

    @property
    def consistent(self) -> bool:
        return all(check.consistent for check in self.checks)


def as_printed(text: str) -> Range:
    """Range of a number printed with so many decimals, half a last digit to each side.

    Raises:
        InputError: the text is no number.
    """
    try:
        value = float(text)
    except ValueError:
        raise InputError(f"printed number: '{text}'; a number such as 5.683 is needed") from None
    half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    return Range(value - half, value + half)


def paired_row(
    n: int, before: str, sd_before: str, after: str, sd_after: str, *, difference: str | None = None, t: str | None = None,
    p: str | None = None,
) -> PairedRow:  # fmt: skip
    """Check a before/after row.

    The error of the change comes from t (change / t): without a t it is not known, as the correlation is not printed.

    Raises:
        InputError: fewer than 2 people, or a text that is no number.
    """
    if n < 2:
        raise InputError(f"n: {n}; at least 2 are needed")
    first, last, sd1, sd2 = (as_printed(x) for x in (before, after, sd_before, sd_after))
    moved = Range(last.low - first.high, last.high - first.low)
    checks = []
    if difference is not None:
        checks.append(_check("mean difference from the two means", difference, moved))
        moved = as_printed(difference)
    change, df = moved.middle, n - 1
    if t is None:
        return PairedRow(change, None, df, None, None, None, change / sd1.middle, tuple(checks))
    printed = as_printed(t)
    se = change / printed.middle
    spread = [m * math.sqrt(n) / s for m in (moved.low, moved.high) for s in (printed.low, printed.high)]
    implied = [(a * a + b * b - s * s) / (2.0 * a * b) for a in _ends(sd1) for b in _ends(sd2) for s in spread]
    correlation = (sd1.middle**2 + sd2.middle**2 - n * se * se) / (2.0 * sd1.middle * sd2.middle)
    possible = min(implied) <= 1.0 and max(implied) >= -1.0
    checks.append(Check("correlation implied by t and the SDs", f"{correlation:.3f}", -1.0, 1.0, possible))
    if p is not None:
        checks.append(_check("p from t", p, _p_range(printed, df)))
    half = float(student.ppf(0.975, df)) * se
    return PairedRow(change, se, df, change - half, change + half, correlation, change / sd1.middle, tuple(checks))


def two_group_row(
    n1: int, mean1: str, sd1: str, n2: int, mean2: str, sd2: str, *, t: str, welch: bool = False
) -> Check:
    """Check the t of two independent groups from their means and SDs (pooled variance, or Welch)."""
    m1, m2, s1, s2 = (as_printed(x) for x in (mean1, mean2, sd1, sd2))
    found = []
    for gap in (m1.low - m2.high, m1.high - m2.low):
        for a, b in ((s1.low, s2.low), (s1.high, s2.high), (s1.low, s2.high), (s1.high, s2.low)):
            pooled = ((n1 - 1) * a * a + (n2 - 1) * b * b) / (n1 + n2 - 2)
            parts = (a * a / n1 + b * b / n2) if welch else pooled * (1.0 / n1 + 1.0 / n2)
            found.append(gap / math.sqrt(parts))
    return _check("t from means and SDs", t, Range(min(found), max(found)))


def coefficient_row(b: str, se: str, *, t: str, df: int, p: str | None = None) -> tuple[Check, ...]:
    """Check a row of a table of coefficients: t = b / se, and p from t."""
    size, error, printed = as_printed(b), as_printed(se), as_printed(t)
    ratios = [x / y for x in _ends(size) for y in _ends(error)]
    checks = [_check("t from b and its error", t, Range(min(ratios), max(ratios)))]
    if p is not None:
        checks.append(_check("p from t", p, _p_range(printed, df)))
    return tuple(checks)


def anova_row(
    explained: str, df1: int, residual: str, df2: int, *, f: str, r2: str | None = None, adjusted_r2: str | None = None,
    see: str | None = None, p: str | None = None,
) -> tuple[Check, ...]:  # fmt: skip
    """Check a table of variances: F, R², adjusted R² and the standard error of estimate from sums of squares."""
    top, rest = as_printed(explained), as_printed(residual)
    low, high = (top.low / df1) / (rest.high / df2), (top.high / df1) / (rest.low / df2)
    checks = [_check("F from the sums of squares", f, Range(low, high))]
    share = Range(top.low / (top.low + rest.high), top.high / (top.high + rest.low))
    if r2 is not None:
        checks.append(_check("R2 from the sums of squares", r2, share))
    if adjusted_r2 is not None:
        factor = (df1 + df2) / df2
        shrunk = Range(1.0 - (1.0 - share.low) * factor, 1.0 - (1.0 - share.high) * factor)
        checks.append(_check("adjusted R2", adjusted_r2, shrunk))
    if see is not None:
        checks.append(_check("error of estimate", see, Range(math.sqrt(rest.low / df2), math.sqrt(rest.high / df2))))
    if p is not None:
        printed = as_printed(f)
        checks.append(
            _check(
                "p from F", p, Range(float(fisher.sf(printed.high, df1, df2)), float(fisher.sf(printed.low, df1, df2)))
            )
        )
    return tuple(checks)


def _check(what: str, printed: str, allowed: Range) -> Check:
    return Check(what, printed, allowed.low, allowed.high, as_printed(printed).meets(allowed))


def _ends(number: Range) -> tuple[float, float]:
    return number.low, number.high


def _p_range(t: Range, df: int) -> Range:
    sizes = sorted((abs(t.low), abs(t.high)))
    return Range(2.0 * float(student.sf(sizes[1], df)), 2.0 * float(student.sf(sizes[0], df)))
