"""Evaluation of users' own files, a folder a kind: numbers, result, words and figure; `registry.KINDS` says what belongs together.

    from analysis.evaluation import evaluate_skm, figure, words

    result = evaluate_skm(read_file("mine.xlsx", "skm").frame)
    show(result, "id")          # in a notebook: a sentence and the tables
    print(words(result, "id"))
    figure(result, "id")

Public names are loaded when they are first used, so that importing the package stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.evaluation.complaints.evaluate import evaluate_complaints
    from analysis.evaluation.ip_asn.evaluate import evaluate_staff
    from analysis.evaluation.registry import KINDS, figure, kind_of, words
    from analysis.evaluation.shown import show
    from analysis.evaluation.skm.evaluate import evaluate_skm
    from analysis.evaluation.training.evaluate import evaluate_training

__all__ = [
    "KINDS", "evaluate_complaints", "evaluate_skm", "evaluate_staff", "evaluate_training", "figure", "kind_of", "show", "words",
]  # fmt: skip

_HOMES = {
    "KINDS": "analysis.evaluation.registry",
    "evaluate_complaints": "analysis.evaluation.complaints.evaluate",
    "evaluate_skm": "analysis.evaluation.skm.evaluate",
    "evaluate_staff": "analysis.evaluation.ip_asn.evaluate",
    "evaluate_training": "analysis.evaluation.training.evaluate",
    "figure": "analysis.evaluation.registry",
    "kind_of": "analysis.evaluation.registry",
    "show": "analysis.evaluation.shown",
    "words": "analysis.evaluation.registry",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module '{__name__}' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
