"""Which tests guard a source: by name, by import, and through other modules.

    python -m tests.map simulation/levers.py          say which
    python -m tests.map --run simulation/levers.py    run those that are named for it or import it (make test-of FILE=simulation/levers.py)

A test file reaches a source when it imports it, at the top or inside a function, itself or through what it imports; tests of the command
reach what the command imports. Imports are read from the sources: nothing is run.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from data.errors import nearest
from tests import ROOT

LAYERS = ("simulation", "analysis", "app", "data")
FOLDERS = (*LAYERS, "bench", "docs", "tests")


@cache
def sources() -> dict[str, Path]:
    """The Python files of the project by the name under which they are imported."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _named(tree: ast.AST, package: str) -> Iterator[str]:
    """Every dotted name that a source imports, absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


@cache
def imported(module: str) -> frozenset[str]:
    """Modules of the project that one imports; with a module come the packages it lies in."""
    path = sources()[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    found = set()
    for name in _named(ast.parse(path.read_text(encoding="utf-8")), package):
        parts = name.split(".")
        found |= {".".join(parts[:k]) for k in range(1, len(parts) + 1)} & sources().keys()
    return frozenset(found - {module})


@cache
def distances(test: str) -> dict[str, int]:
    """How many imports away each module is from a test module."""
    found, edge = {test: 0}, [test]
    while edge:
        edge = sorted({name for module in edge for name in imported(module)} - found.keys())
        step = max(found.values()) + 1
        found |= dict.fromkeys(edge, step)
    return found


@cache
def tests() -> tuple[str, ...]:
    """The test modules."""
    return tuple(name for name, path in sources().items() if path.name.startswith("test_"))


def guards(source: str) -> dict[str, list[str]]:
    """Test files that guard a source, each named once: `named` for it, `importing` it, or `reaching` it through other modules.

    Those in the folder that mirrors the source's own come first, then those that are fewer imports away.

    Args: source, path of a Python file below the project's folder.
    Raises: KeyError when there is no such source.
    """
    (module,) = [name for name, path in sources().items() if path == ROOT / source] or [""]
    if not module:
        raise KeyError(source)
    path = Path(source)
    stem = path.parent.name if path.name == "__init__.py" else path.stem
    found: dict[str, list[str]] = {"named": [], "importing": [], "reaching": []}
    files = {test: sources()[test].relative_to(ROOT) for test in tests()}
    mirrored = {test: path.parent.is_relative_to(Path(*file.parts[1:-1])) for test, file in files.items()}
    for test in sorted(tests(), key=lambda name: (not mirrored[name], distances(name).get(module, 0), name)):
        file, away = files[test], distances(test).get(module)
        if mirrored[test] and (file.stem.removeprefix("test_") + "_").startswith(stem.strip("_") + "_"):
            found["named"].append(file.as_posix())
        elif away is not None:
            found["importing" if away == 1 else "reaching"].append(file.as_posix())
    return found


def main(asked: list[str] | None = None) -> int:
    """Say which tests guard a source, or run them; returns the status of the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.map", description="Which tests guard a source.")
    parser.add_argument("source", help="a Python file, such as simulation/levers.py")
    parser.add_argument("--run", action="store_true", help="run the tests that are named for it or import it")
    given = parser.parse_args(asked)
    path = Path(given.source)
    source = path.relative_to(ROOT).as_posix() if path.is_absolute() else path.as_posix()
    try:
        found = guards(source)
    except KeyError:
        known = [p.relative_to(ROOT).as_posix() for p in sources().values()]
        guess = nearest(source, known)
        hint = f"; did you mean '{guess}'?" if guess else f"; Python files below {', '.join(FOLDERS)}"
        print(f"map: {source}: no such source{hint}", file=sys.stderr)
        return 2
    # Where nothing is so near, the nearest of those that reach it.
    chosen = [*found["named"], *found["importing"]] or found["reaching"][:3]
    if given.run:
        return subprocess.run([sys.executable, "-m", "pytest", *chosen], cwd=ROOT, check=False).returncode
    print("\n".join(f"{what:10} {file}" for what, files in found.items() for file in files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
