"""Targets of a city, computed from the tables of evidence by its recipe, each with its error and its discrepancy from the model.

Facts that the recipe holds out are not used: validation predicts them.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np

from analysis.calibration.direct import channels, side_payments, trust_level, trust_shock, units
from analysis.calibration.direct.estimates import in_words, logit, write_yaml
from analysis.calibration.direct.published import figure, figure_parts, table
from analysis.calibration.direct.recipe import Panels, Poll, Recipe, Survey
from analysis.calibration.direct.shared_errors import shared_errors
from analysis.calibration.direct.side_payments import ENCOUNTERS
from analysis.calibration.direct.skm_thresholds import GROUPS
from analysis.presentation.digits import rounded

__all__ = ["completed", "ikm_rise", "published_targets", "waves_target", "write_targets"]

NORMAL = NormalDist()
HALF_LIFE_TRANSPORT = SIZE_TRANSPORT = 0.3  # log: a national police and a city, as in trust_shock
NOISE_TRANSPORT = 0.4  # log, as in trust_shock
Row = dict[str, Any]


def published_targets(city: str) -> dict[str, Any]:
    """Content of `data/targets/<city>.yaml`. Raises InputError when the city has no recipe."""
    recipe = Recipe.load(city)
    rows: dict[str, Row] = {}
    for name, group in (("process_mean", "process"), ("people_mean", "people")):
        rows[name] = elements(group, recipe.survey)
    rows["unit_sd"] = unit_sd(recipe.panels)
    rows["poll_satisfied"] = poll_satisfied(recipe.poll)
    rows["ikm_rise"] = ikm_rise(recipe.panels)
    rows |= trust()
    rows |= waves_target()
    rows |= reports(recipe)
    rows["completed_share"] = completed(recipe)
    rows |= side()
    return {
        "city": city,
        "title": f"{recipe.title}, from published figures; made by `asnlab calibrate --direct`",
        "targets": rows,
        "correlations": shared_errors(rows, recipe.survey),
    }


def write_targets(city: str, out: Path) -> None:
    """Write the targets file of a city. Raises InputError when it has no recipe."""
    write_yaml(published_targets(city), out)


def _row(value: float, se: float, discrepancy: float, source: tuple[str, ...], note: str, assumed: bool = False) -> Row:
    row: Row = {"value": rounded(value), "se": rounded(se), "discrepancy": rounded(discrepancy), "source": list(source)}
    return row | ({"assumed": True} if assumed else {}) | {"note": note}


def elements(group: str, survey: Survey) -> Row:
    """Mean of a factor's elements in some offices."""
    offices = in_words(len(survey.offices))
    found = next(e for e in units.element_levels(GROUPS, survey) if e.name == f"nrr_{group}")
    se = units.RESPONDENT_SD / 25.0 / math.sqrt(figure(survey.answers.respondents) * len(survey.offices))
    return _row(
        found.value, se, found.se, found.evidence,
        f"{offices} offices for the whole city: spread between units over {offices}, half the distance of the {offices} offices, and "
        f"{survey.transport:.2f} for transport",
    )  # fmt: skip


def unit_sd(cut: Panels) -> Row:
    """Spread between units, from ranges published before the years that are predicted."""
    frame = table("ikm_between_units")
    frame = frame[frame["scope"] != "services within one office"]
    if cut.kept_back is not None:
        frame = frame[~(frame["year"].astype(float) > cut.kept_back.until)]
    noise = units.RESPONDENT_SD / math.sqrt(units.RESPONDENTS_A_UNIT)
    net = []
    for count, low, high in frame[["n_units", "min_index", "max_index"]].astype(float).to_numpy():
        if math.isfinite(low):
            net.append(math.sqrt(((high - low) / units.range_factor(int(count))) ** 2 - noise**2))
    logs = np.log(net)
    value = math.exp(float(logs.mean()))
    return _row(
        value, value * float(logs.std(ddof=1)) / math.sqrt(len(net)), math.hypot(float(logs.std(ddof=1)), 0.15),
        ("ikm_between_units", "F0228", "F0229", "F0233", "F0234", "F0422", "F0423"),
        f"order statistics of {len(net)} published ranges less survey noise; between cities the SD of their logs, 0.15 for units that "
        "are not normal",
    )  # fmt: skip


