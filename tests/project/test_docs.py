"""The documentation equals the code: schedule, columns, parameters, tables, and the files and tests it names."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from urllib.parse import urlparse

import numpy as np
import pytest
import yaml

from analysis.calibration.cards.deck import Deck
from data.errors import InputError
from docs import calibration, cards, random_numbers, refresh, tables
from simulation.engine import columns
from simulation.parameters import Parameters
from simulation.policy import DEFAULTS
from simulation.posterior.moments import MOMENT_NAMES
from simulation.registry import REGISTRY

ROOT = refresh.ROOT
ODD = refresh.ODD.read_text(encoding="utf-8")
CODE_TYPE = set(re.findall(r"`([^`\n]+)`", ODD))
PAGES = [
    "README.md",
    "CHANGELOG.md",
    "docs/odd.md",
    "docs/parameters.md",
    "docs/draws-and-order.md",
    "docs/performance.md",
    "docs/calibration.md",
    "docs/cards.md",
    "docs/random-numbers.md",
    "docs/scale.md",
]
ELEMENTS = [
    "## 1. Purpose and patterns",
    "## 2. Entities, state variables and scales",
    "## 3. Process overview and scheduling",
    "## 4. Design concepts",
    "## 5. Initialization",
    "## 6. Input data",
    "## 7. Submodels",
]


def section(heading: str) -> str:
    """Text of the ODD below a heading, to the next heading of the same kind."""
    kind = heading.split(" ")[0]
    return re.split(rf"^{kind} ", ODD.split(f"{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def calls(function: str) -> list[str]:
    """Names that a function of the schedule calls as statements of its own, in order; `staff_month` is written out."""
    tree = ast.parse((ROOT / "simulation" / "schedule.py").read_text(encoding="utf-8"))
    body = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == function).body
    found: list[str] = []
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            name = ast.unparse(statement.value.func)
            found += calls(name) if name == "staff_month" else [name]
    return found


def test_the_seven_elements_stand_in_order() -> None:
    """Guards against an ODD that leaves an element out."""
    found = [line for line in ODD.splitlines() if re.match(r"## \d", line)]
    assert found == ELEMENTS


def test_the_month_is_that_of_the_schedule() -> None:
    """Guards against a process overview that tells another order than the engine runs."""
    told = re.findall(r"^\d+\. `(\w+)`", section("## 3. Process overview and scheduling"), re.MULTILINE)
    assert told == calls("month")
    assert len(told) > 10


def test_the_staff_month_is_told_right() -> None:
    """Guards the sentence on which steps settle the staff before the start."""
    steps = calls("staff_month")
    assert f"Steps 1 to {len(steps)} form `staff_month`" in ODD
    assert calls("month")[: len(steps)] == steps


def test_initialization_names_what_settles_the_city() -> None:
    """Guards against a start that is described without one of its parts, or in another order."""
    told = [name for name in re.findall(r"`(\w+)`", section("## 5. Initialization")) if name in calls("settle")]
    assert list(dict.fromkeys(told)) == list(dict.fromkeys(calls("settle")))
    assert len(told) > 8


@pytest.mark.parametrize(
    ("group", "names"),
    [
        ("citizens", columns.Citizens._fields),
        ("staff", columns.STAFF.names),
        ("units", columns.UNITS.names),
        ("programmes", columns.PROGRAMMES.names),
        ("state", [n for n in columns.State._fields if n not in ("citizens", "staff", "units", "programmes")]),
        ("env", columns.Env._fields),
    ],
)
def test_every_column_is_described(group: str, names: tuple[str, ...]) -> None:
    """Guards against state that a reader of the ODD does not know of."""
    told = set(re.findall(r"`(\w+)`", section("## 2. Entities, state variables and scales")))
    assert not [name for name in names if name not in told], group


def test_no_column_is_described_that_is_not_there() -> None:
    """Guards against columns that the code no longer has."""
    rows = re.findall(
        r"^\| ((?:`\w+`(?:, )?)+) \|", section("## 2. Entities, state variables and scales"), re.MULTILINE
    )
    told = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    coded = {*columns.Citizens._fields, *columns.STAFF.names, *columns.UNITS.names, *columns.PROGRAMMES.names}
    assert told == coded


def test_every_parameter_has_its_place_in_the_text() -> None:
    """Guards against a parameter that no equation of the ODD shows."""
    words = set(re.findall(r"\w+", ODD))
    assert not [p.name for p in REGISTRY if p.name not in words]


def test_every_lever_is_listed() -> None:
    """Guards against a lever that a planner cannot find."""
    listed = section("## What each lever touches")
    known = {".".join(name.split(".")[:2]) for name in DEFAULTS}
    assert not [name for name in known if f"`{name}`" not in listed]
    blocks = {name.split(".")[0] for name in known}
    told = {name for name in re.findall(r"`((?:\w+)\.(?:\w+))`", listed) if name.split(".")[0] in blocks}
    assert told <= known


def test_parameters_page_is_what_the_code_gives() -> None:
    """Guards against a stale table: `make docs` writes it again."""
    assert refresh.PARAMETERS.read_text(encoding="utf-8") == tables.parameters_page()


def test_parameters_page_has_every_parameter_once() -> None:
    """Guards against a group of the registry that the page forgets."""
    named = re.findall(r"^\| `(\w+)` \|", tables.parameters_page(), re.MULTILINE)
    assert sorted(named) == sorted(Parameters.load().table)


def test_tables_of_the_odd_are_what_the_code_gives() -> None:
    """Guards against seats and arithmetic of older prices or priors."""
    assert refresh.with_tables(ODD) == ODD
    held = re.findall(r"about (\d\.\d+) SD", tables.arithmetic())
    assert 0.0 < float(held[0]) < 0.3  # hundredths of an SD: what departure (c) says


def test_every_test_named_exists() -> None:
    """Guards against a property that claims a test nobody runs."""
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    defined = set(re.findall(r"^def (test_\w+)", sources, re.MULTILINE))
    named = {name for name in CODE_TYPE if name.startswith("test_") and name != "test_reliability"}
    assert len(named) > 15
    assert named <= defined, named - defined


def test_every_honest_number_is_listed() -> None:
    """Guards against a test of honest numbers that the ODD does not tell of."""
    source = (ROOT / "tests" / "simulation" / "test_honest_numbers.py").read_text(encoding="utf-8")
    held = set(re.findall(r"^def (test_\w+)", source, re.MULTILINE))
    assert held <= set(re.findall(r"`(test_\w+)`", section("## What honest numbers look like")))


def test_no_name_is_misspelt() -> None:
    """Guards against a name in code type that stands nowhere in the code, its data or its tests."""
    files = [*(ROOT / "simulation").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), *(ROOT / "data").glob("*.csv")]
    known = set(re.findall(r"\w+", " ".join(file.read_text(encoding="utf-8") for file in files)))
    named = {name for name in CODE_TYPE if re.fullmatch(r"\w+", name)}
    assert len(named) > 100
    assert not [name for name in named if name not in known and not any(k.startswith(name) for k in known)]


def test_every_evidence_id_named_exists() -> None:
    """Guards against a source that cannot be looked up."""
    known = set()
    for name in ("effects", "figures", "derived_moments"):
        lines = (ROOT / "data" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        known |= {line.split(",")[0] for line in lines}
    cited = re.findall(r"`((?:[a-z]+\d{4}_\w+)|fenizia2022|kampen2006|olken_\w+|ESSBE5_\w+|TUN_\w+|essbe5_\w+)`", ODD)
    assert len(cited) > 10
    assert not [name for name in cited if name not in known]


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    """Guards against links to files or headings that are not there."""
    file = ROOT / page
    for target in re.findall(r"\]\(([^)\s]+)\)", file.read_text(encoding="utf-8")):
        if urlparse(target).scheme:
            continue
        path, _, anchor = target.partition("#")
        aim = (file.parent / path).resolve() if path else file
        assert aim.exists(), target
        if anchor:
            heads = re.findall(r"^#+ (.+)$", aim.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}, target


def test_files_named_in_the_odd_exist() -> None:
    """Guards against a submodel that points to a file that moved."""
    named = [name for name in CODE_TYPE if re.fullmatch(r"(?:[a-z_]+/)+[\w.]+", name)]
    assert len(named) > 15
    assert not [name for name in named if not (ROOT / name).exists()]


def test_random_numbers_page_is_filled_and_names_what_is_there() -> None:
    """Guards against a page without its figures, or that names tests, decisions or cases that are gone."""
    text = random_numbers.PAGE.read_text(encoding="utf-8")
    for name in ("streams", "mistakes", "chance", "drawn", "scale"):
        body = text.split(f"<!-- begin {name} -->")[1].split(f"<!-- end {name} -->")[0]
        assert body.count("\n|") > 4, name
    sources = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", text))
    assert len(named) > 6
    assert not [name for name in named if f"def {name}(" not in sources]
    told = set(re.findall(r"`((?:\w+/)+[\w.-]+)`", text))
    assert told and not [name for name in told if not (ROOT / name).exists()]


def test_the_page_of_cards_tells_of_this_deck() -> None:
    """Guards against a deck that changed after the page was written, and results that leave out a card."""
    text, deck = cards.PAGE.read_text(encoding="utf-8"), Deck.load()
    for name, body in (("deck", cards.deck_table(deck)), ("explanations", cards.explanations(deck))):
        assert refresh.filled(text, name, body) == text, "run python -m docs.cards deck"
    found = text.split("<!-- begin found -->")[1].split("<!-- end found -->")[0]
    assert re.findall(r"^\| `(\w+)`", found, re.MULTILINE) == list(deck.cards), "run make cards"
    assert "cards with an interval pass" in text.split("<!-- begin headline -->")[1].split("<!-- end headline -->")[0]


def test_a_block_that_is_missing_is_said() -> None:
    """Guards the refresh against writing nowhere without a word."""
    with pytest.raises(KeyError):
        refresh.filled("no block here", "run", "x")
    assert (
        refresh.filled("<!-- begin a -->\nold\n<!-- end a -->", "a", "new") == "<!-- begin a -->\nnew\n<!-- end a -->"
    )
    assert refresh.filled("<!-- begin a -->\n<!-- end a -->", "a", "new") == "<!-- begin a -->\nnew\n<!-- end a -->"


def test_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against a typing error that refreshes nothing and says nothing."""
    assert refresh.run_parts(["paramters"], refresh.PARTS) == 2
    assert "allowed: parameters" in capsys.readouterr().err


