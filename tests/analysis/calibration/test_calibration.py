"""Calibration: moments that answer, targets that are checked, a table that resumes, a posterior that is refused when out of date."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

import data
from analysis.calibration.direct.published_targets import ikm_rise, published_targets
from analysis.calibration.direct.recipe import Recipe
from analysis.calibration.method import reference_table
from analysis.calibration.method.checks import identification, ready
from analysis.calibration.method.fitting import fit
from analysis.calibration.method.reference_table import Table, built, load, of_city
from data.errors import InputError
from simulation.ensembles.ensemble import luck_of
from simulation.parameters import Parameters
from simulation.posterior.checked import calibrated, checked, shipped_posterior
from simulation.posterior.moment_runs import MomentRuns, in_year
from simulation.posterior.moments import MOMENT_NAMES, MOMENTS, NUISANCE, SCALES, UNMOVED, nuisance_priors
from simulation.posterior.nuisance import CONTRACTED, NAMES, table_parameters
from simulation.posterior.places import shipped_posterior_file, shipped_table_file
from simulation.posterior.posterior_file import read
from simulation.posterior.targets import Target, Targets, shipped_targets

# How far each parameter is moved, and which moment has to follow in which direction (+1 or -1).
ANSWERS: dict[str, tuple[float, float, str, int]] = {
    "nrr_process": (3.0, 3.6, "process_mean", 1),
    "nrr_people": (3.0, 3.6, "people_mean", 1),
    "unit_spread": (1.0, 4.0, "unit_sd", 1),
    "leniency": (0.5, 2.5, "poll_satisfied", -1),
    "ikm_drift": (-0.5, 1.5, "ikm_rise", 1),
    "trust_level": (0.5, 0.9, "trusting", 1),
    "trust_spread": (0.5, 2.0, "trust_sd", 1),
    "political_noise_sd": (0.05, 0.8, "trust_swing", 1),
    "political_noise_persistence": (0.4, 0.98, "trust_tremor", -1),
    "scandal_size": (0.1, 1.0, "scandal_fall", 1),
    "scandal_half_life": (2.0, 40.0, "regained_late", -1),
    "report_rate": (5e-5, 2e-3, "report_rate", 1),
    "complaint_access": (3e-4, 1e-2, "complaint_share", 1),
    "completed_share": (0.5, 0.98, "completed_share", 1),
    "side_payment_civil_registration": (0.05, 0.4, "paid_civil_registration", 1),
    "side_payment_school": (0.05, 0.4, "paid_school", 1),
    "side_payment_health": (0.05, 0.4, "paid_health", 1),
}


@pytest.fixture(scope="module")
def table() -> Table:
    """The shipped table."""
    return load(shipped_table_file("tangsel"))


@pytest.fixture(scope="module")
def moment_runs() -> MomentRuns:
    """A small city."""
    return MomentRuns("tangsel", 0.02, 0.05)


# Moments


def test_every_parameter_has_its_moment_and_its_test() -> None:
    """Guards against a parameter in the table that nothing informs, and one that no prior bounds."""
    assert set(ANSWERS) == set(NAMES) == set(nuisance_priors())
    known = Parameters.load().table
    for nuisance in NUISANCE:
        assert set(nuisance.moments) <= set(MOMENT_NAMES)
        assert ANSWERS[nuisance.name][2] in nuisance.moments
        assert not known[nuisance.name].effect, "policy effects keep their priors"
    assert set(UNMOVED) <= set(known) and not set(UNMOVED) & set(NAMES)
    assert all(m.scale in SCALES for m in MOMENTS)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_moment_answers_to_its_parameter(moment_runs: MomentRuns, name: str) -> None:
    """Guards against a moment that is met by construction whatever the parameter is: it must move, and the right way."""
    low, high, moment, sign = ANSWERS[name]
    base = {"political_noise_sd": 0.3} if name == "political_noise_persistence" else {"political_noise_sd": 0.02}
    base |= {"scandal_size": 0.8} if name == "scandal_half_life" else {}
    found = []
    for value in (low, high):
        nature = Parameters.load().replace(**{**base, name: value}).median()
        found.append(
            np.mean([moment_runs.moments(nature, luck_of(3, k))[MOMENT_NAMES.index(moment)] for k in range(3)])
        )
    assert sign * (found[1] - found[0]) > 0.1, found


def test_scales_go_and_come_back() -> None:
    """Guards errors carried to a scale: the slope must be that of the scale."""
    for scale in SCALES.values():
        for value in (0.2, 0.7):
            assert scale.back(scale.to(value)) == pytest.approx(value)
            slope = (scale.to(value + 1e-6) - scale.to(value - 1e-6)) / 2e-6
            assert scale.slope(value) == pytest.approx(slope, rel=1e-5)


def test_users_who_pay_within_a_year() -> None:
    """Guards the translation from an encounter to a year: rare users pay about as often as they come, frequent ones more often."""
    assert in_year(0.2, 1e-3) == pytest.approx(0.2, rel=2e-3)
    assert in_year(0.2, 5.0) > 0.4
    assert in_year(0.0, 5.0) == 0.0
    assert in_year(1.0, 0.4) == pytest.approx(1.0)


def test_the_same_draw_gives_the_same_moments(moment_runs: MomentRuns) -> None:
    """Guards a table that depends on which thread made it, or on what ran before."""
    parameters = table_parameters("tangsel")
    first = moment_runs.draw(parameters, 1, 4)
    moment_runs.draw(parameters, 1, 5)
    assert (moment_runs.draw(parameters, 1, 4) == first).all()
    assert np.isfinite(first).all()


# Targets


def test_shipped_targets_follow_from_the_evidence() -> None:
    """Guards against targets edited by hand, and against a target without a source that exists."""
    shipped = yaml.safe_load(data.path("targets", "tangsel.yaml").read_text(encoding="utf-8"))
    made = published_targets("tangsel")
    assert list(shipped["targets"]) == list(made["targets"])
    known = {str(i) for name in ("effects", "figures", "derived_moments") for i in data.load(name)["id"]} | set(
        data.names()
    )
    for name, row in made["targets"].items():
        for key in ("value", "se", "discrepancy"):
            assert shipped["targets"][name][key] == pytest.approx(row[key], rel=2e-3, abs=1e-5), name
        assert row["note"]
        for source in row["source"]:
            assert source in known or (source == "assumption" and row["assumed"]), (name, source)


def test_facts_left_out_are_not_in_the_fit() -> None:
    """Guards the held-out facts: no shipped target cites them."""
    cited = {s for t in shipped_targets("tangsel").targets.values() for s in t.source}
    assert not cited & {"F0235", "F0236", "F0237", "F0042", "F0043", "F0468"}
    assert "ikm_panels" in cited  # cut at 2023: see the next lines
    cut = Recipe.load("tangsel").panels
    assert ikm_rise(cut)["value"] != ikm_rise(cut.model_copy(update={"kept_back": None}))["value"]


GOOD: dict[str, Any] = {
    "city": "tangsel",
    "targets": {"process_mean": {"value": 3.4, "se": 0.02, "source": ["my survey"]}},
}


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        ({"city": None}, ["city"]),
        ({"targets": {}}, ["at least one"]),
        ({"targets": {"proces_mean": GOOD["targets"]["process_mean"]}}, ["proces_mean", "did you mean 'process_mean'"]),
        ({"targets": {"trusting": {"value": 76.5, "se": 0.02, "source": ["x"]}}}, ["trusting", "76.5", "below 1"]),
        ({"targets": {"process_mean": {"value": "3,4", "se": 0.02, "source": ["x"]}}}, [":4:", "value", "3,4", "number"]),
        ({"targets": {"process_mean": {"value": 3.4, "se": -1.0, "source": ["x"]}}}, [":5:", "se", "-1"]),
        ({"targets": {"process_mean": {"value": 3.4, "se": 0.0, "source": ["x"]}}}, ["without error"]),
        (
            {"targets": {"process_mean": {"value": 3.4, "se": 0.1, "source": ["x"], "discrepency": 0.1}}},
            ["discrepency", "did you mean 'discrepancy'"],
        ),
        ({"targets": {"process_mean": {"value": 3.4, "se": 0.1, "source": ["x"], "held_out": True}}}, ["none is left"]),
        ({"tragets": {}}, ["tragets", "did you mean 'targets'"]),
    ],
)  # fmt: skip
def test_targets_that_cannot_be_used(tmp_path: Path, change: dict[str, Any], parts: list[str]) -> None:
    """Guards against a target that is silently ignored, on the wrong scale or certain: one line that says what is allowed."""
    file = tmp_path / "mine.yaml"
    file.write_text(
        yaml.safe_dump({k: v for k, v in (GOOD | change).items() if v is not None}, sort_keys=False), encoding="utf-8"
    )
    with pytest.raises(InputError) as error:
        Targets.load(file)
    assert "\n" not in str(error.value)
    for part in ("mine.yaml", *parts):
        assert part in str(error.value), error.value


def test_error_and_discrepancy_add_up_on_the_scale() -> None:
    """Guards against a share's error used as a logit's."""
    share = Target(value=0.8, se=0.02, discrepancy=0.3, source=("x",))
    targets = Targets(city="tangsel", targets={"trusting": share})
    assert targets.errors()[0] == pytest.approx(math.hypot(0.02 / 0.16, 0.3))
    assert targets.observed()[0] == pytest.approx(math.log(4.0))


# Table


def test_a_table_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards minutes of runs against an interruption: parts made before are not made again, and the table is the same."""
    monkeypatch.setenv("ASNLAB_CACHE", str(tmp_path))
    monkeypatch.setattr(reference_table, "PART", 2)
    made: list[int] = []

    class Small(MomentRuns):
        def __init__(self, city: str) -> None:
            super().__init__(city, 0.01, 0.02)

        def draw(self, parameters: Parameters, seed: int, number: int) -> Any:
            made.append(number)
            return super().draw(parameters, seed, number)

    monkeypatch.setattr(reference_table, "MomentRuns", Small)

    def stop(done: int, total: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), built("tangsel", 8, 5, progress=stop):
        pass
    before = set(made)
    assert {0, 1, 2, 3} <= before
    made.clear()
    with built("tangsel", 8, 5, workers=2) as whole:
        whole.write(tmp_path / "t.parquet")
    assert not before & set(made) and before | set(made) == set(range(8))
    assert [p.name for p in (tmp_path / "tables").iterdir()] == ["tangsel.lock"]
    with built("tangsel", 8, 5) as same:
        assert (whole.moments == same.moments).all()
    again = load(tmp_path / "t.parquet")
    written = whole.as_written()
    assert (again.moments == written.moments).all() and (again.place == written.place).all(), "fitted as it is read"
    span = whole.moments.max(axis=0) - whole.moments.min(axis=0)
    assert np.abs(again.moments - whole.moments).max() <= (span / 60_000).max()
    assert np.abs(again.place - whole.place).max() < 1e-4
    assert again.stamps == whole.stamps
    with pytest.raises(InputError, match="is not a reference table"):
        (tmp_path / "bad.parquet").write_bytes(b"seven-sided")
        load(tmp_path / "bad.parquet")


