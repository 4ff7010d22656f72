"""SKM and its index IKM by the official rule (PermenPANRB 14/2017), with the sampling error the rule leaves out.

The mean answer (NRR) of each of nine elements is weighted by 1/9 and added; times 25 that is the index from 25 to 100,
with categories A to D. Many units use the rounded weight 0.11: the nine weights then add to 0.99 and the index comes
out about one percent low, so it is kept as a recorded variant and never mixed with the exact one.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from analysis.evaluation.skm.categories import CATEGORIES, Category, category, category_of_nrr, cuts
from analysis.evaluation.skm.drawn import Drawn, drawn_by
from data.arguments import argument
from data.errors import InputError
from data.intake.personal import quotable
from data.skm_elements import CODES, ELEMENTS, ElementWarning, match_elements

__all__ = ["EXACT", "POINTS", "ROUNDED", "Skm", "from_element_means", "from_file", "from_respondents"]

EXACT, ROUNDED = 1.0 / 9.0, 0.11
POINTS = 25.0  # index points per point of the weighted mean
EXAMPLE = "EXAMPLE"  # begins the first cell of the template's rows


@dataclass(frozen=True)
class Skm:
    """Result of one survey.

    Args:
        index: IKM, 25 to 100.
        weight: weight of an element, 1/9 or the recorded variant 0.11.
        nrr: element code -> mean answer [1-4].
        respondents: number of respondents, or None when only means are known.
        sampling_error: standard error of the index [index points], or None; df, its degrees of freedom.
        design_effect: variance of the index over that of respondents drawn one by one. drawn: how they were drawn, see `drawn`.
        population: people served, when the finite-population correction was used.
        columns: element code -> column it was read from.
    """

    index: float
    weight: float
    nrr: Mapping[str, float]
    respondents: int | None = None
    sampling_error: float | None = None
    population: int | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    element_errors: Mapping[str, float] = field(default_factory=dict)
    df: float = math.inf
    design_effect: float = 1.0
    drawn: Drawn | None = None

    @property
    def category(self) -> Category:
        """Official category of the index."""
        return category(self.index)

    def interval(self, level: float = 0.95) -> tuple[float, float] | None:
        """Confidence interval of the index within its range [index points]; None without respondents."""
        if self.sampling_error is None:
            return None
        half = float(self._spread().ppf(0.5 + level / 2.0)) * self.sampling_error
        scale = 9.0 * self.weight * POINTS
        return max(scale, self.index - half), min(4.0 * scale, self.index + half)

    def _spread(self) -> Any:
        """Student's t: 30 respondents, or 10 units, do not know their own variance well."""
        return student(max(self.df, 1.0))

    def category_probability(self) -> dict[str, float] | None:
        """Probability of each category for the index of everyone served, from the sampling error alone.

        Student's t around the index, flat prior. None without respondents. It says nothing of leniency or of who was
        asked.
        """
        if self.sampling_error is None:
            return None
        if self.sampling_error == 0.0:
            return {c.letter: float(c is self.category) for c in CATEGORIES}
        t = self._spread()
        above = [float(t.sf((cut - self.index) / self.sampling_error)) for cut in cuts()] + [1.0]
        return {c.letter: above[i] - (above[i - 1] if i else 0.0) for i, c in enumerate(CATEGORIES)}

    def probability_right(self) -> float | None:
        """Probability that the printed category is the one a survey of everyone served would give."""
        found = self.category_probability()
        return None if found is None else found[self.category.letter]

    def table(self) -> pd.DataFrame:
        """One row an element: code, names, mean answer, its standard error, index, category; the unit's row last."""
        rows = [
            {
                "code": e.code,
                "element": e.name,
                "element_en": e.english,
                "nrr": self.nrr[e.code],
                "standard_error": self.element_errors.get(e.code, math.nan),
                "index": self.nrr[e.code] * POINTS,
                "category": category_of_nrr(self.nrr[e.code]).letter,
                "column": self.columns.get(e.code, ""),
            }
            for e in ELEMENTS
        ]
        error = math.nan if self.sampling_error is None else self.sampling_error
        rows.append(
            {
                "code": "IKM",
                "element": "Indeks Kepuasan Masyarakat",
                "element_en": "Public satisfaction index",
                "nrr": self.index / POINTS,
                "standard_error": error / POINTS,
                "index": self.index,
                "category": self.category.letter,
                "column": "",
            }
        )
        return pd.DataFrame(rows)


def _checked_weight(weight: float) -> float:
    for known in (EXACT, ROUNDED, 0.111):
        if abs(weight - known) < 1e-9:
            return weight
    raise InputError(f"weight: {weight}; allowed: 1/9 (exact), or the recorded variants 0.11 and 0.111")


