"""Scenario: what a comparison assumes (city, horizon, scale, shocks) and the policies it compares."""

from __future__ import annotations

import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from data.errors import InputError, nearest
from data.lineage import default_city
from data.notebook import table
from data.shipped import scenario_file
from simulation.blocks import Block
from simulation.engine.records import Structured
from simulation.files import build, explained, read_yaml, tuples
from simulation.policy import DEFAULTS, Policy, Text


class Shocks(Block):
    """Shocks that hit every policy alike. Good and bad years are those of the official survey and of handling reports."""

    political_noise: bool = True
    scandals: bool = True
    drifts: bool = True
    good_and_bad_years: bool = True


class Scenario(Block):
    """A comparison to run. `policies` holds the loaded policies in the order of the file.

    `scale` is the share of the adults that are simulated, `staff_scale` that of the civil servants; without one, at least a quarter of them
    (`simulation.posts.staff_share`), so that a small city has the staff of the whole one.
    `start_year` is the calendar year that begins with month 0; without one, months are numbered from the start. It changes no result.
    """

    title: Text
    author: str = ""
    date: str = ""
    sources: tuple[str, ...] = ()
    city: str = Field(default_factory=default_city)
    months: int = Field(default=60, ge=12, le=240)
    start_year: int | None = Field(default=None, ge=1900, le=2200)
    scale: float = Field(default=1.0, gt=0, le=1)
    staff_scale: float | None = Field(default=None, gt=0, le=1)
    draws: int = Field(default=50, ge=2, le=1_000_000)
    seed: int = Field(default=1, ge=0, le=2**31)
    reference: str = "status_quo"
    shocks: Shocks = Shocks()
    policies: tuple[Policy, ...]

    @field_validator("policies")
    @classmethod
    def some(cls, value: tuple[Policy, ...]) -> tuple[Policy, ...]:
        """Raises ValueError for an empty list or a name that stands twice."""
        names = [p.name for p in value]
        double = {n for n in names if names.count(n) > 1}
        if not names or double:
            raise ValueError(
                f"policy {sorted(double)[0]!r} stands twice" if double else "no policy; at least one is needed"
            )
        return value

    @model_validator(mode="after")
    def has_reference(self) -> Self:
        """Raises ValueError when the reference is not among the policies."""
        names = [p.name for p in self.policies]
        if self.reference not in names:
            close = nearest(self.reference, names)
            raise ValueError(
                f"reference {self.reference!r} is not among the policies"
                + (f"; did you mean '{close}'?" if close else "")
            )
        return self

    @classmethod
    def load(cls, path: str | Path) -> Scenario:
        """Read a scenario and the policy files it names; `path` is that of its file, or the name of a shipped one, such as `tangsel`.

        Raises: InputError naming file, line and key.
        """
        file = scenario_file(Path(path))
        content, lines = read_yaml(file)
        named = content.get("policies")
        if not isinstance(named, list) or not all(isinstance(n, str) for n in named):
            raise InputError(
                f"{file}:{lines.get(('policies',), 1)}: policies: a list of policy names or files is needed"
            )
        loaded = []
        for i, name in enumerate(named):
            try:
                loaded.append(Policy.load(policy_file(file.parent, name)))
            except InputError as error:
                if "no such file" in str(error):
                    raise InputError(f"{file}:{lines.get(('policies', i), 1)}: policies: {error}") from None
                raise
        return build(cls, {**content, "policies": loaded}, lines, file)

    def policy(self, name: str) -> Policy:
        """The policy of that name. Raises InputError with the nearest name."""
        for policy in self.policies:
            if policy.name == name:
                return policy
        close = nearest(name, [p.name for p in self.policies])
        raise InputError(f"policy {name!r} is not in the scenario" + (f"; did you mean '{close}'?" if close else ""))

    def to_yaml(self) -> str:
        """The scenario with its policies written out."""
        return yaml.safe_dump(self.model_dump(mode="json", exclude_none=True), sort_keys=False, allow_unicode=True)

    def _repr_html_(self) -> str:
        moved = [sum(value != DEFAULTS[name] for name, value in p.levers().items()) for p in self.policies]
        rows = [
            (p.name + (" (reference)" if p.name == self.reference else ""), p.title.en, n)
            for p, n in zip(self.policies, moved, strict=True)
        ]
        off = [name for name, on in self.shocks if not on]
        years = "" if self.start_year is None else f" from {self.start_year}"
        size = f"{self.city}, {self.months} months{years}, {self.draws} draws, seed {self.seed}, scale {self.scale:g}"
        note = f"{size}; shocks left out: {', '.join(off)}." if off else f"{size}."
        return table(self.title.en, ["policy", "title", "levers moved from today's"], rows, note)

    def calendar(self, month: int) -> datetime.date | None:
        """The day on which a month of the run has ended: 1 January of the start year for month 0, None where no start year is given.

        A year of the model is a calendar year (training plans and budgets follow it), so months 12, 24 ... end with December.
        """
        if self.start_year is None:
            return None
        return datetime.date(self.start_year + month // 12, month % 12 + 1, 1)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of the policies."""
        return tuple(p.name for p in self.policies)

    def with_(self, **changes: Any) -> Scenario:
        """The same scenario with some fields changed, checked again. Raises InputError for a value that is not allowed."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        try:
            return Scenario.model_validate({**fields, **tuples(changes)})
        except ValidationError as error:
            raise InputError(explained(Scenario, error, "scenario")) from None


def without_shocks(nature: Structured, scenario: Scenario) -> Structured:
    """The same parameters with the shocks that the scenario leaves out set to nothing."""
    return with_shocks(nature, scenario.shocks)


def with_shocks(nature: Structured, shocks: Shocks) -> Structured:
    """The same parameters with no shocks but these."""
    if not shocks.political_noise:
        nature["political_noise_sd"] = 0.0
    if not shocks.scandals:
        nature["scandal_rate"] = 0.0
    if not shocks.drifts:
        nature["ikm_drift"] = 0.0
        nature["digital_rise"] = 0.0
    if not shocks.good_and_bad_years:
        nature["survey_year_effect"] = 0.0
        nature["completion_swing"] = 0.0
    return nature


def policy_file(folder: Path, name: str) -> Path:
    """Where a policy named in a scenario lies: a path beside the scenario, or policies/<name>.yaml."""
    if name.endswith((".yaml", ".yml")):
        return folder / name
    return folder / "policies" / f"{name}.yaml"
