"""What money buys in the engine: several courses a head up to the hours of a year, and what nobody can spend is left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from simulation.engine.columns import PPPK, Env
from simulation.levers import budget
from simulation.parameters import default
from simulation.policy import Policy
from simulation.practice import PPPK_MOST
from tests.cities import Lab, policy

MOST = 80.0  # JP of a PNS in these tests
HOURS = 20.0  # JP of a course
STEADY = default().replace(most_hours=MOST, rotation=0.0, renewal=1.0)


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A small settled city."""
    return Lab(scale=0.05, parameters=STEADY)


def year(lab: Lab, chosen: Policy) -> dict[str, Any]:
    """A year of a policy from the start: courses planned of each person, JP they had, and money [rupiah of the whole city]."""
    lab.again()
    rows = lab.months(chosen, 0, 1)
    planned = (lab.engine.state.plan >= 0).sum(axis=1)
    rows += lab.months(chosen, 1, 12)
    state = lab.engine.state
    return {
        "planned": planned,
        "jp": state.staff.jp.copy(),
        "led": state.staff.leads >= 0,
        "pppk": state.staff.status == PPPK,
        "owed": float(state.env[Env.OWED]) * lab.city.figures.people_per_post,
        "trainees": sum(row["trainees"] for row in rows),
    } | {name: 1e6 * sum(row[name] for row in rows) for name in ("cost", "unspent", "cost_training")}


def at_counters(lab: Lab) -> np.ndarray:
    """Which posts meet the public: bool (staff,)."""
    return np.concatenate([np.arange(row.staff) < row.counter for row in lab.city.units])


@pytest.fixture(scope="module")
def years(lab: Lab) -> dict[float, dict[str, Any]]:
    """A year under today's practice with so many times the money."""
    return {factor: year(lab, policy("money", budget_factor=factor)) for factor in (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)}


def test_more_money_buys_more_courses_until_the_hours_of_a_year_are_full(years: dict[float, dict[str, Any]]) -> None:
    """Guards: money that buys nothing because a person may attend one course a year, and money spent on nobody."""
    a_head = {factor: found["planned"].mean() for factor, found in years.items()}
    assert a_head[0.0] == 0.0 and a_head[1.0] == pytest.approx(0.863, abs=0.01)
    assert a_head[0.5] < a_head[1.0] < a_head[2.0] < a_head[4.0] == a_head[8.0]
    assert a_head[2.0] == pytest.approx(2 * a_head[1.0], rel=0.01)
    left = {factor: found["unspent"] / 9.6e9 for factor, found in years.items()}
    assert abs(left[1.0]) < 0.05 and abs(left[2.0]) < 0.10
    assert left[8.0] - left[4.0] == pytest.approx(4.0, abs=0.15)  # all that is added is left over
    assert 1.0 < left[4.0] < left[8.0]


def test_money_spent_and_left_is_the_budget(lab: Lab, years: dict[float, dict[str, Any]]) -> None:
    """Guards: money that is neither spent nor shown as unspent."""
    for factor, found in years.items():
        total = budget(policy("money", budget_factor=factor), lab.profile).total
        assert found["cost"] + found["unspent"] == pytest.approx(total, rel=1e-12, abs=1e-3)


def test_nobody_exceeds_the_hours_of_a_year(years: dict[float, dict[str, Any]]) -> None:
    """Guards: courses piled on one person. A PPPK has 24 JP a year; a PNS what `most_hours` says, a leadership course included."""
    for found in years.values():
        assert found["jp"].max() <= MOST
        assert found["jp"][found["pppk"]].max() <= PPPK_MOST
    full = years[8.0]
    free = ~full["pppk"] & ~full["led"]
    assert (full["planned"][free] == int(MOST / HOURS)).all() and (full["planned"][full["pppk"]] == 1).all()
    assert (full["planned"][full["led"]] == int((MOST - 40.0) / HOURS)).all()


def test_a_second_course_comes_after_everybody_had_a_first(lab: Lab, years: dict[float, dict[str, Any]]) -> None:
    """Guards: seats that some get twice while others who could have one go without."""
    assert years[1.0]["planned"].max() == 1
    assert (years[2.0]["planned"] >= np.where(years[2.0]["led"], 0, 1)).all() and years[2.0]["planned"].max() > 1
    lab.again()
    lab.months(policy("money", budget_factor=8.0), 0, 1)
    months = [row[row >= 0].size for row in lab.engine.state.plan]
    assert (
        max(months) == 4 and (lab.engine.state.plan[:, [0, 11]] == -1).all()
    )  # one course a month, February to November


@pytest.mark.parametrize("targeting", ["equal", "needs"])
def test_later_courses_by_need_go_to_other_domains(lab: Lab, targeting: str) -> None:
    """Guards: an analysis that sends a person four times to one domain; by lot that happens."""
    lab.again()
    lab.months(policy("p", budget_factor=10.0, training__targeting=targeting, needs__accuracy=0.6), 0, 1)
    plans = [row[row >= 0] for row in lab.engine.state.plan]
    repeated = [len(set(row.tolist())) < row.size for row in plans]
    assert any(repeated) == (targeting == "equal")


def test_without_money_there_are_no_courses(years: dict[float, dict[str, Any]]) -> None:
    """Guards: a plan without money that is refused, trains, or measures."""
    none = years[0.0]
    assert none["planned"].sum() == 0 and none["jp"].max() == 0.0
    assert (none["trainees"], none["cost"], none["unspent"], none["owed"]) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("targeting", ["equal", "needs"])
