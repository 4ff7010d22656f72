"""Complaints evaluated: days and limits by hand, open complaints neither forgotten nor held against a unit too early."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest

import data
from analysis.evaluation import evaluate_complaints, figure, words
from analysis.evaluation.complaints.limits import limits
from analysis.evaluation.complaints.result import ComplaintsResult


def complaints(rows: list[tuple[str, str | None]], **columns: object) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["received", "answered"])
    return frame.apply(pd.to_datetime).assign(**columns)


def made(n: int, seed: int, mean: float, days: int = 90) -> tuple[pd.DataFrame, float]:
    """Complaints over some days with exponential times in working days, and the true share within 14; the file ends with the period."""
    rng = np.random.default_rng(seed)
    start = np.datetime64("2025-01-01")
    received = np.busday_offset(start, rng.integers(0, days, n), roll="forward")
    took = np.floor(rng.exponential(mean, n)).astype(int)
    answered = pd.Series(np.busday_offset(received, took))
    end = pd.Timestamp(np.busday_offset(start, days, roll="forward"))
    frame = pd.DataFrame(
        {"received": pd.Series(received).astype("datetime64[ns]"), "answered": answered.astype("datetime64[ns]")}
    )
    frame["answered"] = frame["answered"].where(frame["answered"] <= end)
    return frame, float(1 - np.exp(-15 / mean))


def row(result: ComplaintsResult, name: str) -> pd.Series:
    return result.table.set_index("name").loc[name]


def test_limits_are_those_of_the_rule() -> None:
    """Guards the limits against being typed in twice."""
    assert limits() == {"not_supervisory": 14, "supervisory": 60, "information": 5, "aspiration": 5}


def test_days_and_limits_by_hand() -> None:
    """Guards working days at the edge of the limit, weekends, holidays and the day up to which the file is complete."""
    edge = complaints(
        [("2026-03-02", "2026-03-20"), ("2026-03-02", "2026-03-23"), ("2026-03-06", "2026-03-09"), ("2026-03-02", None)]
    )
    result = evaluate_complaints(edge, until=dt.date(2026, 4, 30))
    one = row(result, "all")
    # Monday to Friday of the third week: 14 working days; the Monday after: 15
    assert (one["due"], one["in_time"], one["open"], one["overdue"]) == (4, 2, 1, 1)
    off = evaluate_complaints(edge, until=dt.date(2026, 4, 30), holidays=[dt.date(2026, 3, 19)])
    assert row(off, "all")["in_time"] == 3 and "1 public holidays were taken out" in words(off, "en")
    early = evaluate_complaints(edge, until=dt.date(2026, 3, 20))
    # 14 days have passed, so nothing is decided yet; what was answered later counts as open
    assert (row(early, "all")["due"], row(early, "all")["answered"], row(early, "all")["overdue"]) == (0, 2, 0)
    assert "cannot be given" in words(early, "en")
    with pytest.raises(data.InputError, match="none was received up to 2026-01-01"):
        evaluate_complaints(edge, until=dt.date(2026, 1, 1))


def test_each_class_has_its_own_time() -> None:
    """Guards classes: ten working days are in time for a complaint and late for a question."""
    frame = complaints([("2026-01-05", "2026-01-19")] * 4, type=["not_supervisory", "supervisory", "information", None])
    result = evaluate_complaints(frame, until=dt.date(2026, 6, 30))
    kinds = result.table[result.table["scope"] == "type"].set_index("name")["share_in_time"]
    assert kinds["not_supervisory"] == 1 and kinds["supervisory"] == 1 and kinds["information"] == 0
    assert result.untyped == 1 and "1 have no class" in words(result, "en")
    with pytest.raises(data.InputError, match=r"row \d+: column 'type': a text"):
        evaluate_complaints(frame.assign(type="other"))


def test_open_complaints_are_not_forgotten() -> None:
    """Guards the estimate: over 60 files it meets the truth, where the share among the answered ones flatters."""
    found, naive, inside = [], [], []
    for seed in range(60):
        frame, truth = made(250, seed, mean=20.0, days=60)
        one = row(evaluate_complaints(frame), "all")
        found.append(one["share_in_time"] - truth)
        inside.append(one["low"] <= truth <= one["high"])
        done = frame.dropna()
        took = np.busday_count(done["received"].to_numpy().astype("M8[D]"), done["answered"].to_numpy().astype("M8[D]"))
        naive.append(np.mean(took <= 14) - truth)
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(60)
    assert np.mean(naive) > 0.1 and np.mean(inside) >= 0.88


def test_kaplan_meier_by_hand() -> None:
    """Guards times to answer with an open complaint among them: answered on days 1 and 3, one open since day 2."""
    frame = complaints([("2026-03-02", "2026-03-03"), ("2026-03-02", "2026-03-05"), ("2026-03-03", None)])
    result = evaluate_complaints(frame, until=dt.date(2026, 3, 5))
    steps = result.survival.set_index("days")["open"]
    assert steps.loc[1.0] == pytest.approx(2 / 3) and steps.iloc[-1] == pytest.approx(0.0)
    assert row(result, "all")["median_days"] == 3
    never = evaluate_complaints(complaints([("2026-03-02", None), ("2026-03-03", None)]), until=dt.date(2026, 3, 6))
    assert np.isnan(row(never, "all")["median_days"]) and (never.survival["open"] == 1).all()


@pytest.mark.parametrize("count", [2, 4, 6, 12, 14, 20])
def test_half_is_half(count: int) -> None:
    """Guards the median where a day reaches exactly half: of n answered on days 1 to n, half were by day n / 2."""
    days = np.busday_offset("2026-03-02", np.arange(1, count + 1))
    frame = complaints([("2026-03-02", str(day)) for day in days])
    assert row(evaluate_complaints(frame), "all")["median_days"] == count / 2


def test_months_add_up() -> None:
    """Guards volumes: what came in and was not answered is open, month after month, months without any among them."""
    frame = complaints([("2026-01-05", "2026-01-09"), ("2026-01-06", "2026-04-09"), ("2026-04-01", None)])
    months = evaluate_complaints(frame, until=dt.date(2026, 5, 4)).months
    assert months["month"].tolist() == ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
    assert months["received"].tolist() == [2, 0, 0, 1, 0] and months["answered"].tolist() == [1, 0, 0, 1, 0]
    assert months["open_at_end"].tolist() == [1, 1, 1, 1, 1]


def test_a_slow_unit_is_found_and_equal_units_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the comparison of units: ten equal ones are told apart in about 5 % of files, a slow one is found."""
    monkeypatch.setattr("gc.collect", lambda: 0)  # statsmodels collects garbage at every adjustment
    false = []
    for seed in range(60):
        frame, _ = made(400, seed, mean=10.0)
        result = evaluate_complaints(frame.assign(unit=np.resize(list("abcdefghij"), 400)))
        false.append(result.table["distinguishable"].any())
    assert np.mean(false) < 0.15
    slow, _ = made(100, 99, mean=30.0)
    both = pd.concat([frame.assign(unit="quick"), slow.assign(unit="slow")])
    result = evaluate_complaints(both)
    assert (
        row(result, "slow")["distinguishable"]
        and row(result, "slow")["share_in_time"] < row(result, "quick")["share_in_time"]
    )
    assert "these differ from the rest: slow" in words(result, "en")
    assert "berbeda dari lainnya: slow" in words(result, "id")


def test_words_and_figures_of_the_smallest_files() -> None:
    """Guards files of one complaint, open or answered the same day."""
    for rows in ([("2026-03-02", None)], [("2026-03-02", "2026-03-02")]):
        result = evaluate_complaints(complaints(rows))
        assert figure(result, "en") is not None
        assert not re.search(r"[{}]|\bnan\b", words(result, "en") + words(result, "id"))
    with pytest.raises(data.InputError, match="no rows"):
        evaluate_complaints(complaints([]))
