"""The common model in Starsim: a module with a state array and one distribution a decision (common random numbers, its default)."""

from __future__ import annotations

from typing import Any

import numpy as np
import starsim as ss

from bench.peers.task import CHANCE, LEARNING, NOISE, SERVANTS, areas_of, qualities


class Service(ss.Module):  # type: ignore[misc]
    """Encounters of citizens with civil servants."""

    def __init__(self, people: int) -> None:
        super().__init__()
        self.define_states(ss.FloatArr("trust", default=0.0))
        self.meets = ss.bernoulli(p=CHANCE)
        self.whom = ss.randint(0, SERVANTS)
        self.noise = ss.normal(loc=0.0, scale=NOISE)
        self.area = areas_of(people)
        self.quality = qualities()

    def step(self) -> None:
        """A month."""
        visitors = self.meets.filter()
        felt = self.quality[self.area[visitors], self.whom.rvs(visitors)] + self.noise.rvs(visitors)
        self.trust[visitors] = self.trust[visitors] + LEARNING * (felt - self.trust[visitors])


def build(people: int, seed: int, months: int) -> Any:
    """The simulation, ready to run; nobody is born or dies."""
    sim = ss.Sim(
        n_agents=people, modules=Service(people), dt=ss.month, start=0, dur=ss.months(months), rand_seed=seed, verbose=0
    )
    sim.init()
    return sim


def trust(sim: Any) -> Any:
    """Trust of every citizen, float64."""
    return np.array(sim.get_module(Service).trust.values, dtype=np.float64)
