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

A moment that is not named has no influence on the fit. Errors that share an office, a poll or a wave are correlated: `correlations:`, see
`simulation.posterior.correlations`. With `inherits: <other city>` the targets of that city's shipped file count where
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
from simulation.files import Lines, build, read_yaml, tuples
from simulation.posterior.correlations import Correlation, correlation_fault, error_root, kept
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
    correlations: tuple[Correlation, ...] = ()

    @model_validator(mode="after")
    def usable(self) -> Targets:
        """Raises ValueError for a name that is no moment, a value off its scale, an error of nothing, or correlations that cannot be."""
        for name, target in self.targets.items():
            wrong = fault(name, target)
            if wrong:
                raise ValueError(wrong)
        if wrong := correlation_fault(self.correlations, self.targets):
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

    def error_root(self, names: tuple[str, ...] | None = None) -> Float64s:
        """Lower triangular root of the covariance of those errors, float64 (names, names)."""
        chosen = names or self.fitted
        return error_root(chosen, self.errors(chosen), self.correlations)

    def error(self, name: str) -> float:
        """SD of error and discrepancy of one target on its moment's scale."""
        target = self.targets[name]
        return math.hypot(target.se * SCALES[moment(name).scale].slope(target.value), target.discrepancy)

    def without(self, *names: str) -> Targets:
        """The same targets less some."""
        left = {n: t for n, t in self.targets.items() if n not in names}
        return self.model_copy(update={"targets": left, "correlations": kept(self.correlations, left)})

    def with_(self, **changed: Target) -> Targets:
        """The same targets with some replaced or added: their errors are their own. Raises ValueError as a file would."""
        unchanged = [n for n in self.targets if n not in changed]
        return Targets(
            city=self.city,
            title=self.title,
            targets={**self.targets, **changed},
            correlations=kept(self.correlations, unchanged),
        )

    def hash(self) -> str:
        """Hash of what a fit uses: names, values, errors, which are assumed, and correlations (64 hex digits)."""
        lines = [
            f"{n} {v:.9g} {e:.9g}{' assumed' * self.targets[n].assumed}"
            for n, v, e in zip(self.fitted, self.observed(), self.errors(), strict=True)
        ]
        blocks = [f"{' '.join(b.names)} {b.matrix}" for b in kept(self.correlations, self.fitted)]
        return hashlib.sha256("\n".join([self.city, *lines, *blocks]).encode()).hexdigest()


def _with_inherited(content: dict[str, Any], file: Path) -> dict[str, Any]:
    """Content with the targets of the city it inherits from. Raises InputError as `lineage_of_file`, or for a target that is not there."""
    own = content.get("targets") or {}
    if not isinstance(own, dict):
        return {key: value for key, value in content.items() if key != INHERITS}
    targets: dict[str, Any] = {}
    blocks: list[Any] = []
    for layer in reversed(lineage_of_file("targets", file)[1:]):
        layer_targets = layer.content.get("targets") or {}
        targets = {name: row for name, row in (targets | layer_targets).items() if row is not None}
        blocks = [*(layer.content.get("correlations") or []), *_unless_replaced(blocks, layer_targets)]
    for name, row in own.items():
        if row is None and name not in targets:
            close = nearest(str(name), targets)
            hint = f"; did you mean '{close}'?" if close else ""
            raise InputError(
                f"{file}: targets.{name}: null leaves out an inherited target, and none has that name{hint}"
            )
    joined = {name: row for name, row in (targets | own).items() if row is not None}
    found = {key: value for key, value in content.items() if key != INHERITS} | {"targets": joined}
    own_blocks = content.get("correlations") or []
    if isinstance(own_blocks, list) and (inherited := _unless_replaced(blocks, own)):
        found["correlations"] = [*own_blocks, *inherited]  # those of the file first, so that an error finds their lines
    return found


def _unless_replaced(blocks: list[Any], replaced: dict[str, Any]) -> list[Any]:
    """Inherited blocks without the targets that a file has its own value for: that figure is of another office, poll or wave."""
    checked = [Correlation.model_validate(tuples(block)) for block in blocks]
    names = {name for block in checked for name in block.names} - set(replaced)
    return [block.model_dump() for block in kept(checked, names)]


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
    """Raise the fault of one target or block of correlations, when it is one, with the line on which it stands."""
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
    try:
        blocks = [Correlation.model_validate(tuples(row)) for row in content.get("correlations") or []]
    except (TypeError, ValueError):
        return
    if wrong := correlation_fault(blocks, block if isinstance(block, dict) else {}):
        number = int(wrong.split(":")[0].rpartition(".")[2])
        raise InputError(f"{file}:{lines.get(('correlations', number), 1)}: {wrong}") from None


def shipped_targets(city: str) -> Targets:
    """The targets file shipped for a city. Raises InputError when there is none."""
    file = data.path("targets", f"{city}.yaml")
    if not file.exists():
        raise InputError(
            f"targets/{city}.yaml: no targets are shipped for city '{city}'; write them as docs/calibration.md shows"
        )
    return Targets.load(file)
