"""The model: a city of civil servants and citizens, policies as data, and ensembles of runs.

Public names are loaded when they are first used, so that importing the package stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from simulation.beside import look_here_first

if TYPE_CHECKING:
    from simulation.ensembles.ensemble import Ensemble, simulate
    from simulation.mesa_face.model import CityModel
    from simulation.parameters import Parameters
    from simulation.policy import Policy
    from simulation.scenario import Scenario

__all__ = ["CityModel", "Ensemble", "Parameters", "Policy", "Scenario", "simulate"]

_HOMES = {
    "CityModel": "simulation.mesa_face.model",
    "Ensemble": "simulation.ensembles.ensemble",
    "Parameters": "simulation.parameters",
    "Policy": "simulation.policy",
    "Scenario": "simulation.scenario",
    "simulate": "simulation.ensembles.ensemble",
}

look_here_first()


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'simulation' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
