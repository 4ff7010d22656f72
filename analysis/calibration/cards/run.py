"""Run the cards of a deck: every study once more in simulated cities, and the verdict on each card.

Cards with the same people, treatment and fixed parameters share their trials. Everybody of the stratum is treated, nobody else's seat is
taken, and nobody has another course; what they are compared with are the same people in the same city with the same luck, untreated. Draws
are added until the median of every card is known to a quarter of its tolerance, or there are `most`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np

from analysis.calibration.cards.adjusted import Adjusted
from analysis.calibration.cards.card import Card
from analysis.calibration.cards.deck import Deck
from analysis.calibration.cards.evidence_rows import EvidenceRow, evidence_row
from analysis.calibration.cards.quantities import QUANTITIES
from analysis.calibration.cards.reading import Reading
from analysis.calibration.cards.verdict import IMPRECISE, Found, Verdict, found, judged
from data.lineage import default_city
from simulation.engine.records import Float64s
from simulation.parameters import Parameters
from simulation.posterior.parameter_source import POSTERIOR, Asked, source_of
from simulation.trials.arms import Arm
from simulation.trials.interventions import LEADERSHIP, Course, Intervention, Move
from simulation.trials.trial import Trial

__all__ = ["FEWEST", "MOST", "CardResult", "run_cards"]

FEWEST, MOST = 128, 1024  # draws of a card
SEED = 12
UNTOUCHED = {"participation.feedback": 0.0}  # what today's practice has: for cards that read people as they are


@dataclass(frozen=True)
class CardResult:
    """A card and what became of it.

    Attributes: name; card; published, the row; should, the adjusted effect (None: the study printed no size); model; verdict; forms, what
    the model finds by the value of the structural switch `card.by_form`.
    """

    name: str
    card: Card
    published: EvidenceRow
    should: Adjusted | None
    model: Found
    verdict: Verdict
    forms: dict[int, Found] = field(default_factory=dict)


@dataclass
class _Group:
    """Cards that share their trials, and their values so far."""

    cards: dict[str, Card]
    values: dict[str, list[Float64s]]
    natures: list[np.ndarray]
    done: int = 0


def run_cards(
    deck: Deck, city: str | None = None, parameters: Asked = POSTERIOR, *, fewest: int = FEWEST, most: int = MOST, seed: int = SEED,
    workers: int | None = None, step: Callable[[str], None] = lambda _: None,
) -> list[CardResult]:  # fmt: skip
    """Results of all cards, in the order of the deck.

    Args:
        parameters: what to draw from, see `simulation.posterior.parameter_source.source_of`.
        fewest, most: draws of a card; step: called with the names of the cards that are run next.
    Raises: InputError for a city or parameters that cannot be used, or a quantity without spread.
    """
    city = city or default_city()
    source = source_of(parameters, city)
    results: dict[str, CardResult] = {}
    for group in _groups(deck):
        step(", ".join(group.cards))
        while True:
            more = range(group.done, min(max(2 * group.done, fewest), most))
            _add(group, city, source.parameters, more, seed, workers)
            judgements = {name: _result(name, deck, group) for name in group.cards}
            if group.done >= most or all(r.verdict.outcome != IMPRECISE for r in judgements.values()):
                break
        results |= judgements
    return [results[name] for name in deck.cards]


def _groups(deck: Deck) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for name, card in deck.cards.items():
        rule = not QUANTITIES[card.quantity].kinds
        key = repr((rule, card.treated, card.course, card.levers, sorted(card.fixed.items())))
        group = groups.setdefault(key, _Group({}, {}, []))
        group.cards[name], group.values[name] = card, []
    return list(groups.values())


def _add(
    group: _Group, city: str, parameters: Parameters, draws: Iterable[int], seed: int, workers: int | None
) -> None:
    """Run further draws of a group."""
    numbers = tuple(draws)
    cards = list(group.cards.values())
    some = cards[0]
    given = parameters.replace(**some.fixed) if some.fixed else parameters
    natures = np.concatenate([given.draw(seed, k) for k in numbers])
    domain = str((some.course or {}).get("domain", Course.domain))
    domain = "managerial" if domain == LEADERSHIP else domain
    quantities = [QUANTITIES[card.quantity] for card in cards]
    result, first = None, 0
    if quantities[0].kinds:
        intervention, first = _treatment(some)
        months = {first, *(first + card.read for card in cards)}
        trial = Trial(
            city, treated=Arm(some.treated.kind, share=1.0, among=some.treated.among), intervention=intervention, months=max(months),
            other_training=False,
        )  # fmt: skip
        result = trial.run(
            numbers, seed, given, quantities=sorted({name.format(domain=domain) for q in quantities for name in q.reads}),
            at=months, people=(0,) if any(q.people for q in quantities) else (), workers=workers,
        )  # fmt: skip
    for name, card in group.cards.items():
        reading = Reading(numbers, natures, result, first, first + card.read, domain, card.standardiser == "people")
        group.values[name].append(np.asarray(QUANTITIES[card.quantity].read(reading), dtype=np.float64))
    group.natures.append(natures)
    group.done += len(numbers)


def _treatment(card: Card) -> tuple[Intervention, int]:
    """What is done, and the month of the trial in which it begins."""
    if card.course is not None:
        course = Course(**card.course)
        return course, course.month
    return Move(card.levers or UNTOUCHED), 1


def _result(name: str, deck: Deck, group: _Group) -> CardResult:
    card, should = group.cards[name], deck.effect(name)
    values = np.concatenate(group.values[name])
    model = found(values)
    return CardResult(
        name,
        card,
        evidence_row(card.evidence[0]),
        should,
        model,
        judged(card, should, model),
        dict(_forms(card, group, values)),
    )


def _forms(card: Card, group: _Group, values: Float64s) -> Iterator[tuple[int, Found]]:
    if card.by_form is None:
        return
    form = np.concatenate([natures[card.by_form] for natures in group.natures])
    for which in (1, 0):
        mine = values[form == which]
        if len(mine) > 1 and math.isfinite(float(mine.mean())):
            yield which, found(mine)