def poll_satisfied(poll: Poll) -> Row:
    """Residents satisfied with service at offices, by an independent poll."""
    share = figure(poll.satisfied) / 100.0
    earlier, later = (NORMAL.inv_cdf(figure(id_) / 100.0) for id_ in poll.moved)
    moved = abs(later - earlier) / 2.0
    return _row(
        share, math.sqrt(1.5 * share * (1 - share) / poll.respondents), math.hypot(moved, 0.4), (poll.satisfied, *poll.moved),
        f"respondents are not stated ({poll.respondents:g} taken, design effect 1.5); the poll moved within a year (half of it), residents "
        "are not users and wordings differ (0.4, assumed)",
    )  # fmt: skip


def ikm_rise(cut: Panels) -> Row:
    """Yearly rise of published indices: mixed model over series, without the years of a series that are predicted."""
    frame = units.panels(cut)
    kept = ""
    if (back := cut.kept_back) is not None:
        frame = frame[~(frame["series"].str.startswith(f"{back.area}, ") & (frame["year"] > back.until))].copy()
        kept = f", {back.short}'s to {back.until}"
    fit = units.drift_fit(frame)
    between = math.sqrt(max(float(np.asarray(fit.cov_re)[0, 0]), 0.0))
    return _row(
        float(fit.fe_params.iloc[0]), float(fit.bse_fe.iloc[0]), math.hypot(between, 0.2), ("ikm_panels",),
        f"mixed model with a random slope over {in_words(frame['series'].nunique())} series{kept}; between cities the SD of slopes, and "
        "0.2 because units that publish a series rise more often",
    )  # fmt: skip


def trust() -> dict[str, Row]:
    """Share who trust local government, and what its four answers say of the spread."""
    local = trust_level.shares_with_an_opinion(trust_level.LSI_2023)
    level = local[0] + local[1]
    very, fairly, no = figure_parts(trust_level.LSI_2021)
    polls = abs(logit((very + fairly) / (very + fairly + no)) - logit(level)) / math.sqrt(2.0) / 2.0
    mean, spread = trust_level.four_category_spread(local)
    police = trust_level.four_category_spread(trust_level.shares_with_an_opinion(trust_level.POLRI_2023))[1]
    wide = math.hypot(trust_level.CUT_LOG_SD, math.log(police / spread))
    low, middle, high = (points(mean, spread * math.exp(k * wide)) for k in (-1.0, 0.0, 1.0))
    return {
        "trusting": _row(
            level, math.sqrt(trust_level.DESIGN_EFFECT * level * (1 - level) / trust_level.RESPONDENTS),
            math.hypot(polls, trust_level.TRANSPORT_LOGIT_SD), (trust_level.LSI_2023, trust_level.LSI_2021),
            "very or fairly, of those with an opinion; half the distance to the poll of 2021, and 0.25 logit from the nation to the city",
        ),
        "trust_sd": _row(
            middle, 0.0, math.log(high / low) / 2.0, (trust_level.LSI_2023, trust_level.POLRI_2023),
            "four answers against assumed trust of 0.2, 0.5, 0.8 between them (0.35 log), and the distance to the same answers on the "
            "police; in points of the trust probability",
        ),
    }  # fmt: skip


def points(mean: float, spread: float) -> float:
    """SD of the trust probability when its logit is normal [points]."""
    z = np.array([NORMAL.inv_cdf((k + 0.5) / 2000.0) for k in range(2000)])
    return float(100.0 * (1.0 / (1.0 + np.exp(-(mean + spread * z)))).std())