def test_seats_for_counters_raise_their_share(lab: Lab, targeting: str) -> None:
    """Guards: a reservation that gives nothing, or takes away, and seats that lie empty because counters cannot fill them."""
    front = at_counters(lab)
    shares, seats = [], []
    for reserved in (0.0, 0.2, 0.5, 0.8, 1.0):
        chosen = policy(
            "p", training__counter_seats=reserved, training__targeting=targeting, needs__accuracy=0.6, budget_factor=1.1
        )
        lab.again()
        lab.months(chosen, 0, 1)
        planned = (lab.engine.state.plan >= 0).sum(axis=1)
        shares.append(planned[front].sum() / planned.sum())
        seats.append(planned.sum())
    assert (np.diff(shares) >= 0).all() and shares[-1] > shares[0] + 0.1, shares
    assert len(set(seats)) == 1


def domains_planned(lab: Lab, chosen: Policy) -> np.ndarray:
    """Seats by domain: int (4,)."""
    lab.again()
    lab.months(chosen, 0, 1)
    return np.bincount(lab.engine.state.plan[lab.engine.state.plan >= 0], minlength=4)


def mixes() -> Iterator[tuple[float, float, float, float]]:
    """Shares of technical competence from none to all."""
    for technical in (0.0, 0.25, 0.5, 0.75, 1.0):
        rest = (1 - technical) / 3
        yield rest, rest, technical, rest


@pytest.mark.parametrize("targeting", ["equal", "needs"])
def test_the_mix_of_domains_moves_seats(lab: Lab, targeting: str) -> None:
    """Guards: a mix that by need does nothing or works backwards, and a domain that has seats without a share."""
    names = ("managerial", "sociocultural", "technical", "digital")
    counts = []
    for mix in mixes():
        moved: Any = {f"training__domains__{name}": share for name, share in zip(names, mix, strict=True)}
        chosen = policy("p", training__targeting=targeting, needs__accuracy=0.6, budget_factor=1.1, **moved)
        counts.append(domains_planned(lab, chosen))
    found = np.array(counts)
    assert (np.diff(found[:, 2]) > 0).all() and found[0, 2] == 0 and found[-1, 2] == found[-1].sum(), found
    if targeting == "equal":
        assert found[2, 2] / found[2].sum() == pytest.approx(0.5, abs=0.08)


def test_a_method_goes_towards_coaching_or_back(lab: Lab) -> None:
    """Guards: revisions of method that change content, or a method that stays whatever is revised."""
    always = {"design": "pre_post_control", "rule": "expected_value", "adapt": True, "revise": "method", "sample": 400}
    weak = STEADY.replace(training_effect_mean=-0.5, training_effect_sd=0.0, leadership_effect=1.0, revision_sd=0.0)
    poor = Lab(scale=0.05, parameters=weak)
    before = poor.engine.state.programmes.delta.copy()
    poor.months(policy("p", budget_factor=2.0, **{f"evaluation__{k}": v for k, v in always.items()}), 0, 12)
    programmes = poor.engine.state.programmes
    taught = np.flatnonzero(programmes.tried[:8] > 0)
    assert taught.size >= 6
    assert (programmes.method[taught] == 1).all() and (programmes.delta[:8] == before[:8]).all()
    assert programmes.method[8] == 0


@pytest.mark.parametrize(("usual", "blended", "coaching"), [(0.05, 1.5, 3.0), (0.15, -1.0, -1.0)])
def test_a_method_that_was_seen_to_do_less_is_taken_back(usual: float, blended: float, coaching: float) -> None:
    """Guards: a ladder that goes up whatever the evaluation saw."""
    nature = STEADY.replace(
        training_effect_mean=usual, training_effect_sd=0.0, coaching_effect=coaching, blended_effect=blended, test_reliability=0.8,
        aptitude_form=0.0, aptitude_slope=0.0, motivation_gain=0.0, relevance=0.0, university_effect=0.0,
    )  # fmt: skip
    lab = Lab(scale=0.3, parameters=nature)
    chosen = policy(
        "p", budget_factor=3.0, evaluation__design="pre_post_control", evaluation__sample=2000, evaluation__rule="expected_value",
        evaluation__adapt=True, evaluation__revise="method", training__providers__agency=1.0, training__providers__university=0.0,
        training__providers__seminar=0.0,
    )  # fmt: skip
    lab.months(chosen, 0, 36)
    methods = lab.engine.state.programmes.method[[0, 2, 4, 6]]  # the agency's
    assert methods.mean() > 1.4 if coaching > 0 else methods.mean() < 1.0, methods


def test_dearer_methods_are_paid_with_seats() -> None:
    """Guards: coaching that a revision brings at the price of a classroom: next year's seats pay the difference, and money balances."""
    nature = STEADY.replace(training_effect_mean=-0.5, training_effect_sd=0.0)
    lab = Lab(scale=0.1, parameters=nature)
    chosen = policy("p", budget_factor=1.0)
    lab.months(chosen, 0, 12)
    start = lab.engine.raw.copy()
    plain = lab.months(chosen, 12, 24)
    owed_plain = lab.engine.state.env[Env.OWED]
    lab.engine.raw[:] = start
    lab.engine.state.programmes.method[:] = 2
    coached = lab.months(chosen, 12, 24)
    more = 1e6 * sum(b["cost_training"] - a["cost_training"] for a, b in zip(plain, coached, strict=True))
    assert more > 1e9
    owed = (lab.engine.state.env[Env.OWED] - owed_plain) * lab.city.figures.people_per_post
    assert owed == pytest.approx(more, rel=1e-9)
