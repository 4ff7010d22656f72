"""A city's own evaluations teach effects: closed forms, what moves how far, who is refused, and a file that a comparison can draw from."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from analysis.calibration.own_evaluation.bias import BIAS, bias_of
from analysis.calibration.own_evaluation.levels import LEVELS, SPREAD
from analysis.calibration.own_evaluation.studies import CATALOGUE, FILE, Study, read_studies
from analysis.calibration.own_evaluation.teach import taught
from analysis.calibration.own_evaluation.update import pareto_k, surprising, update
from analysis.evaluation import evaluate_complaints, evaluate_skm, evaluate_training, words
from analysis.evaluation.training import made_up
from analysis.presentation.drawn_from import drawn_from
from analysis.presentation.words import Words
from data.errors import InputError
from data.intake.columns import ANSWERS
from simulation.parameters import Parameters, default
from simulation.posterior.moments import NUISANCE
from simulation.posterior.nuisance import NAMES, table_parameters
from simulation.posterior.parameter_source import own_source
from simulation.posterior.posterior_file import Posterior, read
from simulation.posterior.stamps import METHOD, method_hash, stamps
from tests.cities import Lab

CITY = "tangsel"
MEAN = LEVELS["learning"].course


def study(value: float = 0.8, error: float = 0.1, design: str = "randomised", course: str = "a", **more: Any) -> Study:
    return Study(course, more.pop("is_a", "agency"), "learning", design, value, error, *BIAS[design], **more)


def known_spread(size: float) -> Parameters:
    """Today's priors with a spread between programmes that is known."""
    return default(CITY).replace(**{SPREAD: size})


def moments(parameters: Parameters, *studies: Study, size: int = 4000) -> tuple[float, float]:
    """Mean and SD of the mean effect of courses after some studies."""
    found = update(parameters, studies, size)
    values = found.draws[:, found.names.index(MEAN)]
    return float(values.mean()), float(values.std())


def expected(spread: float, *noise_and_value: tuple[float, float]) -> tuple[float, float]:
    """The normal-normal rule for one course: estimates y with variances v of a mean m, whose course deviates by the spread."""
    prior = default(CITY).table[MEAN].prior
    precision = sum(1.0 / v for v, _ in noise_and_value)
    y = sum(value / v for v, value in noise_and_value) / precision
    v = 1.0 / precision + spread**2
    after = 1.0 / (1.0 / prior.b**2 + 1.0 / v)
    return after * (prior.a / prior.b**2 + y / v), math.sqrt(after)


@pytest.mark.parametrize("value", [0.1, 0.8, 2.5])
def test_one_trial_is_the_normal_normal_rule(value: float) -> None:
    """Guards the update against its closed form, near the prior (weighted draws) and far from it (fresh draws)."""
    mean, sd = moments(known_spread(0.2), study(value))
    assert (mean, sd) == pytest.approx(expected(0.2, (0.01, value)), rel=0.03, abs=0.01)


def test_two_studies_of_one_course_add_up_and_two_courses_say_more() -> None:
    """Guards the course's own effect: two studies of one course say less of other courses than one study each of two."""
    parameters = known_spread(0.3)
    one = moments(parameters, study(0.9))
    both = moments(parameters, study(0.9), study(0.7, 0.2))
    assert both == pytest.approx(expected(0.3, (0.01, 0.9), (0.04, 0.7)), rel=0.03, abs=0.01)
    apart = moments(parameters, study(0.9), study(0.9, course="b"))
    assert apart[1] < both[1] - 0.005 and apart[0] > one[0] + 0.02


def test_a_one_group_study_moves_less_than_a_trial_of_the_same_size() -> None:
    """Guards the bias by design, in order; a trial of the same people that many left lies in between."""
    before = default(CITY).table[MEAN].prior.a
    left = replace(study(1.0), bias_sd=bias_of("randomised", leavers=0.8).sd)
    moved = [
        moments(known_spread(0.2), s)[0] - before
        for s in (study(1.0), study(1.0, design="differences"), left, study(1.0, design="one_group"))
    ]
    assert moved[0] > moved[1] > moved[2] > moved[3] > 0.0


