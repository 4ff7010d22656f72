"""Money: every strategy spends what it may, pays for what it adds with seats, and is packed without a gap."""

from __future__ import annotations

import numpy as np
import pytest

from data.errors import InputError
from simulation.city import Profile, build_city, load_profile
from simulation.levers import FIELDS, LEVERS, budget, pack, warnings
from simulation.policy import Policy
from simulation.scenario import Scenario
from tests import ROOT

POLICIES = Scenario.load(ROOT / "scenarios" / "tangsel.yaml").policies


@pytest.fixture(scope="module")
def profile() -> Profile:
    """The shipped city."""
    return load_profile("tangsel")


def policy(**levers: object) -> Policy:
    """A policy with some levers moved."""
    return Policy.model_validate({"name": "mine", "title": {"en": "Mine", "id": "Saya"}, **levers})


@pytest.mark.parametrize("shipped", POLICIES, ids=lambda p: p.name)
def test_every_policy_spends_its_budget(shipped: Policy, profile: Profile) -> None:
    """Guards: a strategy that gets something for free, or leaves money unspent and looks cheap."""
    split, packed = budget(shipped, profile), pack(shipped, profile)[0]
    allowed = 1.5 if shipped.name == "integrated_plus" else 1.0
    assert split.total == pytest.approx(allowed * 9.6e9)
    courses = packed["seats"] * packed["seat_price"] + packed["leader_seats"] * packed["leader_price"]
    others = split.needs + split.ethics + split.audits + split.evaluation + split.participation
    assert courses + others == pytest.approx(split.total, rel=1e-12)
    assert packed["seats"] > 0 and split.training > 0
    monthly = 12 * (packed["cost_audits"] + packed["cost_participation"] + packed["cost_needs"])
    assert monthly == pytest.approx(split.audits + split.participation + split.needs)


@pytest.mark.parametrize(
    "lever",
    [
        {"needs": {"accuracy": 0.6}},
        {"integrity": {"ethics_share": 0.2}},
        {"integrity": {"audit_probability": 0.1}},
        {"evaluation": {"design": "pre_post_control"}},
        {"evaluation": {"design": "readiness"}},
        {"participation": {"channel_access": 2.0}},
        {"participation": {"handling_capacity": 2.0}},
        {"participation": {"forums_per_year": 1.0}},
        {"participation": {"feedback": 0.5}},
        {"participation": {"disclose_results": True}},
        {"integrity": {"disclosure": True}},
        {"training": {"follow_up": 0.5}},
        {"training": {"hours_per_person": 22.0}},
        {"training": {"providers": {"agency": 0.5, "university": 0.5, "seminar": 0.0}}},
        {"training": {"methods": {"klasikal": 0.5, "blended": 0.0, "coaching": 0.5}}},
    ],
    ids=str,
)
def test_every_lever_costs_seats(lever: dict[str, object], profile: Profile) -> None:
    """Guards: a lever without a price, which would win by being free."""
    assert pack(policy(**lever), profile)["seats"][0] < pack(policy(), profile)["seats"][0]


def test_seat_price_by_hand(profile: Profile) -> None:
    """Guards: hours, mix or follow-up left out of the price of a seat: 30 JP, PPPK held at 24, half university, a tenth seminars."""
    money, staff = profile.numbers["money"], profile.numbers["staff"]
    p = policy(
        training={"hours_per_person": 30.0, "follow_up": 0.5,
                  "providers": {"agency": 0.4, "university": 0.5, "seminar": 0.1},
                  "methods": {"klasikal": 0.5, "blended": 0.25, "coaching": 0.25}}
    )  # fmt: skip
    jp = money["price_per_jp"]
    per_jp = 0.5 * jp["klasikal"] + 0.25 * jp["blended"] + 0.25 * jp["coaching"]
    hours = (30 * staff["pns"] + 24 * staff["pppk"]) / (staff["pns"] + staff["pppk"])
    course = hours * per_jp * (0.4 + 0.5 * money["university_price_factor"])
    expected = course + 0.1 * money["price_seminar"] + 0.9 * 0.5 * 4 * jp["coaching"]
    assert pack(p, profile)["seat_price"][0] == pytest.approx(expected, rel=1e-12)


def test_leadership_share_is_a_share_of_training(profile: Profile) -> None:
    """Guards: leadership courses that come on top of the budget."""
    packed = pack(policy(training={"leadership_share": 0.25}), profile)[0]
    training = budget(policy(), profile).training
    assert packed["leader_seats"] * packed["leader_price"] == pytest.approx(0.25 * training)
    assert packed["seats"] * packed["seat_price"] == pytest.approx(0.75 * training)


