"""The result of an SKM file in plain words."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd

from analysis.evaluation.changed_words import changed_words
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.skm.drawn import FEW_UNITS
from analysis.evaluation.skm.groups import Groups
from analysis.evaluation.skm.index import POINTS, ROUNDED, Skm
from analysis.evaluation.skm.result import Needed, SkmResult
from analysis.evaluation.skm.satisfied import LEAST
from analysis.evaluation.skm.structure import Structure
from data.arguments import argument
from data.skm_elements import ELEMENTS

__all__ = ["LIKELY", "sentence", "words"]

LIKELY = 0.5  # chance from which an element is named as one to look at first
SURE = 0.9  # share of samples from which the weakest element is called settled
NAMED = 6  # groups named before the rest is only counted


def words(result: SkmResult, lang: str = "en") -> str:
    """Paragraphs on index, elements, scales, groups and people, respondents needed; parted by empty lines."""
    say = Phrases(lang, "skm")
    parts = [_index(result, say), _elements(result, say), _scales(result.structure, say)]
    if result.groups is not None:
        parts.append(_groups(result.groups, say))
    if result.changed is not None:
        parts.append([changed_words(result.changed, say, "changed_points")])
    parts.append(_people(result.people, say))
    parts.append(_needed(result.needed, result, say))
    parts.append([say.text("limits")])
    return "\n\n".join(" ".join(part) for part in parts if part)


def sentence(survey: Skm, lang: str = "en") -> str:
    """The index alone in plain words: category, interval, how sure the category is, weakest element by its official name."""
    say = Phrases(lang, "skm")
    letter = survey.category.letter
    found = [say.text("sentence.index", index=say.number(survey.index), letter=letter, grade=say.raw("grades")[letter])]
    between, right = survey.interval(), survey.probability_right()
    if between is not None and right is not None:
        low, high = (say.number(end, 1) for end in between)
        values = {"n": survey.respondents, "low": low, "high": high, "right": say.number(100 * right, 0)}
        found.append(say.text("sentence.interval", **values))
    weakest = min(ELEMENTS, key=lambda e: survey.nrr[e.code])
    name = {"en": weakest.english, "id": weakest.name}[lang]
    found.append(say.text("sentence.weakest", element=name, index=say.number(survey.nrr[weakest.code] * POINTS)))
    if abs(survey.weight - ROUNDED) < 1e-9:
        found.append(say.text("sentence.rounded"))
    return " ".join(found)


def _index(result: SkmResult, say: Phrases) -> list[str]:
    survey = result.survey
    own = {
        "index": say.number(survey.index),
        "letter": survey.category.letter,
        "grade": say.raw("grades")[survey.category.letter],
    }
    between, right = survey.interval(), survey.probability_right()
    if between is None or right is None:
        return [say.text("index_one", **own)]
    found = [
        say.text(
            "index",
            **own,
            n=survey.respondents,
            low=say.number(between[0], 1),
            high=say.number(between[1], 1),
            right=say.chance(right),
        )
    ]
    if not survey.sampling_error and survey.population is None:
        found.append(say.text("all_alike"))
    others = {k: v for k, v in (survey.category_probability() or {}).items() if k != survey.category.letter}
    letter = max(others, key=lambda k: others[k])
    if others[letter] >= 0.05:
        found.append(say.text("other", letter=letter, chance=say.chance(others[letter])))
    if survey.drawn is not None and survey.drawn.kind != "respondents":
        kind = "few_units" if survey.drawn.count < FEW_UNITS else survey.drawn.kind
        found.append(
            say.text(
                f"drawn.{kind}",
                units=survey.drawn.count,
                effect=say.number(survey.design_effect),
                option=argument("every_unit"),
            )
        )
    if result.repeated:
        found.append(say.text("repeated", count=result.repeated))
    if abs(survey.weight - ROUNDED) < 1e-9:
        found.append(say.text("rounded"))
    return found


def _elements(result: SkmResult, say: Phrases) -> list[str]:
    table, names = result.table, say.raw("element")
    if "probability_weakest" not in table:
        return []
    first = table.iloc[0]
    values = {name: say.number(first[name]) for name in ("nrr", "low", "high")}
    key = "weakest" if first["low"] == first["low"] else "weakest_alike"
    found = [say.text(key, element=names[first["code"]], **values)]
    if first["probability_weakest"] >= SURE:
        found.append(say.text("weakest_sure", chance=say.chance(first["probability_weakest"])))
    else:
        likely = (
            table[table["probability_weakest"] >= 0.05]
            .sort_values("probability_weakest", ascending=False, kind="stable")
            .head(4)
        )
        pairs = zip(likely["code"], likely["probability_weakest"], strict=True)
        chances = [say.text("chance_of", element=names[code], chance=say.chance(p)) for code, p in pairs]
        found.append(say.text("weakest_open", chances=say.listed(chances)))
    return found + (_drivers(table, say) if "quadrant" in table else [])


def _drivers(table: pd.DataFrame, say: Phrases) -> list[str]:
    names = say.raw("element")
    likely = table[(table["quadrant"] == "priority") & (table["probability_priority"] >= LIKELY)]
    pairs = zip(likely["code"], likely["probability_priority"], strict=True)
    first = [say.text("chance_of", element=names[code], chance=say.chance(p)) for code, p in pairs]
    found = [say.text("priority", elements=say.listed(first)) if first else say.text("no_priority")]
    middle = float(table["rest_correlation"].mean())
    rows = zip(table["code"], table["quadrant"], table["rest_correlation_high"], strict=True)
    apart = [names[code] for code, quadrant, high in rows if quadrant == "apart" and high < middle]
    if apart:
        found.append(say.text("apart", elements=say.listed(apart)))
    if table["variance_share"].notna().any():
        most = max((row for _, row in table.iterrows()), key=lambda row: float(row["variance_share"]))
        more = most["variance_share_low"] > 1 / 9
        found.append(say.text("drivers"))
        values = {"element": names[most["code"]], "share": say.percent(most["variance_share"])}
        found.append(say.text("drivers_most", **values) if more else say.text("drivers_even"))
    return found


def _scales(found: Structure | None, say: Phrases) -> list[str]:
    if found is None:
        return [say.text("few")]
    names = say.raw("element")
    whole = found.whole
    texts = [say.text("alpha", alpha=say.number(whole.value), low=say.number(whole.low), high=say.number(whole.high))]
    if found.parallel.factors == 1:
        texts.append(say.text("one_factor"))
    elif found.parallel.factors == 0:
        texts.append(say.text("no_factors"))
    else:
        scales = [
            say.text("scale", elements=say.listed([names[c] for c in found.elements(f)]), alpha=say.number(a.value))
            for f, a in found.scales.items()
        ]
        texts.append(say.text("many_factors", count=found.parallel.factors, scales="; ".join(scales)))
        if found.correlation is not None:
            c = found.correlation
            ends = {"low": say.number(c.low), "high": say.number(c.high)}
            texts.append(say.text("factor_correlation", value=say.number(c.corrected), **ends))
    if found.constant:
        texts.append(say.text("constant", elements=say.listed([names[c] for c in found.constant])))
    return texts


def _groups(groups: Groups, say: Phrases) -> list[str]:
    by = say.raw("by")[groups.by]
    table = groups.table
    found = [say.text("groups", by=by, p=say.p(groups.p))]
    if groups.between_share is not None:
        found.append(say.text("between_share", share=say.percent(groups.between_share), by=by))
    if groups.by == "year":
        found += [_moved(row, say) for _, row in _steps(groups).iterrows()]
    else:
        sure = table[table["distinguishable"]].sort_values("difference", key=lambda d: -d.abs(), kind="stable")
        named = [_group(row, say) for _, row in sure.head(NAMED).iterrows()]
        if len(sure) > NAMED:
            named.append("…")
        key = "apart_groups" if named else "no_groups"
        found.append(say.text(key, count=len(table), **({"groups": ", ".join(named)} if named else {})))
        if 0 < len(sure) < len(table) - 1:
            found.append(say.text("rest_alike", count=len(table) - len(sure)))
    few = [str(g) for g in table.loc[table["few"], "group"]]
    for key, names in (("few_in", few), ("alike_in", groups.alike), ("single", groups.single)):
        if names:
            listed = say.listed([*names[:NAMED], *(["…"] if len(names) > NAMED else [])])
            found.append(say.text(key, groups=listed))
    return found


def _group(row: pd.Series, say: Phrases) -> str:
    return say.text("group", name=row["group"], difference=say.number(row["difference"], 1, signed=True))


def _steps(groups: Groups) -> pd.DataFrame:
    """Pairs of neighbouring years."""
    names = list(groups.table["group"])
    following = set(pairwise(names))
    pairs = groups.pairs
    return pairs[[(a, b) in following for a, b in zip(pairs["first"], pairs["second"], strict=True)]]


def _moved(row: pd.Series, say: Phrases) -> str:
    ends = {k: say.number(row[k], 1, signed=True) for k in ("difference", "low", "high")}
    return say.text("pair", first=row["first"], second=row["second"], p=say.p(row["p_adjusted"]), **ends)


def _people(people: pd.DataFrame, say: Phrases) -> list[str]:
    if people.empty:
        return []
    n, left_out = int(people["n"].iloc[0]), int(people["left_out"].iloc[0])
    rare = [say.text("people_rare", count=left_out, least=LEAST)] if left_out else []
    sure = people[people["p_holm"] < 0.05]
    if sure.empty:
        return [say.text("people_none", n=n), *rare]
    levels = say.raw("levels")

    def who(row: pd.Series) -> str:
        if row["characteristic"] == "age":
            return say.text("who_age")
        return say.text(
            "who",
            level=levels.get(row["level"], row["level"]),
            reference=levels.get(row["reference"], row["reference"]),
        )

    texts = [
        say.text(
            "comparison",
            ratio=say.number(row["odds_ratio"]),
            low=say.number(row["low"]),
            high=say.number(row["high"]),
            who=who(row),
        )
        for _, row in sure.iterrows()
    ]
    return [say.text("people", n=n, comparisons="; ".join(texts)), *rare]


def _needed(needed: Needed | None, result: SkmResult, say: Phrases) -> list[str]:
    if needed is None:
        return []
    digits = 1 if needed.precision >= 0.1 else 3
    found = [say.text("needed", precision=say.number(needed.precision, digits), n=say.number(needed.respondents, 0))]
    if needed.for_category is None:
        found.append(say.text("needed_cut"))
    else:
        found.append(say.text("needed_category", n=say.number(needed.for_category, 0)))
    if needed.krejcie_morgan is not None and result.survey.population is not None:
        n, population = say.number(needed.krejcie_morgan, 0), say.number(result.survey.population, 0)
        found.append(say.text("needed_table", n=n, population=population))
    return found
