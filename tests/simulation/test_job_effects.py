"""From course to counter: job effects reach an encounter by the stated factor, and today's practice starts in balance."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulation.engine.columns import Domain, Ref
from simulation.parameters import default
from simulation.processes.observe import WAITED
from simulation.rules import counter
from tests.cities import Lab, compare, difference, policy, quiet, scenario

pytestmark = pytest.mark.slow

NO_COURSES = {"budget_factor": 0.0, "evaluation__design": "none"}
CALM = {"use_hazard": 0.0, "regular_use": 1.0, "rotation": 0.0, "renewal": 1.0, "integrity_wander": 0.0}


def quality_with(lab: Lab, job: float, domain: int) -> np.ndarray:
    """People scores of the people at counters after a month in which everybody has one course in use with this effect on the job."""
    lab.again()
    lab.engine.state.behaviour[:] = 0.0
    lab.engine.state.behaviour[:, domain] = job
    lab.months(policy("none", **NO_COURSES), 0, 1)
    return np.array(lab.engine.state.staff.quality)


@pytest.mark.parametrize(
    ("route", "domain"), [(1.0, Domain.TECHNICAL), (1.0, Domain.DIGITAL), (0.0, Domain.SOCIOCULTURAL)]
)
def test_a_course_in_use_reaches_the_encounter_by_the_stated_factor(route: float, domain: int) -> None:
    """Guards: an effect that is diluted or counted twice on its way.

    A course of 0.5 is 0.5 x relevance x criterion x SD between providers, or 0.5 x relevance where clients rated.
    """
    fixed = default().replace(job_route=route, criterion_to_client=0.4, provider_share=0.16, **CALM)
    lab = Lab(scale=0.05, parameters=fixed)
    without = quality_with(lab, 0.0, domain)
    moved = quality_with(lab, 0.5, domain) - without
    factor = 0.4 * 0.4 if route == 1.0 else 1.0
    for unit in lab.city.units:
        weights = lab.city.weights[unit.service]
        expected = 0.5 * weights[domain] / weights.max() * factor
        here = moved[unit.first : unit.first + unit.counter]
        stayed = lab.engine.state.behaviour[unit.first : unit.first + unit.counter, domain] == np.float32(
            0.5
        )  # not replaced
        assert here[stayed] == pytest.approx(expected, abs=1e-5)


def test_learning_does_not_act_at_the_counter_twice() -> None:
    """Guards: what a course taught counted as competence besides its job effect."""
    lab = Lab(scale=0.02, parameters=default().replace(competence_on_people=0.5))
    before = quality_with(lab, 0.0, Domain.TECHNICAL)
    lab.again()
    lab.engine.state.behaviour[:] = 0.0
    lab.engine.state.applied[:] += np.float32(2.0)
    lab.months(policy("none", **NO_COURSES), 0, 1)
    assert np.array_equal(lab.engine.state.staff.quality, before)


@pytest.mark.parametrize("repeat", [0.0, 0.5, 1.0])
def test_courses_in_use_stay_below_the_geometric_sum(repeat: float) -> None:
    """Guards: money that buys behaviour without limit. All courses are alike, people differ by their number."""
    alike = default().replace(
        repeat=repeat, job_route=1.0, job_effect_mean=0.3, training_effect_sd=0.0, university_effect=0.0, aptitude_form=0.0,
        aptitude_slope=0.0, motivation_gain=0.0, relevance=0.0, blended_effect=0.0, regular_use=1.0,
        use_start=0.6,
    )  # fmt: skip
    lab = Lab(scale=0.05, parameters=alike)
    lab.months(policy("rich", budget_factor=8.0, training__hours_per_person=20.0), 0, 36)
    state = lab.engine.state
    used, behaviour = state.used.astype(int), state.behaviour
    assert used.max() >= 5 and (used == 1).any()
    sums = np.array([sum(repeat**k for k in range(n)) for n in range(used.max() + 1)])
    assert behaviour == pytest.approx(0.3 / 0.6 * sums[used], abs=1e-4)  # 0.3 is the mean over all who attended


def test_variance_of_job_effects_is_taken_from_style() -> None:
    """Guards a spread between servers that grows with the effects of courses: the measured share holds both."""
    wide = {"job_route": 0.0, "client_effect_mean": 0.08, "repeat": 0.5, "regular_use": 1.0, "provider_share": 0.16}
    none = Lab(
        scale=0.3, parameters=default().replace(**{**wide, "client_effect_mean": 0.0, "training_effect_sd": 0.0})
    )
    some = Lab(scale=0.3, parameters=default().replace(**wide))
    serving = np.concatenate([np.arange(u.first, u.first + u.counter) for u in some.city.units])
    relevance = np.concatenate(
        [
            np.tile(some.city.weights[u.service] / some.city.weights[u.service].max(), (u.counter, 1))
            for u in some.city.units
        ]
    )
    done = (relevance * some.engine.state.behaviour[serving]).sum(axis=1)
    left = some.engine.state.ref[Ref.STYLE] ** 2
    assert done.var() > 0.005
    assert left + done.var() == pytest.approx(none.engine.state.ref[Ref.STYLE] ** 2, rel=0.1)
    assert some.engine.state.staff.style.std() == pytest.approx(math.sqrt(left), rel=0.1)


def test_feedback_acts_on_behaviour() -> None:
    """Guards feedback that is diluted by a path through climate: after years it is SD of behaviour times what clients see of it."""
    fixed = default().replace(
        feedback_with_means=0.4, feedback_without_means=0.4, criterion_to_client=0.36, provider_share=0.16, complaint_learning=0.0,
    )  # fmt: skip
    lab = Lab(scale=0.05, parameters=fixed)
    people = []
    for reach in (0.0, 1.0):
        lab.again()
        lab.months(policy("told", participation__feedback=reach, **{**NO_COURSES, "budget_factor": 1.0}), 0, 60)
        people.append(np.array(lab.engine.state.staff.quality))
        assert (lab.engine.state.units.climate == 0.0).all()
    serving = np.concatenate([np.arange(u.first, u.first + u.counter) for u in lab.city.units])
    gain = (people[1] - people[0])[serving]
    assert gain.mean() == pytest.approx(0.4 * (1 - 0.9**60) * counter.seen_by_clients(0.36, 0.16), abs=0.02)


def test_leadership_courses_move_their_units_process_and_no_courtesy() -> None:
    """Guards leadership courses that do nothing to a unit's service, or that act on the people at its counter."""
    fixed = default().replace(
        leadership_job_effect=0.5,
        leading_on_results=0.9,
        training_effect_sd=0.0,
        hours_on_waiting=0.0,
        theme_size=0.0,
        complaint_learning=0.0,
    )
    lab = Lab(scale=0.2, parameters=fixed)
    lab.months(policy("lead", training__leadership_share=0.5, training__leadership_hours=20.0), 0, 24)
    led = lab.engine.state.units.conduct.copy()
    score, quality = lab.engine.state.units.score.copy(), np.array(lab.engine.state.staff.quality)
    assert led.max() > 0.3
    again = Lab(scale=0.2, parameters=fixed.replace(leading_on_results=0.0))
    again.months(policy("lead", training__leadership_share=0.5, training__leadership_hours=20.0), 0, 24)
    state = again.engine.state
    assert score - state.units.score == pytest.approx(0.9 * state.ref[Ref.UNIT_SD] * led, abs=1e-9)
    assert np.array_equal(quality, state.staff.quality)


