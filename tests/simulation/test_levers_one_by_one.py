"""Each lever, and each of the seven things the policy paper asks for, moves its own process and no other."""

from __future__ import annotations

from typing import Any

import pytest

from simulation.lever import Lever
from simulation.levers import budget, money_of
from simulation.parameters import default
from simulation.policy import LEVERS, Policy
from tests.cities import Lab, changed, policy
from tests.levers import policy_of, tried

# Service is cut off from the staff here, and complaints from everything but the needs analysis: so only a lever's own process can move.
UNCOUPLED = default().replace(
    competence_on_people=0.0, integrity_on_people=0.0, side_payment_penalty=0.0, responsiveness_on_people=0.0, job_route=1.0,
    criterion_to_client=0.0, hours_on_waiting=0.0, leading_on_results=0.0, seminar_on_process=0.0, forum_effect=0.0,
    disclosure_on_trust=0.0, complaint_access=0.0, complaint_learning=1.0, complaint_to_repair=0.0, complaint_to_responsiveness=0.0,
    complaint_to_trust=0.0, complaint_to_needs=0.2, feedback_with_means=0.3, feedback_without_means=0.3, training_effect_sd=0.2,
    audit_transport=0.8, ethics_effect=0.2,
)  # fmt: skip

ABSENT = {"units.hours", "units.off", "units.away"}  # hours in class
COURSES = {
    "applied", "idle", "behaviour", "used", "staff.leading", "staff.led", "staff.jp", "staff.jp_before", "staff.course",
    "staff.seminar", "programmes.gained", "programmes.held", "units.conduct", "units.ideas", *ABSENT,
}  # fmt: skip
PLANS = {"plan"}
SEEN = {"env.OWED", "env.KEPT_WRONGLY"}  # what the evaluation of December finds in the courses of the year

# Columns that a process may move when one of its levers moves and everything else stays. A lever of a process that does not stand here
# needs its row: the columns of docs/odd.md that the process writes.
MOVES = {
    "training": COURSES | PLANS | SEEN | {"staff.leads", "env.FOLLOWED"},
    "needs": COURSES | PLANS | SEEN,
    "integrity": {"staff.integrity", "staff.paid", "staff.wronged", "units.norm", "staff.jp", "staff.jp_before"} | ABSENT,
    "evaluation": SEEN | {"env.REVISIONS", "env.REVISED_WRONGLY", "programmes.delta", "programmes.job", "programmes.offline",
                          "programmes.tried", "programmes.method", "programmes.way", "programmes.seen"},
    "voice": {"env.OPEN", "env.RATE", "env.VOICED", "env.INFORMED", "env.TOLD", "units.climate", "units.feedback", "units.knowledge"},
}  # fmt: skip
LATE = {"evaluation.drop_after": 36}  # months to wait where a year is too short: replaced after the second December

# What the policy paper asks for: levers, their process, and the column at its heart.
ASKED = {
    "continuous training": ({"budget_factor": 1.3}, "training", "staff.jp"),
    "leadership courses": ({"training.leadership_share": 0.25}, "training", "staff.leads"),
    "integrity and ethics": (
        {"integrity.ethics_share": 0.5, "integrity.audit_probability": 0.2, "integrity.disclosure": True},
        "integrity",
        "staff.integrity",
    ),
    "needs analysis": ({"training.targeting": "needs", "needs.accuracy": 0.6}, "needs", "plan"),
    "cooperation with universities": (
        {"training.providers.agency": 0.35, "training.providers.university": 0.5, "training.providers.seminar": 0.15},
        "training",
        "units.ideas",
    ),
    "evaluation that adapts": (
        {"evaluation.design": "pre_post_control", "evaluation.sample": 400, "evaluation.rule": "expected_value",
         "evaluation.adapt": True},
        "evaluation",  # it measures in December; from February on its revisions are training
        "programmes.delta",
    ),
    "citizens' feedback and forums": (
        {"participation.channel_access": 2.0, "participation.handling_capacity": 2.0, "participation.forums_per_year": 1.0,
         "participation.feedback": 0.6, "participation.disclose_results": True},
        "voice",
        "units.feedback",
    ),
}  # fmt: skip


def same_seats(lab: Lab, levers: dict[str, Any], seats: float) -> Policy:
    """The policy with a budget that leaves so many technical seats, so that a lever is not paid for by another process."""
    if "budget_factor" in levers:
        return policy_of(levers)
    rich = policy_of(levers)
    split, share = budget(rich, lab.profile), 1 - rich.training.leadership_share
    money = seats * money_of(rich, lab.profile).seat_price / share + sum(split.items.values())
    return policy_of({**levers, "budget_factor": money / (split.total / rich.budget_factor)})


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A small settled city whose processes are cut off from each other."""
    return Lab(scale=0.05, parameters=UNCOUPLED)


def moved(lab: Lab, before: dict[str, Any], after: dict[str, Any], months: int = 12) -> set[str]:
    """Columns that differ after some months under two policies with today's technical seats (unless the money itself is moved)."""
    seats = money_of(policy("status_quo"), lab.profile).seats
    lab.again()
    lab.months(same_seats(lab, before, seats) if before else policy("status_quo"), 0, months)
    columns = lab.columns()
    lab.again()
    lab.months(same_seats(lab, after, seats), 0, months)
    return changed(columns, lab.columns())


@pytest.mark.parametrize("lever", LEVERS.values(), ids=LEVERS)
def test_a_lever_moves_its_process_and_no_other(lab: Lab, lever: Lever) -> None:
    """Guards: a lever that reaches into a process it should not, or that does nothing."""
    assert lever.process in MOVES, f"{lever.name}: add to MOVES the columns that the process {lever.process!r} writes"
    found = moved(lab, *tried(lever), LATE.get(lever.name, 12))
    assert found, (
        f"{lever.name} changes nothing: give tests/levers.py what has to stand BEFORE it or move TOGETHER with it"
    )
    own = MOVES[lever.process] | (MOVES["training"] if lever.name in LATE else set())
    assert found <= own, f"{lever.name} also moves {sorted(found - own)}"


@pytest.mark.parametrize("asked", ASKED)
def test_what_is_asked_for_moves_its_process_and_no_other(lab: Lab, asked: str) -> None:
    """Guards: levers that reach further together than alone, or that miss the heart of what they are for."""
    levers, process, heart = ASKED[asked]
    found = moved(lab, {}, levers)
    assert heart in found
    assert found <= MOVES[process], f"{asked} also moves {sorted(found - MOVES[process])}"


def test_staff_reach_service_and_service_reaches_trust_when_coupled() -> None:
    """Guards the tests above against a model in which nothing ever reaches the citizen."""
    lab = Lab(scale=0.05)
    for asked, (levers, _, _) in ASKED.items():
        assert "citizens.trust" in moved(lab, {}, levers, 36 if asked == "evaluation that adapts" else 12), asked