def test_the_version_is_in_the_changelog(root: Path) -> None:
    """Guards against a release that nobody can read about, and versions that disagree."""
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", text, re.MULTILINE)
    project = re.search(r'^version = "([^"]+)"', (root / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)
    assert project is not None and versions[0] == project.group(1)
    assert str(yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))["version"]) == versions[0]
    assert "**Changes results**" in text


def test_the_page_on_calibration_is_of_the_shipped_posterior() -> None:
    """Guards against a page that tells of another posterior than `compare` uses."""
    from simulation.posterior.checked import shipped_posterior

    text, posterior = calibration.PAGE.read_text(encoding="utf-8"), shipped_posterior("tangsel")
    for name, share in posterior.contraction.items():
        middle, low, high = posterior.interval(name)
        row = f"| `{name}` | {middle:.3g} ({low:.3g} to {high:.3g}) | {100 * share:.0f} % |"
        assert row in text, f"{row}: run make validate"


def test_the_page_on_calibration_takes_what_was_found(tmp_path: Path) -> None:
    """Guards against marked places that nothing fills, and against a miss that is told as a hit."""
    one = {
        "parameter": "a",
        "median": 1.0,
        "low": 0.5,
        "high": 2.0,
        "contraction": 0.5,
        "class": "calibrated",
        "recovery": 0.9,
    }
    one |= {"within_band": False, "within_band_of_all": True}
    one |= {f"coverage_{level}": level / 100 for level in (50, 80, 90)}
    fact = {"name": "reports", "fact": 12080.0, "low": 10800.0, "high": 11000.0, "hit": False}
    found = tmp_path / "validation.json"
    whole = {
        "parameters": [one],
        "held_out": [fact],
        "targets": [{"hit": True}, {"hit": False}],
        "about": {"fresh_draws": 200},
        "restated": [{"target": "a", "parameter": "b", "r2": 0.9, "restated": True}],
    }
    found.write_text(json.dumps(whole), encoding="utf-8")
    page = tmp_path / "page.md"
    page.write_text(calibration.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    calibration.refresh_validation(page, found)
    text = page.read_text(encoding="utf-8")
    assert "| `a` | 1 (0.5 to 2) | 50 % | calibrated | 50 / 80 / 90 | 0.90 |" in text
    assert "| reports | 12,080 | 10,800 to 11,000 | **miss** |" in text
    assert "| 80 % | 80 % | 80 to 80 % | 2.8 points |" in text and "alone: `a`" in text and "1 of 2 targets" in text
    with pytest.raises(InputError, match="run make validate"):
        calibration.refresh_validation(page, tmp_path / "none.json")


def test_moments_at_another_scale_are_compared_with_the_whole_city() -> None:
    """Guards a table that compares a scale with itself, or names another moment than the one that differs most."""
    same = calibration.scales_table(3, ((0.004, 0.01),), 0.01)
    assert re.search(r"\| 0\.4 % \| 1 % \| `\w+` \| [+-]\d\.\d\d \| [+-]\d+\.\d \|", same), same
    found = calibration.moments_at(0.01, 0.01, 2)
    assert found.shape == (2, len(MOMENT_NAMES)) and not np.array_equal(found[0], found[1])
    assert np.array_equal(found, calibration.moments_at(0.01, 0.01, 2))