def test_an_unknown_spread_is_learned_from_courses_that_differ() -> None:
    """Guards the spread, which no closed form has: courses far apart raise it, courses alike lower it, against a grid."""
    parameters = default(CITY)
    far = [study(v, 0.05, course=str(v)) for v in (-0.4, 0.2, 0.8, 1.4)]
    near = [study(v, 0.05, course=str(v)) for v in (0.45, 0.50, 0.55, 0.60)]
    grid = np.linspace(0.001, 2.0, 2000)
    prior = parameters.table[MEAN].prior
    for studies in (far, near):
        y = np.array([s.value for s in studies])
        log = []
        for tau in grid:
            v = np.full((4, 4), prior.b**2) + np.eye(4) * (tau**2 + 0.05**2)
            log.append(-0.5 * (np.linalg.slogdet(v)[1] + (y - prior.a) @ np.linalg.solve(v, y - prior.a)))
        weight = np.exp(np.array(log) - max(log)) * np.exp(-0.5 * (grid / parameters.table[SPREAD].prior.a) ** 2)
        found = update(parameters, studies, 4000)
        assert found.draws[:, found.names.index(SPREAD)].mean() == pytest.approx(
            float(weight @ grid / weight.sum()), rel=0.05
        )


def test_few_draws_that_agree_are_replaced_by_fresh_ones() -> None:
    """Guards both ways: a vague study weights prior draws, a sharp one far away draws fresh, and they meet where both can be used."""
    vague, sharp = update(default(CITY), [study(0.5, 0.5)], 1000), update(default(CITY), [study(2.5, 0.02)], 1000)
    assert not vague.fresh and vague.effective > 1000 and sharp.fresh and sharp.effective < 200
    assert len(np.unique(sharp.draws[:, 0])) > 900


def test_pareto_k_knows_heavy_tails() -> None:
    """Guards the diagnostic: weights of a Pareto law of shape k have that k; weights alike have none."""
    luck = np.random.default_rng(3)
    for k in (0.3, 1.2):
        assert pareto_k(np.log(luck.pareto(1.0 / k, 4000) + 1.0)) == pytest.approx(k, abs=0.25)
    assert pareto_k(np.zeros(4000)) == 0.0


def test_a_study_outside_the_prior_is_named() -> None:
    """Guards against a wrong scale or SD that is taken in silently."""
    found = surprising(default(CITY), [study(0.6), study(6.0, course="odd")])
    assert [s.course for s, _ in found] == ["odd"] and found[0][1] > 3.0


@pytest.mark.slow
@pytest.mark.parametrize("cities", [60, pytest.param(200, marks=pytest.mark.torture)])
def test_trials_in_many_cities_recover_true_effects(cities: int) -> None:
    """Guards coverage: cities whose effects come from the prior, three trials each; intervals of 50, 80 and 90 % hold the mean effect."""
    parameters, luck = default(CITY), np.random.default_rng(8)
    prior = parameters.table[MEAN].prior
    held = dict.fromkeys((0.5, 0.8, 0.9), 0)
    for city in range(cities):
        truth, spread = luck.normal(prior.a, prior.b), parameters.table[SPREAD].prior.value(float(luck.random()))
        studies = []
        for name, design in (("a", "randomised"), ("a", "differences"), ("b", "one_group")):
            effect = truth + spread * np.random.default_rng([city, ord(name)]).standard_normal()
            seen = luck.normal(effect + BIAS[design].mean, math.hypot(0.15, BIAS[design].sd))
            studies.append(study(float(seen), 0.15, design, name))
        found = update(parameters, studies, 500, seed=city)
        values = found.draws[:, found.names.index(MEAN)]
        for level in held:
            low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
            held[level] += bool(low <= truth <= high)
    print({level: count / cities for level, count in held.items()})
    for level, count in held.items():
        assert binom.cdf(count, cities, level) > 1e-3 and binom.sf(count - 1, cities, level) > 1e-3


