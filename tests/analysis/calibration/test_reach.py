"""Targets that no run is like, targets that are only predicted, and what makes a posterior out of date."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.calibration.method.fitting import fit
from analysis.calibration.method.reach import TOGETHER, reach
from analysis.calibration.method.reference_table import Table, load
from analysis.calibration.validation.predictive import moments_of, predict_targets
from data.errors import InputError
from simulation.parameters import Parameters
from simulation.posterior import checked
from simulation.posterior.moment_runs import MomentRuns
from simulation.posterior.places import shipped_posterior_file, shipped_table_file
from simulation.posterior.posterior_file import read
from simulation.posterior.targets import Target, Targets, shipped_targets


@pytest.fixture(scope="module")
def table() -> Table:
    """The shipped table, whatever it was made from."""
    return load(shipped_table_file("tangsel"))


def own(value: float, se: float, assumed: bool = False) -> Target:
    """A target of one's own."""
    return Target(value=value, se=se, source=("own survey",), assumed=assumed)


def alone(**targets: Target) -> Targets:
    """These targets and no others."""
    return Targets(city="tangsel", targets=targets)


def test_a_target_beyond_all_runs_is_refused(table: Table) -> None:
    """Guards against an extrapolated posterior that looks like an answer: a wrong unit is the usual reason."""
    with pytest.raises(
        InputError, match=r"targets\.report_rate\.value: found 0\.44 .*no run of the table is near it .*check the unit"
    ):
        fit(table, alone(report_rate=own(0.44, 0.02)))
    with pytest.raises(InputError, match=r"targets\.process_mean\.value: found 1\.2 \(1-4\)"):
        fit(table, alone(process_mean=own(1.2, 0.02)))


def test_a_target_at_the_edge_is_named_and_usual_ones_are_not(table: Table) -> None:
    """Guards against silence where few runs are near, and against a warning that always comes."""
    assert reach(table, shipped_targets("tangsel")).edge == ()
    assert reach(table, alone(process_mean=own(2.57, 0.005))).edge == ("process_mean",)
    low, high = reach(table, alone(process_mean=own(3.3, 0.01))).range["process_mean"]
    assert 2.5 < low < 2.7 < 3.8 < high < 4.0


def test_targets_unlike_any_run_together_are_named(table: Table) -> None:
    """Guards against targets that are each usual and together impossible: waves that differ much, and hardly from one to the next."""
    usual = alone(trust_swing=own(0.5, 0.02), trust_tremor=own(0.5, 0.02))
    odd = alone(trust_swing=own(3.0, 0.02), trust_tremor=own(0.05, 0.002))
    assert TOGETHER not in reach(table, usual).edge
    assert reach(table, odd).edge == (TOGETHER,)


def test_assumptions_alone_calibrate_nothing(table: Table) -> None:
    """Guards the word calibrated: a posterior of assumed targets must keep every prior and class."""
    published = fit(table, alone(trusting=own(0.6, 0.02)))
    assumed = fit(table, alone(trusting=own(0.6, 0.02, assumed=True)))
    assert "trust_level" in published.calibrated and assumed.calibrated == ()
    assert published.targets != assumed.targets


def test_a_target_held_out_is_predicted() -> None:
    """Guards `held_out: true`: it must appear among the predictions, not vanish."""
    targets = shipped_targets("tangsel").with_(process_mean=own(2.7, 0.01).model_copy(update={"held_out": True}))
    assert targets.left_out == ("process_mean",) and "process_mean" not in targets.fitted
    moments = moments_of(MomentRuns("tangsel", 0.01, 0.05), Parameters.load(), 12)
    (found,) = predict_targets(moments, targets, targets.left_out)
    assert found.name == "process_mean" and found.fact == 2.7 and not found.hit


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("process_men: {value: 3.3, se: 0.1, source: poll}", r":3: targets\.process_men: no moment.*did you mean 'process_mean'"),
        ("process_mean: {value: 84.0, se: 0.1, source: poll}", r":3: targets\.process_mean\.value: found 84 \(1-4\); allowed: above 1 and"),
        ("poll_satisfied: {value: 1.0e-320, se: 0.1, source: poll}", r":3: targets\.poll_satisfied\.value"),
        (f"report_rate: {{value: {'9' * 400}, se: 0.1, source: poll}}", r":3: targets\.report_rate\.value: found 9"),
        ("trusting: {value: 0.6, se: 0.0, source: poll}", r":3: targets\.trusting: se and discrepancy are both 0"),
        ("trusting: 0.6", r":3: targets\.trusting"),
    ],
)  # fmt: skip
def test_a_broken_target_is_named_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    """Guards against a message that names line 1, or a traceback."""
    file = tmp_path / "mine.yaml"
    file.write_text(f"city: tangsel\ntargets:\n  {line}\n", encoding="utf-8")
    with pytest.raises(InputError, match=said) as error:
        Targets.load(file)
    assert "\n" not in str(error.value)


def test_a_source_may_be_a_word(tmp_path: Path) -> None:
    """Guards against a list being asked for where there is one source."""
    file = tmp_path / "mine.yaml"
    file.write_text("city: tangsel\ntargets:\n  trusting: {value: 0.6, se: 0.02, source: own poll}\n", encoding="utf-8")
    assert Targets.load(file).targets["trusting"].source == ("own poll",)


def test_the_shipped_posterior_is_of_the_shipped_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against targets that were edited beside an older posterior."""
    shipped = shipped_targets("tangsel")
    edited = shipped.with_(trusting=replace_value(shipped.targets["trusting"], 0.5))
    monkeypatch.setattr(checked, "shipped_targets", lambda city: edited)
    with pytest.raises(InputError, match=r"posterior/tangsel\.csv: out of date, made from other targets"):
        checked.shipped_posterior("tangsel")
    found = read(shipped_posterior_file("tangsel"))
    stale = replace(found, stamps={**found.stamps, "method": "0" * 64})
    with pytest.raises(InputError, match="another method"):
        checked.checked(stale, "mine.csv", "tangsel", checked.RENEW)


def test_the_edge_is_in_the_file(table: Table, tmp_path: Path) -> None:
    """Guards against a posterior that loses on its way what it rests on."""
    fit(table, alone(process_mean=own(2.57, 0.005))).write(tmp_path / "mine.csv")
    assert read(tmp_path / "mine.csv").edge == ("process_mean",)


def replace_value(target: Target, value: float) -> Target:
    """The same target with another value."""
    return target.model_copy(update={"value": value})
