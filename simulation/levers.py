"""A policy as the engine reads it: levers as numbers, money turned into seats and prices. The yearly budget is one sum for all items.

What is not spent on analysis, ethics, audits, evaluation and participation buys training, so a strategy pays for what it adds with
seats it gives up, unless its budget factor says otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeGuard

import numpy as np
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from data.errors import InputError
from simulation.city import Profile
from simulation.engine.records import Structured
from simulation.lever import ITEMS, Item, Price
from simulation.policy import (
    HEADER,
    LEVERS,
    Evaluation,
    Integrity,
    Needs,
    Participation,
    Policy,
    Training,
    measured_price,
)
from simulation.practice import ETHICS_HOURS, FOLLOW_UP_HOURS, PNS_LEAST, PPPK_MOST, PROGRAMMES_RUN
from simulation.seats import managers, seat_prices, technical_places


class Money(NamedTuple):
    """What a policy's yearly money buys, and the prices it is spent at [rupiah]."""

    yearly: float  # the whole budget [rupiah a year]
    seats: float  # technical courses and seminars [seats a year, whole city]
    seat_price: float
    leader_seats: float  # [seats a year, whole city]
    leader_price: float
    seminar_price: float
    klasikal_price: float  # [rupiah per JP]
    blended_price: float
    coaching_price: float
    university_factor: float  # price of a course at a university, times the agency's
    follow_up_price: float
    ethics_price: float
    measured_price: float  # of one participant by the design of the evaluation
    sample_paid: float  # participants of each programme whose measuring is paid for
    revision_price: float  # of content or of method
    development_price: float  # of a programme in place of another
    audits_monthly: float
    participation_monthly: float
    needs_monthly: float
    staff_hour: float  # value of an hour of a civil servant
    side_payment: float  # that a citizen pays


class Levers:
    """What processes see of a policy: `levers.training.follow_up` is the lever `training.follow_up`, `levers.money.seats` its seats.

    A record of float64: a number unchanged, a switch as 0 or 1, a choice as its position among the choices that its block allows (take
    `int()` of it). It is never instantiated in Python; it gives the type checker the field names of the records that `pack` makes.
    """

    budget_factor: float
    training: Training
    needs: Needs
    integrity: Integrity
    evaluation: Evaluation
    participation: Participation
    money: Money


def record_of(fields: Mapping[str, FieldInfo]) -> np.dtype[np.void]:
    """Record type of a block: a float64 for every lever, a record for every block in it."""
    kinds = [(name, info.annotation) for name, info in fields.items()]
    return np.dtype([(n, record_of(k.model_fields) if is_block(k) else np.float64) for n, k in kinds])


def is_block(kind: object) -> TypeGuard[type[BaseModel]]:
    """Whether a field is a block of levers rather than a lever."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


MONEY = np.dtype([(name, np.float64) for name in Money._fields])
BLOCKS = record_of({name: info for name, info in Policy.model_fields.items() if name not in HEADER})
RECORD = np.dtype([*((name, BLOCKS[name]) for name in BLOCKS.names or ()), ("money", MONEY)])


@dataclass(frozen=True)
class Budget:
    """Where a policy's yearly money goes [rupiah a year]; training gets what the other items leave over."""

    total: float
    items: Mapping[Item, float]

    @property
    def training(self) -> float:
        """Money for courses."""
        left = self.total
        for item in ITEMS:
            left -= self.items[item]
        return left


def budget(policy: Policy, profile: Profile) -> Budget:
    """The yearly budget by item. Raises InputError when the items cost more than the budget.

    Measuring is paid for a full sample of every programme, or for every participant where the money buys fewer of them. So evaluation
    never costs what there are no courses for: without money nobody is trained and nobody measured.
    """
    prices = {lever.cost for lever in LEVERS.values() if isinstance(lever.cost, Price)}
    spent: dict[Item, float] = dict.fromkeys(ITEMS, 0.0)
    for price in sorted(prices, key=lambda p: p.place):
        spent[price.item] += price.yearly(policy, profile)
    total = profile.money("training_budget") * policy.budget_factor
    left = max(total - sum(cost for item, cost in spent.items() if item != "evaluation"), 0.0)
    spent["evaluation"] = min(spent["evaluation"], measuring_everybody(policy, profile, left))
    split = Budget(total, spent)
    if split.training < 0:
        dearest = max(ITEMS, key=lambda item: spent[item])
        raise InputError(
            f"policy {policy.name}: its items cost Rp{(split.total - split.training) / 1e9:.2f} billion a year, the budget is "
            f"Rp{split.total / 1e9:.2f} billion; lower {dearest} (Rp{spent[dearest] / 1e9:.2f} billion) or raise budget_factor"
        )
    return split


