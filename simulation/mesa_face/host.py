"""What agents and sets of agents need from the model they belong to.

A model makes agents, agents refer to their model, and sets of agents hold both. This protocol lies below all three, so that none of them
has a circular import. `CityModel` implements it.
"""

from __future__ import annotations

from collections.abc import Container
from random import Random
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from simulation.engine.columns import City
from simulation.engine.memory import Engine
from simulation.engine.records import Ints, Structured

Words = npt.NDArray[np.str_]
At = int | Ints  # a row, or many
Column = npt.NDArray[Any]  # numbers or words, as the attribute has them
Values = Any  # of an attribute: a number, a word, or a column of them; arithmetic is the same for all


class Host(Protocol):
    """A model whose agents are rows of columns.

    Attributes: city, engine; nature, parameters as a table of one row; unit_kinds, unit_titles and kecamatan_names, words by row;
    kinds, the classes that stand for civil servants, units and citizens; random, Mesa's generator.
    """

    city: City
    engine: Engine
    nature: Structured
    unit_kinds: Words
    unit_titles: Words
    kecamatan_names: Words
    random: Random
    _all_agents: Container[object]

    @property
    def kinds(self) -> tuple[type, ...]:
        """The class of each kind of agent."""

    def members(self, kind: type) -> Ints:
        """Rows of a kind, in order."""


class HasRow(Protocol):
    """A view: a row of a model."""

    model: Host
    row: int
