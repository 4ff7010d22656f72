"""How a lever is declared: what a report calls it, which process it moves, and what it costs.

Levers are fields of the blocks in `simulation.policy`. From the declaration follow the record that the engine reads
(`simulation.levers`), the budget, the names in reports, the tables of the documentation and the tests that try every lever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

if TYPE_CHECKING:
    from simulation.city import Profile

Item = Literal["needs", "ethics", "audits", "evaluation", "participation"]
Language = Literal["en", "id"]
ITEMS: tuple[Item, ...] = get_args(Item)


@dataclass(frozen=True)
class Price:
    """A price in money: the item of the yearly budget it belongs to, and a function of policy and city [rupiah a year].

    Levers that are paid for together name the same price. Needs, audits and participation are paid for month by month; ethics and
    evaluation are paid for when their courses and measurements take place, by the process that runs them.
    """

    item: Item
    yearly: Callable[[Any, Profile], float]
    place: int = field(
        default_factory=count().__next__
    )  # prices are added in the order in which they are declared, because rounding depends on it


@dataclass(frozen=True)
class DearerSeats:
    """Paid with seats: every seat of its kind costs more, so the same money buys fewer. Priced in `simulation.levers.money_of`."""

    kind: Literal["seat", "leader"]


@dataclass(frozen=True)
class Free:
    """A lever that costs nothing, and why."""

    why: str


@dataclass(frozen=True, eq=False)
class Lever:
    """The declaration of a lever.

    Attributes:
        en, id: its name in a report.
        process: file of `simulation/processes/` that it moves.
        cost: in money, in seats, or free with a reason.
        unit: of a number; a share is shown as a percentage.
        words: of a choice, what a report calls each value in English and Indonesian.
        name, default, low, high, choices: taken from the annotated field; low and high only for a number.
    """

    en: str
    id: str
    process: str
    cost: Price | DearerSeats | Free
    unit: str = ""
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    name: str = ""
    default: Any = None
    low: float = 0.0
    high: float = 0.0
    choices: tuple[str, ...] = ()

    def label(self, lang: str) -> str:
        """The lever's name in one language."""
        return self.id if lang == "id" else self.en

    def word(self, value: str, lang: str) -> str:
        """What a report calls a value of a choice."""
        return self.words[value][lang == "id"]

    def packed(self, value: Any) -> float:
        """The value as the engine reads it: a number unchanged, a switch as 0 or 1, a choice as its position among the choices."""
        return float(self.choices.index(value)) if self.choices else float(value)


def levers_of(fields: Mapping[str, FieldInfo], within: str = "") -> Iterator[Lever]:
    """Every lever among the fields and in their blocks, in order, by dotted name. Raises TypeError for a field that declares none."""
    for key, info in fields.items():
        name = f"{within}{key}"
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from levers_of(info.annotation.model_fields, f"{name}.")
            continue
        notes = [n for n in info.metadata if isinstance(n, Lever)]
        if len(notes) != 1:
            raise TypeError(f"{name}: declare it as Annotated[..., Lever(...)]: its names, its process and its cost")
        choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
        if set(choices) != set(notes[0].words):
            raise TypeError(f"{name}: words are needed for {', '.join(map(str, choices)) or 'no value'}")
        low, high = bounds(info.metadata)
        yield replace(notes[0], name=name, default=info.default, low=low, high=high, choices=choices)


def bounds(notes: list[Any]) -> tuple[float, float]:
    """Least and largest value that the notes of a field allow (ge or gt, le); 0 and 0 where it has none."""
    limits: dict[str, float] = {"ge": 0.0, "le": 0.0}
    for note in notes:
        for limit, within in (("ge", "ge"), ("gt", "ge"), ("le", "le")):
            limits[within] = float(getattr(note, limit, limits[within]))
    return limits["ge"], limits["le"]
