"""Checks whether a posterior may be used: it must be of this city, this model and these targets, and every draw must lie in its prior."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import data
from data.errors import InputError, nearest
from simulation.parameters import COURSE_LUCK, Parameters
from simulation.posterior.moments import NUISANCE
from simulation.posterior.places import shipped_posterior_file
from simulation.posterior.posterior_file import Posterior, read
from simulation.posterior.stamps import METHOD, method_hash
from simulation.posterior.standing import standing
from simulation.posterior.targets import shipped_targets
from simulation.registry import REGISTRY

__all__ = ["RENEW", "calibrated", "checked", "own_posterior", "shipped_posterior"]

RENEW = "`asnlab calibrate --renew` (in a copy of the project also `make posterior`)"
WITHOUT = 'leave it out: --prior, in Python parameters="prior"'


def checked(posterior: Posterior, name: str, city: str, renew: str) -> Posterior:
    """The same posterior, once it is known to be of this city and today's model, with every draw inside its prior.

    Args: name, of the file, and renew, what makes it again, both for the error.
    Raises: InputError.
    """
    if posterior.city != city:
        raise InputError(
            f"{name}: is a posterior of city '{posterior.city}', not of '{city}'; "
            f"make that city's own table: `asnlab calibrate --table --city {city}`"
        )
    if posterior.stamps.get(METHOD) != method_hash():
        raise InputError(
            f"{name}: out of date, made by another {METHOD} than today's; renew it with {renew}, or {WITHOUT}"
        )
    found = standing(city, posterior.stamps)
    if not found.by:
        raise InputError(
            f"{name}: out of date, made from another {' and '.join(found.stale)} than today's ({found.why}); "
            f"renew it with {renew}, or {WITHOUT}"
        )
    for column, nuisance in zip(posterior.draws.T, NUISANCE, strict=True):
        low, high = nuisance.prior.a, nuisance.prior.b
        outside = column[(column < low) | (column > high)]
        if len(outside):
            raise InputError(
                f"{name}: edited: {nuisance.name}: found a draw of {outside[0]:g}; its prior allows {low:g} to {high:g}; "
                f"make it again with {renew}"
            )
    if posterior.taught is not None:
        priors = {p.name: p.prior for p in REGISTRY}
        for effect, column in zip(posterior.taught.names, posterior.taught.draws.T, strict=True):
            if effect.startswith(COURSE_LUCK):
                continue
            if effect not in priors:
                near = nearest(effect, priors)
                raise InputError(f"{name}: teaches '{effect}', which is no parameter; did you mean '{near}'?")
            if priors[effect].family == "halfnormal" and (column < 0.0).any():
                raise InputError(f"{name}: edited: {effect}: found a draw below 0; make it again with {renew}")
    return replace(posterior, stands_by=found.by)


def own_posterior(file: Path, city: str) -> Posterior:
    """A posterior of the user's own, checked. Raises InputError when it cannot be read, is of another city or is out of date."""
    return checked(read(file), str(file), city, f"`asnlab calibrate --targets FILE --out {file}`")


def shipped_posterior(city: str) -> Posterior:
    """The posterior shipped for a city, checked. Raises InputError when there is none or it is out of date."""
    file = shipped_posterior_file(city)
    if not file.exists():
        raise InputError(
            f"city '{city}': no posterior; make its own table with `asnlab calibrate --table --city {city}`, then "
            f"`asnlab calibrate --targets FILE --out POSTERIOR`; or {WITHOUT}"
        )
    name, found = f"posterior/{file.name}", read(file, f"make it again with {RENEW}")
    if found.targets != shipped_targets(city).hash():
        raise InputError(
            f"{name}: out of date, made from other targets than targets/{city}.yaml; renew it with {RENEW}, "
            f"or {WITHOUT}"
        )
    return checked(found, name, city, RENEW)


def calibrated(city: str | None = None) -> Parameters:
    """Parameters of a city with its shipped posterior; default the city of `data/default.yaml`."""
    return shipped_posterior(city or data.default_city()).parameters()
