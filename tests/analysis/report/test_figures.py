"""Figures: same bytes for the same numbers, text that can be read and searched, colours that can be told apart."""

from __future__ import annotations

import itertools
import re
import xml.etree.ElementTree as ET

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.decision.compare import SHOWN, compare, trajectories
from analysis.decision.outcome_table import as_outcome_table
from analysis.presentation.style import COLOURS, INK, elide, spread
from analysis.presentation.words import Words
from analysis.report import figures

pytestmark = pytest.mark.slow  # draws many figures: not in `make quick`

TITLES = {"base": "Status quo", "new": "Ethics <& $audits$", "other": "A strategy whose title is longer than any panel"}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def outcomes() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    index = pd.MultiIndex.from_product([TITLES, range(8), [1], range(25)], names=["policy", "draw", "seed", "month"])
    frame = index.to_frame(index=False)
    frame = frame.assign(**{o: rng.normal(50, 1, len(frame)) for o in SHOWN})
    return frame.assign(cost=800.0, cost_training=700.0, cost_evaluation=60.0)


def draw(outcomes: pd.DataFrame, lang: str = "en", titles: dict[str, str] | None = None) -> dict[str, bytes]:
    style = figures.Style(titles or TITLES, "base", Words(lang))
    return figures.draw_all(compare(outcomes, "base"), trajectories(outcomes, "base", SHOWN), outcomes, style)


@pytest.fixture(scope="module")
def drawn(outcomes: pd.DataFrame) -> dict[str, bytes]:
    """Every figure in English."""
    return draw(outcomes)


def test_a_start_year_puts_years_on_the_axes_and_nothing_else(outcomes: pd.DataFrame, drawn: dict[str, bytes]) -> None:
    """Guards: months called years, a year in the wrong place, or a figure without a start year that changes."""
    made = []
    for year in (None, 2027):
        style = figures.Style(TITLES, "base", Words("en"), start_year=year)
        made.append(figures.draw_all(compare(outcomes, "base"), trajectories(outcomes, "base", SHOWN), outcomes, style))
    assert made[0] == drawn
    over_time = {"levels", "differences_over_time"}
    assert {name for name in drawn if made[1][name] != drawn[name]} == over_time
    # 24 months: they end at the beginning of 2029.
    assert {"2027", "2028", "2029"} <= set(texts(made[1]["levels"]))
    assert {"2027", "2029", "Year"} <= set(texts(made[1]["differences_over_time"]))
    assert "Month" in texts(drawn["differences_over_time"]) and "Month" not in texts(made[1]["differences_over_time"])


def texts(drawing: bytes) -> list[str]:
    return ["".join(node.itertext()).strip() for node in ET.fromstring(drawing).iter(f"{SVG}text")]


def test_same_numbers_same_bytes_and_no_trace_in_matplotlib(outcomes: pd.DataFrame, drawn: dict[str, bytes]) -> None:
    # Guards the hashes of the run record: dates, versions and random identifiers would change them; and a user's own figures.
    before = dict(mpl.rcParams)
    assert set(drawn) == {"levels", "differences_over_time", "differences", "probability_best", "cost_effect"}
    assert draw(outcomes.sample(frac=1, random_state=3)) == drawn
    assert dict(mpl.rcParams) == before
    for drawing in drawn.values():
        assert b"matplotlib.org" not in drawing
        assert b"<metadata" not in drawing


def test_text_is_text_and_titles_are_shown_as_written(drawn: dict[str, bytes]) -> None:
    # Guards against titles read as mathematics ($) or breaking the file (<, &), and against text turned into outlines.
    for name in ("differences", "probability_best", "cost_effect", "levels"):
        assert TITLES["new"] in texts(drawn[name]), name


def test_every_policy_is_named_beside_its_line(drawn: dict[str, bytes]) -> None:
    written = texts(drawn["levels"])
    assert sum(t == "Status quo" for t in written) == len(SHOWN)
    assert sum(t == "A strategy … than any panel" for t in written) == len(SHOWN)


def test_numbers_and_labels_follow_the_language(outcomes: pd.DataFrame, drawn: dict[str, bytes]) -> None:
    english, indonesian = texts(drawn["cost_effect"]), texts(draw(outcomes, "id")["cost_effect"])
    assert "19.2" in english  # 24 months of 800 million
    assert "19,2" in indonesian
    assert "Kepercayaan (poin)" in indonesian
    assert not any(re.search(r"\d\.\d", t) for t in indonesian)


def test_two_policies_and_few_outcomes_are_enough(outcomes: pd.DataFrame) -> None:
    pair = outcomes[outcomes["policy"] != "other"].drop(columns=["ikm", "integrity", "satisfaction"])
    titles = {k: TITLES[k] for k in ("base", "new")}
    style = figures.Style(titles, "base", Words("en"))
    paths = trajectories(pair, "base", ["competence", "trust", "side_payments"])
    for drawing in figures.draw_all(compare(pair, "base"), paths, pair, style).values():
        assert ET.fromstring(drawing).tag == f"{SVG}svg"


def test_spending_adds_up(outcomes: pd.DataFrame) -> None:
    spent = figures.spending(as_outcome_table(outcomes, "base"))
    items = spent.drop(columns="cost").sum(axis=1)
    np.testing.assert_allclose(items, spent["cost"])
    assert spent.loc["base", "cost_other"] == pytest.approx(24 * 40 / 1000)


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1)
    t = np.cbrt(xyz / [0.9505, 1.0, 1.089])
    return np.array([116 * t[1] - 16, 500 * (t[0] - t[1]), 200 * (t[1] - t[2])])


# Machado, Oliveira & Fernandes (2009), severity 1.0.
SIGHT = {
    "normal": np.eye(3),
    "protan": np.array([[0.1523, 1.0526, -0.2049], [0.1145, 0.7863, 0.0992], [-0.0039, -0.0481, 1.0520]]),
    "deutan": np.array([[0.3673, 0.8606, -0.2280], [0.2801, 0.6725, 0.0474], [-0.0118, 0.0429, 0.9689]]),
}


@pytest.mark.parametrize("sight", SIGHT)
def test_colours_of_the_eight_shipped_policies_differ_for_every_reader(sight: str) -> None:
    seen = [lab(SIGHT[sight] @ linear(c)) for c in [INK, *COLOURS[:7]]]
    closest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert closest > 10


def test_long_titles_that_differ_at_the_end_stay_different() -> None:
    # Guards two strategies shown under one name: "All of it with today's budget", "All of it with a larger budget".
    titles = ["Semua strategi dengan anggaran saat ini", "Semua strategi dengan anggaran tambahan 50 persen"]
    short = [elide(t, 29) for t in titles]
    assert short[0] != short[1]
    assert all(len(t) <= 29 and t.startswith("Semua strategi") and t.endswith(("saat ini", "persen")) for t in short)
    assert elide("Short", 29) == "Short"
    assert elide("x" * 40, 29) == "x" * 28 + "…"


@settings(deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=9), st.floats(0.01, 0.5))
def test_labels_are_moved_apart_in_order_and_no_further_than_needed(places: list[float], gap: float) -> None:
    values = np.array(places)
    placed = spread(values, gap)
    order = np.argsort(values, kind="stable")
    assert (np.diff(placed[order]) >= gap - 1e-9).all()
    assert placed.mean() == pytest.approx(values.mean(), abs=1e-9)
    if (np.diff(values[order]) >= gap).all():
        np.testing.assert_allclose(placed, values, atol=1e-9)
