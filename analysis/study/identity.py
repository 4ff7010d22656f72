"""The identity of a study: everything that decides its outcomes, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.study.own_model import described
from analysis.study.record import version
from data.errors import InputError
from simulation import Scenario
from simulation.city import load_profile
from simulation.city_files import estimates_hash
from simulation.ensembles.runs import ENGINE

if TYPE_CHECKING:
    from simulation import CityModel

__all__ = ["Settings", "identity"]

QUICK_DRAWS = 20
QUICK_SCALE = 0.05


class Settings(NamedTuple):
    """How large a study is: draws, seed, scale (share of the city), quick or not."""

    draws: int
    seed: int
    scale: float
    quick: bool

    @classmethod
    def of(
        cls, scenario: Scenario, draws: int | None, seed: int | None, scale: float | None, quick: bool = False
    ) -> Settings:
        """The requested settings; where one is None, the scenario's, or a smaller one for a quick look.

        Raises: InputError for a number that is not allowed.
        """
        if draws is None:
            draws = min(QUICK_DRAWS, scenario.draws) if quick else scenario.draws
        if scale is None:
            scale = min(QUICK_SCALE, scenario.scale) if quick else scenario.scale
        seed = scenario.seed if seed is None else seed
        scenario.with_(draws=draws, scale=scale)
        if seed < 0:
            raise InputError(f"seed: found {seed}; allowed: 0 or more")
        return cls(draws, seed, scale, quick)


def identity(
    scenario: Scenario, settings: Settings, posterior: str, model: type[CityModel] | None = None
) -> dict[str, Any]:
    """Everything that decides the outcomes of a study. Workers, language and places are no part of it.

    Args: posterior, hash of the posterior that calibrated parameters are drawn from, or "none"; model, the class that runs the months in
    place of the engine, which a study without one does not mention.

    Raises: InputError with the nearest name for an unknown city, and for a class whose source cannot be hashed.
    """
    content = scenario.model_dump(mode="json")
    for name in ("policies", "draws", "seed", "scale"):
        content.pop(name)
    if content["start_year"] is None:  # a scenario that gives none keeps the key that it had before there was one
        del content["start_year"]
    return {
        "scenario": content,
        "policies": {p.name: p.model_dump(mode="json") for p in scenario.policies},
        **settings._asdict(),
        "estimates": estimates_hash(scenario.city),
        "city": load_profile(scenario.city).sha256,
        "posterior": posterior,
        "engine": ENGINE,
        "version": version("asnlab"),
        **described(model),
    }
