"""Trials: two arms of one city with the same luck, whatever is treated and by what."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from simulation import Arm, Course, Move, Trial
from simulation.city import build_city, load_profile
from simulation.engine.draws import luck_of
from simulation.engine.memory import Engine
from simulation.levers import pack
from simulation.parameters import default
from simulation.schedule import BEFORE
from simulation.trials.arms import arms_of, at_counter, unit_of_staff
from simulation.trials.meetings import NOBODY, servers
from simulation.trials.trial import TODAY
from simulation.trials.worlds import Worlds
from tests.cities import policy

SCALE = 0.01
ETHICS = policy("ethics", integrity__ethics_share=0.3, integrity__audit_probability=0.06, budget_factor=1.5)


@lru_cache(maxsize=1)
def city() -> Any:
    """The structure that all trials here run in."""
    return build_city("tangsel", SCALE)


def seen(trial: Trial, draws: int = 2, parameters: Any = "prior", **asked: Any) -> pd.DataFrame:
    """Contrasts of a trial."""
    return trial.run(draws, parameters=parameters, workers=2, **asked).effects()


def of(found: pd.DataFrame, quantity: str, contrast: str = "effect", month: int | None = None) -> Any:
    """A contrast, a value a draw, in a month (default the last)."""
    here = found[
        (found["quantity"] == quantity) & (found["month"] == (found["month"].max() if month is None else month))
    ]
    assert len(here), quantity
    return here[contrast].to_numpy()


def slab(engine: Engine) -> Any:
    """Every column of a state but scratch, as bytes."""
    return engine.raw.copy()


@pytest.mark.parametrize("kind", ["staff", "units", "areas"])
def test_everybody_treated_is_the_city_under_that_policy(kind: Any) -> None:
    """Guards: people, units or citizens that keep a month of the wrong arm: bit for bit the run of the policy, and the other of today's."""
    profile, nature, luck = load_profile("tangsel"), default().draw(1, 3), luck_of(1, 3)
    levers = pack(TODAY, profile), pack(ETHICS, profile)
    alone, worlds = Engine(city(), branches=False), Worlds(city())
    worlds.settle(levers[0], nature, luck)
    alone.settle(levers[0], nature, luck)
    assert np.array_equal(slab(worlds.control), slab(alone))
    mine = {"staff": city().status, "units": city().units.staff, "areas": city().areas.adults}[kind] >= 0
    everybody = mine if kind != "areas" else np.zeros_like(mine)  # a policy for staff reaches areas through nobody
    followed = 0 if kind == "areas" else 1
    for month in range(14):
        worlds.step(kind, everybody, levers, nature, luck, month)
        alone.step(levers[followed], nature, luck, month)
    world = (worlds.control, worlds.treated)[followed]
    assert np.array_equal(slab(world), slab(alone))
    assert np.array_equal(worlds.control.state.base, worlds.treated.state.base)


@pytest.mark.parametrize(
    ("kind", "intervention"),
    [
        ("staff", Course()),
        ("units", {"participation.feedback": 1.0}),
        ("areas", {"participation.disclose_results": True}),
    ],
)
def test_without_effects_nothing_differs(kind: Any, intervention: Any) -> None:
    """Guards: a difference that the machinery of trials makes by itself."""
    trial = Trial(scale=SCALE, treated=Arm(kind, share=0.4), intervention=intervention, months=13)
    found = seen(trial, parameters=default().without_effects())
    # A course is a course, whatever it does, and a seminar of that month is put off.
    hours = {"jp", "jp_last_year", "course_held", "hours_in_class", "months_since_seminar"}
    moved = found[~found["quantity"].isin(hours)]
    assert (moved[["effect", "spillover"]].to_numpy() == 0.0).all()
    if kind == "staff":
        assert (of(found, "jp", month=2) > 15.0).all()


