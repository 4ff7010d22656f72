"""What citizens make of service, of years of luck and of what they are told: sizes on the scale on which they were measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulation.engine.columns import Env, Ref
from simulation.parameters import Parameters, default
from simulation.registry import REGISTRY
from tests.cities import QUIET, Lab, policy

TODAY = policy("status_quo")
SLOPE, PUBLISHED = (
    0.195,
    0.39,
)  # SD of trust per SD of experience between people: used, and of ESSBE5 before it is halved


def lab_of(scale: float = 0.02, draw: int | None = None, **fixed: float) -> Lab:
    """A city with some parameters fixed, without shocks but with good and bad years; they are fixed at nothing unless a test wants them."""
    years = {"survey_year_effect": 0.0, "completion_swing": 0.0} | fixed
    return Lab(
        scale, default().replace(**years), draw=draw, shocks=QUIET.model_copy(update={"good_and_bad_years": True})
    )


def correlation(lab: Lab) -> float:
    """Between people, of trust (logit) and lived experience."""
    citizens = lab.engine.state.citizens
    here = citizens.demand > 0
    return float(np.corrcoef((citizens.alpha + citizens.trust)[here], citizens.lived[here])[0, 1])


def in_five_years(lab: Lab, better: float) -> float:
    """Points of trust that service better for good by so many encounter SD adds in the fifth year, paired by luck."""
    lab.again()
    before = np.mean([m["trust"] for m in lab.months(TODAY, 0, 60)[48:]])
    lab.again()
    lab.engine.state.units.process[:] += better / float(lab.nature["process_weight"][0])
    return float(np.mean([m["trust"] for m in lab.months(TODAY, 0, 60)[48:]]) - before)


@pytest.mark.parametrize("lasting", [0.0, 0.5, 1.0])
def test_the_slope_of_trust_is_halved_once(lasting: float) -> None:
    """Guards the unit: people differ in trust by half the published slope per SD of what they lived through, not per SD of an encounter.

    Whatever part of it lasts; a second halving, or an effect per encounter, would fall far below.
    """
    assert correlation(lab_of(0.1, trust_form=1.0, halo_share=1.0, lasting_share=lasting)) == pytest.approx(
        SLOPE, rel=0.12
    )
    assert correlation(lab_of(0.1, halo_share=0.4, lasting_share=lasting)) == pytest.approx(0.4 * SLOPE, abs=0.012)


@pytest.mark.parametrize("draw", [1, 4, 7])
def test_no_draw_passes_the_published_slope(draw: int) -> None:
    """Guards the upper bound in draws of all parameters: a general judgement is told with halo, so the model may not show more."""
    found = correlation(lab_of(0.05, draw, halo_share=1.0))
    assert 0.5 * SLOPE < found < PUBLISHED


def test_without_experience_in_it_service_does_not_move_trust() -> None:
    """Guards zero: with nothing but halo the slope is zero and better service leaves every bit of trust as it was."""
    assert (
        in_five_years(lab_of(halo_share=0.0, complaint_learning=0.0), 0.5) == 0.0
    )  # answers to complaints are another way
    assert in_five_years(lab_of(halo_share=1.0, complaint_learning=0.0), 0.5) > 0.0


@pytest.mark.parametrize("lasting", [0.0, 1.0])
def test_trust_per_lasting_encounter_sd_without_halo(lasting: float) -> None:
    """Guards what is not identified: lasting and passing effects of the same cross-section both give 5 points or more in five years.

    Neither is forgotten by then, so no cross-section and no trend of five years tells them apart; halo takes from both in proportion.
    """
    fixed = {"trust_form": 1.0, "lasting_share": lasting}
    found = [in_five_years(lab_of(0.01, d, halo_share=1.0, **fixed), 0.25) / 0.25 for d in range(16)]
    assert 5.0 < np.median(found) < 14.0, found
    half = in_five_years(lab_of(0.01, 0, halo_share=0.5, **fixed), 0.25) / 0.25
    assert half == pytest.approx(0.5 * found[0], rel=0.15)


def test_the_prior_of_trust_spans_what_is_not_identified() -> None:
    """Guards the range that is stated: about 5 points per lasting encounter SD in five years, from hardly any to well over that."""
    found = [in_five_years(lab_of(0.01, d), 0.25) / 0.25 for d in range(40)]
    low, lower, middle, upper, high = np.quantile(found, [0.05, 0.25, 0.5, 0.75, 0.95])
    assert 3.0 < middle < 8.0, found
    assert lower < 5.0 < upper and upper > 7.0, found  # the range of 5 to 8 lies in the middle of the prior
    assert low < 1.5 and high > 8.0, found


def test_tunisia_lies_in_the_prior_both_ways() -> None:
    """Guards the order of magnitude of a second study, read as one encounter and as a lasting difference between people.

    Half of about 0.2 SD of trust per SD of difficulty must be reached by some draws and passed by some, in each of the two readings.
    """
    once, lasting = [], []
    for draw in range(24):
        lab = lab_of(0.01, draw)
        n, ref = lab.nature, lab.engine.state.ref
        spread = float(n["trust_spread"][0])
        felt = (
            0.5 * (1.0 + float(n["loss_aversion"][0])) * ref[Ref.SURPRISE]
            + float(n["experience_learning"][0]) * ref[Ref.LASTING]
        )
        once.append(float(n["trust_learning"][0]) * felt / spread)
        lasting.append(0.25 * ref[Ref.LASTING] / spread)  # people who differ for good by a quarter of an encounter SD
    for found in (once, lasting):
        assert min(found) < 0.05 and max(found) > 0.1, found


def different(one: list[dict[str, float]], other: list[dict[str, float]]) -> set[str]:
    """Outcomes that differ in some month."""
    return {name for a, b in zip(one, other, strict=True) for name in a if a[name] != b[name]}


def test_the_year_of_the_survey_moves_the_survey_only() -> None:
    """Guards an office's new questionnaire that changes service, trust or an independent poll."""
    runs = [lab_of(survey_year_effect=size).months(TODAY, 0, 36) for size in (0.0, 1.5)]
    assert different(*runs) == {"ikm", "nrr_process", "nrr_people"}
    years = np.array([b["ikm"] - a["ikm"] for a, b in zip(*runs, strict=True)]).reshape(3, 12)
    assert (
        years.std(axis=1).max() < 0.35 * np.abs(years.mean(axis=1)).max()
    )  # one shift a year, as far as answers are coarse
    assert np.ptp(years.mean(axis=1)) > 0.3


