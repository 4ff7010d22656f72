"""Reports and complaints: rates of two channels, access to complaint, and the share completed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm

from analysis.calibration.direct.estimates import Estimate, expit, in_words, logit
from analysis.calibration.direct.published import figure
from analysis.calibration.direct.recipe import Recipe

__all__ = ["between_fit", "between_years", "channel_rate", "channels", "completed_elsewhere", "completed_fit"]

SERVICE_SHARE, SERVICE_LOGIT_SD = 0.10, 0.7  # assumed: share of reports that complain about service (90 %: 3-26 %)
DISSATISFIED, DISSATISFIED_LOGIT_SD = 0.15, 0.7  # assumed: between official answers (3 %) and the poll (35 %)


def channel_rate(recipe: Recipe, name: str) -> float:
    """Reports per adult and month through one of the two channels."""
    channel = recipe.channel(name)
    monthly = figure(channel.reports) / channel.months
    if channel.adults is not None:
        return monthly / figure(channel.adults)
    assert channel.residents is not None
    adult_share = figure(recipe.population.adults) / figure(recipe.population.residents)
    return monthly / (channel.residents * adult_share)


def completed_elsewhere(recipe: Recipe) -> dict[str, float]:
    """Completed shares of other channels and years, by the figure that is cited."""
    found = {}
    for other in recipe.completed.others:
        if other.percent is not None:
            found[other.percent] = figure(other.percent) / 100.0
        elif other.completed is not None and other.received is not None:
            found[other.completed] = figure(other.completed) / figure(other.received)
    return found


def completed_fit(recipe: Recipe) -> Any:
    """Binomial regression of the city's own completed reports on a constant (statsmodels results; `const`, on the logit)."""
    own = recipe.completed
    share = figure(own.percent) / 100.0
    completed, constant = pd.Series([1.0, 0.0], name="completed"), pd.DataFrame({"const": [1.0, 1.0]})
    reports = np.array([share, 1.0 - share]) * own.reports
    return sm.GLM(completed, constant, family=sm.families.Binomial(), freq_weights=reports).fit(tol=1e-12)


def between_fit(recipe: Recipe) -> Any:
    """Least squares of the logit of the completed share on a constant over channels and years, the city's own first (statsmodels results).

    The square root of its `scale` is the SD between channels and years.
    """
    own = logit(figure(recipe.completed.percent) / 100.0)
    elsewhere = completed_elsewhere(recipe)
    logits = pd.Series([own, *(logit(x) for x in elsewhere.values())], index=[recipe.completed.percent, *elsewhere])
    return sm.OLS(logits, pd.DataFrame({"const": 1.0}, index=logits.index)).fit()


def channels(recipe: Recipe, encounters: float) -> list[Estimate]:
    """report_rate, complaint_access, completed_share, completion_swing.

    Args: encounters, of an adult in a month, an assumption of the city's profile.
    """
    return [_report_rate(recipe), _complaint_access(recipe, encounters), _completed_share(recipe), _swing(recipe)]


def _two_channels(recipe: Recipe) -> tuple[float, float]:
    """Geometric mean of the two channels' rates and its log SD (their half-distance is one SD)."""
    low, high = sorted(math.log(channel_rate(recipe, c.name)) for c in recipe.channels.compared)
    return math.exp((low + high) / 2.0), (high - low) / 2.0


def _report_rate(recipe: Recipe) -> Estimate:
    middle, log_sd = _two_channels(recipe)
    reports = tuple(c.reports for c in recipe.channels.compared)
    return Estimate(
        "report_rate",
        middle * (1.0 - SERVICE_SHARE),
        log_sd,
        "lognormal",
        (1e-5, 5e-3),
        "reports per adult-month",
        "measured",
        (*reports, recipe.population.adults, recipe.population.residents),
        recipe.channels.method,
    )


def _complaint_access(recipe: Recipe, encounters: float) -> Estimate:
    middle, log_sd = _two_channels(recipe)
    reports = tuple(c.reports for c in recipe.channels.compared)
    dissatisfied_rate = encounters * DISSATISFIED
    spread = math.sqrt(
        log_sd**2
        + (SERVICE_LOGIT_SD * (1.0 - SERVICE_SHARE)) ** 2
        + (DISSATISFIED_LOGIT_SD * (1.0 - DISSATISFIED)) ** 2
    )
    return Estimate(
        "complaint_access",
        middle * SERVICE_SHARE / dissatisfied_rate,
        spread,
        "lognormal",
        (1e-5, 0.2),
        "complaints per dissatisfied encounter",
        "assumed",
        (*reports, "F0269"),
        f"channel rate times the assumed 10 % about service over the assumed {encounters:g} encounters per adult-month of which "
        "15 % dissatisfy; none of the three is counted anywhere, so only the order of magnitude is known",
    )


def _completed_share(recipe: Recipe) -> Estimate:
    own = recipe.completed
    within, between = completed_fit(recipe), between_fit(recipe)
    return Estimate(
        "completed_share",
        expit(float(within.params["const"])),
        math.hypot(float(within.bse["const"]), math.sqrt(float(between.scale)) / 2.0, _error_of_level(recipe)),
        "logitnormal",
        (0.05, 0.999),
        "share of reports",
        "measured",
        own.evidence,
        own.method,
    )


def between_years(recipe: Recipe) -> tuple[float, float]:
    """SD between years of the completed share of one channel [logit], and its log SD.

    Whether the year farthest from the others was a year like them or a system in transition nobody published: the geometric mean of the
    SD with it and without it, half their distance apart.
    """
    years = np.array([logit(figure(id_) / 100.0) for id_ in recipe.completed.years])
    others = np.delete(years, np.argmax(np.abs(years - np.median(years))))
    wide, narrow = float(years.std(ddof=1)), float(others.std(ddof=1))
    few = 1.0 / math.sqrt(2.0 * (len(years) - 1))
    return math.sqrt(wide * narrow), math.hypot(few, math.log(wide / narrow) / 2.0)


def _error_of_level(recipe: Recipe) -> float:
    """How far the published year may lie from a middling one [logit]."""
    return between_years(recipe)[0] / math.sqrt(len(recipe.completed.years))


def _swing(recipe: Recipe) -> Estimate:
    swing, log_sd = between_years(recipe)
    return Estimate(
        "completion_swing",
        swing,
        log_sd,
        "lognormal",
        (0.1, 8.0),
        "logit",
        "measured",
        recipe.completed.years,
        f"SD of the logits of {in_words(len(recipe.completed.years))} years of one channel: geometric mean of the SD with the year "
        "farthest from the others and without it, since nobody can say whether it was a system in transition; so few years fix it within "
        "a factor of three",
    )
