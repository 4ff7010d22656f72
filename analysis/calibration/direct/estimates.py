"""What an estimate is, and how the estimates file is written.

An estimate is a value with its spread on the scale on which it is drawn: natural (normal), logarithm (lognormal)
or logit (logitnormal). For the last two `value` is the median, `se` the SD on the transformed scale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from analysis.presentation.digits import rounded

__all__ = ["Estimate", "JointSpread", "expit", "in_words", "logit", "write_yaml"]

Distribution = Literal["normal", "lognormal", "logitnormal"]
EvidenceClass = Literal["measured", "literature", "assumed"]


def logit(p: float) -> float:
    """Log-odds of a share in (0, 1)."""
    return math.log(p / (1.0 - p))


def in_words(count: int) -> str:
    """A small whole number as sentences have it."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[count] if count < len(words) else str(count)


def expit(x: float) -> float:
    """Share whose log-odds are `x`."""
    return 1.0 / (1.0 + math.exp(-x))


@dataclass(frozen=True)
class Estimate:
    """One parameter estimated from published data.

    Args:
        name: the parameter's name in the registry of the simulation.
        value: mean (normal) or median (lognormal, logitnormal) [unit].
        se: SD on the scale of the distribution: natural, log or logit.
        bounds: lowest and highest value a draw may take [unit].
        evidence: ids of figures, effects or tables the estimate rests on.
        method: one sentence; says what the data cannot identify.
    """

    name: str
    value: float
    se: float
    distribution: Distribution
    bounds: tuple[float, float]
    unit: str
    evidence_class: EvidenceClass
    evidence: tuple[str, ...]
    method: str

    def __post_init__(self) -> None:
        low, high = self.bounds
        if not (math.isfinite(self.value) and math.isfinite(self.se) and self.se > 0):
            raise ValueError(f"{self.name}: value {self.value} and se {self.se} must be finite, se > 0")
        if not low <= self.value <= high:
            raise ValueError(f"{self.name}: value {self.value} lies outside its bounds {self.bounds}")

    def interval(self, level: float = 0.90) -> tuple[float, float]:
        """Central interval on the natural scale, ignoring the bounds [unit]."""
        from scipy.stats import norm

        z = float(norm.ppf(0.5 + level / 2.0)) * self.se
        if self.distribution == "lognormal":
            return self.value * math.exp(-z), self.value * math.exp(z)
        if self.distribution == "logitnormal":
            centre = logit(self.value)
            return expit(centre - z), expit(centre + z)
        return self.value - z, self.value + z

    def line(self) -> str:
        """Its line of the file, without evidence and method: `name: {value: ..., se: ..., ...}`."""
        entry = self.as_entry()
        shown = ", ".join(f"{key}: {entry[key]}" for key in ("value", "se", "distribution", "unit", "class"))
        return f"{self.name}: {{{shown}}}"

    def as_entry(self) -> dict[str, Any]:
        """The estimate as it stands in the file."""
        return {
            "value": rounded(self.value),
            "se": rounded(self.se),
            "distribution": self.distribution,
            "bounds": [rounded(self.bounds[0]), rounded(self.bounds[1])],
            "unit": self.unit,
            "class": self.evidence_class,
            "evidence": list(self.evidence),
            "method": self.method,
        }


@dataclass(frozen=True)
class JointSpread:
    """Covariance of parameters that one fit gives together, on their transformed scales."""

    names: tuple[str, ...]
    matrix: tuple[tuple[float, ...], ...]

    def as_entry(self) -> dict[str, Any]:
        """The covariance as it stands in the file."""
        return {"names": list(self.names), "matrix": [[rounded(x) for x in row] for row in self.matrix]}


def write_yaml(content: dict[str, Any], out: Path) -> None:
    """Write `content` as YAML under a temporary name, then move it to `out`.

    A reader never sees half a file; an interrupted run leaves the old file.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(out.name + ".part")
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