def test_hours_off_the_counter_raise_waiting_and_leave_people_untouched() -> None:
    """Guards a load that lands on courtesy, or that does not reach the citizen's time; and cover that does not cover."""
    teach_nothing = {
        "job_effect_mean": 0.0, "client_effect_mean": 0.0, "training_effect_mean": 0.0, "training_effect_sd": 0.0, "university_effect": 0.0,
        "leadership_job_effect": 0.0, "leadership_effect": 0.0, "seminar_effect": 0.0, "seminar_on_process": 0.0,
        "leadership_on_output": 0.0, "complaint_learning": 0.0, "cover_form": 1.0, "hours_on_waiting": 3.0, "waiting_on_process": 0.2,
    }  # fmt: skip
    changes = []
    for cover in (0.0, 0.5, 1.0):
        frame = compare(
            scenario(policy("none", **NO_COURSES)), default().replace(cover=cover, **teach_nothing), draws=1, scale=0.1
        )
        changes.append([difference(frame, o, "none")[0] for o in ("process", "people", "citizen_hours")])
    process, people, hours = np.array(changes).T
    assert process[0] > 1e-4 and process[1] == pytest.approx(process[0] / 2, rel=0.02) and process[2] == 0.0
    assert (people == 0.0).all()
    assert hours[0] < hours[1] < hours[2] == 0.0
    assert WAITED > 0.0


def test_waiting_by_hand() -> None:
    """Guards: a queue's curve in place of its slope, cover that adds, or output with the wrong sign: 3 (0.5 x 0.02 - 0.1)."""
    assert counter.longer_wait(3.0, 0.02, 0.5, 0.1) == pytest.approx(3 * (0.01 - 0.1))
    assert counter.longer_wait(3.0, 0.04, 0.0, 0.0) == pytest.approx(2 * counter.longer_wait(3.0, 0.02, 0.0, 0.0))
    assert counter.longer_wait(3.0, 0.5, 1.0, 0.0) == 0.0


def test_what_clients_see_by_hand() -> None:
    """Guards: a criterion applied to the variance, or clients' own ratings scaled down."""
    assert counter.seen_by_clients(0.36, 0.16) == pytest.approx(0.36 * 0.4)
    assert counter.in_clients_unit(1.0, 0.16) == 1.0
    assert counter.in_clients_unit(0.0, 0.16) == pytest.approx(0.4)


