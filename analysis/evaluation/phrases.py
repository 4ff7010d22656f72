"""Words of the evaluation of users' files in one language: the numbers of the report, and a catalogue of its own."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from analysis.presentation.words import Words
from data import shipped_yaml

__all__ = ["Phrases"]


class Phrases(Words):
    """Texts and number formats of one language ('en' or 'id')."""

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        self._texts = {**self._texts, **_catalogue(lang)}

    def listed(self, items: list[str]) -> str:
        """Items with commas and an 'and' before the last."""
        if len(items) < 2:
            return "".join(items)
        last = self.raw("and" if len(items) == 2 else "and_last")
        return f"{', '.join(items[:-1])}{last}{items[-1]}"

    def chance(self, share: float) -> str:
        """A probability in whole percent; never 0 or 100, which would claim to be sure."""
        if share > 0.99:
            return self.text("more_than", value=self.percent(0.99))
        return self.text("less_than", value=self.percent(0.01)) if share < 0.01 else self.percent(share)


@cache
def _catalogue(lang: str) -> dict[str, Any]:
    text = (Path(__file__).parent / f"surveys.{lang}.yaml").read_text(encoding="utf-8")
    table: dict[str, Any] = shipped_yaml(text)
    return table
