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
from simulation.practice import ETHICS_HOURS, FOLLOW_UP_HOURS, PNS_LEAST, PPPK_MOST


class Money(NamedTuple):
    """What a policy's yearly money buys, and the prices it is spent at [rupiah]."""

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
    revision_price: float
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
    """The yearly budget by item. Raises InputError when the items cost more than the budget."""
    prices = {lever.cost for lever in LEVERS.values() if isinstance(lever.cost, Price)}
    spent: dict[Item, float] = dict.fromkeys(ITEMS, 0.0)
    for price in sorted(prices, key=lambda p: p.place):
        spent[price.item] += price.yearly(policy, profile)
    split = Budget(profile.money("training_budget") * policy.budget_factor, spent)
    if split.training < 0:
        dearest = max(ITEMS, key=lambda item: spent[item])
        raise InputError(
            f"policy {policy.name}: its items cost Rp{(split.total - split.training) / 1e9:.2f} billion a year, the budget is "
            f"Rp{split.total / 1e9:.2f} billion; lower {dearest} (Rp{spent[dearest] / 1e9:.2f} billion) or raise budget_factor"
        )
    return split


def warnings(policy: Policy, profile: Profile | None = None) -> list[str]:
    """What a planner should know about a plan: hours outside the rules (PNS at least 20 JP a year, PPPK at most 24), money left over."""
    found = unspent(policy, profile) if profile is not None else []
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


def unspent(policy: Policy, profile: Profile) -> list[str]:
    """Warnings about money that buys more seats than there are people to fill them."""
    money = money_of(policy, profile)
    shares = profile.numbers["staff"]["job_shares"]
    managers = float(profile.numbers["staff"]["pns"]) * sum(
        float(shares[j]) for j in ("jpt", "administrator", "pengawas")
    )
    found = []
    for kind, seats, people, price in (
        ("technical", money.seats, profile.staff, money.seat_price),
        ("leadership", money.leader_seats, managers, money.leader_price),
    ):
        if seats > people * 1.001:
            left = (seats - people) * price / 1e9
            spare = f"Rp{left:.2f} billion a year is not spent"
            found.append(f"policy {policy.name}: {seats:.0f} {kind} seats for {people:.0f} people; {spare}")
    return found


def money_of(policy: Policy, profile: Profile) -> Money:
    """What a policy's money buys and the prices it pays. Raises InputError when it costs more than its budget."""
    split = budget(policy, profile)
    t = policy.training
    price = profile.numbers["money"]["price_per_jp"]
    pppk = float(profile.numbers["staff"]["pppk"]) / profile.staff
    hours = t.hours_per_person * (1 - pppk) + min(t.hours_per_person, PPPK_MOST) * pppk
    per_jp = (
        t.methods.klasikal * price["klasikal"]
        + t.methods.blended * price["blended"]
        + t.methods.coaching * price["coaching"]
    )
    factor = profile.money("university_price_factor")
    follow_up = FOLLOW_UP_HOURS * price["coaching"]
    taught = t.providers.agency * per_jp + t.providers.university * per_jp * factor
    seat = (
        taught * hours
        + t.providers.seminar * profile.money("price_seminar")
        + (1 - t.providers.seminar) * t.follow_up * follow_up
    )
    leader = t.leadership_hours * price["leadership"]
    return Money(
        seats=split.training * (1 - t.leadership_share) / seat,
        seat_price=seat,
        leader_seats=split.training * t.leadership_share / leader,
        leader_price=leader,
        seminar_price=profile.money("price_seminar"),
        klasikal_price=price["klasikal"],
        blended_price=price["blended"],
        coaching_price=price["coaching"],
        university_factor=factor,
        follow_up_price=follow_up,
        ethics_price=ETHICS_HOURS * profile.money("price_ethics_per_jp"),
        measured_price=measured_price(policy, profile),
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
