"""What the calibrated model says of facts: the targets it was fitted to, and facts that were left out of the fit.

A predicted fact is an interval of simulated facts, with the error a published figure has. A fact outside it is a miss and is called one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.calibration.direct import trust_shock
from analysis.calibration.direct.channels import channel_rate
from analysis.calibration.direct.estimates import expit, logit
from analysis.calibration.direct.published import figure, table
from analysis.calibration.direct.recipe import HeldOut, Recipe
from analysis.calibration.method.fitting import fit
from analysis.calibration.method.reference_table import Table
from data.lineage import cities
from simulation.ensembles.ensemble import luck_of
from simulation.outcomes import COLUMN
from simulation.parameters import Joint, Parameters
from simulation.posterior.moment_runs import LATER, MONTHS, YEAR, MomentRuns, polled
from simulation.posterior.moments import MOMENT_NAMES, SCALES, moment
from simulation.posterior.nuisance import NAMES, table_parameters
from simulation.posterior.posterior_file import Posterior
from simulation.posterior.targets import Target, Targets

__all__ = ["LEVEL", "Prediction", "held_out", "moments_of", "predict_targets"]

LEVEL = 0.9
RUNS = 200
SEED = 77


@dataclass(frozen=True)
class Prediction:
    """A fact and what was predicted of it.

    Attributes: name; unit; fact, the published value; middle, low, high of the prediction (90 %), in the same unit;
    place, share of simulated facts below it; source.
    """

    name: str
    unit: str
    fact: float
    middle: float
    low: float
    high: float
    place: float
    source: str

    @property
    def hit(self) -> bool:
        """Whether the fact lies in the interval."""
        return self.low <= self.fact <= self.high


def prediction(name: str, unit: str, fact: float, simulated: Any, source: str) -> Prediction:
    """A prediction from simulated facts in the fact's unit."""
    low, middle, high = np.quantile(simulated, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2])
    place = float((np.asarray(simulated) < fact).mean())
    return Prediction(name, unit, float(fact), float(middle), float(low), float(high), place, source)


def runs_of(
    moment_runs: MomentRuns, parameters: Parameters, runs: int, months: int = MONTHS, seed: int = SEED
) -> list[tuple[Any, Any, int]]:
    """Rows, looks and luck of some draws of parameters."""
    found = []
    for k in range(runs):
        luck = luck_of(seed, k)
        found.append((*moment_runs.run(parameters.draw(seed, k), luck, months), luck))
    return found


def moments_of(moment_runs: MomentRuns, parameters: Parameters, runs: int = RUNS, seed: int = SEED) -> Any:
    """Moments of some draws, float64 (runs, moments)."""
    return np.array(
        [
            moment_runs.read(rows[: MONTHS + 1], looks, luck)
            for rows, looks, luck in runs_of(moment_runs, parameters, runs, seed=seed)
        ]
    )


def predict_targets(
    moments: Any, targets: Targets, names: tuple[str, ...] | None = None, seed: int = SEED
) -> list[Prediction]:
    """Targets against the moments of runs, the target's error and discrepancy added. names: of some; else those that were fitted."""
    rng = np.random.default_rng(seed)
    found = []
    for name in targets.fitted if names is None else names:
        scale = SCALES[moment(name).scale]
        values = moments[:, MOMENT_NAMES.index(name)] + targets.error(name) * rng.normal(size=len(moments))
        target = targets.targets[name]
        back = np.array([scale.back(float(v)) for v in values])
        found.append(prediction(name, moment(name).unit, target.value, back, ", ".join(target.source)))
    return found


def all_drawn(posterior: Posterior) -> Parameters:
    """Parameters with the posterior's draws for every nuisance parameter, calibrated or not: what a prediction from a fit means."""
    why = dict.fromkeys(NAMES, "fit of the years before")
    return table_parameters(posterior.city).with_posterior(Joint(NAMES, posterior.draws, posterior.targets), why)


def held_out(table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int = RUNS) -> list[Prediction]:
    """Predictions of facts that no fit of theirs has seen, by the city's recipe; none where it has no recipe or holds nothing out."""
    if table_.city not in cities("recipes"):
        return []
    recipe = Recipe.load(table_.city)
    if recipe.held_out is None:
        return []
    made = (table_, targets, moment_runs, runs, recipe, recipe.held_out)
    return [
        *later_index(*made),
        *channel_next_year(*made),
        *channel_in_turn(*made),
        *later_wave(table_, targets, moment_runs, runs),
    ]


def known(value: float, se: float, *source: str) -> Target:
    """A target that is the very place's own: no discrepancy."""
    return Target(value=value, se=se, discrepancy=0.0, source=source)


