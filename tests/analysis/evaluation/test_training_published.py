"""Published rows: what can be computed from other printed numbers agrees with what was printed."""

from __future__ import annotations

import pytest
from scipy.stats import ttest_ind_from_stats

import data
from analysis.evaluation.training.published import anova_row, coefficient_row, paired_row, two_group_row
from data.errors import InputError


def printed(id: str, column: str = "value", decimals: int = 3) -> str:
    """A number of the evidence tables as its source printed it."""
    figures = data.load("figures").set_index("id")
    return f"{figures.loc[id, column]:.{decimals}f}"


def test_cadres_before_and_after() -> None:
    """Guards the cadre study: 41 cadres, 20.34 to 26.02, t 10.283; the error and the correlation follow from t."""
    found = paired_row(
        41, printed("F0359", decimals=2), printed("F0359", "sd"), printed("F0360", decimals=2), printed("F0360", "sd"),
        difference=printed("F0361"), t="10.283", p="0.000",
    )  # fmt: skip
    assert found.consistent
    assert found.se == pytest.approx(0.5527, abs=0.0001)
    assert found.correlation == pytest.approx(0.656, abs=0.002)
    assert found.effect_sd == pytest.approx(5.683 / 4.672, abs=0.001)
    assert (found.low, found.high) == pytest.approx((4.566, 6.800), abs=0.001)


def test_a_t_that_no_correlation_allows_is_caught() -> None:
    """Guards against a misprint that passes: with these SDs no correlation gives t = 30, nor a mean change of 6.683."""
    assert not paired_row(41, "20.34", "4.672", "26.02", "2.779", t="30.000").consistent
    wrong = paired_row(41, "20.34", "4.672", "26.02", "2.779", difference="6.683", t="10.283")
    assert next(check.what for check in wrong.checks if not check.consistent) == "mean difference from the two means"


def test_without_a_t_there_is_no_error() -> None:
    """Guards against an error made up from two SDs: without the correlation it is not known."""
    found = paired_row(33, "6.09", "1.826", "8.15", "1.661")
    assert found.se is None and found.correlation is None
    assert found.change == pytest.approx(2.06)


MEDAN = (("F0338", "3.191"), ("F0340", "4.176"), ("F0341", "3.799"))


@pytest.mark.parametrize(("id", "t"), MEDAN)
def test_medan_coefficients(id: str, t: str) -> None:
    """Guards Medan's transport office: each printed t is b over its error, 92 degrees of freedom."""
    p = "0.002" if id == "F0338" else None
    assert all(check.consistent for check in coefficient_row(printed(id), printed(id, "se"), t=t, df=92, p=p))


def test_medan_variances() -> None:
    """Guards F 88.353, R2 .742, adjusted .734 and the error of estimate 1.52762 from the sums of squares; n = 96."""
    checks = anova_row("618.546", 3, "214.694", 92, f="88.353", r2=printed("F0343"), adjusted_r2="0.734", see="1.52762")
    assert len(checks) == 4 and all(check.consistent for check in checks)


HUMBANG = (("F0351", "-0.577"), ("F0352", "3.912"), ("F0353", "-0.248"), ("F0354", "0.973"), ("F0355", "2.786"))


@pytest.mark.parametrize(("id", "t"), HUMBANG)
def test_humbang_hasundutan_coefficients(id: str, t: str) -> None:
    """Guards the five SERVQUAL coefficients of Humbang Hasundutan (n = 71)."""
    assert all(check.consistent for check in coefficient_row(printed(id), printed(id, "se"), t=t, df=65))


def test_humbang_hasundutan_variances() -> None:
    """Guards F 17.017 from the sums of squares; R2 was derived from them, so checking it would be circular."""
    assert all(check.consistent for check in anova_row("170.520", 5, "130.268", 65, f="17.017", p="0.000"))


@pytest.mark.parametrize("t", ["3.291", "2.91"])
def test_a_misprinted_t_is_caught(t: str) -> None:
    """Guards against a check that everything passes."""
    assert not coefficient_row("0.234", "0.073", t=t, df=92)[0].consistent
    assert not anova_row("618.546", 3, "214.694", 92, f="83.353")[0].consistent


@pytest.mark.parametrize("welch", [False, True])
def test_two_groups_agree_with_scipy(welch: bool) -> None:
    """Guards the t of two groups from means and SDs, pooled and Welch."""
    t = ttest_ind_from_stats(26.02, 2.779, 22, 20.34, 4.672, 19, equal_var=not welch).statistic
    assert two_group_row(22, "26.02", "2.779", 19, "20.34", "4.672", t=f"{t:.3f}", welch=welch).consistent
    assert not two_group_row(22, "26.02", "2.779", 19, "20.34", "4.672", t=f"{t + 0.1:.3f}", welch=welch).consistent


def test_a_text_that_is_no_number_is_refused() -> None:
    """Guards against a decimal comma read as something else."""
    with pytest.raises(InputError, match=r"printed number: '20,34'; a number such as 5\.683 is needed"):
        paired_row(41, "20,34", "4.672", "26.02", "2.779")