def measuring_everybody(policy: Policy, profile: Profile, money: float) -> float:
    """What it costs to measure every participant of the courses that the rest of the money buys [rupiah a year].

    With k participants for a rupiah of courses and a price m of measuring one, n = k (money - m n).
    """
    prices, share = seat_prices(policy, profile), policy.training.leadership_share
    per_rupiah = (1 - share) / prices.technical + share / prices.leadership
    price = measured_price(policy, profile)
    return price * per_rupiah * money / (1 + per_rupiah * price)


def warnings(policy: Policy, profile: Profile | None = None) -> list[str]:
    """What a planner should know about a plan: hours outside the rules (PNS at least 20 JP a year, PPPK at most 24), money left over."""
    found = unspent_lines(policy, profile) if profile is not None else []
    hours = policy.training.hours_per_person
    if hours < PNS_LEAST:
        found.append(
            f"policy {policy.name}: {hours:g} JP a course; PNS need at least 20 JP a year (PP 17/2020 art. 203)"
        )
    if hours > PPPK_MOST:
        found.append(
            f"policy {policy.name}: {hours:g} JP a course; PPPK may have at most 24 JP a year and are held at 24"
        )
    return found


class Spare(NamedTuple):
    """Seats of a kind that the money buys, those that the staff may take, and the money that nobody can spend [rupiah a year]."""

    kind: str
    seats: float
    places: float
    unspent: float


def spare_seats(policy: Policy, profile: Profile) -> list[Spare]:
    """Technical and leadership seats against the people who may take them, with the usual hours of a PNS (`most_hours`)."""
    money = money_of(policy, profile)
    leaders = managers(profile)
    rows = []
    for kind, seats, places, price in (
        (
            "technical",
            money.seats,
            technical_places(policy, profile, min(money.leader_seats, leaders)),
            money.seat_price,
        ),
        ("leadership", money.leader_seats, leaders, money.leader_price),
    ):
        rows.append(Spare(kind, seats, places, max(seats - places, 0.0) * price))
    return rows


def unspent_lines(policy: Policy, profile: Profile) -> list[str]:
    """Warnings about money that buys more seats than the staff may take; it is shown as the outcome `unspent`."""
    return [
        f"policy {policy.name}: {one.seats:.0f} {one.kind} seats, {one.places:.0f} of which people may take in a year; "
        f"Rp{one.unspent / 1e9:.2f} billion a year is not spent"
        for one in spare_seats(policy, profile)
        if one.seats > one.places * 1.001
    ]


def money_of(policy: Policy, profile: Profile) -> Money:
    """What a policy's money buys and the prices it pays. Raises InputError when it costs more than its budget."""
    split = budget(policy, profile)
    prices, share = seat_prices(policy, profile), policy.training.leadership_share
    price = profile.numbers["money"]["price_per_jp"]
    measured = measured_price(policy, profile)
    return Money(
        yearly=split.total,
        seats=split.training * (1 - share) / prices.technical,
        seat_price=prices.technical,
        leader_seats=split.training * share / prices.leadership,
        leader_price=prices.leadership,
        seminar_price=profile.money("price_seminar"),
        klasikal_price=price["klasikal"],
        blended_price=price["blended"],
        coaching_price=price["coaching"],
        university_factor=profile.money("university_price_factor"),
        follow_up_price=FOLLOW_UP_HOURS * price["coaching"],
        ethics_price=ETHICS_HOURS * profile.money("price_ethics_per_jp"),
        measured_price=measured,
        sample_paid=split.items["evaluation"] / (PROGRAMMES_RUN * measured) if measured > 0.0 else 0.0,
        revision_price=profile.money("price_revision"),
        development_price=profile.money("price_development"),
        audits_monthly=split.items["audits"] / 12,
        participation_monthly=split.items["participation"] / 12,
        needs_monthly=split.items["needs"] / 12,
        staff_hour=profile.money("staff_hour_cost"),
        side_payment=profile.money("side_payment_amount"),
    )


def pack(policy: Policy, profile: Profile) -> Structured:
    """The policy as a RECORD array of length one. Raises InputError when it costs more than its budget."""
    record = np.zeros(1, dtype=RECORD)
    record["money"] = tuple(money_of(policy, profile))
    chosen = policy.levers()
    for name, lever in LEVERS.items():
        *blocks, last = name.split(".")
        place = record
        for block in blocks:
            place = place[block]
        place[last] = lever.packed(chosen[name])
    return record
