"""Every fit of `analysis` that searches, on files that are made up or shipped: numbers that have to be the same on every processor.

    python -m tests.fits    print them as JSON

A new search is added to `FITS` under the file that calls it (tests/project/test_processors.py finds those that are not).
"""

from __future__ import annotations

import dataclasses
import json
import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd


def with_units(design: str, people: int) -> pd.DataFrame:
    """Made-up training scores whose participants belong to nine units."""
    from analysis.evaluation.training import made_up

    frame = made_up(design, people=people, seed=3)
    return frame.assign(unit=[f"u{sum(map(ord, str(p))) % 9}" for p in frame["participant"]])


def mixed_models() -> Iterator[float]:
    """Effects over programmes and beside them, with their errors."""
    from analysis.evaluation.training import evaluate_training, made_up

    programmes = {"Service counter": 5.0, "Archiving": 0.0, "Public speaking": -3.0}
    for frame in (
        made_up("pre_post_control", effect=programmes, people=300, seed=11),
        made_up("pre_post", effect=programmes, people=60, seed=11),
        with_units("pre_post", 120),
        with_units("pre_post_control", 120),
    ):
        table = evaluate_training(frame, randomised=True).table
        yield from table.loc[table["model"].str.startswith("mixed"), ["estimate", "se"]].to_numpy().ravel()


def share_between_units() -> Iterator[float]:
    """Share of the variance that lies between units."""
    from analysis.evaluation.skm.groups import compare_groups

    rng = np.random.default_rng(5)
    units = np.repeat(np.arange(9), 30)
    values = rng.normal(75.0, 8.0, units.size) + rng.normal(0.0, 2.0, 9)[units]
    found = compare_groups(pd.Series(values), pd.Series(units), "unit")
    assert found is not None and found.between_share is not None
    yield found.between_share


def odds_ratios() -> Iterator[float]:
    """Odds ratios of the ordered logit, their intervals and p-values."""
    from analysis.evaluation.skm.satisfied import who_is_satisfied

    rng, n = np.random.default_rng(5), 400
    people = pd.DataFrame(
        {
            "sex": rng.choice(["f", "m"], n),
            "age": rng.integers(18, 70, n).astype(float),
            "education": rng.choice(["slta", "d3", "s1_d4"], n),
        }
    )
    total = pd.Series(np.round(27.0 + 3.0 * rng.normal(size=n) + (people["sex"] == "f")))
    yield from who_is_satisfied(people, total)[["odds_ratio", "low", "high", "p"]].to_numpy().ravel()


def factors() -> Iterator[float]:
    """Loadings of the elements and omega, of the respondents of Sekadau."""
    from analysis.calibration.direct.skm_thresholds import published_answers
    from analysis.evaluation.skm.structure import structure

    found = structure(published_answers())
    assert found is not None
    yield found.omega
    yield from found.loadings[["factor_1", "factor_2"]].to_numpy().ravel()


def loadings_of_answers() -> Iterator[float]:
    """Loadings of the survey's answers, with their spreads."""
    from analysis.calibration.direct.skm_thresholds import GROUPS, loadings

    for members in (GROUPS["process"], GROUPS["people"], (*GROUPS["people"], "U4")):
        yield from (number for pair in loadings(members).values() for number in pair)


def yearly_drift() -> Iterator[float]:
    """Yearly rise of published indices."""
    from analysis.calibration.direct.recipe import Recipe
    from analysis.calibration.direct.units import drift
    from data import default_city

    found = drift(Recipe.load(default_city()).panels)
    yield from (found.value, found.se)


def yearly_rise() -> Iterator[float]:
    """The same as a target; it is rounded there already."""
    from analysis.calibration.direct.published_targets import ikm_rise
    from analysis.calibration.direct.recipe import Recipe
    from data import default_city

    found = ikm_rise(Recipe.load(default_city()).panels)
    yield from (found["value"], found["se"])


def trust_after_a_scandal() -> Iterator[float]:
    """Size, half-life and noise of the national shock."""
    from analysis.calibration.direct.trust_shock import fit_polri

    yield from dataclasses.astuple(fit_polri())


FITS: dict[str, Callable[[], Iterator[float]]] = {
    "analysis/evaluation/training/fits.py": mixed_models,
    "analysis/evaluation/skm/groups.py": share_between_units,
    "analysis/evaluation/skm/satisfied.py": odds_ratios,
    "analysis/evaluation/skm/structure.py": factors,
    "analysis/calibration/direct/skm_thresholds.py": loadings_of_answers,
    "analysis/calibration/direct/units.py": yearly_drift,
    "analysis/calibration/direct/published_targets.py": yearly_rise,
    "analysis/calibration/direct/trust_shock.py": trust_after_a_scandal,
}
"""File that calls a search -> numbers that come of it."""

if __name__ == "__main__":
    warnings.simplefilter("ignore")
    print(json.dumps({name: [float(x) for x in fit()] for name, fit in FITS.items()}))
