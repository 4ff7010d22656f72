"""How messages name an argument: as a Python argument, or as an option on the command line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["argument", "on_the_command_line"]

OPTIONS = {"key_file": "--key"}
"""Options that are not called as their argument; the others have its name with hyphens."""
_SPEAKS_OPTIONS: ContextVar[bool] = ContextVar("speaks_options", default=False)


@contextmanager
def on_the_command_line() -> Iterator[None]:
    """Within this block messages name options."""
    before = _SPEAKS_OPTIONS.set(True)
    try:
        yield
    finally:
        _SPEAKS_OPTIONS.reset(before)


def argument(name: str, *values: object) -> str:
    """An argument, with the values it could have: scale=(0, 10), or on the command line --scale 0 10.

    Args: name, of the argument in Python; values, one for a single value, several for a tuple.
    """
    if _SPEAKS_OPTIONS.get():
        return " ".join([OPTIONS.get(name, "--" + name.replace("_", "-")), *map(str, values)])
    if not values:
        return name
    return f"{name}={values[0]!r}" if len(values) == 1 else f"{name}={values!r}"
