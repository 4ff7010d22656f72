"""Levels, spread between units, leniency and drift of the official satisfaction index."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy.stats import norm

from analysis.calibration.direct.estimates import Estimate, in_words
from analysis.calibration.direct.published import figure, table
from analysis.calibration.direct.recipe import Panels, Recipe, Survey

__all__ = [
    "drift",
    "drift_fit",
    "element_levels",
    "leniency",
    "range_factor",
    "spread_from_share",
    "unit_levels",
    "unit_spread",
    "year_effect",
    "year_effect_fit",
]

RESPONDENT_SD = 8.6  # [index points] SD of respondents' indices in Sekadau; recomputed in a test
RESPONDENTS_A_UNIT = 150  # assumed size of one unit's survey (between 30 and Krejcie-Morgan's 384)
CATEGORY_A = 88.31  # [index points] lowest index of category A


def range_factor(k: int) -> float:
    """Expected range of k independent standard normal values [SD]."""
    x = np.linspace(-9.0, 9.0, 36001)
    below = norm.cdf(x)
    return float(np.trapezoid(1.0 - below**k - (1.0 - below) ** k, x))


def spread_from_share(mean: float, cut: float, share_above: float) -> float:
    """SD of a normal whose share above `cut` is `share_above` and whose mean is `mean`."""
    return (cut - mean) / float(norm.ppf(1.0 - share_above))


def unit_spread() -> Estimate:
    """SD between units in index points, net of survey noise.

    Three published ranges (70, 70 and 21 units) over the expected range of as many normal values, and the share of
    category A among 70 units (51 of 70 at mean 89.89). Survey noise of a unit's index is taken off as variance,
    and variances are averaged.
    """
    frame = table("ikm_between_units")
    frame = frame[frame["scope"] != "services within one office"]
    raw: list[float] = []
    columns = ("n_units", "mean_index", "min_index", "max_index", "n_category_A")
    for units, mean, low, high, best in frame[list(columns)].astype(float).to_numpy():
        if math.isfinite(low):
            raw.append((high - low) / range_factor(int(units)))
        if math.isfinite(best):
            raw.append(spread_from_share(mean, CATEGORY_A, best / units))
    noise = RESPONDENT_SD / math.sqrt(RESPONDENTS_A_UNIT)
    net = np.array([math.sqrt(s**2 - noise**2) for s in raw])
    log_sd = math.hypot(float(np.log(net).std(ddof=1)), 0.15)
    return Estimate(
        "unit_spread",
        math.sqrt(float((net**2).mean())),
        log_sd,
        "lognormal",
        (0.5, 6.0),
        "index points",
        "measured",
        ("ikm_between_units", "F0228", "F0229", "F0233", "F0234", "F0236", "F0237", "F0422", "F0423"),
        "order statistics of three published ranges and one share of category A, less survey noise at an assumed 150 "
        "respondents a unit; 0.15 log for units that are not normal; the 2022 minimum is printed as 'about 84'",
    )


def unit_levels(survey: Survey) -> list[dict[str, float]]:
    """Official element means [1-4] of each office, by element."""
    return [{f"U{i}": figure(office.figure(i)) for i in range(1, 10)} for office in survey.offices]


def element_levels(groups: dict[str, tuple[str, ...]], survey: Survey) -> list[Estimate]:
    """Mean official level of the elements of each factor [1-4].

    Args:
        groups: factor (process, people, price) -> its elements; survey: the offices.
    """
    between = unit_spread().value / 25.0
    neither = "neither" if len(survey.offices) == 2 else "none"
    found = []
    for factor, elements in groups.items():
        means = [float(np.mean([unit[e] for e in elements])) for unit in unit_levels(survey)]
        spread = math.sqrt(between**2 / len(means) + survey.transport**2 + (max(means) - min(means)) ** 2 / 4.0)
        spread = min(spread, (4.0 - float(np.mean(means))) / 1.2)  # price: near the end of the scale
        found.append(
            Estimate(
                f"nrr_{factor}",
                float(np.mean(means)),
                spread,
                "normal",
                (2.0, 3.99),
                "1-4",
                "measured",
                tuple(office.figure(int(e[1])) for office in survey.offices for e in elements),
                f"mean of elements {', '.join(elements)} in {' and '.join(o.title for o in survey.offices)}, with the spread "
                f"between units and {survey.transport:.2f} for transport: {neither} is a typical counter of the city",
            )
        )
    return found


def leniency(recipe: Recipe) -> Estimate:
    """Latent SD by which official answers exceed an independent poll.

    Normal score of the share answering 3 or 4 in an office's official survey (eight elements without price) less that of
    the share satisfied with service at offices in the poll of the city.
    """
    answers, asked = recipe.survey.answers, recipe.poll
    rows = table(answers.table)
    percent = rows["share_percent"].astype(float)
    good = percent[rows["answer_rank_4best"].isin([3, 4])].groupby(rows["element_code"]).sum()
    total = percent.groupby(rows["element_code"]).sum()
    official = float((good / total).drop("U4").mean())
    poll = figure(asked.satisfied) / 100.0
    value = float(norm.ppf(official) - norm.ppf(poll))
    earlier, later = (float(norm.ppf(figure(id_) / 100.0)) for id_ in asked.moved)
    movement = abs(later - earlier) / 2.0
    return Estimate(
        "leniency",
        value,
        math.sqrt(movement**2 + 0.4**2 + 0.2**2),
        "normal",
        (0.0, 3.5),
        "latent SD",
        "measured",
        (asked.satisfied, *asked.moved, answers.table),
        f"normal score of official answers 3-4 ({answers.title}) less that of residents satisfied with service at offices "
        f"({asked.title}); users just served and all residents are not the same people and the wordings differ (0.4), the "
        "poll moved within a year (half of it counted), so leniency and who was asked are not told apart",
    )


def panels(cut: Panels) -> pd.DataFrame:
    """Yearly indices by series; years surveyed with an older instrument are series of their own.

    Left out: series of fewer than three years, and rows without a year.
    """
    frame = table("ikm_panels").copy()
    frame = frame.dropna(subset=["year"])
    frame["year"] = frame["year"].astype(float)
    frame["series"] = frame["area"] + ", " + frame["unit"]
    for older in cut.older_instruments:
        so = frame["unit"].str.startswith(older.unit) & (frame["year"] <= older.until)
        frame.loc[so, "series"] += f", {older.label}"
    frame = frame[frame.groupby("series")["year"].transform("size") >= 3]
    frame["time"] = frame["year"] - frame.groupby("series")["year"].transform("mean")
    return frame[["series", "year", "time", "ikm_0_100"]].reset_index(drop=True)


def drift_fit(frame: pd.DataFrame) -> Any:
    """Mixed model of the index on years with a random slope by series (statsmodels results; `time`). frame: as `panels` gives it."""
    centred = frame.assign(
        time=frame["year"] - frame.groupby("series")["year"].transform("mean"),
        level=frame["ikm_0_100"] - frame.groupby("series")["ikm_0_100"].transform("mean"),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the random intercept is zero after centring; only the slope varies
        return smf.mixedlm("level ~ 0 + time", centred, groups="series", re_formula="0 + time").fit(reml=True)


def drift(cut: Panels) -> Estimate:
    """Yearly drift of the index, all sources (procedures, reporting), from a mixed model with random slopes."""
    frame = panels(cut)
    fit = drift_fit(frame)
    mean, error = float(fit.fe_params.iloc[0]), float(fit.bse_fe.iloc[0])
    between = math.sqrt(max(float(np.asarray(fit.cov_re)[0, 0]), 0.0))
    older = " and ".join(i.title for i in cut.older_instruments)
    apart = f" ({older} a series of its own)" if older else ""
    return Estimate(
        "ikm_drift",
        mean,
        math.sqrt(error**2 + between**2 + 0.2**2),
        "normal",
        (-1.0, 2.5),
        "index points a year",
        "measured",
        ("ikm_panels",),
        f"mixed model with a random slope over {in_words(frame['series'].nunique())} series of one unit each{apart}, predictive "
        "for a new city; units that publish a series rise more often, so 0.2 is added and a fall stays possible",
    )


def year_effect_fit(frame: pd.DataFrame) -> Any:
    """Mixed model of the index: a level and a random rise for each series (statsmodels results; `scale`). frame: as `panels` gives it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # with four series the spread of the rises may sit near zero
        model = smf.mixedlm("ikm_0_100 ~ 0 + C(series) + time", frame, groups="series", re_formula="0 + time")
        return model.fit(reml=True)