def waves_target() -> dict[str, Row]:
    """The scandal in one pollster's waves, and how trust moves without one. Waves carry their sampling error in the model too."""
    share = trust_shock.polri_waves()
    wave = {m: logit(p) for m, p in share.items()}
    calm = [wave[m] for m in ("2019-02", "2020-02", "2021-09", "2021-11", "2021-12", "2022-02", "2022-04", "2022-06")]
    near = np.diff(calm[2:])
    trough = wave[trust_shock.ONSET]
    fall = float(np.mean(calm[-3:])) - trough
    own, own_sd = trust_shock.OWN_SHARE, trust_shock.OWN_SHARE_SD
    found = {
        "trust_swing": _row(
            float(np.std(calm, ddof=1)), 0.0, NOISE_TRANSPORT, ("trust_polri",),
            "SD of eight waves from February 2019 to June 2022; 0.4 log from a national police to a city",
        ),
        "trust_tremor": _row(
            float(np.sqrt(np.mean(near**2))), 0.0, NOISE_TRANSPORT, ("trust_polri",),
            "root mean square of five changes between waves one to two months apart; 0.4 log from a national police to a city",
        ),
        "scandal_fall": _row(
            own * fall, own_sd * fall, SIZE_TRANSPORT * own * fall, ("trust_polri", "F0252"),
            "mean of three waves before less September 2022, of which 0.75 (SD 0.15, assumed) is the scandal's own; 0.3 log for transport",
        ),
    }  # fmt: skip
    half_life = math.exp(trust_shock.fit_polri().log_half_life)
    for name, months, later in (("early", ("2022-11", "2022-12"), 2.5), ("late", ("2023-02", "2023-04"), 6.0)):
        gain = float(np.mean([wave[m] for m in months])) - trough
        left = 2.0 ** (-later / half_life)
        found[f"regained_{name}"] = _row(
            gain / fall, 0.0, HALF_LIFE_TRANSPORT * math.log(2.0) * later / half_life * left, ("trust_polri", "F0252"),
            f"mean of {months[0]} and {months[1]} less September 2022, as a share of the fall; 0.3 log of the half-life for transport",
        )  # fmt: skip
    return found


def reports(recipe: Recipe) -> dict[str, Row]:
    """Reports an adult and month, and the share that concerns service."""
    fewer, more = sorted(recipe.channels.compared, key=lambda channel: channels.channel_rate(recipe, channel.name))
    low, high = channels.channel_rate(recipe, fewer.name), channels.channel_rate(recipe, more.name)
    middle = math.sqrt(low * high)
    apart = math.log(high / low) / 2.0
    share = channels.SERVICE_SHARE
    return {
        "report_rate": _row(
            middle, middle / math.sqrt(figure(fewer.reports)), apart,
            (fewer.reports, more.reports, recipe.population.adults, recipe.population.residents), recipe.channels.note,
        ),
        "complaint_share": _row(
            share, 0.0, channels.SERVICE_LOGIT_SD, ("assumption",),
            "nobody counts which reports complain about service: 10 %, 90 % between 3 and 26 %", assumed=True,
        ),
    }  # fmt: skip


def completed(recipe: Recipe) -> Row:
    """Completed share at the end of a year; the share of the months as printed, brought to twelve."""
    own = recipe.completed
    share = figure(own.percent) / 100.0
    value = 1.0 - (1.0 - share) * own.months / 12.0
    elsewhere = channels.completed_elsewhere(recipe)
    used = [other.id for other in own.others if not other.held_out]
    seen = [logit(value), *(logit(elsewhere[id_]) for id_ in used)]
    se = math.sqrt(share * (1 - share) / own.reports) * own.months / 12.0
    of_level = channels.between_years(recipe)[0] / math.sqrt(len(own.years))
    apart = math.hypot(float(np.std(seen, ddof=1)) / 2.0, of_level)
    years = (id_ for id_ in own.years if id_ != own.percent)
    return _row(value, se, apart, (own.percent, *years, *used), own.note)


def side() -> dict[str, Row]:
    """Users who paid within a year. How often users come is the city's assumption here, so its spread is part of the discrepancy."""
    found = {}
    for service, (id_, _, log_sd) in ENCOUNTERS.items():
        share = figure(id_) / 100.0
        found[f"paid_{service}"] = _row(
            share, math.sqrt(side_payments.DESIGN_EFFECT * share * (1 - share) / side_payments.USERS),
            math.hypot(log_sd, side_payments.TRANSPORT_LOGIT_SD), (id_,),
            f"GCB 2020; users asked are not stated (400 taken); {log_sd:g} log for how often users come, 0.5 logit from the nation "
            "to the city",
        )  # fmt: skip
    return found
