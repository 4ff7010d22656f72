"""Which studies the model has seen: a holdout's study may stand in no parameter's evidence, a prior's must stand in one's."""

from __future__ import annotations

from analysis.calibration.cards.card import Card
from analysis.calibration.cards.evidence_rows import study_of
from simulation.parameters import Parameters
from simulation.registry import REGISTRY

__all__ = ["role_fault", "seen_studies"]


def seen_studies(city: str | None = None) -> dict[str, list[str]]:
    """Parameters by the study whose rows stand in their evidence, in the registry or in the city's estimates."""
    found: dict[str, list[str]] = {}
    for parameter in (*REGISTRY, *Parameters.load(city).table.values()):
        for id_ in parameter.evidence:
            study = study_of(id_)
            if study is not None and parameter.name not in found.setdefault(study, []):
                found[study].append(parameter.name)
    return found


def role_fault(card: Card, seen: dict[str, list[str]]) -> str:
    """What is wrong with a card's role, empty when nothing is. seen: see `seen_studies`."""
    studies = [study_of(id_) or "" for id_ in card.evidence]
    used = [(study, seen[study]) for study in studies if study in seen]
    if card.role == "holdout" and used:
        study, names = used[0]
        return f"found holdout, but study '{study}' stands in the evidence of {', '.join(names)}; allowed: prior"
    if card.role == "prior" and studies[0] not in seen:
        return f"found prior, but study '{studies[0]}' stands in no parameter's evidence; allowed: holdout"
    return ""
