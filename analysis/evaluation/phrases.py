"""Words of the evaluation of users' files in one language: those of every kind, and those of one kind's own folder."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from analysis.presentation.words import Words
from data import shipped_yaml

__all__ = ["Phrases"]

HERE = Path(__file__).parent
LEAST_CHANCE, MOST_CHANCE = 0.01, 0.99  # probabilities beyond these are written as less and more than these


class Phrases(Words):
    """Texts and number formats of one language ('en' or 'id').

    Args: folder, of a kind of evaluation, whose texts.*.yaml is read too; what stands there comes first.
    """

    def __init__(self, lang: str, folder: str = "") -> None:
        super().__init__(lang)
        self._texts = {**self._texts, **_catalogue(HERE, lang), **(_catalogue(HERE / folder, lang) if folder else {})}

    def named(self, key: str, value: str) -> str:
        """The word under a dotted key for a value; a value that has none, such as a name of the user's own, stays as it is."""
        return str(self.raw(key).get(value, value))

    def listed(self, items: list[str]) -> str:
        """Items with commas and an 'and' before the last."""
        if len(items) < 2:
            return "".join(items)
        last = self.raw("and" if len(items) == 2 else "and_last")
        return f"{', '.join(items[:-1])}{last}{items[-1]}"

    def chance(self, share: float) -> str:
        """A probability in whole percent; never 0 or 100, which would claim to be sure."""
        if share > MOST_CHANCE:
            return self.text("more_than", value=self.percent(MOST_CHANCE))
        return self.text("less_than", value=self.percent(LEAST_CHANCE)) if share < LEAST_CHANCE else self.percent(share)


@cache
def _catalogue(folder: Path, lang: str) -> dict[str, Any]:
    table: dict[str, Any] = shipped_yaml((folder / f"texts.{lang}.yaml").read_text(encoding="utf-8"))
    return table
