"""Result of an SKM file: index with its error, elements, their scales, groups, respondents needed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from analysis.evaluation.changed_units import ChangedUnits
from analysis.evaluation.skm.categories import CATEGORIES
from analysis.evaluation.skm.groups import Groups
from analysis.evaluation.skm.index import Skm
from analysis.evaluation.skm.structure import Structure

__all__ = ["Needed", "SkmResult"]


@dataclass(frozen=True)
class Needed:
    """Respondents needed.

    Attributes: precision asked for, half the width of the interval [points]; respondents for it; respondents from which the category is
    right with 95 %, None on a cut without the population; krejcie_morgan, the official table's number, None without the population.
    """

    precision: float
    respondents: int
    for_category: int | None
    krejcie_morgan: int | None


@dataclass(frozen=True)
class SkmResult:
    """Result of one file.

    Attributes: survey, the official index with its error; table, the elements, the weakest first (see `elements_ranked`); structure, None
    for fewer than 30 respondents; groups, None unless asked for and possible; people, odds ratios, empty without demographics; needed;
    repeated, respondents known to have answered more than once; changed, units that changed against the others [points], where the file
    says which; spread, SD of respondents' own index before [points].
    """

    survey: Skm
    table: pd.DataFrame
    structure: Structure | None
    groups: Groups | None
    people: pd.DataFrame
    needed: Needed | None
    repeated: int = 0
    changed: ChangedUnits | None = None
    spread: float = math.nan

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tidy tables by name: index, elements, reliability, loadings, groups, pairs, people, evidence; only those that hold something."""
        found = {"index": self.summary(), "elements": self.table}
        if self.structure is not None:
            found |= {"reliability": self.structure.table(), "loadings": self.structure.loadings}
        if self.groups is not None:
            found |= {"groups": self.groups.table, "pairs": self.groups.pairs}
        found["people"] = self.people
        if self.changed is not None:
            found["evidence"] = self.changed.evidence("skm", "ikm", "clients", self.spread)
        return {name: table for name, table in found.items() if len(table)}

    def summary(self) -> pd.DataFrame:
        """One row: respondents, index, interval, category, probability of each category, respondents needed."""
        low, high = self.survey.interval() or (math.nan, math.nan)
        chances = self.survey.category_probability() or {}
        needed = self.needed
        return pd.DataFrame(
            [
                {
                    "respondents": self.survey.respondents,
                    "population": self.survey.population,
                    "index": self.survey.index,
                    "standard_error": self.survey.sampling_error,
                    "df": self.survey.df,
                    "design_effect": self.survey.design_effect,
                    "drawn": self.survey.drawn.kind if self.survey.drawn else "",
                    "low": low,
                    "high": high,
                    "category": self.survey.category.letter,
                    "probability_right": self.survey.probability_right(),
                    **{f"probability_{c.letter}": chances.get(c.letter) for c in CATEGORIES},
                    "precision": needed and needed.precision,
                    "respondents_for_precision": needed and needed.respondents,
                    "respondents_for_category": needed and needed.for_category,
                    "krejcie_morgan": needed and needed.krejcie_morgan,
                }
            ]
        )
