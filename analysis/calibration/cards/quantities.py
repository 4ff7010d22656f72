"""Quantities of the model that cards read: what a study measured, as attributes of people, units and adults in a trial.

A contrast is the treated people less the same people with the same luck untreated. Its unit is that of the attribute; with the standardiser
`people` it is divided by the SD between the untreated people in that month.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.calibration.cards.reading import Reading
from analysis.calibration.direct.published import effect
from simulation.engine.records import Float64s
from simulation.rules.voice import MEAN_BELIEF, monthly_rate
from simulation.trials.arms import Kind

__all__ = ["QUANTITIES", "Quantity"]

POINTS = 100.0
STUDY_RATE = effect("olken_base")  # share of spending that was missing where nobody was audited


@dataclass(frozen=True)
class Quantity:
    """What a card reads.

    Attributes: kinds, of whom it can be read, none for a rule of the model that needs no city; contrast, whether it is an effect of a
    treatment; doc, what it is, with its unit in brackets; reads, attributes of agents (`{domain}` stands for the domain of the course);
    read, its value in each draw, float64 (draws,); people, whether every person's values at the start are needed.
    """

    kinds: tuple[Kind, ...]
    contrast: bool
    doc: str
    reads: tuple[str, ...]
    read: Callable[[Reading], Float64s]
    people: bool = False


PEOPLE: tuple[Kind, ...] = ("staff", "units")  # arms whose staff can be read


def attribute(kinds: tuple[Kind, ...], name: str, doc: str, times: float = 1.0) -> Quantity:
    """The effect on one attribute."""
    return Quantity(kinds, True, doc, (name,), lambda r: times * r.effect(name) / r.standard(name))


def course(doc: str, read: Callable[[Reading], Float64s]) -> Quantity:
    """What a course does to competence in its domain, held or in use."""
    return Quantity(("staff",), True, doc, ("held_{domain}", "competence_{domain}"), read)


def tested(reading: Reading) -> Float64s:
    """What a test of the course's domain finds: what training added and is still held, used or not."""
    held = f"held_{reading.domain}"
    gain: Float64s = reading.effect(held) / reading.standard(held)
    return gain


def faded(reading: Reading) -> Float64s:
    """Change of the tested gain since the month of the course."""
    held = f"held_{reading.domain}"
    change: Float64s = (reading.effect(held) - reading.effect(held, 0)) / reading.standard(held)
    return change


def in_use(reading: Reading) -> Float64s:
    """What is used of what was learned in the course."""
    used: Float64s = (
        POINTS * reading.effect(f"competence_{reading.domain}") / reading.effect(f"held_{reading.domain}", 0)
    )
    return used


def unused(reading: Reading) -> Float64s:
    """What is not used of what was learned in the course."""
    return POINTS - in_use(reading)


def at_study_rate(name: str) -> Callable[[Reading], Float64s]:
    """Effect on a chance, in points, as it would be at the rate of the study: on the logit it is the same at any rate."""

    def read(reading: Reading) -> Float64s:
        rate = reading.level("side_payment_chance")
        return POINTS * STUDY_RATE * (1.0 - STUDY_RATE) * reading.effect(name) / (rate * (1.0 - rate))

    return read


def between_servers(reading: Reading) -> Float64s:
    """Variance of what persons bring to an encounter; the people score has variance 1."""
    return reading.spread("people_score") ** 2


def trust_by_experience(reading: Reading) -> Float64s:
    """Slope of trust on lived experience between adults, both in their SD."""
    return reading.slope("trust", "lived")


def process_by_leadership(reading: Reading) -> Float64s:
    """Rise of the process score per SD of lasting leadership between units."""
    return reading.slope("process_score", "leadership", standardised=False)


def self_rating_agrees(reading: Reading) -> Float64s:
    """Correlation of a self-rating with true competence: slope v and an error of SD 1 give v / sqrt(1 + v²)."""
    v = reading.nature("readiness_validity")
    r: Float64s = v / np.sqrt(1.0 + v * v)
    return r


def belief_rises(reading: Reading) -> Float64s:
    """Rise of the chance to complain again, answered against silent, from the average belief [points, relative]."""
    rate: Any = getattr(monthly_rate, "py_func", monthly_rate)
    usual = np.array([rate(share) for share in reading.nature("completed_share")])
    gain = reading.nature("belief_gain")
    heard = np.clip(MEAN_BELIEF + gain * (1.0 - usual), 0.0, 1.0)
    silent = np.clip(MEAN_BELIEF - gain * usual, 1e-9, 1.0)
    rise: Float64s = POINTS * (heard / silent - 1.0)
    return rise


QUANTITIES: dict[str, Quantity] = {
    "tested": course("gain in a test of the course's domain [SD between staff]", tested),
    "faded": course("change of that gain since the course [SD between staff]", faded),
    "in_use": course("share of what was learned that is used [points]", in_use),
    "unused": course("share of what was learned that is not used [points]", unused),
    "job_effect": attribute(PEOPLE, "job_effect", "what courses do to rated behaviour on the job [SD of rated behaviour]"),
    "leading": attribute(PEOPLE, "leading", "what leadership courses do to a manager's behaviour [SD of rated behaviour]"),
    "feedback": attribute(("units",), "feedback", "what feedback does to the behaviour of a unit's staff [SD of rated behaviour]"),
    "client_score": attribute(PEOPLE, "people_score", "what clients meet in a person [SD of the people score between encounters]"),
    "process_score": attribute(("units",), "process_score", "procedures of a unit [SD of the process score, or between units]"),
    "integrity": attribute(PEOPLE, "integrity", "integrity [SD between staff]"),
    "side_payments": Quantity(
        PEOPLE, True, "encounters with a side payment, at the rate of the village roads [points]", ("side_payment_chance",),
        at_study_rate("side_payment_chance"),
    ),
    "favouritism": Quantity(
        PEOPLE, True, "encounters spoilt by favouritism, at the rate of the village roads [points]",
        ("favouritism_chance", "side_payment_chance"), at_study_rate("favouritism_chance"),
    ),
    "trust": attribute(("areas",), "trust", "trust in the city's government [share, or SD between adults]"),
    "provider_share": Quantity(
        ("staff",), False, "variance of ratings that belongs to who serves [share]", ("people_score",), between_servers
    ),
    "trust_by_experience": Quantity(
        ("areas",), False, "slope of trust on lived experience [SD per SD]", ("trust", "lived"), trust_by_experience, people=True
    ),
    "process_by_leadership": Quantity(
        ("units",), False, "procedures of units by their managers' lasting competence [SD of the process score per SD]",
        ("process_score", "leadership"), process_by_leadership, people=True,
    ),
    "self_rating": Quantity((), False, "agreement of self-rating and competence [correlation]", (), self_rating_agrees),
    "self_rating_excess": Quantity((), False, "self-rating above the true value [SD]", (), lambda r: r.nature("readiness_leniency")),
    "reports_again": Quantity((), False, "rise of the chance to complain again after an answer [points]", (), belief_rises),
}  # fmt: skip