def folder(place: Path, frame: pd.DataFrame, **changes: Any) -> Path:
    """A folder as `asnlab evaluate training --out` writes it, with cells of the evidence changed."""
    place.mkdir()
    options = {"randomised": True} if changes.pop("lottery", True) else {}
    evidence = evaluate_training(frame, **options, **changes.pop("asked", {})).tables()["evidence"]
    evidence.assign(**changes).to_csv(place / FILE, index=False)
    return place


def test_an_evaluation_becomes_a_study(tmp_path: Path) -> None:
    """Guards units: SD of true scores, errors alike, bias by design, the catalogue by name or as said."""
    frame = made_up("pre_post_control", effect={"Loket": 6.0, "technical/agency": 2.0}, people=200, seed=3)
    result = evaluate_training(frame, randomised=True, retest=0.64)
    place = folder(tmp_path / "a", frame, asked={"retest": 0.64})
    first, other = sorted(read_studies([place], {"Loket": "university"}), key=lambda s: s.course)
    row = result.table[(result.table["programme"] == "Loket") & (result.table["role"] == "main")].iloc[0]
    assert (first.value, first.error) == pytest.approx(
        (row["estimate_sd"] / 0.8, row["se"] / row["standardiser_points"] / 0.8)
    )
    assert (first.is_a, first.design, first.bias, first.bias_sd) == ("university", "randomised", 0.0, 0.0)
    assert other.is_a == "technical/agency" and other.is_a in CATALOGUE
    alone = read_studies([folder(tmp_path / "b", made_up("pre_post", seed=2), lottery=False)], {})[0]
    assert alone.design == "one_group" and (alone.bias, alone.bias_sd) == BIAS["one_group"]


TRIAL = made_up("pre_post_control", people=60, seed=3)
REFUSED = [
    ({"level": "reaction"}, {}, r"course 'all': its outcome is satisfaction, which is no effect of the model"),
    ({"level": ""}, {}, r"its outcome is a column of its own"),
    ({"kind": "ip-asn"}, {}, r"an evaluation of 'ip-asn' teaches no effect yet; allowed: training, skm, complaints"),
    ({"se": float("nan")}, {}, r"its estimate has no error"),
    ({"se": 0.0}, {}, r"its estimate has no error"),
    ({"sd": 0.0}, {}, r"its scores have no spread"),
    ({"design": "no_baseline"}, {}, r"people who chose themselves, seen once"),
    ({"design": "lottery_doubtful"}, {}, r"its lottery is doubtful"),
    ({"low": -math.inf, "high": math.inf}, {}, r"so many left"),
    ({"reliability": 1.5}, {}, r"reliability 1.5; allowed: above 0, up to 1"),
    ({}, {"al": "agency"}, r"course 'al': none of the evaluations holds it; did you mean 'all'\?"),
    ({}, {"all": "technical/agenzy"}, r"'technical/agenzy' is no course of the model; did you mean 'technical/agency'\?"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "courses", "said"), REFUSED)
def test_what_teaches_nothing_is_refused_in_one_line(
    tmp_path: Path, changes: dict[str, Any], courses: dict[str, str], said: str
) -> None:
    """Guards the door: another level, no comparison, no error, no spread, a course that is none."""
    with pytest.raises(InputError, match=said) as caught:
        read_studies([folder(tmp_path / "a", TRIAL, **changes)], courses)
    assert "\n" not in str(caught.value)


def test_folders_that_are_no_evaluation_or_the_same_one_are_refused(tmp_path: Path) -> None:
    """Guards against a study counted twice, and against a folder of something else."""
    one = folder(tmp_path / "a", TRIAL)
    with pytest.raises(InputError, match="the same evaluation as"):
        read_studies([one, folder(tmp_path / "b", TRIAL)], {})
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=rf"holds no {re.escape(FILE)}; give a folder"):
        read_studies([tmp_path / "empty"], {})
    (one / FILE).write_text("kind,course\n", encoding="utf-8")
    with pytest.raises(InputError, match="column 'level' is missing"):
        read_studies([one], {})


@pytest.fixture(scope="module")
def base() -> Posterior:
    """A posterior of today's model with draws of the priors: which figures it was calibrated by does not matter here."""
    luck = np.random.default_rng(1)
    draws = np.array([[float(f"{n.prior.value(float(luck.random())):.5g}") for n in NUISANCE] for _ in range(400)])
    nothing = dict.fromkeys(NAMES, 0.0)
    made = {**stamps(CITY, table_parameters(CITY)), METHOD: method_hash()}
    return Posterior(CITY, draws, nothing, nothing, made, "0" * 64, 1)


