"""Notebooks are pairs of a script and an executed notebook that open with a question; `pytest --nbval-lax` runs them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jupytext
import pytest

from simulation import Policy
from simulation.city import load_profile
from simulation.levers import money_of
from simulation.policy import Text, Training
from tests import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda file: file.stem)
def file(request: pytest.FixtureRequest) -> Path:
    """Each notebook."""
    return Path(request.param)


def cells(file: Path) -> list[dict[str, Any]]:
    """Cells of a notebook."""
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["cells"]
    return found


def test_there_are_notebooks() -> None:
    """Guards the tests below against an empty folder."""
    assert ROOT / "notebooks" / "01_quickstart.ipynb" in NOTEBOOKS


def test_notebook_and_script_are_in_sync(file: Path) -> None:
    """Guards against a change in one of the two: `make docs` makes the notebook from the script."""
    script = file.with_suffix(".py")
    assert script.exists()
    wanted = [(cell.cell_type, cell.source) for cell in jupytext.read(script).cells]
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in cells(file)] == wanted


def test_every_script_has_its_notebook() -> None:
    """Guards against a script that was never run."""
    assert {s.with_suffix(".ipynb") for s in (ROOT / "notebooks").glob("*.py")} == set(NOTEBOOKS)


def test_metadata_is_what_papermill_and_jupyter_need(file: Path) -> None:
    """Guards against a kernel of one machine, or none: papermill stops without it."""
    metadata = json.loads(file.read_text(encoding="utf-8"))["metadata"]
    assert metadata["kernelspec"] == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert metadata["language_info"]["name"] == "python"
    assert metadata["jupytext"]["formats"] == "ipynb,py:percent"


def test_it_opens_with_a_question(file: Path) -> None:
    """Guards against a notebook that does not say what it answers."""
    first = cells(file)[0]
    assert first["cell_type"] == "markdown"
    assert re.match(r"# .+\?$", "".join(first["source"]).splitlines()[0])


def test_it_was_run_from_top_to_bottom_without_errors(file: Path) -> None:
    """Guards against outputs of another order, or a traceback that ships."""
    code = [cell for cell in cells(file) if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    outputs = [output for cell in code for output in cell["outputs"]]
    assert not [o for o in outputs if o["output_type"] == "error"]
    assert any("image/png" in o.get("data", {}) for o in outputs)


def test_checked_cells_print_numbers_that_stay(file: Path) -> None:
    """Guards against a check of nothing, and against a check of what changes from run to run."""
    checked = [cell for cell in cells(file) if "NBVAL_CHECK_OUTPUT" in "".join(cell["source"])]
    assert len(checked) >= 3
    for cell in checked:
        assert cell["outputs"] and all(o["output_type"] == "stream" and o["name"] == "stdout" for o in cell["outputs"])
        assert not re.search(r"0x[0-9a-f]{6,}|\d+\.\d{7,}|/[t]mp/|\bs/it\b", str(cell["outputs"]))


def test_it_ends_with_what_it_does_not_say(file: Path) -> None:
    """Guards against numbers without their limits."""
    assert any("does not say" in "".join(cell["source"]) for cell in cells(file)[-2:])


def test_coaching_is_paid_for_with_seats() -> None:
    """Guards the sentence of the quickstart that the hours per head fall when trainees are coached."""
    title, profile = Text(en="x", id="x"), load_profile("tangsel")
    plans = (Policy(title=title), Policy(title=title, training=Training(follow_up=0.6)))
    today, coached = (money_of(policy, profile).seats for policy in plans)
    assert coached < 0.95 * today
