"""A study card: whom a study treated and how, what it read, and the effect that the model should find after bias is shaved off.

cards:
  learning_course:
    area: learning
    title: {en: ..., id: ...}
    evidence: [arthur2003_learning]  # rows of effects, derived_moments or figures; the value is that of the first
    role: prior                      # or holdout; fixed before anything is run, see `analysis.calibration.cards.roles`
    kind: sized                      # sized, nullish, upper or direction, see `analysis.calibration.cards.verdict`
    unit: SD                         # of the published effect after `adjusted`: SD, points, share or correlation
    treated: {kind: staff, among: counter}       # an Arm of a Trial
    course: {domain: technical, hours: 20}       # a Course of a Trial; or levers: {...}; or neither, where people are read as they are
    fixed: {use_start: 0.0}          # parameters as the study had them, such as no practice at all
    read: 0                          # months after the month of treatment
    quantity: tested                 # of `analysis.calibration.cards.quantities`
    standardiser: people             # SD between the untreated people of the arm, or none where the quantity has its unit already
    adjusted:                        # factors from the published value to what the city should show, each with its reason
      - {because: one_group, times: 0.6, low: 0.5, high: 0.7}
    explanation: {en: ..., id: ...}  # stands beside the result; it never turns a failure into a pass
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from simulation.blocks import Block
from simulation.policy import LEVERS
from simulation.trials.arms import Kind as ArmKind

__all__ = ["AREAS", "Card", "Factor", "Treated", "Words"]

Area = Literal[
    "learning", "behaviour", "results", "use", "forgetting", "leadership", "feedback", "audits", "favouritism",
    "participation", "ethics", "self_ratings", "trust", "complaints", "disclosure",
]  # fmt: skip
AREAS: tuple[str, ...] = Area.__args__  # type: ignore[attr-defined]
Because = Literal[
    "unit", "one_group", "publication", "common_source", "association", "bundle", "novelty", "scale_up", "reach", "transport",
    "other_outcome",
]  # fmt: skip


class Words(Block):
    """A text in both languages."""

    en: str = Field(min_length=1)
    id: str = Field(min_length=1)


class Factor(Block):
    """One factor between a published value and the effect that the city should show.

    Attributes: because, its reason; times, the factor; low and high, its 90 % range where it is not known exactly.
    """

    because: Because
    times: float
    low: float | None = None
    high: float | None = None

    @field_validator("times", "low", "high", mode="before")
    @classmethod
    def number(cls, value: object) -> object:
        """Whole numbers are numbers too."""
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value

    @model_validator(mode="after")
    def ordered(self) -> Factor:
        """Raises ValueError for a factor of zero, a range with one end, or one that does not hold the factor."""
        if self.times == 0.0:
            raise ValueError("times: found 0; a factor of zero leaves no effect to find")
        if (self.low is None) != (self.high is None):
            raise ValueError("low, high: found one of them; allowed: both or neither")
        if self.low is not None and self.high is not None and not self.low <= self.times <= self.high:
            raise ValueError(f"times: found {self.times:g}; allowed: between low {self.low:g} and high {self.high:g}")
        return self


class Treated(Block):
    """Whom a study treated: everybody of a stratum, so that no arm is small."""

    kind: ArmKind = "staff"
    among: str | None = None


class Card(Block):
    """One study card, see the module."""

    area: Area
    title: Words
    evidence: tuple[str, ...] = Field(min_length=1)
    role: Literal["prior", "holdout"]
    kind: Literal["sized", "nullish", "upper", "direction"]
    unit: Literal["SD", "points", "share", "correlation"]
    treated: Treated = Treated()
    course: dict[str, Any] | None = None
    levers: dict[str, Any] | None = None
    fixed: dict[str, float] = Field(default_factory=dict)
    read: int = Field(default=0, ge=0, le=59)
    quantity: str
    standardiser: Literal["people", "none"] = "none"
    adjusted: tuple[Factor, ...] = ()
    sign: Literal["positive", "negative"] | None = None
    by_form: str | None = None
    explanation: Words

    @field_validator("fixed", mode="before")
    @classmethod
    def numbers(cls, value: object) -> object:
        """Whole numbers are numbers too."""
        return (
            {k: float(v) if isinstance(v, int) else v for k, v in value.items()} if isinstance(value, dict) else value
        )

    @model_validator(mode="after")
    def whole(self) -> Card:
        """Raises ValueError for two treatments, an unknown lever, or a sign where it is needed and missing or not needed."""
        if self.course is not None and self.levers is not None:
            raise ValueError("course, levers: found both; allowed: one of them, or neither")
        unknown = [name for name in self.levers or {} if name not in LEVERS]
        if unknown:
            raise ValueError(f"levers.{unknown[0]}: unknown lever")
        if (self.kind == "direction") != (self.sign is not None):
            raise ValueError("sign: needed where kind is direction, and only there; allowed: positive, negative")
        return self

    @property
    def treats(self) -> bool:
        """Whether anything is done to anybody; otherwise people are read as they are."""
        return self.course is not None or self.levers is not None
