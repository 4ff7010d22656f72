"""What a trial does to its treated arm: a course, levers moved at no cost, or a policy of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from data.errors import InputError, nearest
from simulation.blocks import unflatten
from simulation.engine.columns import DomainPlaces
from simulation.policy import LEVERS, Policy

__all__ = ["LEADERSHIP", "Asked", "Course", "Intervention", "Move", "interventions_of"]

LEADERSHIP = "leadership"
DOMAINS = tuple(name.lower() for name in DomainPlaces._fields)
Method = Literal["klasikal", "blended", "coaching"]
Provider = Literal["agency", "university", "seminar"]
YEAR = 12


@dataclass(frozen=True)
class Course:
    """One course for everybody in the treated arm. Nobody's seat is taken, and nothing is paid for.

    Whoever has a course of the city in the same month takes that one a month later.

    Attributes:
        domain: "managerial", "sociocultural", "technical", "digital", or "leadership" for the leadership programme.
        hours: its length [JP]; PPPK take at most 24, as everywhere.
        method, provider: of a course that is not a leadership one; a seminar has its own length.
        follow_up: share of the treated who are coached after the course, 0-1.
        month: month of the trial in which it takes place, counted from 1 (a January); no course runs in a January.

    What it does follows from the draw: the true effect of the programme of that domain and provider in the city's catalogue.
    Raises: InputError for another word (with the nearest) or a number out of bounds.
    """

    domain: str = "technical"
    hours: float = 20.0
    method: Method = "klasikal"
    provider: Provider = "agency"
    follow_up: float = 0.0
    month: int = 2

    def __post_init__(self) -> None:
        for name, allowed in (
            ("domain", (*DOMAINS, LEADERSHIP)),
            ("method", get_args(Method)),
            ("provider", get_args(Provider)),
        ):
            if getattr(self, name) not in allowed:
                close = nearest(str(getattr(self, name)), allowed)
                hint = f"; did you mean '{close}'?" if close else ""
                raise InputError(
                    f"Course: {name}: found {getattr(self, name)!r:.40}; allowed: {', '.join(allowed)}{hint}"
                )
        most = LEVERS["training.leadership_hours" if self.domain == LEADERSHIP else "training.hours_per_person"].high
        if not 1.0 <= self.hours <= most:
            raise InputError(f"Course: hours: found {self.hours:g}; allowed: 1 to {most:g} JP")
        if not 0.0 <= self.follow_up <= 1.0:
            raise InputError(f"Course: follow_up: found {self.follow_up:g}; allowed: 0 to 1")
        if self.month < 1 or (self.month - 1) % YEAR == 0:
            raise InputError(f"Course: month: found {self.month}; allowed: from 2 on, and no January (1, 13, 25 ...)")

    @property
    def place(self) -> int:
        """Place of its domain among the four; of a leadership course, the managerial one."""
        return 0 if self.domain == LEADERSHIP else DOMAINS.index(self.domain)

    @property
    def calendar(self) -> int:
        """Month of the year, 0 is January."""
        return (self.month - 1) % YEAR

    def levers(self, month: int) -> dict[str, Any]:
        """Levers, by dotted name, that the treated arm lives under in a month (counted from 1) because of this course."""
        if month < self.month:
            return {}
        found: dict[str, Any] = {"training.follow_up": self.follow_up} if self.follow_up > 0.0 else {}
        if month == self.month:
            found["training.leadership_hours" if self.domain == LEADERSHIP else "training.hours_per_person"] = (
                self.hours
            )
            found |= {f"training.providers.{p}": float(p == self.provider) for p in get_args(Provider)}
            found |= {f"training.methods.{m}": float(m == self.method) for m in get_args(Method)}
        return found


@dataclass(frozen=True)
class Move:
    """Levers moved for the treated arm at no cost: money and seats stay those of the policy, so nobody is displaced.

    Attributes:
        levers: dotted names and values, such as {"integrity.audit_probability": 1.0}.
        first, last: months of the trial, counted from 1, in which they are moved; last None until the end.

    Raises: InputError for an unknown lever (with the nearest), a value out of its bounds, or months that are none.
    """

    levers: Mapping[str, Any] = field(default_factory=dict)
    first: int = 1
    last: int | None = None

    def __post_init__(self) -> None:
        for name in self.levers:
            if name not in LEVERS:
                close = nearest(name, LEVERS)
                raise InputError(f"Move: {name}: unknown lever" + (f"; did you mean '{close}'?" if close else ""))
        if not self.levers:
            raise InputError("Move: levers: found none; at least one is needed")
        if self.first < 1 or (self.last is not None and self.last < self.first):
            raise InputError(
                f"Move: months: found {self.first} to {self.last}; allowed: from 1 on, the first one first"
            )
        Policy(**{"name": "moved", "title": {"en": "moved", "id": "moved"}, **unflatten(dict(self.levers))})

    def at(self, month: int) -> dict[str, Any]:
        """The levers, by dotted name, that are moved in a month (counted from 1)."""
        within = self.first <= month and (self.last is None or month <= self.last)
        return dict(self.levers) if within else {}


Intervention = Course | Move | Policy
Asked = Intervention | Mapping[str, Any] | Sequence[Course | Move | Mapping[str, Any]]


def interventions_of(asked: Asked) -> tuple[Intervention, ...]:
    """What was asked for as a tuple; a mapping of levers is a `Move` from the first month on.

    Raises: InputError for something else, or two courses in one month.
    """
    many = [asked] if isinstance(asked, Course | Move | Policy | Mapping) else list(asked)
    found = tuple(Move(one) if isinstance(one, Mapping) else one for one in many)
    for one in found:
        if not isinstance(one, Course | Move | Policy):
            raise InputError(f"Trial: intervention: found {one!r:.60}; allowed: a Course, a Move, levers or a Policy")
    months = [one.month for one in found if isinstance(one, Course)]
    if len(set(months)) < len(months):
        raise InputError(f"Trial: intervention: found two courses in a month ({months}); one is allowed")
    if not found or sum(isinstance(one, Policy) for one in found) > 1:
        raise InputError("Trial: intervention: one policy at most, and at least one intervention, is needed")
    return found
