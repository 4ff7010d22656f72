"""Texts of the command line by language; the report has its own in analysis/report."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from data import shipped_yaml

__all__ = ["say"]


def say(lang: str, key: str, **values: object) -> str:
    """A text of the catalogue with its placeholders filled."""
    return _catalogue(lang)[key].format(**values)


@cache
def _catalogue(lang: str) -> dict[str, str]:
    text = (Path(__file__).parent / f"{lang}.yaml").read_text(encoding="utf-8")
    table: dict[str, str] = shipped_yaml(text)
    return table
