"""The city that is measured: settled once, then taken through the same months again and again."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bench.clock import ROOT, SCENARIO
from simulation.city import build_city, load_profile
from simulation.engine.columns import City
from simulation.engine.memory import Engine
from simulation.ensembles.ensemble import luck_of
from simulation.levers import pack
from simulation.parameters import default
from simulation.scenario import Scenario

POLICY = "integrated"  # every process is at work under it
ENCOUNTERS = 0.1  # per citizen-month, of the profile


@lru_cache(maxsize=1)
def shipped() -> Scenario:
    """The scenario of `make compare`."""
    return Scenario.load(ROOT / SCENARIO)


def with_encounters(city: City, rate: float) -> City:
    """The same city where adults have `rate` encounters a month; as many people answer the official survey as before."""
    survey = min(city.figures.survey * city.figures.demand / rate, 1.0)
    return city._replace(figures=city.figures._replace(demand=rate, survey=survey))


class Subject:
    """A settled city with parameters at their medians.

    Attributes: engine; citizens, how many adults; rate, encounters per citizen-month that its people have on average.
    """

    def __init__(self, city: City, seed: int = 1, branches: bool = True) -> None:
        scenario = shipped()
        profile = load_profile(scenario.city)
        self.engine = Engine(city, branches)
        self.reference = pack(scenario.policy(scenario.reference), profile)
        self.levers = pack(scenario.policy(POLICY), profile)
        self.nature, self.seed = default().median(), luck_of(1, seed)
        self.citizens = int(city.figures.citizens)
        self.engine.settle(self.reference, self.nature, self.seed)
        self.rate = float(self.engine.state.citizens.demand.sum()) / 65536.0 / self.citizens

    def restore(self) -> None:
        """Back to the settled start."""
        self.engine.restore()

    def months(self, months: int) -> Any:
        """Some months after the start in one compiled call, every process included; returns their rows [outcomes]."""
        return self.engine.go(self.levers, self.nature, self.seed, 0, months)


def whole(scale: float, rate: float = ENCOUNTERS) -> Subject:
    """Tangerang Selatan at a scale and rate of encounters."""
    return Subject(with_encounters(build_city(shipped().city, scale), rate))