def test_a_course_reaches_the_treated_and_nobody_else() -> None:
    """Guards: a seat taken from somebody, control people who learn, a domain that was not taught, a gain that is not of this draw."""
    trial = Trial(
        scale=SCALE,
        treated=Arm("staff", share=0.3),
        intervention=Course("digital", month=3),
        months=4,
        other_training=False,
    )
    found = seen(trial)
    assert (of(found, "held_digital", month=2) == 0.0).all() and (of(found, "held_digital", month=3) != 0.0).all()
    assert (of(found, "held_technical") == 0.0).all()
    for quantity in ("held_digital", "held", "jp"):
        assert (of(found, quantity, "spillover") == 0.0).all()
    assert of(found, "jp", month=3) == pytest.approx(20.0, abs=0.5)


def test_a_seat_of_the_year_is_not_lost_to_the_course() -> None:
    """Guards: a course of a trial in the place of the one that today's practice gives: over a year both are taken."""
    trial = Trial(scale=SCALE, treated=Arm("staff", share=1.0), intervention=Course("technical"), months=12)
    more = of(seen(trial), "jp")
    assert (more > 18.5).all() and (more <= 20.0).all()  # a post that is filled anew begins without hours


def test_longer_coached_and_later_courses_differ() -> None:
    """Guards: hours, method, provider, follow-up or month of a course that nothing reads."""
    base: dict[str, Any] = {"domain": "technical", "hours": 20.0, "month": 2}
    parameters = default().replace(
        coaching_effect=0.3, university_effect=0.2, aptitude_slope=0.0, training_effect_sd=0.0
    )

    def held(**changes: Any) -> tuple[float, float]:
        course = Course(**{**base, **changes})
        trial = Trial(
            scale=SCALE,
            treated=Arm("staff", share=1.0, among="pns"),
            intervention=course,
            months=14,
            other_training=False,
        )
        found = seen(trial, 1, parameters, at=(4, 14), quantities=("held_technical", "competence_technical"))
        return float(of(found, "held_technical", month=4)[0]), float(of(found, "competence_technical")[0])

    plain, longer, coached, university = held(), held(hours=40.0), held(method="coaching"), held(provider="university")
    assert plain[0] < longer[0] and coached[0] == pytest.approx(1.3 * plain[0], rel=0.01)
    assert university[0] > plain[0]
    assert held(follow_up=1.0)[1] > plain[1]
    assert held(month=6)[0] == 0.0


def test_leadership_courses_are_for_managers() -> None:
    """Guards: a leadership course that the leadership of units does not show, or that others' does."""
    trial = Trial(
        scale=SCALE, treated=Arm("units", share=0.5), intervention=Course("leadership", hours=40.0), months=3, other_training=False
    )  # fmt: skip
    found = seen(trial)
    assert (np.abs(of(found, "leadership")) > 0.01).all() and (of(found, "leadership", "spillover") == 0.0).all()


def test_audits_reach_the_staff_of_treated_units() -> None:
    """Guards: a lever that acts on the whole city, or on nobody, where it is meant for units."""
    trial = Trial(
        scale=SCALE, treated=Arm("units", share=0.5), intervention={"integrity.audit_probability": 1.0}, months=2
    )
    found = seen(trial, parameters=default().replace(audit_effect=0.48, audit_transport=1.0, favouritism_return=0.5))
    assert (of(found, "side_payment_chance") < -0.001).all() and (of(found, "favouritism_chance") > 0.0005).all()
    assert (of(found, "side_payment_chance", "spillover") == 0.0).all()


def test_information_reaches_the_treated_areas() -> None:
    """Guards: trust of areas that were told nothing, or no effect where the effect is set."""
    trial = Trial(
        scale=SCALE, treated=Arm("areas", share=0.5), intervention={"participation.disclose_results": True}, months=12
    )  # fmt: skip
    found = seen(trial, parameters=default().replace(disclosure_on_trust=0.4))
    assert (of(found, "trust") > 0.01).all()
    assert (np.abs(of(found, "trust", "spillover")) < 0.001).all()


