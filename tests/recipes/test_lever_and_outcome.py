"""A lever and an outcome added in a copy of the project: how many code files it takes, and that everything else follows.

Guards: a list by hand, a position or a label far away that a new lever or outcome would need as well. These are the recipes of
CONTRIBUTING.md. The long tests compile the copy's engine and run its tests, docking with the reference among them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import ROOT, golden

pytestmark = pytest.mark.slow

PARTS = (
    "simulation",
    "analysis",
    "app",
    "data",
    "docs",
    "scenarios",
    "tests",
    "bench",
    "pyproject.toml",
    "CHANGELOG.md",
)
CODE = ("simulation", "analysis", "app", "data", "docs", "bench")

# file, line that stands there, line that is written below it
LEVER = (
    (
        "simulation/policy.py",
        '    disclosure: Annotated[bool, Lever("audit results disclosed", "hasil audit diumumkan", "integrity", PUBLICATION)] = False\n',
        '    gift_register: Annotated[bool, Lever("register of gifts", "daftar gratifikasi", "integrity", Price(\n'
        '        "audits", lambda policy, profile: policy.integrity.gift_register * profile.units * profile.money("price_audit"))\n'
        "    )] = False\n",
    ),
    (
        "simulation/processes/integrity.py",
        "    shift = nature.disclosure_on_integrity * levers.integrity.disclosure\n",
        "    shift += nature.gift_register_effect * levers.integrity.gift_register\n",
    ),
    (
        "simulation/registry.py",
        '    """Norms, ethics courses, audits and side payments."""\n\n',
        "    gift_register_effect: Annotated[float, Parameter("
        '"SD", normal(0.05, 0.05), ASSUMED, NO_EVIDENCE, "integrity", "A guess.", True)]\n',
    ),
)  # fmt: skip
LEVER_OF_THE_REFERENCE = (
    "tests/reference/civil_servant.py",
    "        anchor = self.anchor + n.disclosure_on_integrity * levers.integrity.disclosure\n",
    "        anchor += n.gift_register_effect * levers.integrity.gift_register\n",
)
OUTCOME = (
    (
        "simulation/outcomes.py",
        '    complaints: Annotated[float, Outcome("a month", 0, "Complaints about service", "Pengaduan tentang pelayanan")]\n',
        '    encounters: Annotated[float, Outcome("a month", 0, "Encounters", "Layanan yang diberikan")]\n',
    ),
    (
        "simulation/processes/observe.py",
        "    row.complaints = adults * tally[Tally.COMPLAINTS]\n",
        "    row.encounters = adults * visits\n",
    ),
)
OUTCOME_OF_THE_REFERENCE = (
    "tests/reference/outcomes.py",
    '        "complaints": adults * sums.complaints,\n',
    '        "encounters": adults * sums.visits,\n',
)
LEVER_FOLLOWS = """
from pathlib import Path
from analysis.presentation.words import Words
from data.errors import InputError
from docs import tables
from simulation import Policy, Scenario
from simulation.city import load_profile
from simulation.levers import budget, pack
from simulation.mesa_face.arguments import with_levers

name, profile = "integrity.gift_register", load_profile("tangsel")
usual = Scenario.load("scenarios/tangsel.yaml").policy("status_quo")
moved = with_levers(usual, {"integrity__gift_register": True})
packed = [float(pack(policy, profile)["integrity"]["gift_register"][0]) for policy in (usual, moved)]
paid = [budget(policy, profile) for policy in (usual, moved)]
assert packed == [0.0, 1.0]
assert paid[1].items["audits"] > 0.0 and paid[1].training < paid[0].training
assert [Words(lang).lever(name) for lang in ("en", "id")] == ["register of gifts", "daftar gratifikasi"]
assert Words("id").lever_value(name, True) == "ya"
assert "| `integrity.gift_register` | register of gifts | switch | no | yes, no | integrity | money for audits |" in tables.levers()
assert "gift_register: false" in usual.to_yaml()
Path("mine.yaml").write_text("title: {en: Mine, id: Punya saya}\\nintegrity:\\n  gift_registr: true\\n")
for refused in (lambda: Policy.load("mine.yaml"), lambda: with_levers(usual, {"integrity__gift_registr": True})):
    try:
        refused()
    except InputError as error:
        assert "gift_register'?" in str(error), error
    else:
        raise AssertionError("a misspelt lever is not refused")
