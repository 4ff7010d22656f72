"""Hashes of what the sources do: all modules of the project that a run can execute, found by following imports.

Where a module lies does not matter: an import counts for what it brings in. `simulation.posterior.syntax` says which parts of a module
count.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from simulation.posterior.syntax import read_source

__all__ = ["ROOT", "closure", "module_file", "sources_hash", "strings_and_fields", "texts_hash"]

ROOT = Path(__file__).resolve().parents[2]  # the folder that holds the packages


def module_file(module: str, root: Path = ROOT) -> Path | None:
    """The file of one of the project's modules or packages, None for any other."""
    base = root.joinpath(*module.split("."))
    return next((f for f in (base.with_suffix(".py"), base / "__init__.py") if f.is_file()), None)


def closure(start: str, root: Path = ROOT) -> dict[str, Path]:
    """Modules of the project that importing `start` and calling anything of it can execute, with their files.

    Imports inside functions count, those for type checkers do not. A module brings its packages with it.
    """
    found: dict[str, Path] = {}
    waiting = [start]
    while waiting:
        module = waiting.pop()
        file = module_file(module, root)
        if module in found or file is None:
            continue
        found[module] = file
        waiting += [module.rpartition(".")[0]] if "." in module else []
        for base, names in _imports(file, module):
            waiting += [base, *(f"{base}.{name}" for name, _ in names)]
    return dict(sorted(found.items()))


def sources_hash(start: str, without: tuple[str, ...] = (), root: Path = ROOT) -> str:
    """Hash of the closure of a module, whatever its files are called (64 hex digits). without: modules that have a hash of their own."""
    return _sources_hash(start, without, root)


@cache
def _sources_hash(start: str, without: tuple[str, ...], root: Path) -> str:
    files = closure(start, root)
    texts = {m: "" if m in without else read_source(f).text for m, f in files.items()}
    parts = []
    for module, file in files.items():
        links = _links(module, file, texts) if module not in without else []
        if texts[module] or links:
            parts.append(_digest("\n".join([texts[module], *links])))
    return _digest("\n".join(sorted(parts)))


def texts_hash(modules: tuple[str, ...], root: Path = ROOT) -> str:
    """Hash of the sources of some modules themselves, without what they import (64 hex digits)."""
    files = [module_file(module, root) for module in modules]
    return _digest("\n".join(_digest(read_source(f).text) if f is not None else "missing" for f in files))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _links(module: str, file: Path, texts: dict[str, str]) -> list[str]:
    """What the names that a module imports from the project and uses stand for: name here, name there, hash of the text they come from."""
    used = read_source(file).names
    found = set()
    for base, names in _imports(file, module):
        for name, here in names:
            if here in used:
                whole = f"{base}.{name}"
                there = ("", texts[whole]) if whole in texts else (name, texts.get(base, ""))
                found.add(f"{here} {there[0]} {_digest(there[1])}")
        if not names and base.partition(".")[0] in used:
            found.add(f"{base.partition('.')[0]} {_digest(texts.get(base, ''))}")
    return sorted(found)


def strings_and_fields(start: str, without: tuple[str, ...] = (), root: Path = ROOT) -> tuple[set[str], set[str]]:
    """Texts that stand in the closure of a module, and names of fields that are read or written there."""
    strings: set[str] = set()
    fields: set[str] = set()
    for module, file in closure(start, root).items():
        if module not in without:
            strings |= read_source(file).strings
            fields |= read_source(file).fields
    return strings, fields


def _imports(file: Path, module: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Imports that can be executed: module, and the names taken from it with the names they have here (none for the module itself)."""
    package = file.name == "__init__.py"
    for node in read_source(file).imports:
        if isinstance(node, ast.Import):
            yield from ((alias.name, []) for alias in node.names if alias.asname is None)
            for alias in node.names:
                if alias.asname is not None:
                    base, _, name = alias.name.rpartition(".")
                    yield (base, [(name, alias.asname)]) if base else (name, [])
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".") if package else module.split(".")[:-1]
            base = ".".join(above[: len(above) - node.level + 1]) if node.level else ""
            base = ".".join(part for part in (base, node.module or "") if part)
            yield base, [(alias.name, alias.asname or alias.name) for alias in node.names]
        elif isinstance(node, ast.Call):
            yield from (
                (a.value, []) for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)
            )
