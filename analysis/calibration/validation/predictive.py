"""What the calibrated model says of facts: the targets it was fitted to, and facts that were left out of the fit.

A predicted fact is an interval of simulated facts, with the error a published figure has. A fact outside it is a miss and is called one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from analysis.calibration.direct import trust_shock
from analysis.calibration.direct.estimates import expit, logit
from analysis.calibration.direct.published import figure, table
from analysis.calibration.method.fitting import fit
from analysis.calibration.method.reference_table import Table
from analysis.calibration.method.tangsel_targets import channel_rates, completed
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
    return table_parameters().with_posterior(Joint(NAMES, posterior.draws, posterior.targets), why)


def held_out(table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int = RUNS) -> list[Prediction]:
    """Predictions of facts that no fit of theirs has seen."""
    makers: tuple[Callable[[Table, Targets, MomentRuns, int], list[Prediction]], ...] = (
        madiun, channel_next_year, channel_in_turn, later_wave, completion_before,
    )  # fmt: skip
    return [p for make in makers for p in make(table_, targets, moment_runs, runs)]


def known(value: float, se: float, *source: str) -> Target:
    """A target that is the very place's own: no discrepancy."""
    return Target(value=value, se=se, discrepancy=0.0, source=source)


def madiun(table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int) -> list[Prediction]:
    """Index of Madiun in 2024 and 2025, from its years 2020 to 2023."""
    frame = table("ikm_panels")
    rows = frame[frame["area"] == "Kota Madiun"]
    index = dict(zip(rows["year"].astype(int), rows["ikm_0_100"].astype(float), strict=True))
    years = np.array([2020.0, 2021.0, 2022.0, 2023.0])
    seen = np.array([index[int(y)] for y in years])
    slope, start = np.polyfit(years - years.mean(), seen, 1)
    scatter = math.sqrt(float(((seen - start - slope * (years - years.mean())) ** 2).sum()) / (len(years) - 2))
    spread = float(((years - years.mean()) ** 2).sum())
    own = targets.with_(ikm_rise=known(float(slope), scatter / math.sqrt(spread), "F0225", "F0226", "F0227", "F0232"))
    parameters = all_drawn(fit(table_, own))
    rng = np.random.default_rng(SEED)
    ikm = np.array(
        [r[:, COLUMN["ikm"]][1:].reshape(-1, YEAR).mean(axis=1) for r, _, _ in runs_of(moment_runs, parameters, runs)]
    )
    # From the middle of the years, where the line's height does not depend on its slope, each run goes on at its own slope.
    rise = np.polyfit(np.arange(ikm.shape[1]), ikm.T, 1)[0]
    found = []
    for year, source in ((2024, "F0235"), (2025, "F0236")):
        ahead = year - 2023
        last = float(start) + rise * (2023.0 - years.mean())
        noise = scatter * math.sqrt(1.0 + 1.0 / len(years)) * rng.standard_t(len(years) - 2, size=runs)
        found.append(
            prediction(f"madiun_{year}", "index", index[year], last + ikm[:, ahead] - ikm[:, 0] + noise, source)
        )
    return found


def channel_next_year(table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int) -> list[Prediction]:
    """Kota Tangerang's channel in 2025, volume and completion, from 2024."""
    adults = figure("F0040") / 12.0 / channel_rates()["laksa"]
    done, received = figure("F0041"), figure("F0040")
    share = done / received
    own = targets.with_(
        report_rate=known(received / 12.0 / adults, math.sqrt(received) / 12.0 / adults, "F0040"),
        completed_share=known(share, math.sqrt(share * (1 - share) / received), "F0041"),
    )
    moments = moments_of(moment_runs, all_drawn(fit(table_, own)), runs)
    rng = np.random.default_rng(SEED)
    months = 11.5  # 1 January to 15 December
    expected = np.exp(moments[:, MOMENT_NAMES.index("report_rate")]) * adults * months
    reports = rng.poisson(expected)
    year_end = np.array([expit(v) for v in moments[:, MOMENT_NAMES.index("completed_share")]])
    completed_by_then = 1.0 - (1.0 - year_end) * 12.0 / months
    return [
        prediction("laksa_2025_reports", "reports", figure("F0042"), reports, "F0042"),
        prediction("laksa_2025_completed", "share", figure("F0043") / figure("F0042"), completed_by_then, "F0043"),
    ]


def channel_in_turn(table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int) -> list[Prediction]:
    """Each of the two channels from the other alone, as if cities and channels did not differ."""
    rate = channel_rates()
    count = {"lapor": figure("F0031"), "laksa": figure("F0040")}
    source = {"lapor": "F0031", "laksa": "F0040"}
    found = []
    for seen, left_out in (("lapor", "laksa"), ("laksa", "lapor")):
        own = targets.with_(report_rate=known(rate[seen], rate[seen] / math.sqrt(count[seen]), source[seen]))
        moments = moments_of(moment_runs, all_drawn(fit(table_, own)), runs)
        simulated = 1e5 * np.exp(moments[:, MOMENT_NAMES.index("report_rate")])
        name = f"{left_out}_from_{seen}"
        found.append(
            prediction(name, "reports a month per 100,000 adults", 1e5 * rate[left_out], simulated, source[left_out])
        )
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


def completion_before(table_: Table, targets: Targets, moment_runs: MomentRuns, runs: int) -> list[Prediction]:
    """Tangsel's completed share in 2023 from 2024, with the spread between channels and years that does not know 2023."""
    row = completed()
    own = targets.with_(completed_share=known(row["value"], row["se"], "F0469"))
    moments = moments_of(moment_runs, all_drawn(fit(table_, own)), runs)
    spread = row["discrepancy"] * np.random.default_rng(SEED).normal(size=runs)
    simulated = np.array([expit(v) for v in moments[:, MOMENT_NAMES.index("completed_share")] + spread])
    return [prediction("tangsel_2023_completed", "share", figure("F0468") / 100.0, simulated, "F0468")]