def test_the_shipped_table_is_of_today_and_large_enough(table: Table) -> None:
    """Guards against a table of an older model: `make posterior` makes it again."""
    assert of_city("tangsel").stamps == table.stamps
    assert len(table.moments) >= 20_000
    assert shipped_table_file("tangsel").stat().st_size < 2_000_000
    moment_runs = MomentRuns("tangsel")
    again = moment_runs.draw(table_parameters("tangsel"), table.seed, 11)
    assert table.moments[11] == pytest.approx(again, abs=2e-3)


def test_another_city_is_refused_with_the_command_that_makes_its_table(table: Table, tmp_path: Path) -> None:
    """Guards against one city's units and staff under another city's name."""
    with pytest.raises(InputError, match="asnlab calibrate --table --city bogor"):
        of_city("bogor")
    with pytest.raises(InputError, match=r"'tangsel', not of 'bogor'.*--table --city bogor"):
        of_city("bogor", shipped_table_file("tangsel"))
    foreign = Targets(city="bogor", targets={"process_mean": Target(value=3.4, se=0.1, source=("x",))})
    with pytest.raises(InputError, match="asnlab calibrate --table --city bogor"):
        fit(table, foreign)


# Posterior


@pytest.mark.slow
def test_the_shipped_posterior_is_what_the_table_gives(table: Table) -> None:
    """Guards against a posterior of other targets or an older table."""
    ours = shipped_posterior("tangsel")
    theirs = fit(table, shipped_targets("tangsel"))
    assert ours.targets == theirs.targets and dict(ours.stamps) == dict(theirs.stamps)
    # The same draws but for last digits, which are the processor's; a weight on the edge may give one draw more or less.
    alike = np.isclose(ours.draws, theirs.draws, rtol=1e-3).all(axis=1)
    assert alike.mean() > 0.9, f"{alike.mean():.0%} of the draws"
    for name in NAMES:
        assert ours.interval(name) == pytest.approx(theirs.interval(name), rel=0.005), name
    assert shipped_posterior_file("tangsel").stat().st_size < 300_000