def later_index(
    table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int, recipe: Recipe, held: HeldOut
) -> list[Prediction]:
    """Later years of a published index, from its earlier ones."""
    later_index = held.index
    frame = table("ikm_panels")
    rows = frame[frame["area"] == later_index.area]
    index = dict(zip(rows["year"].astype(int), rows["ikm_0_100"].astype(float), strict=True))
    years = np.array([float(year) for year in later_index.seen])
    seen = np.array([index[int(y)] for y in years])
    slope, start = np.polyfit(years - years.mean(), seen, 1)
    scatter = math.sqrt(float(((seen - start - slope * (years - years.mean())) ** 2).sum()) / (len(years) - 2))
    spread = float(((years - years.mean()) ** 2).sum())
    own = targets.with_(ikm_rise=known(float(slope), scatter / math.sqrt(spread), *later_index.seen.values()))
    # The scatter of the index's own years is added below: the survey's year effect would count it twice.
    parameters = all_drawn(fit(table_, own)).replace(survey_year_effect=0.0)
    rng = np.random.default_rng(SEED)
    ikm = np.array(
        [r[:, COLUMN["ikm"]][1:].reshape(-1, YEAR).mean(axis=1) for r, _, _ in runs_of(moment_runs, parameters, runs)]
    )
    # From the middle of the years, where the line's height does not depend on its slope, each run goes on at its own slope.
    rise = np.polyfit(np.arange(ikm.shape[1]), ikm.T, 1)[0]
    end = int(years.max())
    found = []
    for year, source in later_index.predicted.items():
        last = float(start) + rise * (end - years.mean())
        noise = scatter * math.sqrt(1.0 + 1.0 / len(years)) * rng.standard_t(len(years) - 2, size=runs)
        simulated = last + ikm[:, year - end] - ikm[:, 0] + noise
        found.append(prediction(f"{later_index.name}_{year}", "index", index[year], simulated, source))
    return found


def channel_next_year(
    table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int, recipe: Recipe, held: HeldOut
) -> list[Prediction]:
    """A channel's next year, volume and completion, from the year that is seen."""
    next_year, channel = held.channel, recipe.channel(held.channel.channel)
    received, done = figure(channel.reports), figure(next_year.seen_completed)
    adults = received / channel.months / channel_rate(recipe, channel.name)
    share = done / received
    own = targets.with_(
        report_rate=known(
            received / channel.months / adults, math.sqrt(received) / channel.months / adults, channel.reports
        ),
        completed_share=known(share, math.sqrt(share * (1 - share) / received), next_year.seen_completed),
    )
    parameters = all_drawn(fit(table_, own))
    moments = moments_of(moment_runs, parameters, runs)
    rng = np.random.default_rng(SEED)
    expected = np.exp(moments[:, MOMENT_NAMES.index("report_rate")]) * adults * next_year.months
    reports = rng.poisson(expected)
    # Moments are those of a middling year; the year that is seen and the one that is predicted each have luck of their own.
    swing = np.array([float(parameters.draw(SEED, k)["completion_swing"][0]) for k in range(runs)])
    years = moments[:, MOMENT_NAMES.index("completed_share")] + math.sqrt(2.0) * swing * rng.normal(size=runs)
    year_end = np.array([expit(v) for v in years])
    by_then = 1.0 - (1.0 - year_end) * 12.0 / next_year.months
    fact = figure(next_year.completed) / figure(next_year.reports)
    return [
        prediction(f"{next_year.name}_reports", "reports", figure(next_year.reports), reports, next_year.reports),
        prediction(f"{next_year.name}_completed", "share", fact, by_then, next_year.completed),
    ]


def channel_in_turn(
    table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int, recipe: Recipe, held: HeldOut
) -> list[Prediction]:
    """Each of the two channels from the other alone, as if cities and channels did not differ."""
    one, other = recipe.channels.compared
    found = []
    for seen, left_out in ((one, other), (other, one)):
        rate, fact = channel_rate(recipe, seen.name), 1e5 * channel_rate(recipe, left_out.name)
        own = targets.with_(report_rate=known(rate, rate / math.sqrt(figure(seen.reports)), seen.reports))
        moments = moments_of(moment_runs, all_drawn(fit(table_, own)), runs)
        simulated = 1e5 * np.exp(moments[:, MOMENT_NAMES.index("report_rate")])
        name = f"{left_out.name}_from_{seen.name}"
        found.append(prediction(name, "reports a month per 100,000 adults", fact, simulated, left_out.reports))
    return found


def later_wave(table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int) -> list[Prediction]:
    """Share who trust the police in September 2024, from the waves to April 2023."""
    share = trust_shock.polri_waves()
    calm = ("2019-02", "2020-02", "2021-09", "2021-11", "2021-12", "2022-02", "2022-04", "2022-06")
    logits = np.array([logit(share[m]) for m in calm])
    level = expit(float(logits.mean()))
    fall = float(logits[-3:].mean()) - logit(share[trust_shock.ONSET])
    gain = {
        n: (float(np.mean([logit(share[m]) for m in months])) - logit(share[trust_shock.ONSET])) / fall
        for n, months in (("early", ("2022-11", "2022-12")), ("late", ("2023-02", "2023-04")))
    }
    # The police themselves: no transport to a city; waves carry their sampling error in the model already.
    own = targets.with_(
        trusting=known(level, float(logits.std(ddof=1)) / math.sqrt(len(calm)) * level * (1 - level), "trust_polri"),
        trust_swing=known(float(logits.std(ddof=1)), 0.01, "trust_polri"),
        trust_tremor=known(float(np.sqrt(np.mean(np.diff(logits[2:]) ** 2))), 0.01, "trust_polri"),
        scandal_fall=known(fall, 0.05, "trust_polri"),
        regained_early=known(gain["early"], 0.05, "trust_polri"),
        regained_late=known(gain["late"], 0.05, "trust_polri"),
    )
    parameters = all_drawn(fit(table_, own))
    waves = [
        100.0 * expit(float(polled(rows[[LATER], COLUMN["trusting"]] / 100.0, luck, (LATER,))[0]))
        for rows, _, luck in runs_of(moment_runs, parameters, runs, LATER)
    ]
    frame = table("trust_polri")
    fact = float(frame.loc[frame["month"] == "2024-09", "percent_trust"].iloc[0])
    return [prediction("polri_2024_09", "%", fact, np.array(waves), "trust_polri")]
