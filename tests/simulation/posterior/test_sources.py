"""The hash of what sources do: what changes a result changes it, and nothing else, wherever the files lie."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from simulation.posterior import sources, syntax
from simulation.posterior.sources import closure, sources_hash
from simulation.posterior.stamps import METHOD_MODULES, START, TABLES, made_of, method_hash, model_hash, read_parameters
from simulation.posterior.syntax import syntax_text
from tests import ROOT
from tests.recipes.test_lever_and_outcome import LEVER, write
from tests.simulation.test_golden import python_of


def text(source: str) -> str:
    return syntax_text(ast.parse(source))


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the packages that the hash is taken of."""
    ignore = shutil.ignore_patterns("__pycache__", "*.csv", "*.parquet")
    for folder in ("simulation", "data", "analysis/calibration/method"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    return tmp_path


def edit(root: Path, file: str, old: str, new: str) -> None:
    """Change a source, found by the pattern `old`, and forget what was read of it."""
    path = root / file
    before = path.read_text(encoding="utf-8")
    after = re.sub(old, new, before, count=1)
    assert after != before, old
    path.write_text(after, encoding="utf-8")
    forget()


def forget() -> None:
    for cached in (syntax.read_source, sources._sources_hash):
        cached.cache_clear()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"""Words."""\nx = 1  # one\n', "x   =  1"),
        ('def f():\n    """Words."""\n    return 1\n', "def f():\n  return 1\n"),
        ("def f(x: int, y: str = 'a') -> float:\n    z: float = x\n    return z\n", "def f(x, y='a'):\n    z = x\n    return z"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\nx = 1", "from typing import TYPE_CHECKING\nx = 1"),
        ("from __future__ import annotations\nfrom simulation.a import b\nx = 1\n__all__ = ['x']", "import data\nx = 1"),
        ("x = f'a{y:.3g}' 'b'", "x = f'a{y:.3g}b'"),
        ("TABLE: dict[str, int] = {}", "TABLE = {}"),
    ],
)  # fmt: skip
def test_what_changes_no_result_does_not_count(one: str, other: str) -> None:
    """Guards twenty thousand runs against a comment, a type or an import that is moved."""
    assert text(one) == text(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x = 'a'", "x = 'b'"),
        ("x = 1", "x = 1.0"),
        ("x = f'{y:.3g}'", "x = f'{y:.4g}'"),
        ("if x:\n    y = 1\n    z = 2\n", "if x:\n    y = 1\nz = 2\n"),
        ("x = a\n-b\n", "x = a - b\n"),
        ("@rule\ndef f(): return 1", "def f(): return 1"),
        ("def f(x=1): return x", "def f(x=2): return x"),
        ("class A(NamedTuple):\n    x: Annotated[float, 1.0]", "class A(NamedTuple):\n    x: Annotated[float, 2.0]"),
        ("class A(NamedTuple):\n    x: float\n    y: float", "class A(NamedTuple):\n    y: float\n    x: float"),
        ("import numpy as np", "import math as np"),
    ],
)
def test_what_changes_a_result_counts(one: str, other: str) -> None:
    """Guards the hash against seeing too little: the same tokens in another block, a default, the order of a record."""
    assert text(one) != text(other)


def test_editing_a_rule_changes_the_hash_a_comment_and_a_move_do_not(copy: Path) -> None:
    """Guards the hash of the model in a copy of it, whose files may be anywhere."""
    before = model_hash(copy)
    assert before == model_hash()
    edit(copy, "simulation/rules/trust.py", r'\A"""', '# a word\n"""Other words: ')
    assert model_hash(copy) == before
    # A module under another name, in another package, with every import of it renamed.
    new = copy / "simulation" / "equations"
    new.mkdir()
    (new / "__init__.py").write_text('"""Equations."""\n', encoding="utf-8")
    shutil.move(copy / "simulation" / "rules" / "trust.py", new / "of_trust.py")
    for file in (copy / "simulation").rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        file.write_text(source.replace("simulation.rules.trust", "simulation.equations.of_trust"), encoding="utf-8")
    forget()
    assert "simulation.equations.of_trust" in made_of(copy) and model_hash(copy) == before
    edit(copy, "simulation/equations/of_trust.py", r"return (.+)", r"return 2.0 * (\1)")
    assert model_hash(copy) != before


