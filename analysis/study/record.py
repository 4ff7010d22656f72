"""The run record: what a run was made from and what it made, as canonical JSON with hashes.

The key names the run: hash of scenario, policies, settings and sources. Times, paths and names of people are never
part of it, so the same run has the same record everywhere.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import TYPE_CHECKING, Any

from simulation.city_files import files_of, origins_record

if TYPE_CHECKING:
    from simulation.posterior.parameter_source import ParameterSource

__all__ = ["PACKAGES", "canonical", "inputs", "key_of", "record", "version", "versions"]

FORMAT = 2
PACKAGES = ("asnlab", "mesa", "numba", "numpy", "pandas", "pyarrow", "scipy", "matplotlib")


def canonical(content: Any) -> str:
    """JSON with sorted keys and one way to write everything."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def key_of(identity: Mapping[str, Any]) -> str:
    """Hash of content: for an identity, the name of the run."""
    return hashlib.sha256(canonical(identity).encode()).hexdigest()


def version(package: str) -> str:
    """Installed version of a package; 'not installed' where there is none."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on."""
    return {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}}


def inputs(identity: Mapping[str, Any]) -> dict[str, str]:
    """Hash of every input: files of this project as they are, the user's files by content (layout does not count)."""
    files = {
        **files_of(identity["scenario"]["city"]),
        "posterior": identity["posterior"],
        "simulation/": identity["engine"],
        "scenario": key_of(identity["scenario"]),
    }
    if "model" in identity:
        files[f"class {identity['model']['class']}"] = identity["model"]["sha256"]
    return files | {f"policy {name}": key_of(content) for name, content in identity["policies"].items()}


def record(
    identity: Mapping[str, Any], order: Sequence[str], lang: str, command: str, results: Mapping[str, str] | None,
    source: ParameterSource,
) -> dict[str, Any]:  # fmt: skip
    """Content of run.json, from which a run can be resumed, expanded and verified.

    Args:
        identity: what decides the outcomes; order: of the policies in every table; lang: language of the report; command: the one that
            repeats the run; results: hashes of the files made, None while the run is not complete; source: what parameters are drawn from,
            told beside the key because what a posterior stands by changes no outcome.
    """
    return {
        "format": FORMAT,
        "key": key_of(identity),
        "complete": results is not None,
        "run": dict(identity),
        "order": list(order),
        "lang": lang,
        "command": command,
        "drawn_from": source.record(),
        "versions": versions(),
        "origins": origins_record(identity["scenario"]["city"]),
        "inputs": inputs(identity),
        "results": dict(results or {}),
    }
