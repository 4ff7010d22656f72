"""Imports only point down and never in a circle, and notebooks only load, call and show.

Guards: a model that reaches for the analysis that uses it, or two modules that reach for each other (then neither can be understood
or tested alone), pandas or hidden randomness inside the month, logic that lives in a notebook where no test sees it.
"""

from __future__ import annotations

import ast
import json
import shutil
from pathlib import Path

import networkx
import pytest

from tests.project.import_graph import circles, graph, imports

# layer: the layers it may import. These are all the arrows there are.
MAY_IMPORT = {
    "data": set(),
    "simulation": {"data"},
    "analysis": {"simulation", "data"},
    "app": {"analysis", "simulation", "data"},
}

# Within a layer, from low to high: a part may import the parts before it. A module belongs to the longest name that begins its own; one
# that begins with none, such as a lever's declaration, is only kept out of circles.
ORDER = (
    (
        "simulation.engine",
        "simulation.rules",
        "simulation.processes",
        "simulation.schedule",
        "simulation.engine.memory",  # runs the month, and so knows what is in it
        "simulation.parameters",
        "simulation.posterior",
        "simulation.mesa_face",
        "simulation.ensembles",  # runs a model of one's own too
    ),
    (
        "analysis.presentation",
        "analysis.evaluation",
        "analysis.calibration",
        "analysis.decision",
        "analysis.report",
        "analysis.study",
    ),
)

# The step is compiled loops and equations. Tables, files, plots and clocks have no business there, and all randomness
# is drawn by coordinate.
STEP = ("simulation/rules", "simulation/processes", "simulation/schedule.py", "simulation/engine/draws.py")
NOT_IN_THE_STEP = {"pandas", "pandera", "pyarrow", "yaml", "pydantic", "mesa", "scipy", "statsmodels", "matplotlib"}
NOT_IN_THE_STEP |= {"tqdm", "random", "secrets", "time", "datetime", "numpy.random", "data"}

LONGEST_NOTEBOOK_FUNCTION = 15  # lines: enough to plot, too few to hide a model


def upward(source: str, layer: str) -> list[str]:
    """Imports of a layer's source that the table does not allow, as `line: name`."""
    forbidden = MAY_IMPORT.keys() - MAY_IMPORT[layer] - {layer}
    return sorted({f"{line}: {name}" for line, name in imports(source, layer) if name.split(".")[0] in forbidden})


def not_in_the_step(source: str) -> list[str]:
    """Imports that a source of the step must do without, as `line: name`."""
    found = list(imports(source, "simulation"))
    numpys = ("np.random", "numpy.random")
    nodes = ast.walk(ast.parse(source))
    found += [(n.lineno, "numpy.random") for n in nodes if isinstance(n, ast.Attribute) and ast.unparse(n) in numpys]
    return sorted(
        {f"{line}: {name}" for line, name in found if any(f"{name}.".startswith(f"{n}.") for n in NOT_IN_THE_STEP)}
    )


def out_of_order(found: networkx.DiGraph) -> list[str]:
    """Arrows within a layer that point up, as `module:line imports module`."""
    return sorted(
        f"{module}:{line} imports {target}"
        for module, target, line in found.edges(data="line")
        for order in ORDER
        if None not in (low := _rank(module, order), high := _rank(target, order)) and (low or 0) < (high or 0)
    )


def _rank(module: str, order: tuple[str, ...]) -> int | None:
    parts = [part for part in order if f"{module}.".startswith(f"{part}.")]
    return order.index(max(parts, key=len)) if parts else None


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


@pytest.fixture(scope="module")
def whole(root: Path) -> networkx.DiGraph:
    """Imports of the whole program."""
    return graph(root, MAY_IMPORT)


def test_no_modules_import_each_other(whole: networkx.DiGraph) -> None:
    """Imports inside functions, for type checkers and by name count: what has to be put off is a circle still."""
    assert len(whole) > 150 and whole.number_of_edges() > 500
    assert not circles(whole)


def test_imports_within_a_layer_only_point_down(whole: networkx.DiGraph) -> None:
    assert not out_of_order(whole)
    for part in (part for order in ORDER for part in order):
        known = any(f"{module}.".startswith(f"{part}.") for module in whole)
        assert known, f"{part}: no such part"


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
    ("file", "planted"),
    [
        ("analysis/presentation/style.py", "from analysis.report import figures"),
        ("analysis/presentation/style.py", "def f():\n    import analysis.report.figures"),
        ("analysis/presentation/style.py", "if TYPE_CHECKING:\n    from ..report.figures import levels"),
        ("analysis/presentation/style.py", "import_module('analysis.report.figures')"),
        ("analysis/presentation/style.py", "HOMES = {'levels': 'analysis.report.figures'}\nimport_module(HOMES[name])"),
        (
            "analysis/evaluation/skm/result.py",
            "from analysis.evaluation import words",
        ),  # which the package loads lazily
        ("analysis/evaluation/skm/index.py", "from .wording import sentence"),
    ],
)
def test_a_circle_is_caught(root: Path, tmp_path: Path, file: str, planted: str) -> None:
    """The checks above would pass for ever if they saw nothing: a circle is planted in a copy."""
    shutil.copytree(root / "analysis", tmp_path / "analysis", ignore=shutil.ignore_patterns("__pycache__"))
    sound = graph(tmp_path, ["analysis"])
    assert not circles(sound) and not out_of_order(sound)
    with (tmp_path / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{planted}\n")
    module = file.removesuffix(".py").replace("/", ".")
    spoilt = graph(tmp_path, ["analysis"])
    assert [module in group for group in circles(spoilt)] == [True]
    assert bool(out_of_order(spoilt)) is ("presentation" in file)


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
