"""The files that describe a city, with their hashes, and how many of its numbers are its own."""

from __future__ import annotations

from typing import Any

from data.lineage import lineage
from simulation.city import load_profile
from simulation.parameters import default

__all__ = ["estimates_hash", "files_of", "origins_record"]


def estimates_hash(city: str) -> str:
    """Hash of all files that the estimates of a city come from. Raises InputError when it has none."""
    return default(city).source_hash


def files_of(city: str) -> dict[str, str]:
    """SHA-256 of every file of profile and estimates, by its path inside the project. Raises InputError when one is missing."""
    return {layer.file: layer.sha256 for kind in ("cities", "estimates") for layer in lineage(kind, city)}


def origins_record(city: str) -> dict[str, Any]:
    """How many numbers of profile and estimates are the city's own, borrowed from whom, and assumed: for the record of a run."""
    return {"profile": load_profile(city).origins.counts(), "estimates": default(city).origins.counts()}
