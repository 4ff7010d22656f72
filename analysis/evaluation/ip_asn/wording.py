"""The result of a staff list in plain words."""

from __future__ import annotations

from analysis.evaluation.ip_asn.index import category
from analysis.evaluation.ip_asn.result import OTHER_UNITS, StaffResult
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.privacy import SMALLEST

__all__ = ["unit_name", "words"]

NAMED = 4


def words(result: StaffResult, lang: str = "en") -> str:
    """Paragraphs on the index, the hours and the needs; parted by empty lines."""
    say = Phrases(lang, "ip_asn")
    parts = [_index(result, say), _hours(result, say), _needs(result, say), _hidden(result, say)]
    return "\n\n".join(" ".join(part) for part in parts if part)


def unit_name(name: str, say: Phrases) -> str:
    """Name of a unit; other units and all staff in the language's words."""
    return say.named("names", name)


def _count(value: object, say: Phrases) -> str:
    return say.number(float(str(value)), 0)


def _index(result: StaffResult, say: Phrases) -> list[str]:
    every = result.table.iloc[0]
    numbers = {"n": _count(every["n"], say), "scored": _count(every["scored"], say)}
    found = [
        say.text(
            "staff",
            n=numbers["n"],
            pns=_count(every["pns"], say),
            pppk=_count(every["n"] - every["pns"], say),
        )
    ]
    if every["index_low"] == every["index_low"]:
        low, high = float(every["index_low"]), float(every["index_high"])
        names = say.raw("categories")
        ends = {
            "low": say.number(low),
            "high": say.number(high),
            "low_category": names[category(low)],
            "high_category": names[category(high)],
        }
        if result.points_in_file:
            found.append(say.text("index_given", index=say.number(low), category=names[category(low)], **numbers))
        else:
            settled = high - low < 0.005
            found.append(say.text("index_settled" if settled else "index", **ends, **numbers))
        found += _dimensions(result, say)
    return found


def _dimensions(result: StaffResult, say: Phrases) -> list[str]:
    names = say.raw("dimensions")
    rows = [row for _, row in result.dimensions.iterrows()]
    lost = max(rows, key=lambda row: float(row["lost"]))
    loose = max(rows, key=lambda row: float(row["high"] - row["low"]))
    found = []
    for key, row in (("lost", lost), ("open", loose)):
        width = float(row["high"] - row["low"])
        if (key == "lost" and row["lost"] > 0) or (key == "open" and width > 1):
            ends = {end: say.number(row[end], 1) for end in ("low", "high")}
            settled = "_given" if key == "lost" and width < 0.05 else ""
            found.append(
                say.text(f"{key}{settled}", dimension=names[row["dimension"]], most=say.number(row["most"], 0), **ends)
            )
    if not result.points_in_file:
        found.append(say.text("newer"))
    elif result.warning:
        mean = next(float(row["high"]) for row in rows if row["dimension"] == "qualification")
        found.append(say.text("warning", mean=say.number(mean)))
    return found


def _hours(result: StaffResult, say: Phrases) -> list[str]:
    every = result.table.iloc[0]
    if not every["pns"]:
        return []
    if not every["jp_known"]:
        return [say.text("hours_none")]
    found = []
    if every["below"] != every["below"]:
        found.append(say.text("hours_few", known=_count(every["jp_known"], say)))
    elif every["below"]:
        keys = {"known": "jp_known", "below": "below", "without": "without", "missing": "jp_missing"}
        numbers = {name: _count(every[column], say) for name, column in keys.items()}
        found.append(say.text("hours", share=say.percent(every["share_below"]), **numbers))
    else:
        found.append(say.text("hours_met", known=_count(every["jp_known"], say)))
    if every["pns"] > every["jp_known"]:
        found.append(say.text("hours_unknown", count=_count(every["pns"] - every["jp_known"], say)))
    units = result.table[(result.table["scope"] == "unit") & (result.table["below"] > 0)]
    if len(units) > 1:
        worst = units.sort_values("share_below", ascending=False, kind="stable").head(NAMED)
        named = [
            say.text("unit", unit=unit_name(str(n), say), share=say.percent(s))
            for n, s in zip(worst["name"], worst["share_below"], strict=True)
        ]
        found.append(say.text("worst", units=", ".join(named)))
    if every["pppk_above"] > 0:
        found.append(say.text("pppk", count=_count(every["pppk_above"], say)))
    if result.rise is not None:
        found.append(say.text("rise", points=say.number(result.rise, 1)))
    return found


def _needs(result: StaffResult, say: Phrases) -> list[str]:
    needs, names = result.needs, say.raw("domains")
    if needs.empty and "needs" in result.hidden:
        return []
    if needs.empty:
        return [say.text("needs_none")]
    every = needs[needs["unit"] == "all"].sort_values("share_below_80", ascending=False, kind="stable")
    texts = [
        say.text(
            "domain",
            domain=names[row["domain"]],
            share=say.percent(row["share_below_80"]),
            below=_count(row["below_68"], say),
            n=_count(row["n"], say),
        )
        for _, row in every.iterrows()
    ]
    found = [say.text("needs", domains="; ".join(texts))]
    units = needs[needs["unit"] != "all"].assign(below=lambda t: t["below_68"] + t["from_68_to_80"])
    units = units[units["below"] > 0].sort_values("below", ascending=False, kind="stable").head(NAMED)
    if len(units):
        named = [
            say.text(
                "need_unit",
                domain=names[row["domain"]],
                unit=unit_name(str(row["unit"]), say),
                count=_count(row["below"], say),
                n=_count(row["n"], say),
            )
            for _, row in units.iterrows()
        ]
        found.append(say.text("needs_units", units=", ".join(named)))
    return found


def _hidden(result: StaffResult, say: Phrases) -> list[str]:
    """What is not shown as it would be about a person."""
    found = []
    if result.small:
        with_them = say.text("small_with", units=say.listed(list(result.joined))) if result.joined else ""
        apart = OTHER_UNITS in set(result.table["name"])
        values = {"count": result.small, "least": SMALLEST, "joined": with_them}
        found.append(say.text("small", **values) if apart else say.text("small_all", least=SMALLEST))
    if "status" not in set(result.table["scope"]):
        found.append(say.text("small_status", least=SMALLEST))
    if result.hidden:
        found.append(say.text("hidden", least=SMALLEST))
    return found
