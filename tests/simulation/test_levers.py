"""Money: every strategy spends what it may, pays for what it adds with seats, and is packed without a gap."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_type_hints

import numpy as np
import pytest

import simulation.policy as policies
from data.errors import InputError
from simulation.blocks import Block, flatten
from simulation.city import Profile, build_city, load_profile
from simulation.lever import ITEMS, DearerSeats, Free, Lever, Price, levers_of
from simulation.levers import RECORD, Levers, Money, budget, money_of, pack, warnings
from simulation.policy import LEVERS, Policy
from simulation.processes import needs
from simulation.rules import evaluation
from simulation.scenario import Scenario
from simulation.seats import technical_places
from tests import ROOT
from tests.levers import all_moved, policy_of, tried

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
    split, money = budget(shipped, profile), money_of(shipped, profile)
    allowed = 1.5 if shipped.name == "integrated_plus" else 1.0
    assert split.total == pytest.approx(allowed * 9.6e9)
    courses = money.seats * money.seat_price + money.leader_seats * money.leader_price
    assert courses + sum(split.items.values()) == pytest.approx(split.total, rel=1e-12)
    assert money.seats > 0 and split.training > 0
    monthly = 12 * (money.audits_monthly + money.participation_monthly + money.needs_monthly)
    assert monthly == pytest.approx(split.items["audits"] + split.items["participation"] + split.items["needs"])


@pytest.mark.parametrize("lever", LEVERS.values(), ids=LEVERS)
def test_every_lever_costs_seats(lever: Lever, profile: Profile) -> None:
    """Guards: a lever without a price, which would win by being free, and a price that another item of the budget pays."""
    before, after = map(policy_of, tried(lever))
    was, now = budget(before, profile), budget(after, profile)
    seats, fewer = money_of(before, profile), money_of(after, profile)
    match lever.cost:
        case Price(item=item):
            assert now.items[item] > was.items[item], f"{lever.name} costs nothing"
            assert {k for k in ITEMS if now.items[k] != was.items[k]} == {item}
            assert fewer.seats < seats.seats
        case DearerSeats(kind="seat"):
            assert fewer.seat_price > seats.seat_price and fewer.seats < seats.seats
        case DearerSeats():
            assert fewer.leader_price > seats.leader_price and fewer.leader_seats < seats.leader_seats
        case Free(why=why):
            assert len(why) > 10, f"{lever.name}: why is it free?"
            assert now.items == was.items


def test_every_price_is_a_lever_s() -> None:
    """Guards: a price that no lever names, so that nobody pays it."""
    named = {lever.cost for lever in LEVERS.values()}
    assert {value for value in vars(policies).values() if isinstance(value, Price)} <= named


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
    assert money_of(p, profile).seat_price == pytest.approx(expected, rel=1e-12)


def test_leadership_share_is_a_share_of_training(profile: Profile) -> None:
    """Guards: leadership courses that come on top of the budget."""
    money = money_of(policy(training={"leadership_share": 0.25}), profile)
    training = budget(policy(), profile).training
    assert money.leader_seats * money.leader_price == pytest.approx(0.25 * training)
    assert money.seats * money.seat_price == pytest.approx(0.75 * training)


def test_more_budget_buys_seats(profile: Profile) -> None:
    """Guards: additional money that disappears."""
    one, more = (money_of(policy(budget_factor=f), profile) for f in (1.0, 1.5))
    bought = (more.seats - one.seats) * one.seat_price
    bought += (more.leader_seats - one.leader_seats) * one.leader_price
    assert bought == pytest.approx(4.8e9)


@pytest.mark.parametrize(
    ("levers", "dearest"),
    [
        ({"integrity": {"audit_probability": 0.9}}, "audits"),
        ({"integrity": {"ethics_share": 1.0, "audit_probability": 0.4}}, "audits"),
        ({"participation": {"forums_per_year": 24}}, "participation"),
        ({"budget_factor": 0.0, "needs": {"accuracy": 0.5}}, "needs"),
        ({"participation": {"communication": 1.0}, "budget_factor": 0.2}, "participation"),
    ],
)
def test_too_dear_is_refused_in_one_line(levers: dict[str, object], dearest: str, profile: Profile) -> None:
    """Guards: a plan that spends what it has not, and a refusal that does not say what to lower."""
    with pytest.raises(InputError) as caught:
        pack(policy(**levers), profile)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("policy mine: ") and f"lower {dearest} (Rp" in message and "billion" in message


def at(record: Any, name: str) -> float:
    """A packed lever by its dotted name."""
    for part in name.split("."):
        record = record[part]
    return float(record[0])


@pytest.mark.parametrize("lever", LEVERS.values(), ids=LEVERS)
def test_every_lever_is_packed(lever: Lever, profile: Profile) -> None:
    """Guards: a lever that the engine reads as zero, or as another one's value, because nobody packed it."""
    before, after = map(policy_of, tried(lever))
    was, now = at(pack(before, profile), lever.name), at(pack(after, profile), lever.name)
    assert was == lever.packed(before.levers()[lever.name]) and now == lever.packed(after.levers()[lever.name])
    assert was != now


