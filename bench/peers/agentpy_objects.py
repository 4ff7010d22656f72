"""The common model in AgentPy: an AgentList of objects, its step called for all."""

from __future__ import annotations

from typing import Any

import agentpy as ap
import numpy as np

from bench.peers.task import CHANCE, LEARNING, NOISE, areas_of, qualities


class CivilServant(ap.Agent):  # type: ignore[misc]
    """Somebody at a counter."""

    def setup(self, quality: float) -> None:
        """At the start."""
        self.quality = quality

    def serve(self) -> float:
        """What the encounter feels like."""
        return float(self.quality + NOISE * self.model.random.gauss(0.0, 1.0))


class Citizen(ap.Agent):  # type: ignore[misc]
    """Somebody who lives in an area."""

    def setup(self, counter: list[CivilServant]) -> None:
        """At the start."""
        self.counter = counter
        self.trust = 0.0
        self.luck = self.model.random

    def step(self) -> None:
        """A month."""
        if self.luck.random() < CHANCE:
            self.trust += LEARNING * (self.luck.choice(self.counter).serve() - self.trust)


class City(ap.Model):  # type: ignore[misc]
    """All areas."""

    def setup(self) -> None:
        """At the start."""
        counters = [[CivilServant(self, quality=q) for q in area] for area in qualities().tolist()]
        self.citizens = ap.AgentList(
            self, [Citizen(self, counter=counters[area]) for area in areas_of(self.p.people).tolist()]
        )

    def step(self) -> None:
        """A month."""
        self.citizens.step()


def build(people: int, seed: int, months: int) -> City:
    """The model, ready to run."""
    city = City({"people": people})
    city.sim_setup(steps=months, seed=seed)
    return city


def trust(city: City) -> Any:
    """Trust of every citizen, float64."""
    return np.array(list(city.citizens.trust))
