"""The common model in Mesa 3: an object a citizen, as in its tutorials."""

from __future__ import annotations

from typing import Any

import mesa
import numpy as np

from bench.peers.task import AREAS, CHANCE, LEARNING, NOISE, areas_of, qualities


class CivilServant(mesa.Agent):
    """Somebody at a counter."""

    def __init__(self, model: mesa.Model, quality: float) -> None:
        super().__init__(model)
        self.quality = quality

    def serve(self) -> float:
        """What the encounter feels like."""
        return self.quality + NOISE * self.random.gauss(0.0, 1.0)


class Citizen(mesa.Agent):
    """Somebody who lives in an area."""

    def __init__(self, model: mesa.Model, counter: list[CivilServant]) -> None:
        super().__init__(model)
        self.counter = counter
        self.trust = 0.0

    def step(self) -> None:
        """A month."""
        if self.random.random() < CHANCE:
            self.trust += LEARNING * (self.random.choice(self.counter).serve() - self.trust)


class City(mesa.Model):
    """All areas. `do` and not `shuffle_do`: the order has no effect here, and shuffling costs time."""

    def __init__(self, people: int, seed: int) -> None:
        super().__init__(rng=seed)
        counters = [[CivilServant(self, q) for q in area] for area in qualities().tolist()]
        assert len(counters) == AREAS
        for area in areas_of(people).tolist():
            Citizen(self, counters[area])
        self.citizens = self.agents_by_type[Citizen]

    def step(self) -> None:
        """A month."""
        self.citizens.do("step")


def build(people: int, seed: int, months: int) -> City:
    """The model, ready to run."""
    return City(people, seed)


def trust(city: City) -> Any:
    """Trust of every citizen, float64."""
    return np.array(city.citizens.get("trust"))
