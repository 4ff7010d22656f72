"""The result of a file of complaints in plain words."""

from __future__ import annotations

import pandas as pd

from analysis.evaluation.changed_words import changed_words
from analysis.evaluation.complaints.limits import TYPES, limits
from analysis.evaluation.complaints.result import ComplaintsResult
from analysis.evaluation.phrases import Phrases
from data.arguments import argument

__all__ = ["words"]

NAMED = 6


def words(result: ComplaintsResult, lang: str = "en") -> str:
    """Paragraphs on volumes, time to answer and units; parted by empty lines."""
    say = Phrases(lang, "complaints")
    parts = [_volume(result, say), _in_time(result, say), _units(result, say)]
    if result.changed is not None:
        parts.append([changed_words(result.changed, say, "changed_rate")])
    parts.append(_how(result, say))
    return "\n\n".join(" ".join(part) for part in parts if part)


def _volume(result: ComplaintsResult, say: Phrases) -> list[str]:
    every = result.table.iloc[0]
    found = [
        say.text(
            "volume",
            n=say.number(every["n"], 0),
            first=result.months["month"].iloc[0],
            last=result.months["month"].iloc[-1],
            answered=say.number(every["answered"], 0),
            share=say.percent(every["answered"] / every["n"]),
            open=say.number(every["open"], 0),
        )
    ]
    if every["open"]:
        key = "overdue" if every["overdue"] else "overdue_none"
        found.append(say.text(key, **({"count": say.number(every["overdue"], 0)} if every["overdue"] else {})))
    return [*found, say.text("volume_note")]


def _in_time(result: ComplaintsResult, say: Phrases) -> list[str]:
    every = result.table.iloc[0]
    if not every["due"]:
        return [say.text("none_due")]
    ends = {key: say.percent(every[key]) for key in ("low", "high")}
    found = [say.text("in_time", due=say.number(every["due"], 0), share=say.percent(every["share_in_time"]), **ends)]
    rows = {str(row["name"]): row for _, row in result.table[result.table["scope"] == "type"].iterrows()}
    if len(rows) > 1 or result.untyped == 0:
        texts = [_type(kind, rows[kind], say) for kind in TYPES if kind in rows]
        found.append(say.text("types", types="; ".join(texts)))
    return found


def _type(kind: str, row: pd.Series, say: Phrases) -> str:
    values = {"type": say.raw("names")[kind], "limit": limits()[kind]}
    if not row["due"]:
        return say.text("type_young", **values)
    known = row["median_days"] == row["median_days"]
    median = say.text("median", days=say.number(row["median_days"], 0)) if known else say.text("median_none")
    return say.text(
        "type",
        **values,
        share=say.percent(row["share_in_time"]),
        due=say.number(row["due"], 0),
        median=median,
    )


def _units(result: ComplaintsResult, say: Phrases) -> list[str]:
    units = result.table[(result.table["scope"] == "unit") & result.table["p_holm"].notna()]
    if units.empty:
        return []
    sure = units[units["distinguishable"]].sort_values("share_in_time", kind="stable")
    if sure.empty:
        return [say.text("units_alike", count=len(units))]
    named = [
        say.text("unit", unit=n, share=say.percent(s), due=say.number(d, 0))
        for n, s, d in zip(sure["name"], sure["share_in_time"], sure["due"], strict=True)
    ]
    listed = ", ".join([*named[:NAMED], *(["…"] if len(named) > NAMED else [])])
    return [say.text("units_apart", count=len(units), units=listed)]


def _how(result: ComplaintsResult, say: Phrases) -> list[str]:
    off = (
        say.text("holidays", count=result.holidays)
        if result.holidays
        else say.text("no_holidays", holidays=argument("holidays"))
    )
    found = [say.text("days", holidays=off), say.text("until", until=result.until.isoformat())]
    if result.untyped:
        found.append(say.text("untyped", count=say.number(result.untyped, 0), limit=limits()[TYPES[0]]))
    return [*found, say.text("limits")]
