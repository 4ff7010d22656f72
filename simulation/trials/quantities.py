"""What a trial reads: attributes of the agents of `CityModel`, under the same names, for the people or units of an arm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from data.errors import InputError, nearest
from simulation.engine.columns import City
from simulation.engine.memory import Engine
from simulation.engine.records import Float64s, Int64s, Structured
from simulation.mesa_face.agents import Citizen, CivilServant, Unit
from simulation.mesa_face.attributes import Attribute
from simulation.mesa_face.views import View, attributes_of
from simulation.trials.arms import Bools, Kind, at_counter, unit_of_staff

__all__ = ["AT_COUNTER", "Quantity", "Reader", "groups_of", "quantities_of"]

KINDS: dict[str, type[View]] = {"staff": CivilServant, "units": Unit, "citizens": Citizen}
# What the city has drawn or built and no trial moves, and words.
FIXED = {
    "staff": {"age_years", "years_in_post", "contract_months", "integrity_anchor", "responsiveness", "unit_number", "at_counter",
              "status", "job", "degree", "unit_kind", "service", "kecamatan"},
    "units": {"size", "counter", "people", "kind", "title", "service", "kecamatan"},
    "citizens": {"predisposition", "encounters", "area", "kecamatan"},
}  # fmt: skip
AT_COUNTER = ("people_score", "side_payment_chance", "favouritism_chance")  # that only those who meet the public have
READ = {"staff": ("staff",), "units": ("units", "staff"), "areas": ("citizens",)}  # kinds of agents in an arm


@dataclass(frozen=True)
class Quantity:
    """A quantity of an arm. Attributes: name; kind of agent, "staff", "units" or "citizens"; counter, of those at counters only."""

    name: str
    kind: str
    attribute: Attribute

    @property
    def counter(self) -> bool:
        """Whether only those who meet the public have it."""
        return self.name in AT_COUNTER


class Reader:
    """One world of a trial as the attributes of agents read it."""

    def __init__(self, city: City, engine: Engine, nature: Structured) -> None:
        self.city, self.engine, self.nature = city, engine, nature

    def values(self, quantity: Quantity, rows: Int64s) -> Float64s:
        """A quantity of some rows, float64 (rows,)."""
        return quantity.attribute.values(cast(Any, self), rows).astype(np.float64)


def quantities_of(kind: Kind, wanted: tuple[str, ...] | None = None) -> tuple[Quantity, ...]:
    """Quantities of arms of a kind; those that are named, or all. Raises InputError for an unknown name, with the nearest."""
    found = {
        name: Quantity(name, agents, attribute)
        for agents in READ[kind]
        for name, attribute in attributes_of(KINDS[agents]).items()
        if name not in FIXED[agents]
    }
    for name in wanted or ():
        if name not in found:
            close = nearest(name, found)
            hint = f"; did you mean '{close}'?" if close else f"; allowed: {', '.join(found)}"
            raise InputError(f"Trial: quantities: {name}: unknown for arms of {kind}{hint}")
    return tuple(found.values()) if wanted is None else tuple(found[name] for name in wanted)


def groups_of(city: City, kind: Kind, arm: Bools) -> Mapping[str, tuple[Int64s, Int64s]]:
    """Rows of an arm by kind of agent: all of them, and of staff those at counters; int64."""
    if kind == "areas":
        adults = np.flatnonzero(np.repeat(arm, np.asarray(city.areas.adults)))
        return {"citizens": (adults, adults)}
    posts = arm if kind == "staff" else arm[unit_of_staff(city)]
    staff = (np.flatnonzero(posts), np.flatnonzero(posts & at_counter(city)))
    return {"staff": staff} if kind == "staff" else {"units": (np.flatnonzero(arm),) * 2, "staff": staff}
