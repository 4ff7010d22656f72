"""Comparisons as people make them: `Study`, one on disk that is run, resumed, expanded, verified and reported; `explore`, a grid of levers.

Public names are loaded when they are first used: the command line asks for the record's version and has to answer at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.study.grid import Exploration, explore
    from analysis.study.study import Study
    from analysis.study.verification import Verification

__all__ = ["Exploration", "Study", "Verification", "explore"]

_HOMES = {
    "Exploration": "analysis.study.grid",
    "Study": "analysis.study.study",
    "Verification": "analysis.study.verification",
    "explore": "analysis.study.grid",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'analysis.study' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
