"""Targets: published values of moments with their errors, from a YAML file anyone can write for their city.

    city: tangsel
    targets:
      process_mean:
        value: 3.36        # in the moment's unit
        se: 0.02           # standard error of the published value, in the same unit
        discrepancy: 0.12  # what else may separate it from the model, on the moment's scale; 0 where the figure is the city's own
        source: [F0077]    # rows of data/figures.csv, names of tables, or words for a source of your own
        held_out: false    # true: never used in a fit, only predicted
        note: what the discrepancy is made of

A moment that is not named simply informs nothing.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, field_validator, model_validator

import data
from analysis.calibration.moments import MOMENT_NAMES, SCALES, moment
from data.errors import InputError, nearest
from simulation.files import build, read_yaml
from simulation.policy import Block

__all__ = ["Target", "Targets", "shipped_targets"]


class Target(Block):
    """One published value."""

    value: float
    se: float = Field(ge=0)
    discrepancy: float = Field(default=0.0, ge=0)
    source: tuple[str, ...] = Field(min_length=1)
    held_out: bool = False
    assumed: bool = False
    note: str = ""

    @field_validator("value", "se", "discrepancy", mode="before")
    @classmethod
    def number(cls, value: object) -> object:
        """Whole numbers are numbers too; text and infinities are not."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError(f"found {value!r}; a number with a decimal point is needed")
        return float(value)


class Targets(Block):
    """Targets of one city by the name of their moment."""

    city: str
    title: str = ""
    targets: dict[str, Target]

    @model_validator(mode="after")
    def usable(self) -> Targets:
        """Raises ValueError for a name that is no moment, a value off its scale, or an error of nothing at all."""
        for name, target in self.targets.items():
            if name not in MOMENT_NAMES:
                close = nearest(name, MOMENT_NAMES)
                raise ValueError(
                    f"targets.{name}: no moment of that name; "
                    + (f"did you mean '{close}'?" if close else f"allowed: {', '.join(MOMENT_NAMES)}")
                )
            scale = SCALES[moment(name).scale]
            if not scale.low < target.value < scale.high:
                raise ValueError(
                    f"targets.{name}.value: found {target.value:g} ({moment(name).unit}); "
                    f"allowed: above {scale.low:g} and below {scale.high:g}"
                )
            if target.se == 0.0 and target.discrepancy == 0.0:
                raise ValueError(f"targets.{name}: se and discrepancy are both 0; nothing is known without error")
        if not self.fitted:
            raise ValueError("targets: none is left to fit; at least one without held_out is needed")
        return self

    @classmethod
    def load(cls, path: str | Path) -> Targets:
        """Read a targets file. Raises InputError in one line: file, line, key, what is allowed, the nearest name."""
        file = Path(path)
        content, lines = read_yaml(file)
        return build(cls, content, lines, file)

    @property
    def fitted(self) -> tuple[str, ...]:
        """Moments that a fit uses, in the order of the moments."""
        return tuple(n for n in MOMENT_NAMES if n in self.targets and not self.targets[n].held_out)

    def observed(self, names: tuple[str, ...] | None = None) -> Any:
        """Values on the scales of their moments, float64 (names,)."""
        return np.array([SCALES[moment(n).scale].to(self.targets[n].value) for n in names or self.fitted])

    def errors(self, names: tuple[str, ...] | None = None) -> Any:
        """SD of error and discrepancy together on those scales, float64 (names,)."""
        return np.array([self.error(n) for n in names or self.fitted])

    def error(self, name: str) -> float:
        """SD of error and discrepancy of one target on its moment's scale."""
        target = self.targets[name]
        return math.hypot(target.se * SCALES[moment(name).scale].slope(target.value), target.discrepancy)

    def without(self, *names: str) -> Targets:
        """The same targets less some."""
        return self.model_copy(update={"targets": {n: t for n, t in self.targets.items() if n not in names}})

    def with_(self, **changed: Target) -> Targets:
        """The same targets with some replaced or added. Raises ValueError as a file would."""
        return Targets(city=self.city, title=self.title, targets={**self.targets, **changed})

    def hash(self) -> str:
        """Hash of what a fit uses: names, values, errors (64 hex digits)."""
        told = [f"{n} {v:.9g} {e:.9g}" for n, v, e in zip(self.fitted, self.observed(), self.errors(), strict=True)]
        return hashlib.sha256("\n".join([self.city, *told]).encode()).hexdigest()


def shipped_targets(city: str) -> Targets:
    """The targets file shipped for a city. Raises InputError when there is none."""
    file = data.path("targets", f"{city}.yaml")
    if not file.exists():
        raise InputError(
            f"targets/{city}.yaml: no targets are shipped for city '{city}'; write them as docs/calibration.md shows"
        )
    return Targets.load(file)
