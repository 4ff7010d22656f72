"""The project's own YAML: how it is read, and where the shipped scenarios lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.errors import InputError, nearest
from data.tables import path

__all__ = ["scenario_file", "shipped_scenarios", "shipped_yaml"]


def shipped_yaml(raw: str | bytes) -> Any:
    """Content of a YAML file of the project.

    LibYAML reads it several times as fast as Python does, which is a good part of a start. Users' own files stay with Python: brackets
    nested some thousand deep, which are an error there, end the process here.
    """
    import yaml

    return yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def shipped_scenarios() -> dict[str, Path]:
    """The files of the shipped scenarios by name: inside an installed package, or in scenarios/ of the project's folder."""
    inside = path("scenarios")
    folder = inside if inside.is_dir() else path().parent / "scenarios"
    return {file.stem: file for file in sorted(folder.glob("*.yaml"))}


def scenario_file(asked: Path) -> Path:
    """The file asked for, or the shipped scenario of that name, such as `tangsel`, where no file has it.

    Raises: InputError when there is neither, with the nearest name.
    """
    shipped = shipped_scenarios()
    name = asked.as_posix()
    if asked.is_file() or asked.suffix or "/" in name:
        if not asked.exists() and not asked.parent.is_dir() and asked.stem in shipped:
            raise InputError(f"{asked}: no such file; a scenario '{asked.stem}' is shipped: give its name alone")
        return asked
    if name in shipped:
        return shipped[name]
    if asked.exists():
        return asked
    close = nearest(name, shipped)
    said = f"did you mean '{close}'?" if close else f"shipped scenarios are {', '.join(shipped)}"
    raise InputError(f"{asked}: no such file or shipped scenario; {said}")
