"""The compile cache: a changed rule gives a changed result, and no home folder stops a run."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulation.engine import compiled

PACKAGE = {
    "__init__.py": "",
    "engine/__init__.py": "",
    "rules/__init__.py": "",
    "rules/inner.py": "from simulation.engine.compiled import rule\n\n\n@rule\ndef twice(x):\n    return FACTOR * x\n\n\nFACTOR = 2.0\n",
    "schedule.py": (
        "from simulation.engine.compiled import CACHE, entry\nfrom simulation.rules.inner import twice\n\n\n"
        "@entry\ndef run(x):\n    return twice(x) + 1.0\n\n\n"
        "if __name__ == '__main__':\n    import json\n    hit = run(10.0)\n"
        "    print(json.dumps([hit, str(CACHE), sum(run.stats.cache_hits.values())]))\n"
    ),
}


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the sources of the engine that `sources_hash` reads in their place."""
    folder = tmp_path / "simulation"
    shutil.copytree(compiled.SOURCES, folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "SOURCES", folder)
    return folder


def test_hash_of_a_copy_is_the_same(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a hash that depends on where the project lies, so that two machines would never agree on a result."""
    here = compiled.sources_hash()
    monkeypatch.undo()
    assert compiled.sources_hash() == here and len(here) == 64


@pytest.mark.parametrize("change", ["edit a rule", "add a file", "take a file away", "rename a file"])
def test_any_change_of_a_source_changes_the_folder(copied: Path, change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: numba's own cache, which sees only the outer file and would keep the result of the old rule."""
    monkeypatch.setenv("ASNLAB_CACHE", str(copied.parent / "cache"))
    before = compiled.cache_folder()
    rule = copied / "rules" / "learning.py"
    match change:
        case "edit a rule":
            rule.write_text(
                rule.read_text(encoding="utf-8").replace("LARGEST_TILT = 2.0", "LARGEST_TILT = 2.1"), encoding="utf-8"
            )
        case "add a file":
            (copied / "rules" / "new.py").write_text("", encoding="utf-8")
        case "take a file away":
            rule.unlink()
        case "rename a file":
            rule.rename(rule.with_name("teaching.py"))
    assert compiled.cache_folder() != before


def run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """Everything in a source but what only type checkers read."""
    if isinstance(tree, ast.If) and ast.unparse(tree.test) == "TYPE_CHECKING":
        return
    yield tree
    for node in ast.iter_child_nodes(tree):
        yield from run_time(node)


def test_compiled_code_is_made_of_hashed_sources() -> None:
    """Guards: a file that compiled code imports but whose changes do not change the folder: the old result would stay."""
    named = compiled.COMPILED
    files = [f for f in compiled.SOURCES.rglob("*.py") if f.relative_to(compiled.SOURCES).as_posix().startswith(named)]
    assert len(files) > 15
    files.remove(
        compiled.SOURCES / "engine" / "memory.py"
    )  # it calls compiled code; the types of what it passes are part of numba's key
    for file in files:
        for node in run_time(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for module in modules:
                if module.startswith("simulation."):
                    path = module.removeprefix("simulation.").replace(".", "/")
                    assert f"{path}.py".startswith(named), f"{file.name} imports {module}"
                assert module.partition(".")[0] not in ("data", "analysis", "app"), f"{file.name} imports {module}"


def test_data_do_not_change_the_folder(copied: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a compile of half a minute for a file that is not a source."""
    monkeypatch.setenv("ASNLAB_CACHE", str(copied.parent / "cache"))
    before = compiled.cache_folder()
    (copied / "notes.txt").write_text("x", encoding="utf-8")
    assert compiled.cache_folder() == before


def test_cache_goes_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a cache written into a home that a cluster's jobs may not write."""
    monkeypatch.setenv("ASNLAB_CACHE", str(tmp_path / "mine"))
    folder = compiled.cache_folder()
    assert folder.parent == tmp_path / "mine" and folder.is_dir()
    monkeypatch.delenv("ASNLAB_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert compiled.cache_root() == tmp_path / "xdg" / "asnlab"


def test_no_place_to_write_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a run that fails because the cache's place is a file, or a folder nobody may write."""
    (tmp_path / "occupied").write_text("", encoding="utf-8")
    monkeypatch.setenv("ASNLAB_CACHE", str(tmp_path / "occupied"))
    folder = compiled.cache_folder()
    assert folder.is_dir() and tmp_path / "occupied" not in folder.parents
    shutil.rmtree(folder)


def test_no_home_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a run without a user, as in a container."""

    def homeless() -> Path:
        raise RuntimeError("no home")

    monkeypatch.delenv("ASNLAB_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(compiled.Path, "home", staticmethod(homeless))
    monkeypatch.setattr(compiled.tempfile, "gettempdir", lambda: str(tmp_path))
    assert tmp_path in compiled.cache_folder().parents


def test_prune_keeps_the_newest(tmp_path: Path) -> None:
    """Guards: caches that fill a disk, and other people's folders that are removed with them."""
    now = time.time()
    for age in range(7):
        folder = tmp_path / f"engine-{age}"
        folder.mkdir()
        os.utime(folder, (now - 100 * age, now - 100 * age))
    (tmp_path / "results").mkdir()
    (tmp_path / "engine-note").write_text("", encoding="utf-8")
    compiled.prune(tmp_path, keep=3)
    assert sorted(f.name for f in tmp_path.iterdir()) == ["engine-0", "engine-1", "engine-2", "engine-note", "results"]


def in_a_fresh_process(folder: Path, cache: Path) -> tuple[float, str, int]:
    """Result, cache folder and cache hits of the small engine in `folder`, run by a new Python."""
    out = subprocess.run(
        [sys.executable, "-m", "simulation.schedule"],
        cwd=folder,
        env={**os.environ, "ASNLAB_CACHE": str(cache), "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    result, where, hits = json.loads(out.stdout)
    return float(result), str(where), int(hits)


@pytest.mark.slow
def test_a_changed_inner_rule_changes_the_result(tmp_path: Path) -> None:
    """Guards the reason for all of this: an entry, compiled and cached, whose inner rule in another file is then edited.

    A package of two small files stands for the engine and uses the real `compiled.py`: the engine itself compiles for half a minute.
    """
    package = tmp_path / "simulation"
    (package / "rules").mkdir(parents=True)
    (package / "engine").mkdir()
    for name, text in PACKAGE.items():
        (package / name).write_text(text, encoding="utf-8")
    shutil.copy(compiled.__file__, package / "engine" / "compiled.py")
    cache = tmp_path / "cache"
    first, where, hits = in_a_fresh_process(tmp_path, cache)
    assert (first, hits) == (21.0, 0)
    again, same, hits = in_a_fresh_process(tmp_path, cache)
    assert (again, same) == (21.0, where)
    assert hits == 1, "the second process compiles nothing: the cache works at all"
    inner = package / "rules" / "inner.py"
    inner.write_text(inner.read_text(encoding="utf-8").replace("2.0", "3.0"), encoding="utf-8")
    changed, other, hits = in_a_fresh_process(tmp_path, cache)
    assert (changed, hits) == (31.0, 0)
    assert other != where


def test_no_fast_maths() -> None:
    """Guards: sums whose order, and so whose bits, depend on the processor."""
    from simulation.rules.learning import dose

    assert not dose.targetoptions.get("fastmath", False)
    assert os.environ["NUMBA_DISABLE_INTEL_SVML"] == "1"
