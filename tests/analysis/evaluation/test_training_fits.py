"""Errors of clusters, the interaction-weighted average and power, against exact cases and other code."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import ttest_ind, ttest_rel
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.weightstats import ttost_ind

from analysis.evaluation.clustered import Clustered, Fit
from analysis.evaluation.training import evaluate_training, made_up
from analysis.evaluation.training.decision import equivalence_p, holm, needed_per_arm, power, verdict
from analysis.evaluation.training.estimates import Estimate
from analysis.evaluation.training.fits import regression, welch

LUCK = np.random.default_rng(7)


def test_clusters_of_one_are_hc2() -> None:
    """Guards the clustered error: with every person a cluster it is HC2, for any regressors."""
    x = sm.add_constant(LUCK.standard_normal((40, 3)))
    y = x @ np.array([1.0, 2.0, 0.0, -1.0]) + LUCK.standard_normal(40) * (1 + x[:, 1] ** 2)
    hc2 = sm.OLS(y, x).fit(cov_type="HC2")
    for i in range(4):
        found = Clustered(y, x, pd.Series(range(40))).of(np.eye(4)[i])
        assert (found.value, found.se) == pytest.approx((hc2.params[i], hc2.bse[i]))


def test_degrees_of_freedom_of_two_groups_are_satterthwaites() -> None:
    """Guards the degrees of freedom: for two groups under equal variances they have a closed form."""
    a, b = 6, 30
    arm = np.repeat([1.0, 0.0], [a, b])
    x = np.column_stack([np.ones(a + b), arm])
    found = Clustered(LUCK.standard_normal(a + b), x, pd.Series(range(a + b))).of(np.array([0.0, 1.0]))
    assert found.df == pytest.approx((1 / a + 1 / b) ** 2 / (1 / (a**2 * (a - 1)) + 1 / (b**2 * (b - 1))))


def test_equal_clusters_are_a_t_test_of_their_means() -> None:
    """Guards clusters of several: with equal units trained whole it is the t-test of unit means, G - 2 degrees of freedom."""
    unit = np.repeat(np.arange(12), 5)
    arm = (unit < 6).astype(float)
    y = LUCK.standard_normal(60) + LUCK.standard_normal(12)[unit]
    found = regression(y, pd.DataFrame({"arm": arm}), "arm", pd.Series(unit))
    means = y.reshape(12, 5).mean(axis=1)
    wanted = ttest_ind(means[:6], means[6:])
    assert found.p() == pytest.approx(wanted.pvalue)
    assert (found.df, found.clusters) == (pytest.approx(10.0), 12)


def test_order_of_rows_does_not_matter() -> None:
    """Guards the sorting by cluster."""
    unit = pd.Series(LUCK.integers(0, 9, 80))
    x = pd.DataFrame({"arm": (unit < 4).astype(float), "before": LUCK.standard_normal(80)})
    y = LUCK.standard_normal(80)
    shuffled = LUCK.permutation(80)
    first = regression(y, x, "arm", unit)
    second = regression(y[shuffled], x.iloc[shuffled], "arm", unit.iloc[shuffled])
    assert (first.value, first.se, first.df) == pytest.approx((second.value, second.se, second.df))


def test_paired_and_welch_are_those_of_scipy() -> None:
    """Guards the two simplest tests, through the public entry."""
    frame = made_up("pre_post", people=30)
    wide = frame.pivot(index="participant", columns="occasion", values="test")
    assert evaluate_training(frame).table["p"].iloc[0] == pytest.approx(ttest_rel(wide["post"], wide["pre"]).pvalue)
    one = made_up("once_control", people=31)
    arms = [one.loc[one["group"] == group, "test"] for group in ("trained", "control")]
    found = evaluate_training(one, randomised=True).table.iloc[0]
    wanted = ttest_ind(*arms, equal_var=False)
    assert found["estimate"] / found["se"] == pytest.approx(wanted.statistic)  # degrees of freedom: see Clustered
    assert found["p"] == pytest.approx(wanted.pvalue, rel=0.05)


def test_staggered_is_the_group_time_average() -> None:
    """Guards the cohort estimator: with never-trained people and no gaps it is the mean over cohorts of 2 × 2 differences."""
    frame = made_up("staggered", people=80, seed=9)
    wide = frame.pivot(index="participant", columns="occasion", values="test")
    start = frame[frame["treated"] == 1].groupby("participant")["occasion"].min().astype(int)
    never = wide.loc[wide.index.difference(start.index)]
    total, weight = 0.0, 0
    for cohort in (2, 3, 4):
        own = wide.loc[start.index[start == cohort]]
        for time in range(cohort, 5):
            change = (own[str(time)] - own[str(cohort - 1)]).mean()
            total += len(own) * (change - (never[str(time)] - never[str(cohort - 1)]).mean())
            weight += len(own)
    assert evaluate_training(frame).table["estimate"].iloc[0] == pytest.approx(total / weight)


def test_two_way_fixed_effects_can_turn_a_gain_into_a_loss_and_this_cannot() -> None:
    """Guards the reason for cohorts: effects that grow, no noise; the plain two-way coefficient is far off."""
    rows = [
        {"participant": f"{start}-{i}", "occasion": t, "treated": int(t >= start), "test": 40 + i + 2 * t + 4.0 * max(t - start + 1, 0)}
        for start in (1, 2, 9)
        for i in range(4)
        for t in range(4)
    ]  # fmt: skip
    frame = pd.DataFrame(rows)
    wanted = np.mean([4.0, 8.0, 12.0, 4.0, 8.0])
    result = evaluate_training(frame)
    assert result.table["estimate"].iloc[0] == pytest.approx(wanted)
    dummies = pd.get_dummies(frame[["participant", "occasion"]].astype(str), drop_first=True, dtype=float)
    naive = sm.OLS(frame["test"], sm.add_constant(dummies.assign(treated=frame["treated"]))).fit().params["treated"]
    assert naive < 0.8 * wanted


def test_without_never_trained_the_last_to_begin_are_the_comparison() -> None:
    """Guards a roll-out to everybody: the last cohort is compared with until it begins, and no later occasion is used."""
    frame = made_up("staggered", people=400, seed=4)
    trained = frame.groupby("participant")["treated"].transform("max") == 1
    result = evaluate_training(frame[trained])
    assert result.table["n_control"].iloc[0] == 100
    assert result.table["occasion"].tolist()[:3] == ["all", "+0", "+1"]
    low, high = result.programmes[0].main.fit.interval()
    assert low < 4.0 < high


def test_equivalence_is_that_of_statsmodels() -> None:
    """Guards the two one-sided tests."""
    a, b = LUCK.normal(50, 10, 200), LUCK.normal(50, 12, 180)
    wanted = ttost_ind(a, b, -3.0, 3.0, usevar="unequal")[0]
    assert equivalence_p(welch(a, b), 3.0) == pytest.approx(wanted)


def test_sample_size_and_power_are_those_of_a_t_test() -> None:
    """Guards the n that would do, against the textbook's 393 an arm for 0.2 SD."""
    fit = Fit(1.0, 10.0 * np.sqrt(2 / 50), 98.0)
    needed, units = needed_per_arm(Estimate("main", "difference", "post", fit, 50, 50, 0), 2.0)
    assert (needed, units) == (394, None)
    assert power(fit, 2.0) == pytest.approx(TTestIndPower().power(0.2, 50, 0.025, alternative="larger"), abs=1e-9)


@pytest.mark.parametrize(
    ("value", "p", "equal", "said"),
    [(1.0, 0.01, 0.5, "effective"), (-1.0, 0.01, 0.5, "harmful"), (0.1, 0.01, 0.01, "no_meaningful_effect"),
     (1.0, 0.2, 0.2, "cannot_tell"), (0.0, 0.9, 0.01, "no_meaningful_effect")],
)  # fmt: skip
def test_every_verdict(value: float, p: float, equal: float, said: str) -> None:
    """Guards the table of decisions: sure and small is not meaningful."""
    assert verdict(value, p, equal) == said


def test_holm_leaves_gaps() -> None:
    """Guards programmes without a p-value: they are not counted."""
    assert holm([0.01, float("nan"), 0.03])[0] == pytest.approx(0.02)
    assert np.isnan(holm([0.01, float("nan"), 0.03])[1])