def year_effect(cut: Panels) -> Estimate:
    """SD of what one year's survey adds to the official index, from a mixed model of years within series.

    A level for each series, a common rise, a random rise for each series; what is left moves one year and not the next. A unit has one
    series and years of different cities are not alike, so an effect of the year and one of the unit in a year cannot be told apart.
    """
    frame = panels(cut)
    fit = year_effect_fit(frame)
    alone = [_scatter(years["time"], years["ikm_0_100"]) for _, years in frame.groupby("series")]
    degrees = len(frame) - 2 * len(alone)
    return Estimate(
        "survey_year_effect",
        round(math.sqrt(float(fit.scale)), 3),  # to which general searches agree
        round(math.hypot(1.0 / math.sqrt(2.0 * degrees), float(np.std(np.log(alone), ddof=1))), 3),
        "lognormal",
        (0.02, 2.0),
        "index points",
        "measured",
        ("ikm_panels",),
        f"residual SD of a mixed model with a level and a random rise for each of {in_words(len(alone))} series; log SD: {degrees} degrees "
        f"of freedom, and how far the series differ ({min(alone):.2f} to {max(alone):.2f} points alone); respondents are not published, "
        "so sampling is not taken off and the value is an upper one",
    )


def _scatter(time: pd.Series, index: pd.Series) -> float:
    """SD of one series about its own line."""
    slope, start = np.polyfit(time, index, 1)
    return math.sqrt(float(((index - start - slope * time) ** 2).sum()) / (len(time) - 2))
