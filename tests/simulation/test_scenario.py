"""Scenarios: what they refuse, with which words, and what they hold."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from data.errors import InputError
from simulation.policy import Policy, Text
from simulation.scenario import Scenario, Shocks
from tests import ROOT

TANGSEL = ROOT / "scenarios" / "tangsel.yaml"
STATUS_QUO = ROOT / "scenarios" / "policies" / "status_quo.yaml"
TITLE = "title: {en: Mine, id: Punya saya}\n"
PAPER = ("status_quo", "continuous_training", "needs_based_training", "university_partnership",
         "integrity_and_ethics", "evaluate_and_adapt",
         "citizen_participation", "integrated", "integrated_plus")  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two policies."""
    (tmp_path / "policies").mkdir()
    for name in ("status_quo", "bold_plan"):
        (tmp_path / "policies" / f"{name}.yaml").write_text(TITLE, encoding="utf-8")
    return tmp_path


def refused(folder: Path, text: str) -> str:
    """The one line with which a scenario of this text is refused, after the file's name."""
    file = folder / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        Scenario.load(file)
    message = str(caught.value)
    assert "\n" not in message and message.startswith(str(file)), message
    return message.removeprefix(f"{file}:")


def test_shipped_scenario(root: Path) -> None:
    """Guards: a request of the policy paper that is not compared, and a horizon that is not a five-year plan."""
    scenario = Scenario.load(root / "scenarios" / "tangsel.yaml")
    assert scenario.names == PAPER
    assert (scenario.months, scenario.scale, scenario.reference, scenario.city) == (60, 1.0, "status_quo", "tangsel")
    assert scenario.title.en and scenario.title.id and scenario.sources
    assert scenario.shocks.political_noise and scenario.shocks.scandals and scenario.shocks.drifts


def test_round_trip(root: Path) -> None:
    """Guards: a run record whose scenario is not the one that ran."""
    import yaml

    scenario = Scenario.load(root / "scenarios" / "tangsel.yaml")
    written = yaml.safe_load(scenario.to_yaml())
    assert written["policies"][4]["integrity"]["audit_probability"] == 0.125
    written["policies"] = scenario.policies
    written["sources"] = tuple(written["sources"])
    assert Scenario.model_validate(written) == scenario


def test_policies_by_name_or_path(folder: Path) -> None:
    """Guards: a user's own file beside the scenario that cannot be named."""
    (folder / "own.yaml").write_text(TITLE, encoding="utf-8")
    (folder / "mine.yaml").write_text(TITLE + "policies: [status_quo, own.yaml]\n", encoding="utf-8")
    assert Scenario.load(folder / "mine.yaml").names == ("status_quo", "own")


def test_missing_policy_names_line_and_nearest(folder: Path) -> None:
    """Guards: an error in the scenario reported against a file that does not exist, without the line or a hint."""
    message = refused(folder, TITLE + "policies:\n  - status_quo\n  - bold_plann\n")
    assert message.startswith("4: policies:"), message
    assert "bold_plann.yaml: no such file" in message and "bold_plan.yaml'?" in message


def test_fault_inside_a_policy_names_that_file(folder: Path) -> None:
    """Guards: a fault in a policy file blamed on the scenario."""
    (folder / "policies" / "bold_plan.yaml").write_text(TITLE + "budget_factor: -1\n", encoding="utf-8")
    (folder / "mine.yaml").write_text(TITLE + "policies: [status_quo, bold_plan]\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"bold_plan\.yaml:2: budget_factor: found -1"):
        Scenario.load(folder / "mine.yaml")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("policies: [status_quo]\nreference: status_qou\n", ["reference 'status_qou'", "did you mean 'status_quo'"]),
        ("policies: [bold_plan]\n", ["reference 'status_quo' is not among the policies"]),
        ("policies: []\n", ["2: policies:", "at least one"]),
        ("policies: [status_quo, status_quo]\n", ["2: policies:", "'status_quo' stands twice"]),
        ("policies: status_quo\n", ["2: policies:", "a list of policy names or files is needed"]),
        ("policies: [1]\n", ["2: policies:", "a list of policy names or files is needed"]),
        ("author: me\n", ["policies:", "a list of policy names or files is needed"]),
        ("policies: [status_quo]\nmonth: 60\n", ["3: month:", "unknown key", "did you mean 'months'"]),
        ("policies: [status_quo]\nmonths: 6\n", ["3: months:", "found 6", "12"]),
        ("policies: [status_quo]\nmonths: 60.5\n", ["3: months:", "found 60.5"]),
        ("policies: [status_quo]\nscale: 0\n", ["3: scale:", "found 0", "greater than 0"]),
        ("policies: [status_quo]\nscale: 2\n", ["3: scale:", "found 2", "less than or equal to 1"]),
        ("policies: [status_quo]\ndraws: 1\n", ["3: draws:", "found 1"]),
        ("policies: [status_quo]\nseed: -1\n", ["3: seed:", "found -1"]),
        ("policies: [status_quo]\nshocks:\n  scandal: false\n", ["4: shocks.scandal:", "did you mean 'scandals'"]),
        ("policies: [status_quo]\nshocks: {scandals: no way}\n", ["3: shocks.scandals:", "found 'no way'"]),
        ("policies: [status_quo\n", ["not valid YAML"]),
        ("policies: [status_quo]\npolicies: [bold_plan]\n", ["3: policies:", "stands twice"]),
    ],
)
def test_errors_name_line_key_and_remedy(folder: Path, text: str, parts: list[str]) -> None:
    """Guards: a wrong scenario that runs, or an error that does not say where it is and what is allowed."""
    message = refused(folder, TITLE + text)
    for part in parts:
        assert part in message, message


