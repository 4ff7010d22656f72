"""What objects show of themselves in a notebook: what they are, and never markup that somebody typed into a title.

Guards: a scenario file from elsewhere whose title runs a script in a notebook, an object that shows as a line of internals, a table that
says something else than the object.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from analysis.evaluation import evaluate_complaints, evaluate_skm, evaluate_staff, evaluate_training, show, words
from analysis.evaluation.registry import KINDS
from analysis.study import Study, explore
from data import path
from data.intake import FILE_KINDS, read_file
from simulation import CityModel, Ensemble, Policy, Scenario
from simulation.parameters import default
from simulation.policy import Text, Training
from simulation.scenario import Shocks

pytestmark = pytest.mark.slow  # displays whole studies: not in `make quick`

HOSTILE = "<script>alert('x')</script> & \"more\""
TITLE = Text(en=HOSTILE, id=HOSTILE)


def policy(name: str, **blocks: Any) -> Policy:
    """A policy with a title that tries to run a script."""
    return Policy(name=name, title=TITLE, **blocks)


COACHED = policy("coached", training=Training(follow_up=0.6))
SCENARIO = Scenario(
    title=TITLE, months=12, start_year=2027, shocks=Shocks(scandals=False), reference="base", policies=(policy("base"), COACHED)
)  # fmt: skip
SIZE: dict[str, Any] = {"draws": 2, "scale": 0.01}


def shown(thing: Any) -> str:
    """What a notebook shows, with the tags taken out; it must be whole and hold no tag but those of tables."""
    html = thing._repr_html_()
    tree = ElementTree.fromstring(f"<div>{html}</div>")
    assert {node.tag for node in tree.iter()} <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
    assert "<script" not in html
    return "\n".join(" | ".join(cell.itertext()) for cell in tree.iter() if cell.tag in ("p", "th", "td"))


@pytest.mark.parametrize(
    ("make", "parts"),
    [
        (lambda: SCENARIO, ["base (reference)", "coached", "12 months from 2027", "shocks left out: scandals"]),
        (lambda: COACHED, ["trainees coached after the course", "60 %", "0 %"]),
        (lambda: policy("base"), ["Every lever is as today."]),
        (lambda: CityModel(SCENARIO, "coached", draw=1), ["month 0 of 12 (2027-01-01)", "Public trust", "draw 1", "posterior of"]),
        (lambda: Ensemble(SCENARIO, **SIZE), ["coached", "2 draws", "drawn from"]),
    ],
    ids=["scenario", "policy", "policy of today", "model", "ensemble"],
)  # fmt: skip
def test_models_show_what_they_are(make: Callable[[], Any], parts: list[str]) -> None:
    """Guards: a title that is run, a lever or a month that is not the object's."""
    thing = make()
    text = shown(thing)
    assert all(part in text for part in parts), text
    assert HOSTILE in text, "the title is shown as it was typed"


def test_parameters_show_their_classes() -> None:
    """Guards: numbers that look measured because nobody says that they are assumed."""
    parameters = default().replace(rotation=0.5)
    text = shown(parameters)
    assumed = sum(p.klass == "assumed" for p in parameters.table.values())
    assert f"{len(parameters.table)} parameters: " in text and f"{assumed} assumed" in text
    assert "fixed 0.5" in text and "fixed by the user" in text
    hostile = default().with_priors({"rotation": default().table["rotation"].prior}, HOSTILE, HOSTILE)
    assert HOSTILE in shown(hostile)


def test_a_study_shows_its_state(tmp_path: Path) -> None:
    """Guards: a study that looks complete, or fails to show once its folder is gone."""
    study = Study.create(SCENARIO, tmp_path / "<b>run</b>", **SIZE)
    text = shown(study)
    assert HOSTILE in text and "not complete" in text and "0 of 4 runs are kept." in text and "<b>run</b>" in text
    assert "holds no run" in shown(Study(tmp_path / "gone"))


def test_an_exploration_shows_its_grid() -> None:
    """Guards: a row with the numbers of another combination."""
    found = explore(SCENARIO, {"budget_factor": [0.5, 3.0]}, **SIZE, outcomes=["competence", "trust"])
    text = shown(found)
    assert "Exploration(budget_factor: 2 combinations" in text
    cells = text.splitlines()
    half, thrice = (cells[cells.index(value) + 1] for value in ("0.5", "3"))
    said = [f"{abs(v):.2f}" for v in found.frame.loc[found.frame["outcome"] == "competence", "difference"]]
    assert said[0] != said[1] and half.lstrip("+−").startswith(said[0]) and thrice.lstrip("+−").startswith(said[1])


EVALUATE = {
    "skm": evaluate_skm,
    "training": evaluate_training,
    "ip-asn": evaluate_staff,
    "complaints": evaluate_complaints,
}


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("lang", ["en", "id"])
def test_evaluations_show_a_sentence_and_their_tables(name: str, lang: str, tmp_path: Path) -> None:
    """Guards: a result that shows as columns of internals, or a unit's name out of somebody's file that is run."""
    template = path("templates", f"{FILE_KINDS[name].template}.csv").read_text(encoding="utf-8").splitlines()
    rows = [row.replace("EXAMPLE", f"EXAMPLE{number}") for number in range(10) for row in template[1:]]
    (tmp_path / "mine.csv").write_text("\n".join([template[0], *rows]) + "\n", encoding="utf-8")
    frame = read_file(tmp_path / "mine.csv", name, key_file=tmp_path / "key").frame
    for column in ("unit", "programme"):
        if column in frame:
            frame[column] = pd.Series(frame[column].astype(str) + HOSTILE, index=frame.index)
    result = EVALUATE[name](frame)
    object_shown = show(result, lang)
    text = shown(object_shown)
    assert str(object_shown) == repr(object_shown) == words(result, lang)
    sentence = text.splitlines()[0]
    assert words(result, lang).startswith(sentence) and re.search(r"[.!?]$", sentence)
    assert object_shown._repr_html_().count("<table>") >= 1


def test_what_is_no_evaluation_is_refused() -> None:
    """Guards: any table shown as if it had been evaluated."""
    with pytest.raises(TypeError, match="no result of an evaluation"):
        show(pd.DataFrame())  # type: ignore[arg-type]
