"""The common model in mesa-frames: one Polars data frame of citizens, changed as a whole each month."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from mesa_frames import AgentSetPolars, ModelDF

from bench.peers.task import CHANCE, LEARNING, NOISE, SERVANTS, areas_of, qualities


class Citizens(AgentSetPolars):  # type: ignore[misc]
    """All citizens: unique_id, area, trust."""

    agents: pl.DataFrame

    def __init__(self, model: ModelDF, people: int) -> None:
        super().__init__(model)
        self += pl.DataFrame({"unique_id": np.arange(people), "area": areas_of(people), "trust": np.zeros(people)})
        self.quality = qualities()

    def step(self) -> None:
        """A month. A column as a whole: `self[mask, "trust"] = ...` joins the frame with itself and takes several times as long."""
        luck = self.model.random
        meets = luck.random(len(self)) < CHANCE
        area = self.agents["area"].to_numpy()[meets]
        felt = np.zeros(len(self))
        felt[meets] = self.quality[area, luck.integers(SERVANTS, size=len(area))] + luck.normal(0.0, NOISE, len(area))
        moved = pl.col("trust") + LEARNING * (pl.Series(felt) - pl.col("trust"))
        self.agents = self.agents.with_columns(trust=pl.when(pl.Series(meets)).then(moved).otherwise(pl.col("trust")))


class City(ModelDF):  # type: ignore[misc]
    """All areas."""

    def __init__(self, people: int, seed: int) -> None:
        super().__init__(seed)
        self.citizens = Citizens(self, people)
        self.agents += self.citizens

    def step(self) -> None:
        """A month."""
        self.agents.do("step")


def build(people: int, seed: int, months: int) -> City:
    """The model, ready to run."""
    return City(people, seed)


def trust(city: City) -> Any:
    """Trust of every citizen, float64, in the order of their ids."""
    (citizens,) = city.agents._agentsets
    return citizens.agents.sort("unique_id")["trust"].to_numpy()
