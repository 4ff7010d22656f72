"""The common model in numpy: columns, a mask of visitors, one generator."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.peers.task import CHANCE, LEARNING, NOISE, SERVANTS, areas_of, qualities


class City:
    """All areas, as columns."""

    def __init__(self, people: int, seed: int) -> None:
        self.luck = np.random.default_rng(seed)
        self.area = areas_of(people).astype(np.uint8)
        self.trust = np.zeros(people, dtype=np.float32)
        self.quality = qualities().astype(np.float32)

    def step(self) -> None:
        """A month; noise, servants and changes are drawn for visitors only."""
        visitors = np.flatnonzero(self.luck.random(len(self.trust), dtype=np.float32) < CHANCE)
        server = self.luck.integers(SERVANTS, size=len(visitors), dtype=np.uint8)
        noise = np.float32(NOISE) * self.luck.standard_normal(len(visitors), dtype=np.float32)
        before = self.trust[visitors]
        felt = self.quality[self.area[visitors], server] + noise
        self.trust[visitors] = before + np.float32(LEARNING) * (felt - before)


def build(people: int, seed: int, months: int) -> City:
    """The model, ready to run."""
    return City(people, seed)


def trust(city: City) -> Any:
    """Trust of every citizen, float64."""
    return city.trust.astype(np.float64)
