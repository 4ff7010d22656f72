"""A grid over levers: every combination once, compared like any policies, with titles that say what was changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.decision.compare import compare
from analysis.report import figures
from analysis.study.grid import Exploration, explore, policies_of
from data.errors import InputError
from simulation import Ensemble, Scenario
from simulation.parameters import Parameters
from tests import ROOT

NO_BREAK = "\N{NO-BREAK SPACE}"
FOLLOW_UP, AUDIT = "training.follow_up", "integrity.audit_probability"


def plain_spaces(text: str) -> str:
    """A text with ordinary spaces."""
    return text.replace(NO_BREAK, " ")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario.load(ROOT / "scenarios" / "tangsel.yaml").with_(months=12)


@pytest.fixture(scope="module")
def found(scenario: Scenario) -> Exploration:
    return explore(
        scenario, {FOLLOW_UP: [0, 0.6], AUDIT: [0.04, 0.5]}, draws=4, scale=0.005, parameters=Parameters.load()
    )


def test_a_grid_is_the_comparison_of_its_policies(scenario: Scenario, found: Exploration) -> None:
    """Guards: numbers of a grid that are not those of `compare` on the same policies, draws and luck."""
    cells, left_out = policies_of(scenario.policy("status_quo"), {FOLLOW_UP: [0.6], AUDIT: [0.5]}, scenario)
    assert not left_out
    pair = scenario.with_(policies=(scenario.policy("status_quo"), *cells))
    runs = Ensemble(pair, draws=4, scale=0.005, parameters=Parameters.load()).run()
    by_hand = compare(runs, "status_quo").set_index(["policy", "outcome"]).loc[cells[0].name]
    mine = found.frame[(found.frame[FOLLOW_UP] == 0.6) & (found.frame[AUDIT] == 0.5)].set_index("outcome")
    columns = ["difference", "low", "high", "cost_difference"]
    pd.testing.assert_frame_equal(mine[columns], by_hand.loc[mine.index, columns], check_exact=True)
    assert (mine["policy"] == cells[0].name).all()


def test_the_cell_of_today_differs_by_nothing(found: Exploration) -> None:
    """Guards: combinations that do not share draws and luck with the policy they start from."""
    today = found.frame[(found.frame[FOLLOW_UP] == 0.0) & (found.frame[AUDIT] == 0.04)]
    assert len(today) == 6 and (today["difference"] == 0.0).all()
    audited = found.frame[(found.frame[AUDIT] == 0.5) & (found.frame["outcome"] == "side_payments")]
    assert (audited["difference"] < 0).all()


def test_titles_say_what_was_changed_in_both_languages(scenario: Scenario) -> None:
    """Guards: a title in one language only, or one that leaves a lever out."""
    (policy,), _ = policies_of(scenario.policy("status_quo"), {FOLLOW_UP: [0.6], "evaluation.adapt": [True]}, scenario)
    assert policy.name == "follow_up_0_6_adapt_true"
    assert (
        plain_spaces(policy.title.en)
        == "trainees coached after the course: 60 %, curriculum and method revised after evaluation: yes"
    )
    assert policy.title.id != policy.title.en and "60%" in policy.title.id


def test_what_cannot_be_had_is_left_out_with_its_reason(scenario: Scenario) -> None:
    """Guards: a grid that ends at one corner that no money pays, or that drops it unsaid."""
    grid: dict[str, list[Any]] = {"training.targeting": ["equal", "needs"], "needs.accuracy": [0, 0.6]}
    cells, left_out = policies_of(scenario.policy("status_quo"), grid, scenario)
    assert len(cells) == 3
    ((levers, why),) = left_out
    assert levers == {"training.targeting": "needs", "needs.accuracy": 0.0}
    assert why.startswith("training that follows needs takes an analysis")
    cells, left_out = policies_of(
        scenario.policy("status_quo"), {"integrity.ethics_share": [0, 1], "budget_factor": [0.1]}, scenario
    )
    assert len(cells) == 1 and "its items cost" in left_out[0][1]


@pytest.mark.parametrize(
    ("grid", "said"),
    [
        ({}, "at least one lever"),
        ({FOLLOW_UP: []}, "at least one lever"),
        ({FOLLOW_UP: "all"}, "at least one lever"),
        ({"training.folow_up": [0]}, "did you mean 'training.follow_up'"),
        ({FOLLOW_UP: [0, 3]}, "training.follow_up: found 3"),
        ({FOLLOW_UP: [0, 0.0]}, "stands twice"),
        ({"evaluation.design": ["pre"]}, "evaluation.design: found 'pre'"),
        ({FOLLOW_UP: np.linspace(0, 1, 501)}, "501 combinations; at most 500"),
        ({"integrity.ethics_share": [1.0], "budget_factor": [0.0]}, "none of 1 combinations"),
    ],
)
def test_grids_that_are_refused(scenario: Scenario, grid: dict[str, Any], said: str) -> None:
    """Guards: a raw error of pydantic, or minutes of runs for a grid with a misspelt lever."""
    with pytest.raises(InputError, match=said) as refused:
        explore(scenario, grid)
    assert "\n" not in str(refused.value)


def test_unknown_outcomes_are_named_before_any_run(scenario: Scenario, found: Exploration) -> None:
    """Guards: a misspelt outcome that is found after the runs."""
    with pytest.raises(InputError, match="did you mean 'trust'"):
        explore(scenario, {FOLLOW_UP: [0.5]}, outcomes=["trst"])
    with pytest.raises(InputError, match="did you mean 'trust'"):
        found.figure("trst")


def test_figures_of_one_two_and_three_levers_can_be_restyled(scenario: Scenario, found: Exploration) -> None:
    """Guards: figures that come back as bytes, or that a notebook shows as text."""
    figure = found.figure("side_payments")
    assert [plain_spaces(text.get_text()) for text in figure.axes[0].get_yticklabels()] == ["4 %", "50 %"]
    figure.axes[0].set_title("My own title")
    assert figure._repr_png_().startswith(b"\x89PNG")
    assert figures.WIDTH > 0
    for levers in ({FOLLOW_UP: [0.0, 0.6]}, {FOLLOW_UP: [0.6], AUDIT: [0.5], "evaluation.adapt": [True]}):
        few = explore(scenario, levers, draws=2, scale=0.002, lang="id", parameters=Parameters.load())
        assert few.figure("trust").axes[0].get_title(loc="left").startswith("Kepercayaan")
