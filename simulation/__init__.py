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
    from simulation.trials.arms import Arm
    from simulation.trials.interventions import Course, Move
    from simulation.trials.trial import Trial

__all__ = ["Arm", "CityModel", "Course", "Ensemble", "Move", "Parameters", "Policy", "Scenario", "Trial", "simulate"]

_HOMES = {
    "Arm": "simulation.trials.arms",
    "CityModel": "simulation.mesa_face.model",
    "Course": "simulation.trials.interventions",
    "Ensemble": "simulation.ensembles.ensemble",
    "Move": "simulation.trials.interventions",
    "Parameters": "simulation.parameters",
    "Policy": "simulation.policy",
    "Scenario": "simulation.scenario",
    "Trial": "simulation.trials.trial",
    "simulate": "simulation.ensembles.ensemble",
}

look_here_first()


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'simulation' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
