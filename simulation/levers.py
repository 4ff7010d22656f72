"""A policy packed for the engine: levers as numbers, money turned into seats and prices. The yearly budget is one sum for all items.

What is not spent on analysis, ethics, audits, evaluation and participation buys training, so a strategy pays for what it adds with
seats it gives up, unless its budget factor says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from data.errors import InputError
from simulation.city import Profile
from simulation.policy import Policy
from simulation.processes.integrity import USUAL_AUDIT
from simulation.processes.training import FOLLOW_UP_HOURS, PPPK_MOST

FIELDS = (
    "hours", "leader_hours", "leader_seats", "leader_price", "seats", "seat_price", "seminar_price", "price_klasikal", "price_blended",
    "price_coaching", "university_price", "targeting", "follow_up", "follow_price", "p_university", "p_seminar", "m_blended", "m_coaching",
    "accuracy", "complaints_inform", "ethics_share", "ethics_hours", "ethics_price", "audit", "disclosure_integrity", "design",
    "sample", "rule", "adapt", "drop_after", "price_measured", "price_revision", "access", "capacity", "forums", "feedback", "informed",
    "cost_audits", "cost_participation", "cost_needs", "staff_hour", "side_payment",
)  # fmt: skip
LEVERS = np.dtype([(name, np.float64) for name in FIELDS])
DESIGNS = ("none", "satisfaction", "readiness", "pre_post", "pre_post_control")
RULES = ("significance", "equivalence", "expected_value")
ETHICS_HOURS = 8.0  # JP of an ethics course
REACHED = 0.25  # share of adults that published results reach in a year; assumed
PROGRAMMES = 9  # programmes that run: four domains by two providers, and leadership
PNS_LEAST = 20.0  # JP a year (PP 17/2020 art. 203)


@dataclass(frozen=True)
class Budget:
    """Where a policy's yearly money goes [rupiah a year]; training is what the other items leave."""

    total: float
    needs: float
    ethics: float
    audits: float
    evaluation: float
    participation: float

    @property
    def training(self) -> float:
        """Money for courses."""
        return self.total - self.needs - self.ethics - self.audits - self.evaluation - self.participation


def measured_price(policy: Policy, profile: Profile) -> float:
    """Price of evaluating one participant by the design [rupiah]."""
    prices = {
        "none": 0.0,
        "satisfaction": profile.money("price_reaction_sheet"),
        "readiness": profile.money("price_readiness"),
        "pre_post": profile.money("price_test"),
        "pre_post_control": profile.money("price_test") + profile.money("price_control"),
    }
    return prices[policy.evaluation.design]


def budget(policy: Policy, profile: Profile) -> Budget:
    """The yearly budget by item. Raises InputError when the items cost more than the budget."""
    levers = policy
    facing = sum(int(u["count"]) for u in profile.numbers["units"] if float(u["demand"]) > 0)
    complaints = profile.numbers["complaints"]
    # More money buys a channel as large as the neighbour's own; less money saves nothing that is known.
    reports = float(complaints["own_channel_reports"])
    case = profile.money("price_channel_case")
    part = levers.participation
    total = profile.money("training_budget") * levers.budget_factor
    split = Budget(
        total=total,
        needs=profile.money("price_needs_analysis") * profile.staff * levers.needs.accuracy,
        ethics=levers.integrity.ethics_share * profile.staff * ETHICS_HOURS * profile.money("price_ethics_per_jp"),
        audits=max(levers.integrity.audit_probability - USUAL_AUDIT, 0.0)
        * profile.units
        * 12
        * profile.money("price_audit"),
        evaluation=PROGRAMMES * levers.evaluation.sample * measured_price(policy, profile),
        participation=(max(part.channel_access - 1.0, 0.0) + max(part.handling_capacity - 1.0, 0.0)) * reports * case
        + part.forums_per_year * facing * profile.money("price_forum")
        + (12 * case * facing if part.disclose_results or levers.integrity.disclosure else 0.0)
        + part.feedback * 12 * case * facing,
    )
    if split.training < 0:
        items = {k: getattr(split, k) for k in ("needs", "ethics", "audits", "evaluation", "participation")}
        dearest = max(items, key=lambda k: items[k])
        raise InputError(
            f"policy {policy.name}: its items cost Rp{(total - split.training) / 1e9:.2f} billion a year, the budget is "
            f"Rp{total / 1e9:.2f} billion; lower {dearest} (Rp{items[dearest] / 1e9:.2f} billion) or raise budget_factor"
        )
    return split


