"""Where posteriors, reference tables and canaries are kept: shipped ones in the project, a user's own in the user's cache."""

from __future__ import annotations

import tempfile
from pathlib import Path

import data
from simulation.engine.compiled import cache_root

__all__ = [
    "cache_folder",
    "cached_table_file",
    "canary_file",
    "shipped_posterior_file",
    "shipped_table_file",
    "tables_folder",
]


def cache_folder() -> Path:
    """The user's cache; a temporary folder where the user has no home."""
    try:
        return cache_root()
    except RuntimeError:
        return Path(tempfile.gettempdir()) / "asnlab"


def tables_folder() -> Path:
    """Where a user's own tables and their parts lie."""
    return cache_folder() / "tables"


def shipped_posterior_file(city: str) -> Path:
    """Where the posterior shipped for a city lies."""
    return data.path("posterior", f"{city}.csv")


def shipped_table_file(city: str) -> Path:
    """Where a shipped table of a city lies."""
    return data.path("posterior", f"{city}_table.parquet")


def cached_table_file(city: str) -> Path:
    """Where a table that a user made lies."""
    return tables_folder() / f"{city}.parquet"


def canary_file(table: Path) -> Path:
    """Where the canary of a table lies: beside it."""
    return table.with_name(f"{table.stem.removesuffix('_table')}_canary.parquet")