def test_the_year_of_the_survey_is_the_same_under_every_policy() -> None:
    """Guards a comparison in which one policy has the kinder questionnaire."""
    chosen = policy("feedback", participation__feedback=1.0, participation__handling_capacity=3.0)
    shift = []
    for levers in (TODAY, chosen):
        without, with_it = (
            lab_of(survey_year_effect=size, feedback_with_means=0.0).months(levers, 0, 12) for size in (0.0, 1.5)
        )
        shift.append([b["ikm"] - a["ikm"] for a, b in zip(without, with_it, strict=True)])
    assert np.abs(shift[0]).max() > 0.1
    assert shift[0] == pytest.approx(shift[1], rel=0.1)  # as far as four answers show the same shift from another level


def test_survey_years_have_the_size_that_was_estimated() -> None:
    """Guards the unit: index points, whatever an SD of the latent scores is worth."""
    size, effects = 0.5, []
    for draw in range(6):
        found = [lab_of(0.02, draw, survey_year_effect=s).months(TODAY, 0, 60) for s in (0.0, size)]
        effects += list(
            np.array([b["ikm"] - a["ikm"] for a, b in zip(*found, strict=True)]).reshape(5, 12).mean(axis=1)
        )
    assert np.std(effects) == pytest.approx(size, rel=0.35)  # thirty years
    assert abs(np.mean(effects)) < 3 * size / np.sqrt(len(effects))


