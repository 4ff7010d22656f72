"""The deck of study cards: `data/cards.yaml`, or a file of one's own, checked before anything is run."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

import data
from analysis.calibration.cards.adjusted import Adjusted, adjusted
from analysis.calibration.cards.card import Card
from analysis.calibration.cards.evidence_rows import evidence_row
from analysis.calibration.cards.quantities import QUANTITIES
from analysis.calibration.cards.roles import role_fault, seen_studies
from analysis.calibration.cards.verdict import DELTA
from data.errors import InputError, nearest
from simulation.blocks import Block
from simulation.files import Lines, build, read_yaml
from simulation.parameters import Parameters
from simulation.trials.arms import Arm
from simulation.trials.interventions import Course

__all__ = ["FILE", "Deck"]

FILE = "cards.yaml"


class Deck(Block):
    """Study cards by name."""

    cards: dict[str, Card] = Field(min_length=1)

    @classmethod
    def load(cls, file: Path | None = None, city: str | None = None) -> Deck:
        """Read and check a deck, by default the shipped one.

        Raises: InputError in one line (file, line, card, what was found, what is allowed, the nearest right name) for a row of evidence
        that is missing or has zero spread, a role that contradicts the registry, a kind that contradicts the numbers, an unknown quantity,
        parameter, lever or arm.
        """
        place = file or data.path(FILE)
        content, lines = read_yaml(place)
        deck = build(cls, content, lines, place)
        shown = place if file is not None else Path("data") / FILE
        seen, parameters = seen_studies(city), set(Parameters.load(city).table)
        for name, card in deck.cards.items():
            for key, fault in _faults(card, seen, parameters):
                if fault:
                    raise InputError(f"{shown}:{_line(lines, name, key)}: cards.{name}.{key}: {fault}")
        return deck

    def effect(self, name: str) -> Adjusted | None:
        """The adjusted effect of a card, None where the study printed none."""
        card = self.cards[name]
        return adjusted(evidence_row(card.evidence[0]), card.adjusted)


def _line(lines: Lines, name: str, key: str) -> int:
    return lines.get(("cards", name, key), lines.get(("cards", name), 1))


def _faults(card: Card, seen: dict[str, list[str]], parameters: set[str]) -> list[tuple[str, str]]:
    """Key and fault of everything that only other declarations can tell; an empty fault is none."""
    try:
        rows = [evidence_row(id_) for id_ in card.evidence]
    except InputError as error:
        return [("evidence", str(error))]
    return [
        ("role", role_fault(card, seen)),
        ("kind", _kind_fault(card, adjusted(rows[0], card.adjusted))),
        ("quantity", _unknown(card.quantity, QUANTITIES)),
        ("quantity", _fit_fault(card)),
        ("fixed", next((_unknown(n, parameters) for n in card.fixed if n not in parameters), "")),
        ("by_form", _unknown(card.by_form, parameters) if card.by_form else ""),
        ("treated", _said(lambda: Arm(card.treated.kind, share=1.0, among=card.treated.among))),
        ("course", _said(lambda: Course(**card.course)) if card.course is not None else ""),
    ]


def _unknown(name: str, allowed: object) -> str:
    names = list(allowed)  # type: ignore[call-overload]
    if name in names:
        return ""
    near = nearest(name, names)
    return f"found '{name}'; " + (f"did you mean '{near}'?" if near else f"allowed: {', '.join(sorted(names))}")


def _fit_fault(card: Card) -> str:
    """Whether the quantity is one of the treated kind and needs a treatment that the card gives."""
    quantity = QUANTITIES.get(card.quantity)
    if quantity is None:
        return ""
    if quantity.kinds and card.treated.kind not in quantity.kinds:
        return f"found '{card.quantity}' of {card.treated.kind}; allowed: that of {' or '.join(quantity.kinds)} (treated.kind)"
    if quantity.contrast != card.treats:
        return f"found '{card.quantity}', " + (
            "an effect; a course or levers are needed"
            if quantity.contrast
            else "read as people are; no course and no levers are allowed"
        )
    return ""


def _kind_fault(card: Card, should: Adjusted | None) -> str:
    if should is None:
        return "" if card.kind == "direction" else f"found {card.kind}, but the row has no value; allowed: direction"
    small = abs(should.effect) < DELTA[card.unit] or should.holds_zero
    if card.kind == "sized" and small:
        delta = f"{DELTA[card.unit]:g}"
        return f"found sized, but the adjusted effect {should.effect:.3g} is below {delta} or its interval holds zero; allowed: nullish"
    if card.kind == "nullish" and not small:
        return f"found nullish, but the adjusted effect is {should.effect:.3g} and its interval does not hold zero; allowed: sized"
    return ""


def _said(make: object) -> str:
    """The fault that making something raises, empty when there is none."""
    try:
        make()  # type: ignore[operator]
    except InputError as error:
        return str(error)
    except TypeError as error:
        return f"{error}; allowed: domain, hours, method, provider, follow_up"
    return ""