@pytest.mark.parametrize("text", ["- status_quo\n", "tangsel\n", ""])
def test_not_a_mapping(folder: Path, text: str) -> None:
    """Guards: a traceback for a list, a word or an empty file."""
    assert "a mapping of keys and values is needed" in refused(folder, text)


def test_missing_scenario_names_the_nearest(root: Path) -> None:
    """Guards: a person left to guess the name."""
    with pytest.raises(InputError, match=r"tangsl\.yaml: no such file; did you mean '.*tangsel\.yaml'"):
        Scenario.load(root / "scenarios" / "tangsl.yaml")


def test_policy_by_name(root: Path) -> None:
    """Guards: a misspelt policy that runs as another one."""
    scenario = Scenario.load(root / "scenarios" / "tangsel.yaml")
    assert scenario.policy("integrated").name == "integrated"
    with pytest.raises(InputError, match="did you mean 'integrated'"):
        scenario.policy("integratd")


def test_a_start_year_dates_the_months(folder: Path) -> None:
    """Guards: a month in the wrong year, or a date where nobody gave a year."""
    plain = Scenario.load(TANGSEL)
    assert plain.start_year is None and plain.calendar(12) is None
    (folder / "mine.yaml").write_text(TITLE + "policies: [status_quo]\nstart_year: 2027\n", encoding="utf-8")
    dated = Scenario.load(folder / "mine.yaml")
    days = [dated.calendar(month) for month in (0, 1, 11, 12, 60)]
    assert [str(day) for day in days] == ["2027-01-01", "2027-02-01", "2027-12-01", "2028-01-01", "2032-01-01"]
    assert "3: start_year: found 27" in refused(folder, TITLE + "policies: [status_quo]\nstart_year: 27\n")


def test_changes_are_checked_again(root: Path) -> None:
    """Guards: a command-line option that goes around the checks."""
    scenario = Scenario.load(root / "scenarios" / "tangsel.yaml")
    assert scenario.with_(months=24).months == 24
    with pytest.raises(ValueError, match="months"):
        scenario.with_(months=3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Shocks(**{"scandal": True}), "Shocks: scandal: unknown key; did you mean 'scandals'?"),
        (lambda: Shocks(scandals=cast(Any, "yes")), "Shocks: scandals: found 'yes'; input should be a valid boolean"),
        (
            lambda: Scenario(**{"title": Text(en="", id=""), "policies": [], "refernce": "a"}),
            "Scenario: policies: no policy; at least one is needed",
        ),
        (
            lambda: Scenario(**{"title": Text(en="", id=""), "policies": [Policy.load(STATUS_QUO)], "refernce": "status_quo"}),
            "Scenario: refernce: unknown key; did you mean 'reference'?",
        ),
        (
            lambda: Scenario(title=Text(en="", id=""), policies=(Policy.load(STATUS_QUO),), reference="status_qou"),
            "Scenario: reference 'status_qou' is not among the policies; did you mean 'status_quo'?",
        ),
        (lambda: Scenario.load(TANGSEL).with_(month=24), "month: unknown key; did you mean 'months'?"),
        (lambda: Scenario.load(TANGSEL).with_(months=3), "months: found 3; input should be greater than or equal to 12"),
    ],
)  # fmt: skip
def test_a_scenario_made_in_python_is_refused_in_one_line(make: Callable[[], object], message: str) -> None:
    """Guards: a researcher in a notebook who gets the traceback of a library where a file would get one line and the nearest name."""
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == message
