"""What sources do, as text that a hash can be taken of: the modules that a run can execute, without what changes no result.

Layout, comments, docstrings, `__all__`, annotations of functions and variables, and blocks for type checkers do not count; nor do the
places of the project's own modules: an import counts by what it brings, not by where that lies. Annotations of a class count, because
records are declared by them.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

__all__ = ["ROOT", "closure", "module_file", "sources_hash", "strings_and_fields", "syntax_text", "texts_hash"]

ROOT = Path(__file__).resolve().parents[2]  # the folder that holds the packages
# Fields of syntax that change nothing, or that only some versions of Python have.
SILENT = {"ctx", "kind", "returns", "simple", "type_comment", "type_ignores", "type_params"}


def module_file(module: str, root: Path = ROOT) -> Path | None:
    """The file of one of the project's modules or packages, None for any other."""
    base = root.joinpath(*module.split("."))
    return next((f for f in (base.with_suffix(".py"), base / "__init__.py") if f.is_file()), None)


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


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
        for base, names in _imports(_tree(file), module, file.name == "__init__.py"):
            waiting += [base, *(f"{base}.{name}" for name, _ in names)]
    return dict(sorted(found.items()))


def sources_hash(start: str, without: tuple[str, ...] = (), root: Path = ROOT) -> str:
    """Hash of the closure of a module, whatever its files are called (64 hex digits). without: modules that have a hash of their own."""
    return _sources_hash(start, without, root)


@cache
def _sources_hash(start: str, without: tuple[str, ...], root: Path) -> str:
    files = closure(start, root)
    texts = {m: "" if m in without else syntax_text(_tree(f)) for m, f in files.items()}
    parts = []
    for module, file in files.items():
        links = _links(module, file, texts) if module not in without else []
        if texts[module] or links:
            parts.append(_digest("\n".join([texts[module], *links])))
    return _digest("\n".join(sorted(parts)))


def texts_hash(modules: tuple[str, ...], root: Path = ROOT) -> str:
    """Hash of the sources of some modules alone, not of what they import (64 hex digits)."""
    files = [module_file(module, root) for module in modules]
    return _digest("\n".join(_digest(syntax_text(_tree(f))) if f is not None else "missing" for f in files))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _links(module: str, file: Path, texts: dict[str, str]) -> list[str]:
    """What the names that a module imports from the project and uses stand for: name here, name there, hash of the text they come from."""
    tree = _tree(file)
    used = {n.id for n in _nodes(tree) if isinstance(n, ast.Name)}
    found = set()
    for base, names in _imports(tree, module, file.name == "__init__.py"):
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
        for node in _nodes(_tree(file)) if module not in without else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                strings.add(node.value)
            elif isinstance(node, ast.Attribute):
                fields.add(node.attr)
    return strings, fields


def _imports(tree: ast.Module, module: str, package: bool) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Imports that can be executed: module, and the names taken from it with the names they have here (none for the module itself)."""
    for node in _nodes(tree, imports=True):
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
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (
                (a.value, []) for a in node.args[:1] if isinstance(a, ast.Constant) and isinstance(a.value, str)
            )


# --- syntax -----------------------------------------------------------------------------------------------------------------------


def syntax_text(tree: ast.Module) -> str:
    """The syntax of a source, less what changes no result; "" when nothing is left. The same in all Pythons the project runs on."""
    return "".join("".join(_told(statement)) for statement in tree.body if not _silent(statement))


def _told(node: Any, of_class: bool = False) -> Iterator[str]:
    if isinstance(node, list):
        yield "["
        for item in node:
            if not _silent(item):
                yield from _told(item, of_class)
        yield "]"
    elif not isinstance(node, ast.AST):
        yield f"{type(node).__name__}:{node!r};"
    elif isinstance(node, ast.AnnAssign) and not of_class:
        if node.value is not None:
            yield from _told(ast.Assign([node.target], node.value))
    elif isinstance(node, ast.JoinedStr):
        yield "JoinedStr("
        yield from _told(_joined(node.values))
        yield ")"
    else:
        yield f"{type(node).__name__}("
        for name, value in _fields(node):
            yield f"{name}="
            yield from _told(value, isinstance(node, ast.ClassDef))
        yield ")"


def _fields(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Fields of a node that count and hold something."""
    for name, value in ast.iter_fields(node):
        annotation = name == "annotation" and isinstance(node, ast.arg)
        if not (name in SILENT or annotation or value is None or value == []):
            yield name, value


def _joined(values: list[ast.expr]) -> list[ast.expr]:
    """Parts of a formatted string, texts that touch made one: Pythons differ in how they cut them."""
    parts: list[ast.expr] = []
    for value in values:
        text = value.value if isinstance(value, ast.Constant) else None
        last = parts[-1] if parts else None
        if isinstance(text, str) and isinstance(last, ast.Constant) and isinstance(last.value, str):
            parts[-1] = ast.Constant(last.value + text)
        elif text != "":
            parts.append(value)
    return parts


def _silent(node: Any) -> bool:
    """True for a statement that changes no result: a text, `pass`, `__all__`, an import (links tell it), a block for type checkers."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.ImportFrom):
        return node.level > 0 or _ours(node.module or "") or node.module == "__future__"
    if isinstance(node, ast.Import):
        return all(_ours(alias.name) for alias in node.names)
    if isinstance(node, ast.If):
        return ast.unparse(node.test).endswith("TYPE_CHECKING") and not node.orelse
    if isinstance(node, ast.Assign):
        return all(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
    return isinstance(node, ast.Pass)


def _ours(module: str) -> bool:
    return module.partition(".")[0] in ("analysis", "app", "data", "simulation")


def _nodes(tree: ast.AST, imports: bool = False) -> Iterator[ast.AST]:
    """Nodes that count, those of annotations and of silent statements left out. imports: with the imports of the project's modules."""
    waiting: list[tuple[Any, bool]] = [(tree, False)]
    while waiting:
        node, of_class = waiting.pop()
        if imports and isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, list):
            waiting += [(item, of_class) for item in node]
        elif isinstance(node, ast.AST) and not _silent(node):
            yield node
            plain = isinstance(node, ast.AnnAssign) and not of_class
            for name, value in _fields(node):
                if not (plain and name == "annotation"):
                    waiting.append((value, isinstance(node, ast.ClassDef)))
