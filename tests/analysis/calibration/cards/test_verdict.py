"""When a card passes: constructed cases on both sides of every limit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analysis.calibration.cards.adjusted import Adjusted, adjusted
from analysis.calibration.cards.card import Card, Factor
from analysis.calibration.cards.evidence_rows import EvidenceRow
from analysis.calibration.cards.verdict import Found, found, judged


def card(**changed: Any) -> Card:
    """A card of which only kind, unit and sign matter."""
    words = {"en": "x", "id": "x"}
    fields: dict[str, Any] = {
        "area": "learning", "title": words, "evidence": ("x",), "role": "prior", "kind": "sized", "unit": "SD", "quantity": "tested",
        "explanation": words,
    }  # fmt: skip
    return Card(**(fields | changed))


def model(median: float, half: float = 0.1, error: float = 0.0, above: float = 0.9) -> Found:
    """What a model might find."""
    return Found(median, median - half, median + half, error, above, 100)


SIZED = Adjusted(0.4, 0.3, 0.5)
DOWN = Adjusted(-0.4, -0.5, -0.3)
NULL = Adjusted(0.02, -0.08, 0.12)


@pytest.mark.parametrize(
    ("should", "said", "outcome"),
    [
        (SIZED, model(0.4), "passed"),
        (SIZED, model(0.2), "passed"),  # half
        (SIZED, model(0.19), "failed"),
        (SIZED, model(0.8), "passed"),  # twice
        (SIZED, model(0.81), "failed"),
        (SIZED, model(-0.4), "failed"),  # the other sign
        (DOWN, model(-0.3), "passed"),
        (DOWN, model(0.3), "failed"),
        (SIZED, model(0.4, half=0.051), "passed"),  # widths by a factor of two
        (SIZED, model(0.4, half=0.049), "failed"),
        (SIZED, model(0.4, half=0.199), "passed"),
        (SIZED, model(0.4, half=0.21), "failed"),
        (SIZED, model(0.4, half=0.0), "failed"),  # a model that is certain
        (SIZED, model(0.4, error=0.05), "passed"),  # a quarter of the tolerance of 0.2
        (SIZED, model(0.4, error=0.051), "imprecise"),
        (SIZED, model(0.1, error=0.051), "imprecise"),  # what is not known does not fail either
    ],
)
def test_sized_cards(should: Adjusted, said: Found, outcome: str) -> None:
    """Guards both limits of size and widths, the sign, and the precision that a verdict needs."""
    assert judged(card(), should, said).outcome == outcome


@pytest.mark.parametrize(
    ("median", "half", "outcome"),
    [
        (0.07, 0.1, "passed"),
        (0.071, 0.1, "failed"),
        (-0.03, 0.1, "passed"),
        (-0.031, 0.1, "failed"),
        (0.0, 0.0, "failed"),
        (0.0, 0.21, "failed"),
    ],
)
def test_nullish_cards(median: float, half: float, outcome: str) -> None:
    """Guards against a null that is passed by ratio, or by a model that says exactly nothing with certainty."""
    assert judged(card(kind="nullish"), NULL, model(median, half)).outcome == outcome


def test_a_point_is_the_delta_of_points() -> None:
    """Guards against SD and percentage points under one limit."""
    should = Adjusted(-0.6, -2.0, 0.8)
    assert judged(card(kind="nullish", unit="points"), should, model(0.39, 1.0)).outcome == "passed"
    assert judged(card(kind="nullish", unit="points"), should, model(0.41, 1.0)).outcome == "failed"


@pytest.mark.parametrize(("median", "outcome"), [(0.4, "passed"), (0.41, "failed"), (0.0, "passed"), (-0.9, "passed")])
def test_upper_bounds(median: float, outcome: str) -> None:
    """Guards against a bound that asks for a size or a width from below."""
    assert judged(card(kind="upper"), SIZED, model(median, 0.5)).outcome == outcome
    assert judged(card(kind="upper"), Adjusted(0.4), model(median, 0.5)).outcome == outcome


def test_without_an_interval_only_the_size_counts() -> None:
    """Guards against an invented width, and against counting such cards with the others."""
    verdict = judged(card(), Adjusted(0.4), model(0.4, 3.0))
    assert (verdict.outcome, verdict.alone, verdict.widths) == ("passed", True, None)
    assert judged(card(), Adjusted(0.4), model(0.1)).outcome == "failed"
    assert not judged(card(), SIZED, model(0.4)).alone


def test_a_direction_neither_passes_nor_fails() -> None:
    """Guards against a sign that counts as evidence of a size."""
    up = judged(card(kind="direction", sign="positive"), Adjusted(0.1), model(-1.0, above=0.2))
    down = judged(card(kind="direction", sign="negative"), None, model(-1.0, above=0.2))
    assert (up.outcome, up.chance) == ("reported", 0.2)
    assert (down.outcome, down.chance) == ("reported", 0.8)


def test_an_explanation_changes_no_verdict() -> None:
    """Guards against a failure that is talked away."""
    long = {"en": "a good reason " * 50, "id": "alasan " * 50}
    assert judged(card(explanation=long), SIZED, model(0.1)) == judged(card(), SIZED, model(0.1))


def test_summary_of_draws() -> None:
    """Guards the interval, and the Monte Carlo error of the median against that of repeated samples."""
    rng = np.random.default_rng(1)
    said = found(rng.normal(2.0, 3.0, 4000))
    assert said.low == pytest.approx(2.0 - 1.645 * 3.0, abs=0.3) and said.above == pytest.approx(0.7475, abs=0.03)
    medians = [np.median(rng.normal(2.0, 3.0, 4000)) for _ in range(400)]
    assert said.error == pytest.approx(np.std(medians), rel=0.15)


def test_factors_widen_what_the_study_left_open() -> None:
    """Guards the product: its mean, and its interval against simulation; and that factors alone make no interval."""
    factors = [Factor(because="unit", times=-2.0), Factor(because="transport", times=0.5, low=0.1, high=0.9)]
    should = adjusted(EvidenceRow("x", "x", 1.0, 0.2), factors)
    rng = np.random.default_rng(2)
    product = rng.normal(1.0, 0.2, 200_000) * -2.0 * rng.normal(0.5, 0.4 / 1.645, 200_000)
    assert should is not None and should.effect == -1.0
    assert should.width == pytest.approx(2 * 1.645 * product.std(), rel=0.02)
    alone = adjusted(EvidenceRow("x", "x", 1.0, None), factors)
    assert alone is not None and alone.effect == -1.0 and alone.width is None
    assert adjusted(EvidenceRow("x", "x", None, None), factors) is None