def test_a_name_that_stands_for_something_else_changes_the_hash(copy: Path) -> None:
    """Guards against two functions that change places: no module differs then but in its imports, which are left out of its text."""
    for name, number in (("one", 1), ("two", 2)):
        (copy / "simulation" / f"{name}.py").write_text(f"def f(): return {number}\n", encoding="utf-8")
    user = copy / "simulation" / "user.py"
    found = []
    for first, second in (("one", "two"), ("two", "one")):
        lines = [f"from simulation.{first} import f", f"from simulation.{second} import f as g", "x = f() - g()"]
        user.write_text("\n".join(lines), encoding="utf-8")
        forget()
        found.append(sources_hash("simulation.user", (), copy))
    assert found[0] != found[1]


def test_what_no_moment_reads_changes_no_hash(copy: Path) -> None:
    """Guards `compare` against refusing, and tests against a minute, for work on the faces of the model."""
    before = model_hash(copy)
    edit(copy, "simulation/mesa_face/model.py", r"def step\(self\)", "def stepped(self)")
    edit(copy, "simulation/ensembles/runs.py", "AHEAD = 2", "AHEAD = 3")
    write(copy, LEVER[2])  # a parameter that nothing names yet
    forget()
    assert model_hash(copy) == before
    edit(copy, "simulation/outcomes.py", r'Outcome\("SD"', 'Outcome("index"')
    assert model_hash(copy) != before


def test_lazy_imports_count_and_those_for_type_checkers_do_not(tmp_path: Path) -> None:
    """Guards the closure: a source that is imported in a function runs too."""
    package = tmp_path / "simulation"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from simulation.types_only import T\n"
    source += "def f():\n    from simulation.lazy import g\n    from . import beside\n    import importlib\n"
    source += "    importlib.import_module('simulation.named')\n"
    (package / "start.py").write_text(source, encoding="utf-8")
    for name in ("types_only", "lazy", "beside", "named"):
        (package / f"{name}.py").write_text("x = 1", encoding="utf-8")
    found = set(closure("simulation.start", tmp_path))
    assert found == {"simulation", "simulation.start", "simulation.lazy", "simulation.beside", "simulation.named"}


def test_the_registry_counts_by_what_moments_read_of_it() -> None:
    """Guards the hash of priors: every parameter that the model names is in it, one that nothing names is not."""
    from simulation.registry import REGISTRY

    names = tuple(p.name for p in REGISTRY)
    assert read_parameters((*names, "unused", "complaint_to_nobody")) == {*names, "complaint_to_nobody"}


def test_another_method_changes_its_hash(copy: Path) -> None:
    """Guards against a posterior that today's method would not give; the modules of the method are there."""
    assert len(METHOD_MODULES) == 3 and all((ROOT / f"{m.replace('.', '/')}.py").is_file() for m in METHOD_MODULES)
    assert method_hash(copy) == method_hash()
    edit(copy, "analysis/calibration/method/regression_abc.py", r"NEAREST = 0\.2", "NEAREST = 0.05")
    assert method_hash(copy) != method_hash()


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.13"])
def test_every_python_gives_the_same_hash(version: str) -> None:
    """Guards against a posterior that is out of date because another Python reads its sources."""
    python = python_of(version)
    if python is None:
        pytest.skip(f"no Python {version} on this machine")
    script = f"from simulation.posterior.sources import sources_hash; print(sources_hash({START!r}, {TABLES!r}))"
    done = subprocess.run([python, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == model_hash(), done.stderr
