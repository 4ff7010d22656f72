"""SKM: users' answers, the official index and its components.

Public names are loaded when they are first used, so that importing the package stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.evaluation.skm.categories import category, category_of_nrr
    from analysis.evaluation.skm.index import Skm, from_element_means, from_file, from_respondents
    from analysis.evaluation.skm.wording import sentence

__all__ = ["Skm", "category", "category_of_nrr", "from_element_means", "from_file", "from_respondents", "sentence"]

_HOMES = {
    "Skm": "analysis.evaluation.skm.index",
    "category": "analysis.evaluation.skm.categories",
    "category_of_nrr": "analysis.evaluation.skm.categories",
    "from_element_means": "analysis.evaluation.skm.index",
    "from_file": "analysis.evaluation.skm.index",
    "from_respondents": "analysis.evaluation.skm.index",
    "sentence": "analysis.evaluation.skm.wording",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module '{__name__}' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
