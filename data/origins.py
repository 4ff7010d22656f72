"""Where each number of a city comes from: its own file, another city's, or what holds for every city."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["EVERYWHERE", "Origins"]

EVERYWHERE = ""  # in place of a city: the number is no city's


@dataclass(frozen=True)
class Origins:
    """Where numbers come from.

    Attributes: city; source, of each number the city in whose file it stands, or `EVERYWHERE`; assumed, names of the assumptions.
    """

    city: str = EVERYWHERE
    source: Mapping[str, str] = field(default_factory=dict)
    assumed: frozenset[str] = frozenset()

    @property
    def own(self) -> int:
        """How many numbers stand in the city's own file."""
        return sum(source == self.city for source in self.source.values())

    @property
    def borrowed(self) -> dict[str, int]:
        """How many numbers stand in the file of another city, by its name; the nearest relative first."""
        return dict(Counter(source for source in self.source.values() if source not in (self.city, EVERYWHERE)))

    @property
    def everywhere(self) -> int:
        """How many numbers hold for every city."""
        return sum(source == EVERYWHERE for source in self.source.values())

    def counts(self) -> dict[str, int | dict[str, int]]:
        """The counts as a run record holds them."""
        return {
            "numbers": len(self.source),
            "own": self.own,
            "borrowed": self.borrowed,
            "everywhere": self.everywhere,
            "assumed": len(self.assumed),
        }
