"""The page that a Solara server shows: the city as `asnlab show` was told to open it."""

from __future__ import annotations

import solara

from app.web.choices import Choices, choose
from app.web.city import City

__all__ = ["Page", "open_with"]

_opened: list[Choices] = []


def open_with(choices: Choices) -> None:
    """What the page shows to whoever opens it from now on."""
    _opened[:] = [choices]


@solara.component
def Page() -> None:
    """The city; without `open_with` that of the shipped scenario."""
    City(_opened[0] if _opened else choose())