def test_a_taught_posterior_is_a_file_that_a_comparison_draws_from(base: Posterior, tmp_path: Path) -> None:
    """Guards the way to `compare --posterior`: written, read and checked, its draws are what runs get, and words say what moved."""
    after, found = taught(base, [study(1.2, 0.05)])
    file = tmp_path / "own.csv"
    after.write(file)
    again = read(file)
    assert again.taught is not None and again.sha256 == after.sha256 and np.array_equal(again.draws, base.draws)
    assert np.array_equal(again.taught.draws, after.taught.draws)  # type: ignore[union-attr]
    source = own_source(again)
    drawn = np.array([float(source.parameters.draw(1, k)[MEAN][0]) for k in range(60)])
    rows = again.taught.draws[:, again.taught.names.index(MEAN)]
    assert np.isin(np.round(drawn, 8), np.round(rows, 8)).all() and len(np.unique(drawn)) > 30
    assert source.parameters.table[MEAN].klass == "calibrated"
    said = drawn_from(source, Words("en"))
    assert "taught by 1 evaluations" in said and MEAN in said and Words("en").number(found.prior[MEAN][0]) in said
    assert "diajari 1 evaluasi" in drawn_from(source, Words("id"))
    with pytest.raises(InputError, match="taught before, by 1 evaluations; start from one that was not"):
        taught(again, [study()])


def test_a_file_edited_among_the_taught_is_refused(base: Posterior, tmp_path: Path) -> None:
    """Guards the hash over the new columns and the header's studies."""
    file = tmp_path / "own.csv"
    taught(base, [study()])[0].write(file)
    file.write_text(file.read_text(encoding="utf-8").replace("randomised", "one_group"), encoding="utf-8")
    with pytest.raises(InputError, match="edited or cut short"):
        read(file)


def test_levels_name_parameters_with_priors_that_have_a_closed_form() -> None:
    """Guards the one place where levels and parameters meet: plain normals for means, a half normal for the spread."""
    table = default(CITY).table
    for level in LEVELS.values():
        for name in filter(None, level[:2]):
            if name in table:
                prior = table[name].prior
                assert prior.family == "normal" and math.isinf(prior.high), name
    assert MEAN in table and table[SPREAD].prior.family == "halfnormal"


def complaints(luck: np.random.Generator, effect: float, units: int = 12, each: int = 40) -> pd.DataFrame:
    """Complaints of units of which half got more money for handling them: days to answer are exponential, rates differ by unit."""
    rows = []
    for unit in range(units):
        rate, changed = 0.1 * math.exp(0.3 * luck.standard_normal()), unit < units // 2
        for period, start in (("before", "2025-01-06"), ("after", "2025-07-07")):
            faster = math.exp(effect) if changed and period == "after" else 1.0
            days = luck.exponential(1.0 / (rate * faster), each).round().astype(int)
            received = np.busday_offset(start, luck.integers(0, 60, each), roll="forward")
            answered = np.busday_offset(received, days, roll="forward")
            rows.append(
                pd.DataFrame(
                    {
                        "received": pd.to_datetime(received), "answered": pd.to_datetime(answered), "unit": f"u{unit}",
                        "period": period, "changed": "yes" if changed else "no",
                    }
                )
            )  # fmt: skip
    frame = pd.concat(rows, ignore_index=True)
    return frame.assign(answered=frame["answered"].where(frame["answered"] <= pd.Timestamp("2026-03-31")))


