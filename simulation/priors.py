"""Prior distributions of parameters: a value for a uniform number, by the inverse of the distribution.

One uniform number per parameter and draw, keyed by the parameter's name: a parameter added or taken away leaves the draws of all others.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

NORMAL = NormalDist()


@dataclass(frozen=True)
class Prior:
    """A distribution on the natural scale of a parameter.

    family: fixed | normal | halfnormal | lognormal | logitnormal | uniform | loguniform | logituniform | beta | choice | posterior.
    a, b: value; mean, sd; sd; median, sd of log; median, sd of logit; low, high (three times); alpha, beta; chance of 1;
        median, SD (joint draws come from `Parameters`; on its own the distribution is represented by its median).
    low, high: bounds; the distribution is truncated to them.
    """

    family: str
    a: float
    b: float = 0.0
    low: float = -math.inf
    high: float = math.inf

    def cdf(self, x: float) -> float:
        """Chance of a value of at most x, before truncation (normal families only)."""
        return NORMAL.cdf((self._to_line(x) - self._centre()) / self.b)

    def _centre(self) -> float:
        return self._to_line(self.a) if self.family in ("lognormal", "logitnormal") else self.a

    def _to_line(self, x: float) -> float:
        if self.family in ("lognormal", "loguniform"):
            return math.log(x) if x > 0 else -math.inf
        if self.family in ("logitnormal", "logituniform"):
            return -math.inf if x <= 0 else math.inf if x >= 1 else math.log(x / (1 - x))
        return x

    def _from_line(self, y: float) -> float:
        if self.family in ("lognormal", "loguniform"):
            return math.exp(y)
        if self.family in ("logitnormal", "logituniform"):
            return 1 / (1 + math.exp(-y))
        return y

    def value(self, u: float) -> float:
        """The value below which a share u of the distribution lies, 0 < u < 1."""
        match self.family:
            case "fixed" | "posterior":
                return self.a
            case "uniform":
                return self.a + u * (self.b - self.a)
            case "loguniform" | "logituniform":
                low, high = self._to_line(self.a), self._to_line(self.b)
                return self._from_line(low + u * (high - low))
            case "choice":
                return 1.0 if u < self.a else 0.0
            case "halfnormal":
                return self.a * NORMAL.inv_cdf(0.5 + 0.5 * u)
            case "beta":
                from scipy.special import betaincinv

                return float(betaincinv(self.a, self.b, u))
            case _:
                if self.b == 0.0:
                    return self.a
                low, high = self.cdf(self.low), self.cdf(self.high)
                p = min(max(low + u * (high - low), 1e-12), 1 - 1e-12)
                return self._from_line(self._centre() + self.b * NORMAL.inv_cdf(p))

    def centre(self) -> float:
        """The median: the value used where a single number is needed."""
        if self.family == "choice":
            return 1.0 if self.a >= 0.5 else 0.0
        return self.value(0.5)

    def words(self) -> str:
        """The distribution as a reader of a table wants it, for example `normal(0.4, 0.2)`."""
        if self.family == "fixed":
            return f"fixed {self.a:g}"
        if self.family == "choice":
            return f"1 with chance {self.a:g}"
        if self.family == "posterior":
            return f"posterior, median {self.a:.3g}, 90 % {self.low:.3g} to {self.high:.3g}"
        inside = f"{self.a:g}" if self.family == "halfnormal" else f"{self.a:g}, {self.b:g}"
        bounded = math.isfinite(self.low) or math.isfinite(self.high)
        limits = f" in [{self.low:g}, {self.high:g}]" if bounded else ""
        return f"{self.family}({inside}){limits}"