def from_element_means(means: Mapping[str, float], weight: float = EXACT, respondents: int | None = None) -> Skm:
    """IKM from the nine mean answers, keyed by element name or code.

    Raises:
        InputError: an element is missing or twice there, a mean lies outside 1 to 4, or the weight is none in use.
    """
    columns = match_elements(means, "element means")
    nrr = {code: float(means[column]) for code, column in columns.items()}
    for code, value in nrr.items():
        if not (math.isfinite(value) and 1.0 <= value <= 4.0):
            raise InputError(f"element means: {columns[code]}: {value}; allowed: 1 to 4")
    index = sum(nrr.values()) * _checked_weight(weight) * POINTS
    return Skm(index, weight, nrr, respondents, columns=columns)


def from_respondents(
    answers: pd.DataFrame,
    weight: float = EXACT,
    population: int | None = None,
    place: str = "answers",
    every_unit: bool | None = None,
) -> Skm:
    """IKM from respondents' answers 1 to 4, with its sampling error.

    Args:
        answers: one row a respondent; columns named by element in words (or U1..U9); `unit`, where there is one, says who was asked in the
            same office. Others are left alone.
        weight: weight of an element.
        population: people served in the period; when given, the finite-population correction is used.
        place: how errors name the table. every_unit: whether every unit that is meant is there (`drawn.drawn_by`).
    Raises:
        InputError: an element is missing or claimed twice, an answer is no whole number from 1 to 4 (row and
            column named), no respondents, or a population smaller than the sample.
    """
    columns = match_elements((str(c) for c in answers.columns), place)
    return _result(answers, columns, weight, population, place, every_unit)


def _result(
    answers: pd.DataFrame,
    columns: dict[str, str],
    weight: float,
    population: int | None,
    place: str,
    every_unit: bool | None = None,
) -> Skm:
    matrix = pd.DataFrame({code: _answers(answers[column], column, place) for code, column in columns.items()})
    n = len(matrix)
    if n == 0:
        raise InputError(f"{place}: no respondents; at least one row is needed")
    if population is not None and population < n:
        raise InputError(f"{place}: {argument('population')}: {population} is smaller than the {n} respondents")
    correction = 1.0 if population is None else math.sqrt((population - n) / max(population - 1, 1))
    own = matrix.sum(axis=1) * _checked_weight(weight) * POINTS
    drawn = drawn_by(answers.get("unit"), n, every_unit)
    error = drawn.error(own.to_numpy()) if n > 1 else None
    errors = {code: drawn.error(matrix[code].to_numpy()).value * correction for code in CODES} if n > 1 else {}
    nrr = {code: float(matrix[code].mean()) for code in CODES}
    return Skm(
        index=float(own.mean()),
        weight=weight,
        nrr=nrr,
        respondents=n,
        sampling_error=error.value * correction if error else None,
        population=population,
        columns=columns,
        element_errors=errors,
        df=error.df if error else math.inf,
        design_effect=error.design_effect if error else 1.0,
        drawn=drawn,
    )


def _answers(column: pd.Series, name: str, place: str) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce").astype(float)
    wrong = np.flatnonzero(~numbers.isin([1.0, 2.0, 3.0, 4.0]).to_numpy())
    if wrong.size:
        row = int(wrong[0])
        raise InputError(
            f"{place}: row {row + 1}: column '{name}': {quotable(column.iloc[row])}; allowed: 1, 2, 3 or 4"
        )
    return numbers


def from_file(file: str | Path, weight: float = EXACT, population: int | None = None) -> Skm:
    """IKM of someone's own CSV of respondents, read with line and column checked (see data/templates).

    Columns are recognised as in `from_respondents`; further columns (respondent, unit, date) are left alone. Rows of the template that
    still say EXAMPLE are left out, with a warning, as soon as there are others.

    Raises:
        InputError: one line that names file, line and column.
    """
    import pandera.pandas as pa

    from data import read_csv_for_people

    text = read_csv_for_people(file, pa.DataFrameSchema({}))
    examples = text.iloc[:, 0].astype(str).str.startswith(EXAMPLE)
    columns = match_elements((str(c) for c in text.columns), f"{file}:1")
    answer = pa.Check.in_range(1, 4, error="1 to 4")
    schema = pa.DataFrameSchema({column: pa.Column("Int64", answer) for column in columns.values()})
    answers = read_csv_for_people(file, schema)
    if examples.any() and not examples.all():
        warnings.warn(
            f"{file}: {examples.sum()} example rows of the template were left out", ElementWarning, stacklevel=2
        )
        answers = answers[~examples.to_numpy()]
    return _result(answers, columns, weight, population, str(file))