def test_records_hold_levers_and_money(profile: Profile) -> None:
    """Guards: a field that is no lever, static names that the record does not have, and money that is not a number."""
    assert [name for name, _ in flatten(names_of(RECORD)) if not name.startswith("money.")] == list(LEVERS)
    assert tuple(get_type_hints(Levers)) == RECORD.names and RECORD["money"].names == Money._fields
    assert all(np.isfinite(value) and value > 0 for value in money_of(all_moved(), profile))


def names_of(record: Any) -> dict[str, Any]:
    """Names of a record and of the records in it."""
    return {name: names_of(record[name]) if record[name].names else None for name in record.names}


def test_choices_are_numbered_as_the_policy_lists_them() -> None:
    """Guards: a choice that a process reads as its neighbour in the list."""
    known = {
        "training.targeting": needs,
        "evaluation.design": evaluation,
        "evaluation.rule": evaluation,
        "evaluation.revise": evaluation,
    }
    for lever in LEVERS.values():
        if lever.choices:
            assert lever.name in known, f"{lever.name}: name its choices in the file of its rule, and that file here"
            numbers = [getattr(known[lever.name], choice.upper()) for choice in lever.choices]
            assert numbers == list(range(len(lever.choices))), lever.name


def test_a_lever_without_a_declaration_is_refused() -> None:
    """Guards: a field of a block that slips into the engine without names, process and cost, or a choice without its words."""

    class Bare(Block):
        size: float = 1.0

    class Wordless(Block):
        kind: Annotated[Literal["a", "b"], Lever("kind", "jenis", "training", Free("it is a test of words"))] = "a"

    with pytest.raises(TypeError, match=r"block\.size: declare it as Annotated"):
        list(levers_of(Bare.model_fields, "block."))
    with pytest.raises(TypeError, match=r"kind: words are needed for a, b"):
        list(levers_of(Wordless.model_fields))


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
    seats = money_of(policy(), profile).seats
    assert seats / city.figures.people_per_post / len(city.status) == pytest.approx(seats / profile.staff, rel=1e-9)


def test_money_that_finds_nobody_to_train_is_said(profile: Profile) -> None:
    """Guards: a generous plan whose money disappears without a word. PNS may attend four courses of 20 JP (80 JP), PPPK one (24 JP)."""
    assert warnings(policy(), profile) == [] and warnings(policy(budget_factor=2.0), profile) == []
    (found,) = warnings(policy(budget_factor=3.0, training={"leadership_share": 0.0}), profile)
    assert f"technical seats, {4 * 4500 + 6200} of which people may take" in found and "is not spent" in found
    assert any("leadership seats" in line for line in warnings(policy(training={"leadership_share": 0.9}), profile))


@pytest.mark.parametrize(
    ("training", "places"),
    [
        ({"hours_per_person": 80.0}, 4500 + 6200),  # PPPK are held at 24 JP
        ({"hours_per_person": 12.0}, 6 * 4500 + 2 * 6200),
        ({"hours_per_person": 100.0}, 4500 + 6200),  # a first course always fits
        ({"hours_per_person": 4.0}, 10 * 4500 + 3 * 6200),  # a seat may be a seminar of 8 JP; one course a month
        (
            {"hours_per_person": 4.0, "providers": {"agency": 1.0, "university": 0.0, "seminar": 0.0}},
            10 * 4500 + 6 * 6200,
        ),
    ],
)
def test_places_by_hand(training: dict[str, Any], places: int, profile: Profile) -> None:
    """Guards: money said to be spent that the hours of a year leave over, or the reverse."""
    assert technical_places(policy(training=training), profile, 0.0) == places


def test_managers_who_lead_have_fewer_hours_left(profile: Profile) -> None:
    """Guards: the hours of a leadership course (40 JP) left out of what a manager may attend (80 JP): two courses, not four."""
    assert technical_places(policy(), profile, 100.0) == 4 * 4400 + 2 * 100 + 6200


def test_without_money_nobody_is_measured(profile: Profile) -> None:
    """Guards: today's reaction sheets that a plan without money is refused over, and a sample larger than the participants."""
    none = money_of(policy(budget_factor=0.0), profile)
    assert (none.yearly, none.seats, none.leader_seats, none.sample_paid) == (0.0, 0.0, 0.0, 0.0)
    little = policy(budget_factor=0.01, evaluation={"design": "pre_post", "sample": 60})
    split, money = budget(little, profile), money_of(little, profile)
    participants = split.items["evaluation"] / money.measured_price
    assert participants == pytest.approx(money.seats + money.leader_seats) and 0 < participants < 9 * 60
    assert money_of(policy(evaluation={"design": "pre_post", "sample": 60}), profile).sample_paid == 60.0


def test_fewer_audits_save_nothing_that_is_known(profile: Profile) -> None:
    """Guards: a policy that buys seats with audits or channels it takes away."""
    less = policy(integrity={"audit_probability": 0.0}, participation={"channel_access": 0.0, "handling_capacity": 0.1})
    assert budget(less, profile).training == budget(policy(), profile).training
