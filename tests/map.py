"""Which tests guard a source: by name, by import, and through other modules.

    python -m tests.map simulation/levers.py          say which
    python -m tests.map --run simulation/levers.py    run those that are named for it or import it (make test-of FILE=simulation/levers.py)

A test file reaches a source when it imports it, at the top or inside a function, itself or through what it imports; tests of the command
reach what the command imports. Imports are read from the sources: nothing is run.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from functools import cache
from pathlib import Path

import networkx

from data.errors import nearest
from tests import ROOT
from tests.project.import_graph import graph

LAYERS = ("simulation", "analysis", "app", "data")
FOLDERS = (*LAYERS, "bench", "docs", "tests")


@cache
def arrows() -> networkx.DiGraph:
    """What each module of the project imports, its tests too."""
    return graph(ROOT, FOLDERS)


def source_of(module: str) -> Path:
    """The file of a module, below the project's folder."""
    path = Path(*module.split("."))
    return path / "__init__.py" if (ROOT / path).is_dir() else path.with_suffix(".py")


@cache
def distances(test: str) -> dict[str, int]:
    """How many imports away each module is from a test module; the packages that a module lies in are as near as it."""
    found: dict[str, int] = dict(networkx.single_source_shortest_path_length(arrows(), test))
    for module, away in sorted(found.items(), key=lambda item: item[1]):
        parts = module.split(".")
        for k in range(1, len(parts)):
            found.setdefault(".".join(parts[:k]), away)
    return found


@cache
def all_tests() -> tuple[str, ...]:
    """The test modules."""
    return tuple(module for module in arrows() if module.split(".")[-1].startswith("test_"))


def guards(source: str) -> dict[str, list[str]]:
    """Test files that guard a source, each named once: `named` for it, `importing` it, or `reaching` it through other modules.

    Those in the folder that mirrors the source's own come first, then those that are fewer imports away.

    Args: source, path of a Python file below the project's folder.
    Raises: KeyError when there is no such source.
    """
    path = Path(source)
    module = {source_of(name): name for name in arrows()}[path]
    stem = path.parent.name if path.name == "__init__.py" else path.stem
    found: dict[str, list[str]] = {"named": [], "importing": [], "reaching": []}
    files = {test: source_of(test) for test in all_tests()}
    mirrored = {test: path.parent.is_relative_to(Path(*file.parts[1:-1])) for test, file in files.items()}
    for test in sorted(all_tests(), key=lambda name: (not mirrored[name], distances(name).get(module, 0), name)):
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
        guess = nearest(source, (source_of(module).as_posix() for module in arrows()))
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
