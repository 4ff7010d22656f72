"""Validation of a calibration: everything `asnlab validate` says, as numbers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.calibration.method.checks import (
    LEVELS,
    Experiment,
    columns,
    experiments,
    identification,
    least_tail,
    ready,
    simultaneous,
)
from analysis.calibration.method.reference_table import SEED, Table
from analysis.calibration.method.regression_abc import to_line
from analysis.calibration.validation.predictive import Prediction, held_out, moments_of, predict_targets
from analysis.calibration.validation.restated import restated
from simulation.city import load_profile
from simulation.levers import pack
from simulation.outcomes import COLUMN
from simulation.parameters import Parameters, uniform_of
from simulation.posterior.moment_runs import REFERENCE, MomentRuns
from simulation.posterior.moments import NORMAL, NUISANCE
from simulation.posterior.nuisance import NAMES, table_parameters
from simulation.posterior.posterior_file import Posterior
from simulation.posterior.targets import Targets

__all__ = ["FRESH", "Limit", "Validation", "fresh_runs", "validate"]

FRESH = 200
FRESH_FIRST = 1_000_000  # numbers of fresh draws: no table reaches them
# Monte Carlo errors that a coverage may be off: all parameters and levels together stay within in 95 % of repetitions (Bonferroni).
SURE = NORMAL.inv_cdf(1.0 - 0.05 / (2.0 * len(NAMES) * len(LEVELS)))

Report = Callable[[str], None]


@dataclass(frozen=True)
class Limit:
    """A case whose answer is known without a model: name, what was found, whether it is as it must be."""

    name: str
    found: float
    holds: bool


@dataclass(frozen=True)
class Validation:
    """Results. Attributes: parameters, one row each; experiment, fresh draws; gamma, tail of the ECDF band (one parameter), gamma_all (all
    of them together); targets and held_out, predictions; identified, contraction lost without a target (targets x parameters); restated,
    how much one parameter put in at the start explains of each target; limits; about, sizes, seeds and hashes."""

    parameters: pd.DataFrame
    experiment: Experiment
    gamma: float
    gamma_all: float
    targets: list[Prediction]
    held_out: list[Prediction]
    identified: pd.DataFrame
    restated: pd.DataFrame
    limits: list[Limit]
    about: dict[str, Any]

    @property
    def misses(self) -> list[Prediction]:
        """Facts outside their interval."""
        return [p for p in (*self.targets, *self.held_out) if not p.hit]

    @property
    def calibrated_well(self) -> bool:
        """Ranks within the band of all parameters together, and every coverage within Monte Carlo error."""
        return bool(self.parameters["within_band_of_all"].all() and self.parameters["covers"].all())

    def to_json(self) -> str:
        """Everything as JSON."""
        content = {
            "about": self.about,
            "calibrated_well": self.calibrated_well,
            "parameters": json.loads(self.parameters.to_json(orient="records")),
            "targets": [{**asdict(p), "hit": p.hit} for p in self.targets],
            "held_out": [{**asdict(p), "hit": p.hit} for p in self.held_out],
            "identified": {str(k): row for k, row in json.loads(self.identified.to_json(orient="index")).items()},
            "restated": json.loads(self.restated.to_json(orient="records")),
            "limits": [asdict(x) for x in self.limits],
            "band_tail": self.gamma,
            "band_tail_of_all": self.gamma_all,
        }
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def fresh_runs(city: str, draws: int = FRESH, workers: int = 1, seed: int = SEED) -> tuple[Any, Any]:
    """Draws that no table holds: parameters on the scale without bounds (draws, parameters), moments (draws, moments)."""
    parameters = table_parameters(city)
    local = threading.local()
    numbers = range(FRESH_FIRST, FRESH_FIRST + draws)

    def one(k: int) -> Any:
        if not hasattr(local, "moment_runs"):
            local.moment_runs = MomentRuns(city)
        return local.moment_runs.draw(parameters, seed, k)

    with ThreadPoolExecutor(workers) as pool:
        moments = np.array(list(pool.map(one, numbers)))
    return to_line([[uniform_of(seed, k, n) for n in NAMES] for k in numbers]), moments


def validate(
    table: Table, targets: Targets, posterior: Posterior, fresh: int = FRESH, runs: int = 200, workers: int = 1,
    say: Report = lambda step: None, seed: int = SEED,
) -> Validation:  # fmt: skip
    """Validate a posterior of a table's city.

    Args:
        fresh: draws of simulation-based calibration; runs: of each prediction; workers: threads; say: told each step;
        seed: of the fresh draws and of their errors.
    """
    say("fresh")
    line, moments = fresh_runs(table.city, fresh, workers, seed)
    model = ready(table, targets)
    experiment = experiments(model, line, moments[:, columns(targets.fitted)], targets.error_root(), seed=seed)
    gamma = simultaneous(fresh)
    gamma_all = simultaneous(fresh, level=0.95 ** (1.0 / len(NAMES)), simulated=20_000)
    say("targets")
    moment_runs = MomentRuns(table.city)
    simulated = moments_of(moment_runs, posterior.parameters(), runs)
    predicted = predict_targets(simulated, targets)
    say("held_out")
    left_out = predict_targets(simulated, targets, targets.left_out)
    left_out += held_out(table, targets, moment_runs, runs)
    say("identified")
    lost = identification(table, targets)
    identified = pd.DataFrame({k: v for k, v in lost.items() if k != "all"}, index=list(NAMES)).T
    say("limits")
    about = {
        "city": table.city, "runs_of_table": len(table.moments), "seed_of_table": table.seed,
        "fresh_draws": fresh, "seed_of_fresh_draws": seed, "runs_of_predictions": runs,
        "stamps": dict(table.stamps), "targets": targets.hash(), "kept": model.kept,
    }  # fmt: skip
    rows = parameter_rows(posterior, experiment, gamma, gamma_all)
    put_in = restated(table, targets)
    return Validation(
        rows, experiment, gamma, gamma_all, predicted, left_out, identified, put_in, limits(table.city), about
    )


def parameter_rows(posterior: Posterior, tried: Experiment, gamma: float, gamma_all: float) -> pd.DataFrame:
    """One row a parameter: posterior, contraction, class, coverage, recovery, and whether its ranks are uniform."""
    direct = Parameters.load(posterior.city).table
    recovered, mean_shrunk = tried.recovery(), tried.contraction()
    found = []
    for j, nuisance in enumerate(NUISANCE):
        middle, low, high = posterior.interval(nuisance.name)
        tail = least_tail(tried.place[:, j])
        row: dict[str, Any] = {
            "parameter": nuisance.name, "unit": direct[nuisance.name].unit, "moments": ", ".join(nuisance.moments),
            "prior": nuisance.prior.words(), "median": middle, "low": low, "high": high, "direct_median": direct[nuisance.name].value,
            "contraction": posterior.contraction[nuisance.name], "without_assumed": posterior.grounded[nuisance.name],
            "class": "calibrated" if nuisance.name in posterior.calibrated else direct[nuisance.name].klass,
        }  # fmt: skip
        for level in LEVELS:
            row[f"coverage_{100 * level:.0f}"] = float(tried.coverage(level)[j])
        row |= {
            "recovery": float(recovered[j]), "mean_contraction": float(mean_shrunk[j]), "least_tail": tail,
            "within_band": tail >= gamma, "within_band_of_all": tail >= gamma_all,
            "covers": all(abs(tried.coverage(x)[j] - x) <= SURE * tried.coverage_error(x) for x in LEVELS),
        }  # fmt: skip
        found.append(row)
    return pd.DataFrame(found)


def limits(city: str) -> list[Limit]:
    """Cases whose answer is known: without training what was learned only fades; perfect integrity takes no side payments."""
    moment_runs = MomentRuns(city)
    nature = Parameters.load(city).median()
    nothing = REFERENCE.evaluation.model_copy(update={"design": "none"})
    none = pack(REFERENCE.model_copy(update={"budget_factor": 0.0, "evaluation": nothing}), load_profile(city))
    moment_runs.engine.settle(moment_runs.levers, nature, 1)
    rows = moment_runs.engine.go(none, nature, 1, 0, 60)
    excess = rows[11::12, COLUMN["excess"]]
    rises = float(np.diff(np.concatenate([[rows[0, COLUMN["excess"]]], excess])).max())
    moment_runs.engine.settle(moment_runs.levers, nature, 1)
    moment_runs.engine.state.staff.integrity[:] = 60.0
    moment_runs.engine.state.staff.anchor[:] = 60.0
    paid = float(moment_runs.engine.go(moment_runs.levers, nature, 1, 0, 1)[0, COLUMN["side_payments"]])
    return [
        Limit("no_training", rises, rises < 0.0),
        Limit("perfect_integrity", paid, paid < 0.2),
    ]
