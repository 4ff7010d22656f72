"""The result of a file of training hours in plain words."""

from __future__ import annotations

from analysis.evaluation.attendance.evaluate import AttendanceResult
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.privacy import SMALLEST

__all__ = ["words"]


def words(result: AttendanceResult, lang: str = "en") -> str:
    """Paragraphs on all participants and on programmes; parted by empty lines."""
    say = Phrases(lang, "attendance")
    every, programmes = result.table.iloc[0], result.table[result.table["scope"] == "programme"]
    if every["share"] != every["share"]:
        return say.text("few", least=SMALLEST)
    numbers = {name: say.number(every[name], 0) for name in ("n", "planned", "attended")}
    shares = {name: say.percent(every[name]) for name in ("share", "low", "high", "reached")}
    parts = [say.text("all", **numbers, **shares, least=say.percent(result.least))]
    shown = programmes[programmes["share"].notna()].sort_values("share", kind="stable")
    if len(shown) > 1:
        lowest = shown.iloc[0]
        ends = {name: say.percent(lowest[name]) for name in ("share", "low", "high")}
        parts.append(say.text("lowest", programme=lowest["name"], **ends))
    if len(shown) < len(programmes):
        parts.append(say.text("hidden", least=SMALLEST))
    return "\n\n".join([*parts, say.text("limits")])
