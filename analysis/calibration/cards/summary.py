"""Cards as tables and counts: what passes, of which kind and role, and as numbers in a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.calibration.cards.run import CardResult
from analysis.calibration.cards.verdict import PASSED, REPORTED

__all__ = ["Tally", "counted", "table_of", "to_json"]


@dataclass(frozen=True)
class Tally:
    """How many of how many cards pass."""

    passed: int
    judged: int

    @property
    def share(self) -> float:
        """Share that passes; nan when none is judged."""
        return self.passed / self.judged if self.judged else float("nan")


def counted(results: Iterable[CardResult], role: str | None = None, alone: bool | None = None) -> Tally:
    """Cards that pass among those judged. role: of one role only; alone: only those judged by size alone, or only the others."""
    mine = [
        r for r in results
        if r.verdict.outcome != REPORTED and role in (None, r.card.role) and alone in (None, r.verdict.alone)
    ]  # fmt: skip
    return Tally(sum(r.verdict.outcome == PASSED for r in mine), len(mine))


def table_of(results: Iterable[CardResult]) -> pd.DataFrame:
    """One row a card: what was published, what the city should show and shows, and the verdict."""
    return pd.DataFrame([row_of(r) for r in results])


def row_of(r: CardResult) -> dict[str, Any]:
    """One card as plain values."""
    should, model, verdict = r.should, r.model, r.verdict
    row: dict[str, Any] = {
        "card": r.name, "area": r.card.area, "role": r.card.role, "kind": r.card.kind, "evidence": r.published.id,
        "study": r.published.study, "unit": r.card.unit, "published": r.published.value, "adjusted": should.effect if should else None,
        "adjusted_low": should.low if should else None, "adjusted_high": should.high if should else None,
        "model": model.median, "model_low": model.low, "model_high": model.high, "error": model.error, "draws": model.draws,
        "outcome": verdict.outcome, "size": verdict.size, "widths": verdict.widths, "alone": verdict.alone, "chance": verdict.chance,
    }  # fmt: skip
    for form, found in sorted(r.forms.items()):
        row |= {f"form_{form}": found.median, f"form_{form}_low": found.low, f"form_{form}_high": found.high}
    return row


def to_json(results: list[CardResult], about: dict[str, Any]) -> str:
    """Results as a JSON text, floats with six digits."""
    rows = [{k: _plain(v) for k, v in row_of(r).items()} for r in results]
    tallies = {
        name: {"passed": t.passed, "judged": t.judged}
        for name, t in (
            ("all", counted(results, alone=False)), ("size_alone", counted(results, alone=True)),
            ("prior", counted(results, "prior", False)), ("holdout", counted(results, "holdout", False)),
            ("prior_size_alone", counted(results, "prior", True)), ("holdout_size_alone", counted(results, "holdout", True)),
        )
    }  # fmt: skip
    return json.dumps({"about": about, "tallies": tallies, "cards": rows}, indent=1, ensure_ascii=False) + "\n"


def _plain(value: Any) -> Any:
    return float(f"{value:.6g}") if isinstance(value, float) else value
