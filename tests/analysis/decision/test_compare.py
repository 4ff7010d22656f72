"""Paired comparison: known answers by hand, properties for any numbers, and input that must be refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.decision.compare import DISTINGUISHABLE, LIMIT, best, compare, draws_needed, trajectories
from data.errors import InputError

KEYS = ["policy", "draw", "seed", "month"]


def runs(values: dict[str, list[list[float]]], outcome: str = "trust", **columns: float) -> pd.DataFrame:
    """Frame of runs: for each policy, for each draw, the outcome in months 0, 1, 2, ... (one seed)."""
    rows = [
        {"policy": policy, "draw": d, "seed": 1, "month": m, outcome: value, **columns}
        for policy, draws in values.items()
        for d, months in enumerate(draws)
        for m, value in enumerate(months)
    ]
    return pd.DataFrame(rows)


def row(table: pd.DataFrame, policy: str, outcome: str = "trust") -> pd.Series:
    return table[(table["policy"] == policy) & (table["outcome"] == outcome)].iloc[0]


def noisy(draws: int, outcomes: list[str], seed: int = 0, policies: tuple[str, ...] = ("a", "b", "c")) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    index = pd.MultiIndex.from_product([policies, range(draws), [1, 2], range(4)], names=KEYS).to_frame(index=False)
    return index.assign(**{o: rng.normal(size=len(index)) for o in outcomes})


def test_example_by_hand() -> None:
    # Guards the arithmetic: the start counts in no mean and no cost, the window is the last months, pairs are by draw.
    frame = runs({"base": [[99.0, 60, 62], [99.0, 70, 74]], "new": [[0.0, 61, 64], [0.0, 72, 75]]}, cost=500.0)
    table = compare(frame, "base", window=2)
    new = row(table, "new")
    assert new["level"] == pytest.approx((62.5 + 73.5) / 2)
    assert new["difference"] == pytest.approx((1.5 + 1.5) / 2)
    assert (new["low"], new["high"]) == (1.5, 1.5)
    assert new["monte_carlo_error"] == 0
    assert new["cost_total"] == pytest.approx(1.0)  # two months of 500 million
    assert new["cost_difference"] == 0
    assert new["share_better"] == 1
    assert new["probability_best"] == 1
    last = row(compare(frame, "base", window=1), "new")
    assert last["difference"] == pytest.approx((2 + 1) / 2)
    assert last["monte_carlo_error"] == pytest.approx(np.std([2, 1], ddof=1) / np.sqrt(2))


def test_cost_difference_is_money_over_the_horizon() -> None:
    cheap, dear = (runs({p: [[0.0, 1, 2]] * 2}, cost=c) for p, c in (("base", 1000.0), ("new", 1500.0)))
    new = row(compare(pd.concat([cheap, dear]), "base"), "new")
    assert (new["cost_total"], new["cost_difference"]) == (pytest.approx(3.0), pytest.approx(1.0))


def test_seeds_are_averaged_within_a_draw_first() -> None:
    # Guards against counting two seeds of one draw as two draws: chance would pass for uncertainty about the city.
    base = runs({"base": [[0.0, 0], [0.0, 0]]})
    new = runs({"new": [[0.0, 1], [0.0, 3]]})
    frame = pd.concat([base, base.assign(seed=2), new, new.assign(seed=2, trust=new["trust"] + 10)])
    new_row = row(compare(frame, "base"), "new")
    assert new_row["draws"] == 2
    assert (new_row["low"], new_row["high"]) == (6, 8)


def test_reference_differs_from_itself_by_exactly_nothing() -> None:
    table = compare(noisy(7, ["trust", "competence"]), "b")
    own = table[table["policy"] == "b"]
    assert (own[["difference", "low", "high", "monte_carlo_error", "cost_difference"]].fillna(0) == 0).all(axis=None)
    assert own["settled"].all()


def test_equal_policies_differ_by_exactly_nothing_and_share_the_best() -> None:
    frame = noisy(9, ["trust"], policies=("a",))
    table = compare(pd.concat([frame, frame.assign(policy="b")]), "a")
    assert (table["difference"] == 0).all()
    assert table["probability_best"].tolist() == [0.5, 0.5]
    assert row(table, "b")["share_better"] == 0.5


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_row_order_does_not_matter(seed: int) -> None:
    frame = noisy(6, ["trust", "ikm"])
    pd.testing.assert_frame_equal(
        compare(frame, "a"),
        compare(frame.sample(frac=1, random_state=np.random.default_rng(seed)), "a"),
        check_exact=True,
    )


@settings(deadline=None, max_examples=40)
@given(st.floats(-5, 5), st.floats(0.1, 3))
def test_differences_follow_shift_and_scale(shift: float, scale: float) -> None:
    frame = noisy(6, ["trust"])
    moved = frame.assign(trust=shift + scale * frame["trust"])
    before, after = compare(frame, "a"), compare(moved, "a")
    for column in ("difference", "low", "high", "monte_carlo_error"):
        np.testing.assert_allclose(after[column], scale * before[column], atol=1e-9)
    np.testing.assert_allclose(after["probability_best"], before["probability_best"])


def test_interval_holds_a_new_draw_nine_times_in_ten() -> None:
    # Guards the interval's meaning: quantiles with the usual interpolation are too narrow for 50 draws.
    names = [f"x{i}" for i in range(3000)]
    rng = np.random.default_rng(3)
    base = pd.DataFrame(np.zeros((51, 3000)), columns=names).assign(policy="base", draw=range(51), seed=1, month=1)
    new = pd.DataFrame(rng.normal(0.3, 1, (51, 3000)), columns=names).assign(
        policy="new", draw=range(51), seed=1, month=1
    )
    kept = pd.concat([base, new]).query("draw < 50")
    table = compare(kept, "base").query("policy == 'new'").set_index("outcome").loc[names]
    unseen = new.loc[new["draw"] == 50, names].iloc[0]
    inside = (table["low"] <= unseen) & (unseen <= table["high"])
    assert inside.mean() == pytest.approx(0.90, abs=0.02)


def test_monte_carlo_error_covers_the_true_mean() -> None:
    rng = np.random.default_rng(4)
    names = [f"x{i}" for i in range(2000)]
    new = pd.DataFrame(rng.normal(0.3, 1, (40, 2000)), columns=names).assign(
        policy="new", draw=range(40), seed=1, month=1
    )
    base = new.assign(policy="base", **dict.fromkeys(names, 0.0))
    table = compare(pd.concat([base, new]), "base").query("policy == 'new'")
    close = (table["difference"] - 0.3).abs() <= 2.02 * table["monte_carlo_error"]
    assert close.mean() == pytest.approx(0.95, abs=0.02)


@settings(deadline=None, max_examples=40)
@given(st.floats(0.01, 5), st.floats(1.0, 4), st.floats(0.01, 5), st.integers(2, 200))
def test_larger_effects_need_no_more_draws(mean: float, factor: float, sd: float, draws: int) -> None:
    small, large = draws_needed(mean, sd, draws), draws_needed(mean * factor, sd, draws)
    assert large is not None or small is None
    assert small is None or large is None or large <= small


@settings(deadline=None, max_examples=40)
@given(st.floats(0.01, 5), st.floats(0.01, 5), st.integers(2, 200))
def test_the_draws_that_are_asked_for_are_enough_and_not_one_too_many(mean: float, sd: float, draws: int) -> None:
    more = draws_needed(mean, sd, draws)
    if more is None:
        return

    def half(n: int) -> float:
        from scipy import stats

        return float(stats.t.ppf(0.975, n - 1) * sd / np.sqrt(n))

    allowed = max(0.5 * mean, 0.005)
    assert half(draws + more) <= allowed * (1 + 1e-9)
    assert more == 0 or half(draws + more - 1) > allowed * (1 - 1e-9)


def test_draws_needed_at_the_ends() -> None:
    assert draws_needed(0.0, 0.0, 50) == 0  # every difference is zero: nothing to settle
    assert draws_needed(0.0, 1.0, 50) is None  # a mean of nothing under noise: no number within the limit
    assert draws_needed(0.0, 0.001, 50) == 0  # known to be nearly zero
    assert draws_needed(1.0, 1.0, 1) is None
    assert draws_needed(float("nan"), 1.0, 50) is None
    assert LIMIT == 10_000


def test_less_is_better_where_the_outcome_says_so() -> None:
    # Guards the sign: a policy with more side payments must never win on side payments.
    frame = runs({"base": [[0.0, 8], [0.0, 8]], "clean": [[0.0, 5], [0.0, 6]]}, outcome="side_payments")
    clean = row(compare(frame, "base"), "clean", "side_payments")
    assert clean["difference"] == -2.5
    assert (clean["share_better"], clean["probability_best"]) == (1, 1)


def test_outcome_without_a_direction_has_no_best() -> None:
    table = compare(noisy(5, ["trust_sd", "my_own_column"]), "a")
    assert table[["share_better", "probability_best"]].isna().all(axis=None)
    assert best(table).empty


def test_no_winner_is_named_below_the_threshold() -> None:
    up, down = [0.0, 1.0], [0.0, -1.0]
    close = compare(runs({"base": [[0.0, 0.0]] * 10, "new": [up] * 5 + [down] * 5}), "base")
    first = best(close).iloc[0]
    assert first["probability_best"] == 0.5
    assert not first["distinguishable"]
    clear = best(compare(runs({"base": [[0.0, 0.0]] * 40, "new": [up] * 38 + [down] * 2}), "base")).iloc[0]
    assert (clear["policy"], clear["distinguishable"], clear["settled"], clear["draws_needed"]) == (
        "new",
        True,
        True,
        0,
    )
    assert DISTINGUISHABLE == 0.6


def test_probabilities_of_being_best_add_up_to_one() -> None:
    table = compare(noisy(11, ["trust", "side_payments"]), "a")
    np.testing.assert_allclose(table.groupby("outcome")["probability_best"].sum(), 1)


def test_missing_values_drop_their_draw_only() -> None:
    nan = float("nan")
    frame = runs({"base": [[0.0, 1], [0.0, 1], [0.0, nan]], "new": [[0.0, 2], [0.0, nan], [0.0, 3]]})
    new = row(compare(frame, "base"), "new")
    assert (new["draws"], new["difference"]) == (1, 1)
    empty = row(compare(frame.assign(trust=nan), "base"), "new")
    assert empty["draws"] == 0
    assert np.isnan(empty["difference"])
    assert not empty["settled"]


def test_trajectories_end_where_the_comparison_of_one_month_is() -> None:
    frame = noisy(8, ["trust"])
    path = trajectories(frame, "a", ["trust"])
    assert len(path) == 3 * 4
    end = path[path["month"] == 3].set_index("policy")
    table = compare(frame, "a", window=1).set_index("policy")
    for column in ("level", "level_low", "level_high", "difference", "low", "high"):
        np.testing.assert_allclose(end.loc[["a", "b", "c"], column], table.loc[["a", "b", "c"], column], atol=1e-12)
    assert (path.loc[path["policy"] == "a", ["difference", "low", "high"]] == 0).all(axis=None)


def refuse(frame: pd.DataFrame, reference: str = "a", window: int = 12) -> str:
    with pytest.raises(InputError) as error:
        compare(frame, reference, window)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_unpaired_and_broken_frames_are_refused() -> None:
    frame = noisy(5, ["trust"])
    b = frame["policy"] == "b"
    assert "did you mean 'status_quo'?" in refuse(frame.replace({"policy": {"a": "status_quo"}}), "statusquo")
    assert "'b' and reference 'a' do not share" in refuse(frame[~(b & (frame["draw"] == 3))])
    assert "do not share" in refuse(frame.assign(seed=frame["seed"].where(~b, frame["seed"] + 7)))
    assert "do not share" in refuse(frame[~(b & (frame["month"] == 2))])
    assert "found twice" in refuse(pd.concat([frame, frame.head(1)]))
    assert "no column 'seed'" in refuse(frame.drop(columns="seed"))
    assert "column 'trust': infinite" in refuse(frame.assign(trust=np.inf))
    assert "column 'note': found" in refuse(frame.assign(note="text"))
    assert "at least 1" in refuse(frame, window=0)


def test_a_comparison_shows_itself_in_a_notebook() -> None:
    """Guards: markup of a user's names in a notebook, and a view that breaks once rows are taken out."""
    rows = [
        {"policy": name, "draw": d, "seed": 1, "month": m, "trust": 50.0 + d + gain * m, "cost": 1.0}
        for name, gain in (("base", 0.0), ("<b>more</b>", 0.5))
        for d in range(3)
        for m in range(3)
    ]
    found = compare(pd.DataFrame(rows), "base")
    page = found._repr_html_()
    assert "&lt;b&gt;more&lt;/b&gt;" in page and "<b>more" not in page
    assert "+0.75 (+0.75 … +0.75)" in page and "3 draws" in page
    part = found[found["policy"] == "base"]
    assert type(part) is pd.DataFrame and "base" in part.to_html()
