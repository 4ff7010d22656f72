"""A source file reduced to what can change a result, as text.

Layout, comments, docstrings, `__all__`, annotations of functions and variables, and blocks for type checkers do not count, nor imports of
the project's own modules. Annotations of a class count, because records are declared by them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["Source", "read_source", "syntax_text"]

# Syntax fields that change no result, or that exist only in some versions of Python.
SILENT = {"ctx", "kind", "returns", "simple", "type_comment", "type_ignores", "type_params"}


class Source(NamedTuple):
    """Attributes: text, see `syntax_text`; imports that can be executed, calls of `import_module` among them; names that are used; strings
    that stand in it; fields, names of attributes that are read or written."""

    text: str
    imports: tuple[ast.AST, ...]
    names: frozenset[str]
    strings: frozenset[str]
    fields: frozenset[str]


@cache
def read_source(file: Path) -> Source:
    """A Python file, read once a process."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    imports: list[ast.AST] = []
    names, strings, fields = set(), set(), set()
    for node in _nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            imports.append(node)
        elif isinstance(node, ast.Name):
            names.add(node.id)
        elif isinstance(node, ast.Attribute):
            fields.add(node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            strings.add(node.value)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            imports.append(node)
    return Source(syntax_text(tree), tuple(imports), frozenset(names), frozenset(strings), frozenset(fields))


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


def _nodes(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes that count, those of annotations and of silent statements left out, and imports of the project's modules, which links tell."""
    waiting: list[tuple[Any, bool]] = [(tree, False)]
    while waiting:
        node, of_class = waiting.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, list):
            waiting += [(item, of_class) for item in node]
        elif isinstance(node, ast.AST) and not _silent(node):
            yield node
            plain = isinstance(node, ast.AnnAssign) and not of_class
            for name, value in _fields(node):
                if not (plain and name == "annotation"):
                    waiting.append((value, isinstance(node, ast.ClassDef)))
