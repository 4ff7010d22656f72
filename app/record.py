"""The run record: what a run was made from and what it made, as canonical JSON with hashes.

The key names the run: hash of scenario, policies, settings and sources. Times, paths and names of people are never
part of it, so the same run has the same record everywhere.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

__all__ = ["PACKAGES", "canonical", "key_of", "record", "sha256", "version", "versions"]

FORMAT = 1
PACKAGES = ("asnlab", "mesa", "numba", "numpy", "pandas", "pyarrow", "scipy", "matplotlib")


def canonical(content: Any) -> str:
    """JSON with sorted keys and one way to write everything."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def key_of(identity: Mapping[str, Any]) -> str:
    """Name of a run: hash of everything that decides its outcomes."""
    return hashlib.sha256(canonical(identity).encode()).hexdigest()


def sha256(file: Path) -> str:
    """Hash of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def version(package: str) -> str:
    """Installed version of a package; 'not installed' where there is none."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that numbers depend on."""
    return {"python": platform.python_version(), **{p: version(p) for p in PACKAGES}}


def record(identity: Mapping[str, Any], lang: str, results: Mapping[str, str]) -> dict[str, Any]:
    """Content of run.json: identity and key, language of the report, versions, hash of every result file."""
    return {
        "format": FORMAT,
        "key": key_of(identity),
        "run": dict(identity),
        "lang": lang,
        "versions": versions(),
        "results": dict(results),
    }