def test_only_what_contracts_is_called_calibrated() -> None:
    """Guards the word: a parameter that no figure narrowed by a tenth keeps its prior and class."""
    posterior = shipped_posterior("tangsel")
    parameters, priors = calibrated("tangsel"), Parameters.load()
    named = {n for n, p in parameters.table.items() if p.klass == "calibrated"}
    assert named == set(posterior.calibrated) == {n for n in NAMES if posterior.grounded[n] >= CONTRACTED}
    assert 5 < len(named) < len(NAMES)
    assert "complaint_access" not in named, "its only target is an assumption"
    for name, parameter in parameters.table.items():
        if name not in named:
            assert parameter == priors.table[name]
    assert not any(parameters.table[n].effect for n in named)


def test_draws_are_joint_and_leave_all_others_alone() -> None:
    """Guards against posterior draws whose parameters come from different rows, or that move the draws of other parameters."""
    parameters, priors = calibrated("tangsel"), Parameters.load()
    joint = parameters.joint
    assert joint is not None
    rows = {tuple(float(f"{x:.9g}") for x in row) for row in joint.draws.tolist()}
    seen = set()
    for k in range(20):
        ours, theirs = parameters.draw(1, k), priors.draw(1, k)
        row = tuple(float(ours[n][0]) for n in joint.names)
        assert row in rows
        seen.add(row)
        for name in priors.table:
            if name not in joint.names:
                assert ours[name][0] == theirs[name][0], name
    assert len(seen) > 15
    assert (parameters.draw(1, 3) == parameters.draws(1, range(5))[3:4]).all()
    fixed = parameters.replace(trust_level=0.5)
    assert fixed.draw(1, 3)["trust_level"][0] == 0.5
    assert fixed.draw(1, 3)["leniency"][0] == parameters.draw(1, 3)["leniency"][0]