@pytest.mark.parametrize("regular", [0.0, 0.5, 1.0])
def test_todays_practice_starts_in_its_long_run_balance(regular: float) -> None:
    """Guards a start that is not settled: in domains of regular use a stock fills over a career, and would rise for decades.

    Status quo of the median parameters, with slow rotation: the applied stock and what it does on the job stay within a hundredth.
    """
    slow = default().replace(
        regular_use=regular, rotation=0.03, aptitude_form=0.0, aptitude_slope=0.0, job_route=0.0, digital_rise=0.0
    )
    lab = Lab(scale=0.5, parameters=slow)
    state = lab.engine.state
    before = state.applied.mean(), state.behaviour.mean()
    lab.months(policy("status_quo"), 0, 60)
    after = state.applied.mean(), state.behaviour.mean()
    assert before[0] > (0.25 if regular == 1.0 else 0.03)
    assert after[0] == pytest.approx(before[0], abs=0.01)
    assert after[1] == pytest.approx(before[1], abs=0.005)


def test_skills_in_regular_use_hold_and_others_fall_out_of_use() -> None:
    """Guards a mixture that is none: with regular use of everything nothing falls out of use, without it two thirds do in two years."""
    calm = {"rotation": 0.0, "renewal": 1.0, "use_hazard": 0.05}
    left = []
    for regular in (0.0, 1.0):
        lab = Lab(scale=0.1, parameters=default().replace(regular_use=regular, **calm))
        state = lab.engine.state
        state.staff.age[:] = state.staff.entered + 1  # nobody leaves
        state.applied[:], state.used[:] = 1.0, 1
        lab.months(policy("none", **NO_COURSES), 0, 24)
        left.append(float((state.used == 1).mean()))
    assert left[0] == pytest.approx(0.95**24, abs=0.02)
    assert left[1] == 1.0


def test_a_replacement_costs_a_year_and_comes_from_its_own_prior() -> None:
    """Guards a replacement free of cost or harm: it is paid for, does not run for a year, and may be worse on both effects."""
    fixed = default().replace(
        replacement_effect=-0.5, training_effect_mean=0.3, job_effect_mean=0.2, job_route=1.0, training_effect_sd=0.0,
        university_effect=0.0, revision_mean=0.0, revision_sd=0.0,
    )  # fmt: skip
    lab = Lab(scale=0.05, parameters=fixed)
    strict = policy(
        "strict", evaluation__design="pre_post_control", evaluation__sample=10, evaluation__rule="significance",
        evaluation__adapt=True, evaluation__drop_after=1,
    )  # fmt: skip
    rows = lab.months(strict, 0, 36)
    programmes = lab.engine.state.programmes
    new = np.flatnonzero(programmes.delta[:8] < 0.0)
    assert new.size > 0
    assert programmes.delta[new] == pytest.approx(-0.2) and programmes.job[new] == pytest.approx(-0.3)
    assert set(programmes.offline[new].tolist()) <= {0, 12} and (programmes.offline[new] == 12).any()
    price = lab.profile.money("price_development") / 1e6
    assert max(row["cost_evaluation"] for row in rows) >= price


def test_a_neutral_replacement_gains_only_what_it_costs() -> None:
    """Guards: dropping the weak for a fresh draw as a free gain. When new programmes are worse on average, the catalogue gets worse."""
    neutral = default().replace(
        revision_may_harm=1.0, revision_mean=0.0, revision_sd=0.0, training_effect_mean=0.2, training_effect_sd=0.25,
        replacement_effect=-0.3,
    )  # fmt: skip
    drop = policy(
        "drop",
        evaluation__design="pre_post_control",
        evaluation__sample=200,
        evaluation__adapt=True,
        evaluation__drop_after=1,
    )
    frame = compare(scenario(drop), neutral, draws=60, scale=0.01)
    change = difference(frame, "programme_quality", "drop")
    assert change.mean() < 0.0


def test_pairs_of_effects_have_the_drawn_correlation() -> None:
    """Guards learning and job effects that are drawn apart, or that are the same number."""
    for correlation in (0.0, 0.8, 1.0):
        pairs = []
        for draw in range(30):
            fixed = default().replace(learning_job_correlation=correlation, training_effect_sd=0.3, university_effect=0.0, job_route=1.0,
                                      training_effect_mean=0.4, job_effect_mean=0.31)  # fmt: skip
            lab = Lab(scale=0.002, parameters=fixed, draw=draw)
            programmes = lab.engine.state.programmes
            pairs.append(np.stack([programmes.delta[:8], programmes.job[:8]]))
        delta, job = np.concatenate(pairs, axis=1)
        assert np.corrcoef(delta, job)[0, 1] == pytest.approx(correlation, abs=0.13)
        assert job.mean() == pytest.approx(0.31, abs=0.06) and job.std() == pytest.approx(0.3, rel=0.15)


def test_quiet_city_without_effects_is_untouched_by_courses() -> None:
    """Guards a job effect, a result or a wait that is left when every effect is zero."""
    none = default().without_effects()
    frame = compare(
        quiet(policies=(policy("status_quo"), policy("more", budget_factor=4.0))), none, draws=2, scale=0.02
    )
    for outcome in ("process", "people", "citizen_hours", "trust", "ikm"):
        assert (difference(frame, outcome, "more") == 0.0).all(), outcome