def test_a_move_ends_when_it_should() -> None:
    """Guards: levers that stay moved after their last month, or before their first."""
    trial = Trial(
        scale=SCALE, treated=Arm("units", share=0.5), months=4,
        intervention=[Move({"integrity.audit_probability": 1.0}, first=2, last=3)],
    )  # fmt: skip
    found = seen(trial, parameters=default().replace(audit_effect=0.48, audit_transport=1.0))
    months = [bool((of(found, "side_payment_chance", month=m) != 0.0).all()) for m in range(5)]
    assert months == [False, False, True, True, False]


def test_who_meets_whom_is_what_the_engine_decides() -> None:
    """Guards: citizens of a trial who keep the month of a server they never met."""
    engine, profile, nature, luck = (
        Engine(city(), branches=False),
        load_profile("tangsel"),
        default().draw(1, 0),
        luck_of(1, 0),
    )
    reference = pack(TODAY, profile)
    engine.settle(reference, nature, luck)
    before = engine.state.citizens.lived.copy()
    met = servers(city(), engine.state, luck, BEFORE)
    engine.step(reference, nature, luck, 0)
    moved = engine.state.citizens.lived != before
    assert np.array_equal(moved, met != NOBODY) and 0.03 < moved.mean() < 0.2
    assert at_counter(city())[met[met != NOBODY]].all()
    # And it is that unit: with one unit's procedures lifted, exactly its visitors have another experience.
    engine.settle(reference, nature, luck)
    unit = int(np.bincount(unit_of_staff(city())[met[met != NOBODY]]).argmax())
    engine.state.units.process[unit] += 5.0
    usual = before.copy()
    usual[:] = np.where(moved, np.nan, before)
    engine.step(reference, nature, luck, 0)
    lifted = engine.state.citizens.lived.copy()
    engine.settle(reference, nature, luck)
    engine.step(reference, nature, luck, 0)
    assert np.array_equal(lifted != engine.state.citizens.lived, (met != NOBODY) & (unit_of_staff(city())[met] == unit))


def test_clients_of_treated_units_only() -> None:
    """Guards: citizens who feel a treatment of a unit that they were not at."""
    nature, luck, profile = (
        default().replace(audit_effect=3.0, audit_transport=1.0).draw(1, 0),
        luck_of(1, 0),
        load_profile("tangsel"),
    )
    levers = pack(TODAY, profile), pack(TODAY, profile)
    levers[1]["integrity"]["audit_probability"] = 1.0
    worlds, arm = Worlds(city()), np.arange(len(city().units)) % 2 == 0
    worlds.settle(levers[0], nature, luck)
    met = servers(city(), worlds.control.state, luck, BEFORE)
    worlds.step("units", arm, levers, nature, luck, 0)
    differ = worlds.treated.state.citizens.lived != worlds.without.state.citizens.lived
    assert differ.any() and arm[unit_of_staff(city())[met[differ]]].all()
    assert np.array_equal(worlds.control.state.citizens.trust, worlds.treated.state.citizens.trust)


def test_arms_are_drawn_anew_and_hold_their_share() -> None:
    """Guards: the same people treated in every draw, or a share that is not that."""
    arm = Arm("staff", share=0.25, among="counter")
    first, second = (arm.rows(city(), luck_of(1, k)) for k in range(2))
    assert first.sum() == second.sum() == round(0.25 * at_counter(city()).sum())
    assert not np.array_equal(first, second) and not (first & ~at_counter(city())).any()
    treated, control = arms_of(arm, None, city(), luck_of(1, 0))
    assert np.array_equal(treated | control, at_counter(city())) and not (treated & control).any()