def warnings(policy: Policy, profile: Profile | None = None) -> list[str]:
    """What a planner should know of a plan: hours outside the rules (PNS at least 20 JP a year, PPPK at most 24), money left over."""
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
    """Lines for money that buys more seats than there are people to sit in them."""
    levers = pack(policy, profile)[0]
    shares = profile.numbers["staff"]["job_shares"]
    managers = float(profile.numbers["staff"]["pns"]) * sum(
        float(shares[j]) for j in ("jpt", "administrator", "pengawas")
    )
    found = []
    for kind, seats, people, price in (
        ("technical", levers["seats"], profile.staff, levers["seat_price"]),
        ("leadership", levers["leader_seats"], managers, levers["leader_price"]),
    ):
        if seats > people * 1.001:
            left = (seats - people) * price / 1e9
            spare = f"Rp{left:.2f} billion a year is not spent"
            found.append(f"policy {policy.name}: {seats:.0f} {kind} seats for {people:.0f} people; {spare}")
    return found


def pack(policy: Policy, profile: Profile) -> Any:
    """The policy as a LEVERS record array of length one. Raises InputError when it costs more than its budget."""
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
    follow = FOLLOW_UP_HOURS * price["coaching"]
    taught = t.providers.agency * per_jp + t.providers.university * per_jp * factor
    seat = (
        taught * hours
        + t.providers.seminar * profile.money("price_seminar")
        + (1 - t.providers.seminar) * t.follow_up * follow
    )
    leader = t.leadership_hours * price["leadership"]
    record = np.zeros(1, dtype=LEVERS)
    values = {
        "hours": t.hours_per_person, "leader_hours": t.leadership_hours, "leader_price": leader, "seat_price": seat,
        "leader_seats": split.training * t.leadership_share / leader, "seats": split.training * (1 - t.leadership_share) / seat,
        "seminar_price": profile.money("price_seminar"), "price_klasikal": price["klasikal"], "price_blended": price["blended"],
        "price_coaching": price["coaching"], "university_price": factor, "targeting": float(t.targeting == "needs"),
        "follow_up": t.follow_up, "follow_price": follow, "p_university": t.providers.university, "p_seminar": t.providers.seminar,
        "m_blended": t.methods.blended, "m_coaching": t.methods.coaching, "accuracy": policy.needs.accuracy,
        "complaints_inform": float(policy.needs.complaints_inform), "ethics_share": policy.integrity.ethics_share,
        "ethics_hours": ETHICS_HOURS, "ethics_price": ETHICS_HOURS * profile.money("price_ethics_per_jp"),
        "audit": policy.integrity.audit_probability, "disclosure_integrity": float(policy.integrity.disclosure),
        "design": float(DESIGNS.index(policy.evaluation.design)), "sample": float(policy.evaluation.sample),
        "rule": float(RULES.index(policy.evaluation.rule)), "adapt": float(policy.evaluation.adapt),
        "drop_after": float(policy.evaluation.drop_after), "price_measured": measured_price(policy, profile),
        "price_revision": profile.money("price_revision"), "access": policy.participation.channel_access,
        "capacity": policy.participation.handling_capacity, "forums": policy.participation.forums_per_year,
        "feedback": policy.participation.feedback, "informed": REACHED * float(policy.participation.disclose_results),
        "cost_audits": split.audits / 12, "cost_participation": split.participation / 12, "cost_needs": split.needs / 12,
        "staff_hour": profile.money("staff_hour_cost"), "side_payment": profile.money("side_payment_amount"),
    }  # fmt: skip
    for name in FIELDS:
        record[name] = values[name]
    return record
