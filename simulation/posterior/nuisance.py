"""Names and wide priors of the calibrated parameters, cheap to import: all that is needed to read and check a posterior."""

from __future__ import annotations

from simulation.parameters import Parameters
from simulation.posterior.moments import NUISANCE, nuisance_priors

__all__ = ["CONTRACTED", "NAMES", "table_parameters"]

NAMES: tuple[str, ...] = tuple(n.name for n in NUISANCE)
CONTRACTED = 0.10  # a parameter whose spread shrinks by less is not called calibrated


def table_parameters(city: str) -> Parameters:
    """The shipped parameters of a city with the wide priors of a reference table for those that targets inform."""
    return Parameters.load(city).with_priors(
        nuisance_priors(), "assumed", "uniform between bounds before any target is seen"
    )