def test_people_are_the_means() -> None:
    """Guards: a table of people that is not of the arm, or a mean over somebody else."""
    trial = Trial(scale=SCALE, treated=Arm("units", share=0.3), intervention=Course(), months=2)
    found = trial.run([4], parameters="prior", people=(2,), quantities=("held", "people_score", "climate"))
    assert set(found.people["month"]) == {2} and set(found.people["kind"]) == {"staff", "units"}
    mean = found.people.groupby("arm")[["held", "people_score", "climate"]].mean()
    table = found.frame[found.frame["month"] == 2].pivot(index="arm", columns="quantity", values="mean")
    for quantity in ("held", "people_score", "climate"):
        assert mean[quantity].to_numpy() == pytest.approx(table[quantity].reindex(mean.index).to_numpy())
    assert "priors" in found.drawn_from and "<table" in found._repr_html_()


def test_workers_and_draws_change_nothing() -> None:
    """Guards: draws that depend on who else is run, or a thread that reads another's city."""
    trial = Trial(scale=SCALE, treated=Arm("staff", share=0.5), intervention=Course(), months=2)
    many = trial.run(3, parameters="prior", workers=2, quantities=("held",)).frame
    one = trial.run([2], parameters="prior", workers=1, quantities=("held",)).frame
    pd.testing.assert_frame_equal(many[many["draw"] == 2].reset_index(drop=True), one)


def test_faults_are_named() -> None:
    """Guards: a traceback, or a trial of nobody, for arms and interventions that cannot be."""
    half = np.arange(len(city().units)) % 2 == 0
    arms: list[tuple[dict[str, Any], str]] = [
        ({"treated": Arm("units", mask=half), "control": Arm("units", mask=half)}, "overlap: found 57 units in both"),
        ({"treated": Arm("units", mask=half & ~half)}, "nobody is in it: found 0 units"),
        ({"treated": Arm("units", share=0.5), "control": Arm("staff", share=0.5)}, "control: found kind 'staff'"),
        ({"treated": Arm("units", mask=half[1:])}, "a bool for each of 113 units"),
        ({"treated": Arm("areas", share=0.5), "intervention": Course()}, "a Course for areas"),
        (
            {"treated": Arm("staff", share=0.5), "intervention": Course(month=30)},
            "a Course in month 30; the trial has 24",
        ),
        ({"treated": Arm("staff", share=0.5), "intervention": [Course(), Course(hours=40)]}, "two courses in a month"),
        ({"treated": Arm("staff", share=0.5), "intervention": []}, "at least one intervention"),
        ({"treated": Arm("staff", share=0.5), "months": 0}, "months: found 0; allowed: 1 to 240"),
        ({"treated": Arm("staff", share=0.5), "scale": 2}, "scale: found 2; allowed: above 0, up to 1"),
    ]
    for given, said in arms:
        with pytest.raises(InputError, match=said):
            Trial(**{"scale": SCALE, "intervention": {"participation.feedback": 1.0}, **given})
    for make, said in (
        (lambda: Arm("unit", share=0.5), "did you mean 'units'"),  # type: ignore[arg-type]
        (lambda: Arm("staff", share=0.5, among="manager"), "did you mean 'managers'"),
        (lambda: Arm("staff"), "found neither of share and mask"),
        (lambda: Arm("staff", share=1.5), "share: found 1.5; allowed: above 0 and at most 1"),
        (lambda: Course("technic"), "did you mean 'technical'"),
        (lambda: Course(month=13), "no January"),
        (lambda: Course(hours=0.0), "hours: found 0; allowed: 1 to 200 JP"),
        (lambda: Move({"integrity.audit": 1.0}), "did you mean 'integrity.audit_probability'"),
        (lambda: Move({"integrity.audit_probability": 2.0}), "integrity.audit_probability"),
        (lambda: Move({"participation.feedback": 1.0}, first=3, last=2), "found 3 to 2"),
    ):
        with pytest.raises(InputError, match=said):
            make()
    trial = Trial(scale=SCALE, treated=Arm("staff", share=0.5), intervention=Course(), months=2)
    with pytest.raises(InputError, match="did you mean 'held'"):
        trial.run(1, parameters="prior", quantities=("helt",))
    with pytest.raises(InputError, match="found 3 to 3; allowed: 0 to 2"):
        trial.run(1, parameters="prior", at=(3,))
