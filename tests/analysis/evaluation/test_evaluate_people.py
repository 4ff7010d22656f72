"""Who is more satisfied: what was put into generated answers is found, and nobody is compared as somebody else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.evaluation import evaluate_skm, words
from analysis.evaluation.skm.satisfied import who_is_satisfied
from tests.analysis.evaluation.test_evaluate_skm import answers


def test_who_is_satisfied_finds_what_was_put_in() -> None:
    """Guards the ordered logit: odds of 2 for women, of 1 for education, recovered within their intervals."""
    rng = np.random.default_rng(13)
    sex = rng.choice(["female", "male"], 1500)
    people = pd.DataFrame(
        {"sex": sex, "education": rng.choice(["slta", "s1_d4"], 1500), "age": rng.uniform(18, 70, 1500)}
    )
    total = pd.Series(np.log(2) * (sex == "female") + rng.logistic(size=1500))
    table = who_is_satisfied(people, total).set_index("characteristic")
    row = table.loc["sex"]
    assert row["level"] == "female" if row["reference"] == "male" else row["level"] == "male"
    ratio = row["odds_ratio"] if row["level"] == "female" else 1 / row["odds_ratio"]
    assert ratio == pytest.approx(2.0, rel=0.25) and row["p_holm"] < 1e-6
    assert table.loc["education", "low"] < 1 < table.loc["education", "high"] and table.loc["age", "p_holm"] > 0.01
    assert who_is_satisfied(people.head(99), total.head(99)).empty


def test_rare_levels_are_not_taken_for_the_reference() -> None:
    """Guards those of rare occupations, who were counted as the most frequent one; they are left out, and that is said."""
    rng = np.random.default_rng(17)
    jobs = np.array(["trader"] * 200 + ["farmer"] * 195 + ["pilot"] * 3 + ["diver"] * 2)
    people = pd.DataFrame({"occupation": jobs, "sex": rng.choice(["female", "male"], 400)})
    total = pd.Series(rng.logistic(size=400) + 8.0 * np.isin(jobs, ["pilot", "diver"]))
    table = who_is_satisfied(people, total)
    plain = who_is_satisfied(people.iloc[:395], total.iloc[:395])
    assert set(table["n"]) == {395} and set(table["left_out"]) == {5} and set(plain["left_out"]) == {0}
    assert table["odds_ratio"].tolist() == pytest.approx(plain["odds_ratio"].tolist())
    enough = people.assign(occupation=np.where(np.arange(400) < 7, "nurse", jobs))  # with the rare ones, twelve others
    others = who_is_satisfied(enough, total)
    assert "other" in set(others["level"]) and set(others["left_out"]) == {0}
    result = evaluate_skm(answers(400, 18).assign(**people))
    assert "5 respondents were left out of it: fewer than 10" in words(result, "en")
    assert "5 responden tidak diikutkan" in words(result, "id")
