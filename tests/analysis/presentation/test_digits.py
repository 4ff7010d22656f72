"""Digits: to the second one of the standard error, within those that a file gets."""

from __future__ import annotations

import ast

import numpy as np
import pandas as pd
import pytest

from analysis.evaluation.cells import cell
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.registry import KINDS
from analysis.evaluation.training import evaluate_training, made_up
from analysis.evaluation.training.wording import words
from analysis.presentation.digits import CSV_FLOATS, agreed, places, rounded, to_error
from analysis.presentation.words import Words
from tests import ROOT


@pytest.mark.parametrize(
    ("error", "value", "decimals"),
    [
        (0.83, -0.44, 2),
        (2.1854, 0.0404, 1),
        (0.0996, 1.0, 2),  # 0.10 with its two digits
        (0.00231, 0.5, 4),
        (14.2, 310.0, 0),
        (350_000.0, 2e6, 0),
        (0.0001, 12_345.678, 1),  # six digits are all there are
        (0.0, 1.0, 2),
        (float("nan"), 1.0, 2),
    ],
)
def test_places(error: float, value: float, decimals: int) -> None:
    """Guards: digits that the error does not warrant, or that are lost where the unit is small."""
    assert places(error, value) == decimals


@pytest.mark.parametrize("x", [2.825, 0.285, 1.005, 1e-3 / 2, 12345.5, 0.15])
def test_the_last_bit_decides_no_digit(x: float) -> None:
    """Guards: means of scores lie in the middle of two roundings, and a sum in another order then printed another digit."""
    up, down = np.nextafter(x, np.inf), np.nextafter(x, -np.inf)
    for decimals in range(5):
        assert len({f"{agreed(float(y)):.{decimals}f}" for y in (x, up, down)}) == 1
    say = Words("en")
    assert say.number(float(up), 2) == say.number(float(down), 2)


def test_whole_numbers_keep_all_digits() -> None:
    """Guards counts and rupiah against the nine digits."""
    for x in (123_456_789_012.0, np.float64(123_456_789_012.0), np.int64(123_456_789_012), 123_456_789_012):
        assert Words("en").number(float(x), 0) == Words("en").number(x, 0) == "123,456,789,012"


def test_a_file_gets_six_digits() -> None:
    """Guards the two ways of writing a file against each other."""
    for x in (0.7424084949, 1234567.0, -3.0e-7):
        assert float(CSV_FLOATS % x) == rounded(x)


def test_every_table_that_is_written_says_how_many_digits() -> None:
    """Guards: a file with sixteen digits, ten of them the processor's."""
    written = 0
    for file in [*(ROOT / "app").rglob("*.py"), *(ROOT / "analysis").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".to_csv"):
                written += 1
                assert "float_format" in {keyword.arg for keyword in node.keywords}, file
    assert written > 0


def test_a_table_is_written_row_by_row() -> None:
    """Guards: one number of decimals for all rows; and a zero with a sign."""
    table = pd.DataFrame({"estimate": [-0.4432, -0.0404], "se": [0.8275, 2.1854], "low": [-2.069, -9.36], "n": [3, 4]})
    written = to_error(table)
    assert written["estimate"].tolist() == ["-0.44", "0.0"]
    assert written["se"].tolist() == ["0.83", "2.2"]
    assert written["low"].tolist() == ["-2.07", "-9.4"]
    assert written["n"].tolist() == [3, 4]


@pytest.mark.parametrize(("unit", "shown"), [(1.0, "+6.08"), (1000.0, "+6,076"), (0.001, "+0.00608")])
def test_an_effect_is_written_in_any_unit(unit: float, shown: str) -> None:
    """Guards words and printed table: two decimals whatever the scale lost all of an effect on a rating from 0 to 1."""
    frame = made_up("pre_post", people=120, seed=3).assign(rating=lambda f: f["test"] * unit)
    result = evaluate_training(frame, outcome="rating", scale=(0.0, 100.0 * unit))
    main = result.table.iloc[0]
    column = next(c for c in KINDS["training"].printed["effects"] if c.head == "points")
    assert column.error == "se"
    assert cell(column, [main["estimate"]], Phrases("en", "training"), main["se"]) == shown
    assert f": {shown} points (" in words(result)
