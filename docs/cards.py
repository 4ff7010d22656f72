"""Put what the study cards found into docs/cards.md.

    python -m docs.cards           the deck and what `make cards` found; it runs this at its end
    python -m docs.cards deck      the deck alone, after a card was added or changed

Only blocks between `<!-- begin NAME -->` and `<!-- end NAME -->` are written.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from analysis.calibration.cards.deck import Deck
from analysis.presentation.words import Words
from analysis.report.cards_page import short
from data.errors import InputError
from docs.refresh import ROOT, filled, run_parts, write
from docs.tables import table

FOUND = ROOT / "results" / "cards" / "cards.json"
PAGE = ROOT / "docs" / "cards.md"
WORDS = Words("en")


def deck_table(deck: Deck) -> str:
    """Every card: study, role, kind, who is treated and how, what is read when, and the adjusted effect."""
    heads = [
        "card",
        "evidence",
        "role",
        "kind",
        "treated",
        "dose",
        "read",
        "quantity",
        "published, adjusted by",
        "should be (90 %)",
    ]
    rows = []
    for name, card in deck.cards.items():
        should = deck.effect(name)
        dose = " ".join(str(v) for v in (card.course or card.levers or {}).values()) or "–"
        fixed = "".join(f"; {k} = {v:g}" for k, v in card.fixed.items())
        treated = f"{card.treated.kind}{f', {card.treated.among}' if card.treated.among else ''}"
        factors = "; ".join(f"{WORDS.text(f'cards.because.{f.because}')} × {f.times:g}" for f in card.adjusted) or "–"
        rows.append(
            [f"`{name}`", f"`{card.evidence[0]}`", card.role, WORDS.text(f"cards.kind.{card.kind}"), treated, dose + fixed,
             f"month {card.read}",
             f"`{card.quantity}` [{card.unit}]", factors, "–" if should is None else interval(should.effect, should.low, should.high)]
        )  # fmt: skip
    return table(heads, rows)


def found_table(found: dict[str, Any]) -> str:
    """What the model found, card by card."""
    rows = []
    for row in found["cards"]:
        outcome = WORDS.text(f"cards.outcome.{row['outcome']}")
        if row["chance"] is not None:
            outcome = f"{100 * row['chance']:.0f} % have the sign"
        elif row["outcome"] == "failed":
            wrong = [name for name in ("size", "widths") if row[name] is False]
            outcome = f"**fails** ({' and '.join(wrong)})"
        outcome += ", size alone" if row["alone"] else ""
        should = (
            "–" if row["adjusted"] is None else interval(row["adjusted"], row["adjusted_low"], row["adjusted_high"])
        )
        rows.append(
            [
                f"`{row['card']}`",
                row["role"],
                should,
                interval(row["model"], row["model_low"], row["model_high"]),
                str(row["draws"]),
                outcome,
            ]
        )
    return table(["card", "role", "should be (90 %)", "model (90 %)", "draws", ""], rows)


def headline(found: dict[str, Any]) -> str:
    """The share that passes."""
    t = found["tallies"]

    def of(name: str) -> str:
        return f"{t[name]['passed']} of {t[name]['judged']}"

    share = 100 * t["all"]["passed"] / max(t["all"]["judged"], 1)
    return (
        f"**{of('all')} cards with an interval pass ({share:.0f} %)**, {of('size_alone')} of those judged by size alone. "
        f"Studies that priors come from: {of('prior')} and {of('prior_size_alone')}. "
        f"**Holdouts: {of('holdout')} and {of('holdout_size_alone')}.**"
    )


def explanations(deck: Deck) -> str:
    """What to know about each card."""
    return "\n".join(f"- `{name}`: {card.explanation.en}" for name, card in deck.cards.items())


def interval(middle: float, low: float | None, high: float | None) -> str:
    """An effect and its interval."""
    return short(middle, WORDS) + (
        "" if low is None or high is None else f" ({short(low, WORDS)} to {short(high, WORDS)})"
    )


def refresh_deck(page: Path = PAGE) -> None:
    """Write what follows from data/cards.yaml."""
    deck = Deck.load()
    text = filled(
        filled(page.read_text(encoding="utf-8"), "deck", deck_table(deck)), "explanations", explanations(deck)
    )
    write(page, text)


def refresh_found(page: Path = PAGE, results: Path = FOUND) -> None:
    """Write what the last `make cards` found. Raises InputError when there is nothing."""
    if not results.exists():
        raise InputError(f"{results.name}: not there; run make cards")
    found = json.loads(results.read_text(encoding="utf-8"))
    text = filled(page.read_text(encoding="utf-8"), "headline", headline(found))
    write(page, filled(text, "found", found_table(found)))


PARTS: dict[str, Callable[[], None]] = {"deck": refresh_deck, "found": refresh_found}


if __name__ == "__main__":
    try:
        sys.exit(run_parts(sys.argv[1:], PARTS))
    except InputError as error:
        sys.exit(f"docs: {error}")
