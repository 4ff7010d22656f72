"""Imports only point down, and notebooks only load, call and show.

Guards: a model that reaches for the analysis that uses it (then neither can be understood or tested alone), pandas or
hidden randomness inside the month, logic that lives in a notebook where no test sees it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

# layer: the layers it may import. These are all the arrows there are.
MAY_IMPORT = {
    "data": set(),
    "simulation": {"data"},
    "analysis": {"simulation", "data"},
    "app": {"analysis", "simulation", "data"},
}

# The step is compiled loops and equations. Tables, files, plots and clocks have no business there, and all randomness
# is drawn by coordinate.
STEP = ("simulation/rules", "simulation/processes", "simulation/schedule.py", "simulation/engine/draws.py")
NOT_IN_THE_STEP = {"pandas", "pandera", "pyarrow", "yaml", "pydantic", "mesa", "scipy", "statsmodels", "matplotlib"}
NOT_IN_THE_STEP |= {"tqdm", "random", "secrets", "time", "datetime", "numpy.random", "data"}

LONGEST_NOTEBOOK_FUNCTION = 15  # lines: enough to plot, too few to hide a model


def imports(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Every module that a source imports, at the top or inside a function: (line, dotted name)."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = (node.module or "") if node.level == 0 else f"{package}.{node.module or ''}".rstrip(".")
            yield node.lineno, base
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            names = [argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant)]
            yield from ((node.lineno, str(name)) for name in names)
        elif isinstance(node, ast.Attribute) and ast.unparse(node) in ("np.random", "numpy.random"):
            yield node.lineno, "numpy.random"


def upward(source: str, layer: str) -> list[str]:
    """Imports of a layer's source that the table does not allow, as `line: name`."""
    forbidden = MAY_IMPORT.keys() - MAY_IMPORT[layer] - {layer}
    return sorted({f"{line}: {name}" for line, name in imports(source, layer) if name.split(".")[0] in forbidden})


def not_in_the_step(source: str) -> list[str]:
    """Imports that a source of the step must do without, as `line: name`."""
    found = imports(source, "simulation")
    return sorted({f"{line}: {name}" for line, name in found if {name, name.split(".")[0]} & NOT_IN_THE_STEP})


def logic(source: str) -> list[str]:
    """Classes and long functions of a notebook's code, as `line: what`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef):
            found.append(f"{node.lineno}: class {node.name}")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_NOTEBOOK_FUNCTION:
                found.append(f"{node.lineno}: function {node.name} of {length} lines")
    return found


def code_of(notebook: Path) -> str:
    """The Python of a notebook's code cells, without the lines that are for IPython."""
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    lines = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith(("%", "!")))


def sources(root: Path, place: str) -> list[Path]:
    """The Python files of a folder, or the one file; empty when there is none."""
    path = root / place
    return sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.is_file() else []


@pytest.mark.parametrize("layer", MAY_IMPORT)
def test_imports_only_point_down(root: Path, layer: str) -> None:
    files = sources(root, layer)
    assert files, f"layer {layer} has no code"
    found = {str(path.relative_to(root)): upward(path.read_text(encoding="utf-8"), layer) for path in files}
    assert not {path: lines for path, lines in found.items() if lines}


def test_the_program_does_not_import_its_tests(root: Path) -> None:
    for layer in MAY_IMPORT:
        for path in sources(root, layer):
            names = {name.split(".")[0] for _, name in imports(path.read_text(encoding="utf-8"), layer)}
            assert not names & {"tests", "notebooks", "pytest", "hypothesis"}, path


@pytest.mark.parametrize("place", STEP)
def test_the_step_is_loops_and_equations_only(root: Path, place: str) -> None:
    files = sources(root, place)
    assert files, f"{place} has no code"
    found = {str(path.relative_to(root)): not_in_the_step(path.read_text(encoding="utf-8")) for path in files}
    assert not {path: lines for path, lines in found.items() if lines}


def test_notebooks_only_load_call_and_show(root: Path) -> None:
    notebooks = [path for path in (root / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts]
    assert notebooks
    found = {path.name: logic(code_of(path)) for path in notebooks}
    found |= {path.name: logic(path.read_text(encoding="utf-8")) for path in sources(root, "notebooks")}
    assert not {name: lines for name, lines in found.items() if lines}


@pytest.mark.parametrize(
    ("layer", "source", "caught"),
    [
        ("simulation", "import analysis.decision.compare", True),
        ("simulation", "from app import cli", True),
        ("simulation", "def f():\n    from analysis import compare", True),
        ("simulation", "importlib.import_module('analysis.decision.compare')", True),
        ("data", "from simulation import Policy", True),
        ("analysis", "import app", True),
        ("simulation", "import data\nfrom . import policy\nfrom .rules import trust", False),
        (
            "analysis",
            "from simulation import Policy\nimport data\nimport analysis.decision.compare\nimport application",
            False,
        ),
        ("app", "import analysis, simulation, data", False),
    ],
)
def test_an_arrow_that_points_up_is_caught(layer: str, source: str, caught: bool) -> None:
    """The check above would pass for ever if it saw nothing."""
    assert bool(upward(source, layer)) is caught


@pytest.mark.parametrize(
    "source",
    ["import pandas as pd", "def f():\n    import pandas", "from numpy import random", "np.random.default_rng()"],
)
def test_a_table_or_hidden_randomness_in_the_step_is_caught(source: str) -> None:
    assert not_in_the_step(source)
    assert not not_in_the_step("import math\nimport numpy as np\nfrom simulation.engine.draws import uniform")


def test_logic_in_a_notebook_is_caught() -> None:
    assert logic("class Model:\n    pass")
    assert logic("def simulate():\n" + "    x = 1\n" * LONGEST_NOTEBOOK_FUNCTION)
    assert not logic("def plot(table):\n" + "    x = 1\n" * (LONGEST_NOTEBOOK_FUNCTION - 1))
