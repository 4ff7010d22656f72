"""What a reference table and a posterior were made from, as hashes: where one differs, the table or posterior may be out of date.

The model is the closure of the module that reads the moments (see `simulation.posterior.sources`). The registry of parameters is a table:
what moments have of it are priors, which have a hash of their own, of the parameters that are read there. A posterior also carries the hash
of the method that made it.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from simulation.city import load_profile
from simulation.parameters import Parameters
from simulation.posterior.sources import ROOT, closure, sources_hash, strings_and_fields, texts_hash
from simulation.registry import Parameter

__all__ = [
    "CITY",
    "METHOD",
    "MODEL",
    "PRIORS",
    "START",
    "TABLES",
    "made_of",
    "method_hash",
    "model_hash",
    "priors_hash",
    "read_parameters",
    "stamps",
]

MODEL, PRIORS, CITY, METHOD = "model", "priors", "city", "method"  # names of the hashes
START = "simulation.posterior.moment_runs"  # the module that reads the moments
TABLES = (Parameter.__module__,)  # hashed by what moments have of them
# The modules that make a posterior from a table: read as source text, not imported.
METHOD_MODULES = tuple(f"analysis.calibration.method.{name}" for name in ("checks", "fitting", "regression_abc"))


def made_of(root: Path = ROOT) -> dict[str, Path]:
    """Modules that decide a run and its moments, by name, with their files. root: folder that holds the packages."""
    return closure(START, root)


def model_hash(root: Path = ROOT) -> str:
    """Hash of the sources that decide a run and its moments (64 hex digits). root: as in `made_of`."""
    return sources_hash(START, TABLES, root)


def method_hash(root: Path = ROOT) -> str:
    """Hash of the sources that make a posterior from a table and targets (64 hex digits). root: as in `made_of`."""
    return texts_hash(METHOD_MODULES, root)


@cache
def read_parameters(names: tuple[str, ...], root: Path = ROOT) -> frozenset[str]:
    """Those of some parameters that moments may read: the sources that decide a run name them, or the beginning of their names."""
    strings, fields = strings_and_fields(START, TABLES, root)
    beginnings = tuple(text for text in strings if text.endswith("_") and len(text) > 1)
    return frozenset(name for name in names if name in strings or name in fields or name.startswith(beginnings))


def priors_hash(parameters: Parameters) -> str:
    """Hash of the priors of the parameters that moments may read, and of the survey's thresholds (64 hex digits)."""
    read = read_parameters(tuple(sorted(parameters.table)))
    lines = [f"{name} {parameters.table[name].prior!r}" for name in sorted(read)]
    covariance = [repr(block) for block in parameters.covariance if read & set(block[0])]
    return hashlib.sha256("\n".join([*lines, *covariance, repr(parameters.skm)]).encode()).hexdigest()


def stamps(city: str, parameters: Parameters) -> dict[str, str]:
    """Hashes that a table of this city has to carry. parameters: with the priors of the table."""
    return {MODEL: model_hash(), PRIORS: priors_hash(parameters), CITY: load_profile(city).sha256}