"""
OUTCOME_FOLLOWS = """
from analysis.presentation.words import Words
from simulation.outcomes import COLUMN, NAMES, ROW

assert NAMES[COLUMN["complaints"] + 1] == "encounters" and ROW.names == NAMES
assert [Words(lang).label("encounters") for lang in ("en", "id")] == ["Encounters", "Layanan yang diberikan"]
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the project."""
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / part, tmp_path / part)
    return tmp_path


def write(folder: Path, *edits: tuple[str, str, str]) -> None:
    """Write each line below the one that it belongs to."""
    for name, above, line in edits:
        source = (folder / name).read_text(encoding="utf-8")
        assert source.count(above) == 1, f"{name}: the recipe looks for a line that does not stand there once: {above}"
        (folder / name).write_text(source.replace(above, above + line), encoding="utf-8")


def touched(folder: Path) -> list[str]:
    """Code files of the copy that differ from the project's."""
    names = [file.relative_to(folder).as_posix() for part in CODE for file in sorted((folder / part).rglob("*.py"))]
    return [name for name in names if (folder / name).read_bytes() != (ROOT / name).read_bytes()]


def run(folder: Path, *command: str) -> str:
    """What Python prints in the copy, with a compile cache of its own. Fails when Python does."""
    variables = {**os.environ, "PYTHONPATH": str(folder), "ASNLAB_CACHE": str(folder / "cache")}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=variables, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_a_lever_takes_three_code_files(copied: Path) -> None:
    """Declaration, process and parameter: record, price, labels, documentation, and errors that name it follow."""
    write(copied, *LEVER)
    assert touched(copied) == ["simulation/policy.py", "simulation/processes/integrity.py", "simulation/registry.py"]
    run(copied, "-c", LEVER_FOLLOWS)


def test_an_outcome_takes_two_code_files(copied: Path) -> None:
    """Declaration and process: column, record and labels follow."""
    write(copied, *OUTCOME)
    assert touched(copied) == ["simulation/outcomes.py", "simulation/processes/observe.py"]
    run(copied, "-c", OUTCOME_FOLLOWS)


def parts_changed(folder: Path) -> list[str]:
    """Names of the golden digests that the copy no longer has."""
    return golden.apart(golden.kept(), json.loads(run(folder, "-m", "tests.golden")))


@pytest.mark.torture
def test_a_new_lever_works_and_changes_nothing_while_unused(copied: Path) -> None:
    """It moves its process and no other, costs, docks with the reference, and leaves every result of other policies as it was."""
    write(copied, *LEVER, LEVER_OF_THE_REFERENCE)
    assert parts_changed(copied) == ["parameters"]  # one more of them
    tests = [f"tests/simulation/test_{name}.py" for name in ("levers", "levers_one_by_one", "docking", "parameters")]
    assert "gift_register" in run(copied, "-m", "pytest", "-x", "-v", "-p", "no:cacheprovider", *tests)


@pytest.mark.torture
def test_a_new_lever_without_its_process_is_found(copied: Path) -> None:
    """Guards the test above: a lever that nothing reads does not pass."""
    write(copied, LEVER[0], LEVER[2])
    test = "tests/simulation/test_levers_one_by_one.py"
    with pytest.raises(AssertionError, match=r"integrity\.gift_register changes nothing"):
        run(copied, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test)


@pytest.mark.torture
def test_a_new_outcome_is_filled_and_changes_no_other(copied: Path) -> None:
    """It docks with the reference, and every other outcome keeps its bits."""
    write(copied, *OUTCOME, OUTCOME_OF_THE_REFERENCE)
    apart = [part for part in parts_changed(copied) if not part.startswith(("policy", "start"))]
    assert apart == ["outcome encounters"]
    tests = [f"tests/simulation/test_{name}.py" for name in ("outcomes", "docking")]
    run(copied, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests)
