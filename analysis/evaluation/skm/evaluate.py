"""An SKM file evaluated: index with interval and category, elements ranked, their scales, groups compared, respondents needed."""

from __future__ import annotations

import math

import pandas as pd

from analysis.evaluation.changed_units import changed_units, has_changed
from analysis.evaluation.skm.categories import cuts
from analysis.evaluation.skm.elements_rank import REPEATS, elements_ranked
from analysis.evaluation.skm.groups import Groups, compare_groups
from analysis.evaluation.skm.index import EXACT, POINTS, Skm, from_respondents
from analysis.evaluation.skm.result import Needed, SkmResult
from analysis.evaluation.skm.sample import for_category, for_precision, krejcie_morgan
from analysis.evaluation.skm.satisfied import who_is_satisfied
from analysis.evaluation.skm.structure import structure
from data.arguments import argument
from data.errors import InputError, nearest
from data.skm_elements import CODES

__all__ = ["evaluate_skm"]

BY = ("unit", "year")


def evaluate_skm(
    frame: pd.DataFrame,
    *,
    by: str | None = None,
    precision: float | None = None,
    population: int | None = None,
    weight: float = EXACT,
    repeats: int = REPEATS,
    every_unit: bool | None = None,
) -> SkmResult:
    """Evaluate answers to an SKM questionnaire.

    `analysis.evaluation.show(result)` shows it in a notebook.

    Args:
        frame: one row a respondent: the nine elements, and what else there is of respondent, unit, year, sex, age, education, occupation
            (as `data.intake.read_file` gives it).
        by: unit or year: compare its groups. precision: half the width of the interval wanted [points; 1.5 when None].
        population: people served, for the finite-population correction. weight: of an element, 1/9.
        every_unit: whether the file holds every unit that is meant; None takes five units or more for a sample of units.

    Raises:
        InputError: as `index.from_respondents`; `by` is no column of the file, or has one value only.
    """
    survey = from_respondents(frame, weight, population, every_unit=every_unit)
    answers = pd.DataFrame(
        {code: frame[survey.columns[code]].to_numpy(dtype=float) for code in CODES}, index=frame.index
    )
    totals = answers.sum(axis=1) * weight * POINTS
    changed, before = None, math.nan
    if has_changed(frame):
        changed = changed_units(frame, totals.groupby([frame["unit"], frame["period"]]).mean())
        before = float(totals[frame["period"] == "before"].std(ddof=1))
    return SkmResult(
        survey,
        elements_ranked(answers, survey, repeats),
        structure(answers),
        _groups(frame, totals, by),
        who_is_satisfied(frame, totals),
        _needed(survey, _spread(survey, totals), precision, population),
        int(frame["respondent"].dropna().duplicated().sum()) if "respondent" in frame else 0,
        changed,
        before,
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


def _spread(survey: Skm, totals: pd.Series) -> float:
    """Spread of one respondent [points], with what respondents of one unit share, as if more of them came from as many more units."""
    return float(totals.std(ddof=1)) * math.sqrt(survey.design_effect) if len(totals) > 1 else math.nan


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
        for_category(spread, min(abs(survey.index - cut) for cut in cuts()), population=population),
        None if population is None else krejcie_morgan(population),
    )
