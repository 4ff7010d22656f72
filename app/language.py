"""Languages of everything that people read."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Language"]


class Language(StrEnum):
    """Language of the report."""

    en = "en"
    id = "id"
