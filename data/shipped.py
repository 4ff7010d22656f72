"""Read the project's own YAML."""

from __future__ import annotations

from typing import Any

__all__ = ["shipped_yaml"]


def shipped_yaml(raw: str | bytes) -> Any:
    """Content of a YAML file of the project.

    LibYAML reads it several times as fast as Python does, which is a good part of a start. Users' own files stay with Python: brackets
    nested some thousand deep, which are an error there, end the process here.
    """
    import yaml

    return yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