def test_completion_varies_between_years_around_its_level() -> None:
    """Guards both halves: constant completion, which three published years refute, and a level that years pull away."""
    level = 0.8
    steady, varied = (lab_of(0.02, completed_share=level, completion_swing=s, report_rate=3e-3) for s in (0.0, 1.5))
    flat = np.array([m["completed"] for m in steady.months(TODAY, 0, 60)]).reshape(5, 12).mean(axis=1)
    assert np.ptp(flat) < 5.0
    years = np.array([m["completed"] for m in varied.months(TODAY, 0, 240)]).reshape(20, 12)
    assert years.mean(axis=1).std() > 10.0  # points, between years
    assert np.median(years.std(axis=1)) < 6.0  # within a year
    usual = 100.0 * varied.engine.state.ref[Ref.ANSWER]
    assert years.mean() == pytest.approx(usual, abs=3 * years.mean(axis=1).std() / np.sqrt(20))


def test_a_bad_year_is_no_reason_for_the_next() -> None:
    """Guards against a backlog of bad years that counts as load: today's practice would drift downwards by itself."""
    lab = lab_of(0.02, completed_share=0.8, completion_swing=2.5, report_rate=3e-3)
    lab.months(TODAY, 0, 120)
    env = lab.engine.state.env
    assert env[Env.OPEN] == pytest.approx(env[Env.USUAL_OPEN], rel=0.3)


def told(share: float, **fixed: float) -> tuple[list[dict[str, float]], Any]:
    """Two years with standards and results told to a share of the adults, and the expectation of every citizen after them."""
    lab = lab_of(neighbour_pull=0.0, halo_share=0.5, **fixed)
    months = lab.months(policy("told", participation__communication=share, budget_factor=1.0), 0, 24)
    return months, lab.engine.state.citizens.expected.copy()


def test_what_is_told_moves_trust_and_expectation_either_way() -> None:
    """Guards signs and sizes: trust by the share told, expectation by as much until encounters teach otherwise."""
    nothing, expected = told(1.0, communication_on_trust=0.0, communication_on_expectation=0.0)
    for size in (0.2, -0.2):
        months, same = told(1.0, communication_on_trust=size, communication_on_expectation=0.0)
        assert np.sign(months[-1]["trust"] - nothing[-1]["trust"]) == np.sign(size)
        assert np.array_equal(same, expected)
        months, moved = told(1.0, communication_on_trust=0.0, communication_on_expectation=size)
        shift = float((moved - expected).mean()) / size
        assert 0.1 < shift < 1.0  # of those told, who then met the service as it is
        assert np.sign(months[-1]["dissatisfied"] - nothing[-1]["dissatisfied"]) == np.sign(size)
        assert np.sign(months[-1]["trust"] - nothing[-1]["trust"]) == -np.sign(size)  # a promise that is not kept


def test_telling_without_effect_changes_nothing_in_citizens() -> None:
    """Guards zero: what is told moves no outcome of citizens when neither effect is there, nor any of the courses that it is paid with."""
    fixed = {p.name: 0.0 for p in REGISTRY if p.effect and p.name != "halo_share"}
    one, other = told(0.0, **fixed), told(1.0, **fixed)
    moved = different(one[0], other[0])
    assert not moved & {"trust", "trusting", "satisfaction", "dissatisfied", "complaints", "ikm"}
    assert np.array_equal(one[1], other[1])


def test_shares_of_the_slope_are_drawn_over_all_they_may_be() -> None:
    """Guards the prior: what no study tells apart may not be narrowed."""
    drawn = Parameters.load().draws(1, range(200))
    for name in ("halo_share", "lasting_share"):
        values = drawn[name][drawn["trust_form"] == 1.0]
        assert values.min() < 0.1 and values.max() > 0.9, name
    assert (drawn["lasting_share"][drawn["trust_form"] == 0.0] == 0.0).all()