def test_a_stale_posterior_is_refused_with_the_command_that_renews_it() -> None:
    """Guards against numbers of a model that no longer exists."""
    posterior = shipped_posterior("tangsel")
    for key in ("model", "priors", "city"):
        old = replace(posterior, stamps={**posterior.stamps, key: "0" * 64})
        with pytest.raises(
            InputError, match=rf"x\.csv: out of date, made from another (\w+ and )*{key}.*`calibrate --renew`.*--prior"
        ):
            checked(old, "x.csv", "tangsel", "`calibrate --renew`")
    with pytest.raises(InputError, match="asnlab calibrate --table --city bogor"):
        checked(posterior, "x.csv", "bogor", "`calibrate --renew`")
    with pytest.raises(InputError, match=r"asnlab calibrate --table --city bogor.*--prior"):
        shipped_posterior("bogor")


def test_a_posterior_file_that_is_none_is_named(tmp_path: Path) -> None:
    """Guards against half a file read as a posterior."""
    file = tmp_path / "p.csv"
    with pytest.raises(InputError, match="no such file"):
        read(file)
    text = shipped_posterior_file("tangsel").read_text(encoding="utf-8")
    for broken in ("", "not json\n1,2", "[1]\n", text.replace('"format": 2', '"format": 1')):
        file.write_text(broken, encoding="utf-8")
        with pytest.raises(InputError, match=r"is not a posterior.*make it again with `asnlab calibrate --targets"):
            read(file)
    shipped_posterior("tangsel").write(file)
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.slow
def test_sharper_targets_give_a_sharper_posterior(table: Table) -> None:
    """Guards the use of a city's own figures: a poll with a small error must narrow trust, and move it to the poll."""
    shipped = shipped_targets("tangsel")
    own = shipped.with_(trusting=Target(value=0.6, se=0.02, source=("own poll",)))
    sd = {}
    for name, targets in (("shipped", shipped), ("own", own)):
        _, spread = ready(table, targets, rows=6000).posterior(targets.observed()).moments()
        sd[name] = spread[NAMES.index("trust_level")]
    assert sd["own"] < 0.9 * sd["shipped"]
    level = fit(table, own).interval("trust_level")
    assert level[1] < 0.6 < level[2]


def test_targets_inform_the_parameters_they_were_made_for(table: Table) -> None:
    """Guards identification: leaving a target out costs its parameter most."""
    shipped = shipped_targets("tangsel")
    few = shipped.without(*(n for n in shipped.fitted if n not in ("process_mean", "completed_share", "paid_health")))
    lost = identification(table, few, rows=5000)
    for target, name in (
        ("process_mean", "nrr_process"),
        ("completed_share", "completed_share"),
        ("paid_health", "side_payment_health"),
    ):
        assert lost[target].argmax() == NAMES.index(name)
        assert lost[target].max() > 0.2
    assert abs(lost["all"][NAMES.index("trust_level")]) < CONTRACTED  # nothing informs it here