def test_complaints_after_more_capacity_teach_its_elasticity(tmp_path: Path) -> None:
    """Guards the way from a file of complaints to `capacity_effect`: covered, as an elasticity, and only when told what changed."""
    held = 0
    for seed in range(20):
        result = evaluate_complaints(complaints(np.random.default_rng(seed), 0.3))
        assert result.changed is not None and (result.changed.changed, result.changed.others) == (6, 6)
        low, high = result.changed.fit.interval()
        held += low <= 0.3 <= high
    assert binom.cdf(held, 20, 0.95) > 1e-3
    place = tmp_path / "complaints"
    place.mkdir()
    evidence = result.tables()["evidence"]
    evidence.to_csv(place / FILE, index=False)
    with pytest.raises(InputError, match=r"what the units changed is not known; say how many times the money"):
        read_studies([place], {})
    with pytest.raises(InputError, match=r"'agency'; say how many times the money"):
        read_studies([place], {"complaints": "agency"})
    found = read_studies([place], {"complaints": "capacity*1.5"})[0]
    assert found.value == pytest.approx(float(evidence["estimate"][0]) / math.log(1.5))
    after = update(default(CITY), [found], 2000)
    assert after.names == ("capacity_effect",) and not after.courses and (after.draws >= 0.0).all()
    prior = default(CITY).table["capacity_effect"].prior
    noise = found.error**2 + found.bias_sd**2
    wanted = (prior.a / prior.b**2 + found.value / noise) / (1.0 / prior.b**2 + 1.0 / noise)
    assert after.draws.mean() == pytest.approx(wanted, abs=0.02)


def test_satisfaction_after_a_change_in_some_units_is_a_difference_in_differences(tmp_path: Path) -> None:
    """Guards the survey's way: everybody moves by a wave, the changed units by more; the unit is what counts."""
    held = 0
    for seed in range(20):
        luck, parts = np.random.default_rng(seed), []
        for unit in range(12):
            level = 0.3 * luck.standard_normal()
            for period in ("before", "after"):
                up = 0.2 * (period == "after") + 0.5 * (unit < 6 and period == "after")
                answers = np.clip(np.round(2.6 + level + up + 0.6 * luck.standard_normal((30, 9))), 1, 4)
                own = pd.DataFrame(answers, columns=list(ANSWERS.values()))
                parts.append(own.assign(unit=f"u{unit}", period=period, changed="yes" if unit < 6 else "no"))
        frame = pd.concat(parts, ignore_index=True)
        result = evaluate_skm(frame, repeats=20)
        assert result.changed is not None
        low, high = result.changed.fit.interval()
        held += low <= 12.5 <= high  # half a point of the answers, a little less where they reach the ends
        plain = frame.assign(changed=frame["changed"].where(frame["unit"] != "u0", None))
        assert evaluate_skm(plain, repeats=20).changed.changed == 5  # type: ignore[union-attr]
    assert held >= 12
    said = [words(result, lang) for lang in ("en", "id")]
    assert "difference in differences of units" in said[0] and "selisih dari selisih antarunit" in said[1]
    with pytest.raises(InputError, match=r"column 'changed': 1 units that changed and 6 others"):
        evaluate_skm(frame[frame["unit"].isin(["u0", *(f"u{i}" for i in range(6, 12))])], repeats=20)
    place = tmp_path / "skm"
    place.mkdir()
    result.tables()["evidence"].to_csv(place / FILE, index=False)
    with pytest.raises(InputError, match="what the units changed is not known; say a course"):
        read_studies([place], {})


@pytest.mark.slow
def test_a_course_of_the_catalogue_is_drawn_with_what_was_learned_of_it(base: Posterior) -> None:
    """Guards the own effect of a programme: in the city its effect is the study's, while the others keep their luck."""
    course = "technical/university"
    parameters, seen = default(CITY), study(1.1, 0.02, course="Loket", is_a=course)
    after = own_source(replace(taught(base, [seen])[0], stands_by="hash")).parameters
    row, effects, others = CATALOGUE.index(course), [], []
    for k in range(6):
        programmes = Lab(parameters=after, draw=k).engine.state.programmes
        effects.append(float(programmes.delta[row]))
        others.append([float(programmes.delta[r]) for r in range(8) if r != row])
    assert np.mean(effects) == pytest.approx(1.1, abs=0.05) and np.std(effects) < 0.06
    assert np.std(others) > 0.1
    before = [float(Lab(parameters=parameters, draw=k).engine.state.programmes.delta[row]) for k in range(6)]
    assert np.std(before) > 0.15
