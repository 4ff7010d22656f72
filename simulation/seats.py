"""Seats of a year: what one costs, and how many of them the staff may take."""

from __future__ import annotations

from typing import NamedTuple

from simulation.city import Profile
from simulation.policy import Policy
from simulation.posts import JOBS, MANAGERS
from simulation.practice import COURSES, FOLLOW_UP_HOURS, PPPK_MOST, SEMINAR_HOURS
from simulation.registry import REGISTRY

USUAL_MOST = next(
    p.value for p in REGISTRY if p.name == "most_hours"
)  # JP a year that a PNS may attend, before it is drawn


class Prices(NamedTuple):
    """Mean price of a seat by kind [rupiah]."""

    technical: float
    leadership: float


def seat_prices(policy: Policy, profile: Profile) -> Prices:
    """What a seat costs on average over providers, methods and people."""
    t = policy.training
    price = profile.numbers["money"]["price_per_jp"]
    pppk = float(profile.numbers["staff"]["pppk"]) / profile.staff
    hours = t.hours_per_person * (1 - pppk) + min(t.hours_per_person, PPPK_MOST) * pppk
    per_jp = (
        t.methods.klasikal * price["klasikal"]
        + t.methods.blended * price["blended"]
        + t.methods.coaching * price["coaching"]
    )
    taught = t.providers.agency * per_jp + t.providers.university * per_jp * profile.money("university_price_factor")
    seat = (
        taught * hours
        + t.providers.seminar * profile.money("price_seminar")
        + (1 - t.providers.seminar) * t.follow_up * FOLLOW_UP_HOURS * price["coaching"]
    )
    return Prices(seat, t.leadership_hours * price["leadership"])


def managers(profile: Profile) -> float:
    """People who may attend a leadership course."""
    shares = profile.numbers["staff"]["job_shares"]
    return float(profile.numbers["staff"]["pns"]) * sum(float(shares[job]) for job in JOBS[:MANAGERS])


def technical_places(policy: Policy, profile: Profile, leaders: float) -> float:
    """Technical seats that the staff may take in a year: as many courses as fit into each person's hours.

    leaders: managers who attend a leadership course, whose hours count.
    """
    hours = policy.training.hours_per_person
    if policy.training.providers.seminar > 0:
        hours = max(hours, SEMINAR_HOURS)
    pns, pppk = (float(profile.numbers["staff"][status]) for status in ("pns", "pppk"))
    after = (USUAL_MOST - policy.training.leadership_hours) / hours
    return (
        (pns - leaders) * min(max(int(USUAL_MOST / hours + 1e-9), 1), COURSES)
        + leaders * min(max(int(after + 1e-9), 0), COURSES)
        + pppk * max(int(PPPK_MOST / min(hours, PPPK_MOST) + 1e-9), 1)
    )
