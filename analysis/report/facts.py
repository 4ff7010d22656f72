"""What a report is about: the facts of one comparison that are not in its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["Facts", "Lever"]


@dataclass(frozen=True)
class Lever:
    """One lever a policy sets otherwise than the reference does, in the report's language."""

    name: str
    value: str
    reference: str


@dataclass(frozen=True)
class Facts:
    """One comparison, as a report describes it.

    Attributes: title; city; months of the horizon; reference policy; titles of all policies in order, in the report's
    language; draws, seed and scale (share of the city simulated); quick run or not; window of the averages [months];
    what parameters are drawn from, in words; levers each policy sets otherwise and its note; command that repeats the run;
    its key; versions; SHA-256 by file; borrowed, sentences on what the city borrows from others.
    """

    title: str
    city: str
    months: int
    reference: str
    titles: Mapping[str, str]
    draws: int
    seed: int
    scale: float
    quick: bool = False
    window: int = 12
    drawn_from: str = ""
    levers: Mapping[str, Sequence[Lever]] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    key: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    hashes: Mapping[str, str] = field(default_factory=dict)
    borrowed: Sequence[str] = ()

    @property
    def others(self) -> list[str]:
        """Every policy but the reference."""
        return [p for p in self.titles if p != self.reference]
