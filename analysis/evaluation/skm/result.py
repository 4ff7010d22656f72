"""An SKM file evaluated: index with interval and category, elements ranked, scales behind them, groups compared, respondents needed."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from analysis.evaluation.skm import index as skm
from analysis.evaluation.skm.elements_rank import REPEATS, elements_ranked
from analysis.evaluation.skm.groups import Groups, compare_groups
from analysis.evaluation.skm.index import CATEGORIES, POINTS, Skm
from analysis.evaluation.skm.sample import for_category, for_precision, krejcie_morgan
from analysis.evaluation.skm.satisfied import who_is_satisfied
from analysis.evaluation.skm.structure import Structure, structure
from data.arguments import argument
from data.errors import InputError, nearest
from data.skm_elements import CODES

__all__ = ["Needed", "SkmResult", "evaluate_skm"]

BY = ("unit", "year")


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
    """Result of one file; `words` and `figure` tell it in English or Indonesian.

    Attributes: survey, the official index with its error; table, the elements, the weakest first (see `elements_ranked`); structure, None
    for fewer than 30 respondents; groups, None unless asked for and possible; people, odds ratios, empty without demographics; needed;
    repeated, respondents known to have answered more than once.
    """

    survey: Skm
    table: pd.DataFrame
    structure: Structure | None
    groups: Groups | None
    people: pd.DataFrame
    needed: Needed | None
    repeated: int = 0

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tidy tables by name: index, elements, reliability, loadings, groups, pairs, people; only those that say something."""
        found = {"index": self.summary(), "elements": self.table}
        if self.structure is not None:
            found |= {"reliability": self.structure.table(), "loadings": self.structure.loadings}
        if self.groups is not None:
            found |= {"groups": self.groups.table, "pairs": self.groups.pairs}
        found["people"] = self.people
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

    def words(self, lang: str = "en") -> str:
        """The result in plain words, paragraphs parted by empty lines."""
        from analysis.evaluation.skm.wording import words

        return words(self, lang)

    def figure(self, lang: str = "en") -> Figure:
        """Elements with intervals, elements by priority and, where there are any, the groups."""
        from analysis.evaluation.skm.figure import figure

        return figure(self, lang)


def evaluate_skm(
    frame: pd.DataFrame,
    *,
    by: str | None = None,
    precision: float | None = None,
    population: int | None = None,
    weight: float = skm.EXACT,
    repeats: int = REPEATS,
) -> SkmResult:
    """Evaluate answers to an SKM questionnaire.

    Args:
        frame: one row a respondent: the nine elements, and what else there is of respondent, unit, year, sex, age, education, occupation
            (as `data.intake.read_file` gives it).
        by: unit or year: compare its groups. precision: half the width of the interval wanted [points; 1.5 when None].
        population: people served, for the finite-population correction. weight: of an element, 1/9.

    Raises:
        InputError: as `skm.from_respondents`; `by` is no column of the file, or has one value only.
    """
    survey = skm.from_respondents(frame, weight, population)
    answers = pd.DataFrame(
        {code: frame[survey.columns[code]].to_numpy(dtype=float) for code in CODES}, index=frame.index
    )
    totals = answers.sum(axis=1) * weight * POINTS
    return SkmResult(
        survey,
        elements_ranked(answers, survey, repeats),
        structure(answers),
        _groups(frame, totals, by),
        who_is_satisfied(frame, totals),
        _needed(survey, float(totals.std(ddof=1)) if len(totals) > 1 else math.nan, precision, population),
        int(frame["respondent"].dropna().duplicated().sum()) if "respondent" in frame else 0,
    )


def _groups(frame: pd.DataFrame, totals: pd.Series, by: str | None) -> Groups | None:
    if by is None:
        return None
    if by not in BY:
        near = nearest(by, BY)
        raise InputError(
            f"{argument('by')}: '{by}'; allowed: {', '.join(BY)}" + (f"; did you mean '{near}'?" if near else "")
        )
    if by not in frame or frame[by].notna().sum() == 0:
        also = " or a column 'date'" if by == "year" else ""
        raise InputError(
            f"{argument('by')}: the file has no column '{by}'{also}; without it there is nothing to compare"
        )
    if frame[by].nunique() < 2:
        raise InputError(f"{argument('by')}: the column '{by}' has one value only; two or more are needed to compare")
    found = compare_groups(totals, frame[by], by)
    if found is None:
        raise InputError(
            f"{argument('by')}: no two values of '{by}' have two respondents each, or all answers are alike; nothing can be compared"
        )
    return found


def _needed(survey: Skm, spread: float, precision: float | None, population: int | None) -> Needed | None:
    wanted = 1.5 if precision is None else precision
    if not wanted > 0.0:
        raise InputError(
            f"{argument('precision')}: {wanted:g}; a positive number of index points is needed, such as 1.5"
        )
    if not math.isfinite(spread):
        return None
    return Needed(
        wanted,
        for_precision(spread, wanted, population),
        for_category(spread, min(abs(survey.index - cut) for cut in skm.cuts()), population=population),
        None if population is None else krejcie_morgan(population),
    )
