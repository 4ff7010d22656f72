"""Units that changed against the others, in a sentence."""

from __future__ import annotations

from analysis.evaluation.changed_units import ChangedUnits
from analysis.evaluation.phrases import Phrases
from analysis.presentation.digits import places

__all__ = ["changed_words"]


def changed_words(found: ChangedUnits, say: Phrases, unit: str) -> str:
    """Change, interval, units on either side, and what must be true for it to be an effect. unit: key of the words for its unit."""
    low, high = found.fit.interval()
    decimals = places(found.fit.se, found.fit.value)
    ends = {"value": found.fit.value, "low": low, "high": high}
    numbers = {name: say.number(number, decimals, True) for name, number in ends.items()}
    return say.text("changed", unit=say.text(unit), changed=found.changed, others=found.others, **numbers)
