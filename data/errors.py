"""Errors written for people: one line that says where, what was found and what is allowed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

__all__ = ["InputError", "nearest", "nearest_file"]


class InputError(ValueError):
    """Something a person supplied (a file, a name, a number) cannot be used.

    The message is one line: ``place: what was found; what is allowed; did you mean 'x'?``.
    The command line prints it and exits with status 2.
    """


def nearest(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed name closest to `word`, or None when nothing is close.

    Case, spaces, hyphens and underscores do not count as differences: people type
    'status quo' for 'status_quo'.
    """
    names = {_key(name): name for name in map(str, allowed)}
    key = _key(str(word))
    if key in names:
        return names[key]
    found = difflib.get_close_matches(key, list(names), n=1, cutoff=0.55)
    return names[found[0]] if found else None


def nearest_file(name: str, there: Iterable[str]) -> str | None:
    """The file name closest to `name`, or None when nothing is close. What they end in does not make two names alike."""
    files = {_stem(file): file for file in there}
    near = nearest(_stem(name), files)
    return files[near] if near is not None else None


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


def _key(word: str) -> str:
    return word.strip().lower().replace(" ", "_").replace("-", "_")
