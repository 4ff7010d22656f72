"""The notebook of estimates and the file of estimates: each line that the notebook prints is the file's, and none of its sections is empty.

Guards a notebook that fits one thing and a model that runs on another.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml

import data
from tests import ROOT

NOTEBOOK = ROOT / "notebooks" / "04_estimates_from_data.ipynb"
LINE = re.compile(r"^(\w+): (\{.+\})$", re.MULTILINE)
# Estimates of each section; an estimate that another notebook or nobody shows need not be here.
SECTIONS = {
    "How respondents answer": {"U3", "U5", "U6", "U7", "U8"},
    "How the index drifts": {"ikm_drift"},
    "How far trust falls": {"scandal_size", "scandal_half_life", "political_noise_sd", "political_noise_persistence"},
    "How long a course stays in use": {"use_start", "use_hazard"},
    "How often an encounter costs": {f"side_payment_{s}" for s in ("civil_registration", "school", "health", "other")},
    "What share of reports is completed": {"completed_share"},
}


def sections() -> dict[str, list[dict[str, Any]]]:
    """Code cells of the notebook below each of its headings."""
    found: dict[str, list[dict[str, Any]]] = {}
    heading = ""
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "markdown":
            titles = re.findall(r"^#+ (.+)$", "".join(cell["source"]), re.MULTILINE)
            heading = titles[-1] if titles else heading
        else:
            found.setdefault(heading, []).append(cell)
    return found


def printed(cells: list[dict[str, Any]]) -> str:
    """What cells print."""
    return "".join("".join(o.get("text", "")) for cell in cells for o in cell["outputs"])


@pytest.mark.parametrize("title", SECTIONS)
def test_a_section_shows_a_fit_and_ends_in_the_lines_of_the_file(title: str) -> None:
    """Guards: a value typed into a notebook, one that is older than the file, and a section that fits or draws nothing."""
    cells = next(cells for heading, cells in sections().items() if heading.startswith(title))
    text = printed(cells)
    assert "std err" in text or "Std.Err." in text, "the table of a statsmodels fit"
    assert any("image/png" in o.get("data", {}) for cell in cells for o in cell["outputs"]), "data and fit drawn"
    lines = {name: yaml.safe_load(row) for name, row in LINE.findall(printed(cells[-1:]))}
    assert set(lines) == SECTIONS[title]
    file = yaml.safe_load(data.path("estimates", "tangsel.yaml").read_text(encoding="utf-8"))
    for name, shown in lines.items():
        same(shown, {**file["estimates"], **file["skm"]["elements"]}[name], name)


def same(shown: Any, there: Any, place: str) -> None:
    """What is shown is part of what is there, numbers as near as two processors agree."""
    if isinstance(shown, dict):
        for key, value in shown.items():
            same(value, there[key], f"{place}.{key}")
    elif isinstance(shown, list):
        assert len(shown) == len(there), place
        for k, (a, b) in enumerate(zip(shown, there, strict=True)):
            same(a, b, f"{place}.{k}")
    elif isinstance(shown, float):
        assert shown == pytest.approx(there, rel=2e-3, abs=1e-4), place
    else:
        assert shown == there, place
