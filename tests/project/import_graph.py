"""The project's modules and what each imports, read from the sources: at the top, inside functions, for type checkers, by name.

An arrow goes to the module that is named. `from package import name` goes to the submodule of that name, or else to the package's own
`__init__`, of which what it imports is counted like any module's. That Python runs the `__init__` of every package above a module
is not an arrow: it would join each package that offers its public names lazily to all that lies below it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import networkx

__all__ = ["circles", "graph", "imports"]

LOADERS = ("import_module", "__import__")


def imports(source: str, package: str) -> Iterator[tuple[int, str]]:
    """What a source imports: (line, dotted name). `from a import b` gives a.b: whether b is a module only the files can say.

    Args: package, dotted name of the package that the source lies in, from which relative imports are counted.
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] in LOADERS and node.args:
            name = node.args[0]
            if isinstance(name, ast.Constant):
                yield node.lineno, str(name.value)
            else:  # a name from a table of the same source, as where public names are loaded lazily
                yield from _texts(tree)


def _texts(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
            yield node.lineno, node.value


def graph(root: Path, layers: Iterable[str]) -> networkx.DiGraph:
    """Modules of some top folders by dotted names, and an arrow with its first `line` from each to every one that it imports."""
    files = {_name(path, root): path for layer in layers for path in sorted((root / layer).rglob("*.py"))}
    found = networkx.DiGraph()
    found.add_nodes_from(files)
    for module, path in files.items():
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        for line, name in imports(path.read_text(encoding="utf-8"), package):
            target = name if name in files else name.rpartition(".")[0]
            if target in files and target != module and not found.has_edge(module, target):
                found.add_edge(module, target, line=line)
    return found


def circles(found: networkx.DiGraph) -> list[list[str]]:
    """Modules that import each other, in groups, each in alphabetical order."""
    return sorted(sorted(group) for group in networkx.strongly_connected_components(found) if len(group) > 1)


def _name(path: Path, root: Path) -> str:
    parts = path.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