def test_more_budget_buys_seats(profile: Profile) -> None:
    """Guards: additional money that disappears."""
    one, more = (pack(policy(budget_factor=f), profile)[0] for f in (1.0, 1.5))
    bought = (more["seats"] - one["seats"]) * one["seat_price"]
    bought += (more["leader_seats"] - one["leader_seats"]) * one["leader_price"]
    assert bought == pytest.approx(4.8e9)


@pytest.mark.parametrize(
    ("levers", "dearest"),
    [
        ({"integrity": {"audit_probability": 0.9}}, "audits"),
        ({"integrity": {"ethics_share": 1.0, "audit_probability": 0.4}}, "audits"),
        ({"participation": {"forums_per_year": 24}}, "participation"),
        ({"budget_factor": 0.0, "needs": {"accuracy": 0.5}}, "needs"),
        (
            {"evaluation": {"design": "pre_post_control", "sample": 5000}, "integrity": {"ethics_share": 0.8}},
            "evaluation",
        ),
    ],
)
def test_too_dear_is_refused_in_one_line(levers: dict[str, object], dearest: str, profile: Profile) -> None:
    """Guards: a plan that spends what it has not, and a refusal that does not say what to lower."""
    with pytest.raises(InputError) as caught:
        pack(policy(**levers), profile)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("policy mine: ") and f"lower {dearest} (Rp" in message and "billion" in message


def test_no_field_is_missing(profile: Profile) -> None:
    """Guards: a lever that the engine reads as zero because nobody packed it: every field is finite and each is moved by something."""
    everything = policy(
        budget_factor=9.0,
        training={"hours_per_person": 30.0, "leadership_share": 0.3, "leadership_hours": 60.0, "targeting": "needs", "follow_up": 0.5,
                  "providers": {"agency": 0.3, "university": 0.5, "seminar": 0.2},
                  "methods": {"klasikal": 0.3, "blended": 0.4, "coaching": 0.3}},
        needs={"accuracy": 0.5, "complaints_inform": True},
        integrity={"ethics_share": 0.3, "audit_probability": 0.2, "disclosure": True},
        evaluation={"design": "pre_post", "sample": 99, "rule": "expected_value", "adapt": True, "drop_after": 3},
        participation={"channel_access": 2.0, "handling_capacity": 3.0, "forums_per_year": 2.0, "feedback": 0.4, "disclose_results": True},
    )  # fmt: skip
    assert LEVERS.names == FIELDS
    usual, moved = pack(policy(), profile)[0], pack(everything, profile)[0]
    prices = {"seminar_price", "price_klasikal", "price_blended", "price_coaching", "university_price", "follow_price", "ethics_hours",
              "ethics_price", "price_revision", "staff_hour", "side_payment"}  # fmt: skip
    assert {n for n in FIELDS if not np.isfinite(moved[n])} == set()
    assert {n for n in FIELDS if usual[n] == moved[n]} == prices
    assert all(moved[n] > 0 for n in FIELDS)


@pytest.mark.parametrize(("hours", "words"), [(19.0, "PNS need at least 20 JP"), (25.0, "PPPK may have at most 24 JP")])
def test_hours_outside_the_rules_warn(hours: float, words: str) -> None:
    """Guards: a plan outside PP 17/2020 that nobody is told of."""
    (found,) = warnings(policy(training={"hours_per_person": hours}))
    assert words in found and found.startswith("policy mine: ")


@pytest.mark.parametrize("hours", [20.0, 22.0, 24.0])
def test_hours_inside_the_rules_do_not_warn(hours: float) -> None:
    """Guards: warnings that people learn to ignore."""
    assert warnings(policy(training={"hours_per_person": hours})) == []


@pytest.mark.parametrize("scale", [0.01, 0.1, 1.0])
def test_scale_does_not_change_seats_per_person(scale: float, profile: Profile) -> None:
    """Guards: a small run in which a civil servant is trained more often than in the full one."""
    city = build_city("tangsel", scale)
    seats = pack(policy(), profile)["seats"][0]
    assert seats / city.figures[2] / len(city.status) == pytest.approx(seats / profile.staff, rel=1e-9)


def test_money_that_finds_nobody_to_train_is_said(profile: Profile) -> None:
    """Guards: a generous plan whose money disappears without a word."""
    assert warnings(policy(), profile) == []
    (found,) = warnings(policy(budget_factor=3.0, training={"leadership_share": 0.0}), profile)
    assert "technical seats for 10700 people" in found and "is not spent" in found
    assert any("leadership seats" in line for line in warnings(policy(training={"leadership_share": 0.9}), profile))


def test_fewer_audits_save_nothing_that_is_known(profile: Profile) -> None:
    """Guards: a policy that buys seats with audits or channels it takes away."""
    less = policy(integrity={"audit_probability": 0.0}, participation={"channel_access": 0.0, "handling_capacity": 0.1})
    assert budget(less, profile).training == budget(policy(), profile).training
