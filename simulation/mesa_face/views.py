"""A view: one row of the city's columns as a Mesa agent, created on demand and discarded after use.

A view reads and writes the columns that the engine works on, so what is written counts from the next month. It keeps nothing of its own:
`mesa.Agent.__init__` is never called, nothing is registered and nothing leaks.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

import mesa
import numpy as np

from data.errors import InputError, nearest
from simulation.mesa_face.attributes import Attribute
from simulation.mesa_face.host import Host

# As Any: the class is generic in Mesa 3.5 and not in 3.3, and one source must pass the type check with both.
Agent: Any = mesa.Agent

KIND = 1_000_000_000  # unique_id = code of the kind x KIND + row: never that of an agent a researcher adds, which count from 1


Kind = TypeVar("Kind", bound="View")


class View(Agent):  # type: ignore[misc]
    """One row of a kind of agent.

    Raises: InputError for a row that the city does not have; AttributeError, with the nearest name, for an unknown attribute. Setting an
    unknown attribute is refused too: the view will be gone, and the value with it.
    """

    code: ClassVar[int] = 0
    pos = None  # no place on a grid
    model: Host
    row: int

    def __init__(self, model: Host, row: int) -> None:
        known = model.members(type(self))
        at = int(np.searchsorted(known, row))
        if at == len(known) or known[at] != row:
            raise InputError(
                f"{type(self).__name__}: no row {row}; the city has {len(known)}, see model.agents_by_type"
            )
        _fill(self, model, int(row))

    @property
    def unique_id(self) -> int:
        """The same in every month and model: 1, 2 or 3 (civil servant, unit, citizen), then the row in nine digits."""
        return self.code * KIND + self.row

    def remove(self) -> None:
        """Raises AttributeError: posts, units and adults of a city are fixed."""
        raise AttributeError("a row of the city cannot be removed; select the ones you mean instead")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, View)
            and type(self) is type(other)
            and self.row == other.row
            and self.model is other.model
        )

    def __hash__(self) -> int:
        return hash((type(self), self.row, id(self.model)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(row {self.row})"

    def __getattr__(self, name: str) -> Any:
        if hasattr(type(self), name):  # a property failed inside: let its own error through
            return object.__getattribute__(self, name)
        raise AttributeError(unknown(type(self), name))

    def __setattr__(self, name: str, value: object) -> None:
        if not hasattr(type(getattr(type(self), name, None)), "__set__"):
            raise AttributeError(
                unknown(type(self), name)
                + "; a view keeps nothing of its own: keep other values on the model or in an OwnAgent"
            )
        object.__setattr__(self, name, value)


def _fill(view: View, model: Host, row: int) -> None:
    view.__dict__["model"] = model
    view.__dict__["row"] = row


def kind_of(model: Host, base: type[Kind]) -> type[Kind]:
    """The class that a model uses for civil servants, units or citizens: that class itself, or the model's subclass of it."""
    return next(kind for kind in model.kinds if issubclass(kind, base))


def view_of(kind: type[Kind], model: Host, row: int) -> Kind:
    """The view of a row that is known to exist."""
    view = object.__new__(kind)
    _fill(view, model, row)
    return view


def attributes_of(kind: type) -> dict[str, Attribute]:
    """Attributes of a kind of agent that are columns, by name, in the order in which they are declared."""
    named = (name for c in reversed(kind.__mro__) for name, value in vars(c).items() if isinstance(value, Attribute))
    return {name: value for name in dict.fromkeys(named) if isinstance(value := getattr(kind, name), Attribute)}


def names(kind: type) -> list[str]:
    """Names of the attributes of a kind of agent that are columns."""
    return sorted(attributes_of(kind))


def unknown(kind: type, name: str) -> str:
    """The message for an attribute that a kind of agent does not have."""
    close = nearest(name, [n for n in dir(kind) if not n.startswith("_")])
    return f"{kind.__name__} has no attribute {name!r}" + (
        f"; did you mean '{close}'?" if close else f"; it has: {', '.join(names(kind))}"
    )
