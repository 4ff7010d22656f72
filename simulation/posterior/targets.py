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

A moment that is not named has no influence on the fit. With `inherits: <other city>` the targets of that city's shipped file count where
this file names none; `name: null` leaves one of them out.
"""

from __future__ import annotations

import hashlib
import math
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import Field, field_validator, model_validator

import data
from data.errors import InputError, nearest
from data.lineage import INHERITS, lineage_of_file
from simulation.blocks import Block
from simulation.engine.records import Float64s
from simulation.files import Lines, build, read_yaml
from simulation.posterior.moments import MOMENT_NAMES, SCALES, moment

__all__ = ["Target", "Targets", "shipped_targets"]

MOST = 1e300  # no published figure is larger
LEAST = 1e-9  # no share is closer to 0 or 1


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
        """Whole numbers are numbers too; text, infinities and numbers beyond all bounds are not."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < MOST:
            raise ValueError(f"found {str(value)[:20]}; a number with a decimal point is needed")
        return float(value)

    @field_validator("source", mode="before")
    @classmethod
    def one_source(cls, value: object) -> object:
        """A single source need not stand in brackets."""
        return (value,) if isinstance(value, str) else value


class Targets(Block):
    """Targets of one city by the name of their moment."""

    city: str
    title: str = ""
    targets: dict[str, Target]

    @model_validator(mode="after")
    def usable(self) -> Targets:
        """Raises ValueError for a name that is no moment, a value off its scale, or an error of nothing at all."""
        for name, target in self.targets.items():
            wrong = fault(name, target)
            if wrong:
                raise ValueError(wrong)
        if not self.fitted:
            raise ValueError("targets: none is left to fit; at least one without held_out is needed")
        return self

    @classmethod
    def load(cls, path: str | Path) -> Targets:
        """Read a targets file and those it inherits. Raises InputError in one line: file, line, key, what is allowed, the nearest name."""
        file = Path(path)
        content, lines = read_yaml(file)
        if INHERITS in content:
            content = _with_inherited(content, file)
        try:
            return build(cls, content, lines, file)
        except InputError:
            _name_the_line(content, lines, file)
            raise

    @property
    def fitted(self) -> tuple[str, ...]:
        """Moments that a fit uses, in the order of the moments."""
        return tuple(n for n in MOMENT_NAMES if n in self.targets and not self.targets[n].held_out)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Moments that are predicted only, in the order of the moments."""
        return tuple(n for n in MOMENT_NAMES if n in self.targets and self.targets[n].held_out)

    def observed(self, names: tuple[str, ...] | None = None) -> Float64s:
        """Values on the scales of their moments, float64 (names,)."""
        return np.array([SCALES[moment(n).scale].to(self.targets[n].value) for n in names or self.fitted])

    def errors(self, names: tuple[str, ...] | None = None) -> Float64s:
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
        """Hash of what a fit uses: names, values, errors, and which are assumed (64 hex digits)."""
        lines = [
            f"{n} {v:.9g} {e:.9g}{' assumed' * self.targets[n].assumed}"
            for n, v, e in zip(self.fitted, self.observed(), self.errors(), strict=True)
        ]
        return hashlib.sha256("\n".join([self.city, *lines]).encode()).hexdigest()


def _with_inherited(content: dict[str, Any], file: Path) -> dict[str, Any]:
    """Content with the targets of the city it inherits from. Raises InputError as `lineage_of_file`, or for a target that is not there."""
    own = content.get("targets") or {}
    if not isinstance(own, dict):
        return {key: value for key, value in content.items() if key != INHERITS}
    targets: dict[str, Any] = {}
    for layer in reversed(lineage_of_file("targets", file)[1:]):
        targets |= layer.content.get("targets") or {}
        targets = {name: row for name, row in targets.items() if row is not None}
    for name, row in own.items():
        if row is None and name not in targets:
            close = nearest(str(name), targets)
            hint = f"; did you mean '{close}'?" if close else ""
            raise InputError(
                f"{file}: targets.{name}: null leaves out an inherited target, and none has that name{hint}"
            )
    kept = {name: row for name, row in (targets | own).items() if row is not None}
    return {key: value for key, value in content.items() if key != INHERITS} | {"targets": kept}


def fault(name: str, target: Target) -> str:
    """A fault of a target that its own schema cannot see, as `targets.NAME...: ...`; empty when there is none."""
    if name not in MOMENT_NAMES:
        close = nearest(name, MOMENT_NAMES)
        hint = f"did you mean '{close}'?" if close else f"allowed: {', '.join(MOMENT_NAMES)}"
        return f"targets.{name}: no moment of that name; {hint}"
    low, high = moment(name).bounds
    inside = low + LEAST * (high - low) < target.value < high - LEAST * (high - low) if high - low < math.inf else True
    if not (low < target.value < high and inside):
        return f"targets.{name}.value: found {target.value:g} ({moment(name).unit}); allowed: above {low:g} and below {high:g}"
    if target.se == 0.0 and target.discrepancy == 0.0:
        return f"targets.{name}: se and discrepancy are both 0; nothing is known without error"
    return ""


def _name_the_line(content: dict[str, Any], lines: Lines, file: Path) -> None:
    """Raise the fault of one target, when it is one, with the line on which it stands."""
    block = content.get("targets")
    for name, row in block.items() if isinstance(block, dict) else ():
        try:
            wrong = fault(str(name), Target.model_validate(row | {"source": ("x",)}))
        except (TypeError, ValueError):
            continue
        if wrong:
            key = "value" if ".value:" in wrong else None
            place = ("targets", name, key) if key else ("targets", name)
            raise InputError(f"{file}:{lines.get(place, 1)}: {wrong}") from None


def shipped_targets(city: str) -> Targets:
    """The targets file shipped for a city. Raises InputError when there is none."""
    file = data.path("targets", f"{city}.yaml")
    if not file.exists():
        raise InputError(
            f"targets/{city}.yaml: no targets are shipped for city '{city}'; write them as docs/calibration.md shows"
        )
    return Targets.load(file)
