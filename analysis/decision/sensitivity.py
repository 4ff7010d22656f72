"""Sensitivity to parameters on shared luck: a design over some of them (SALib's, or one's own) and the outcomes of each of its rows.

    problem = salib_problem(parameters, ["training_effect_mean", "coaching_effect", "use_hazard", "skill_half_life"])
    rows = SALib.sample.sobol.sample(problem, 64)
    frame = run_design(scenario, parameters, problem["names"], rows, policies=["integrated"])
    SALib.analyze.sobol.analyze(problem, outcome_of(frame, "integrated", "competence"))

SALib comes with `pip install asnlab[sensitivity]`; `run_design` does without it. With `ema_workbench` a model function of one row does
the same: `lambda **values: run_design(scenario, parameters, list(values), [list(values.values())], ...)`.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InputError, nearest
from simulation.ensembles.ensemble import Ensemble
from simulation.outcomes import NAMES
from simulation.parameters import Parameters
from simulation.scenario import Scenario

__all__ = ["outcome_of", "run_design", "salib_problem"]

CENTRAL = 0.90  # of a prior that a design covers


def salib_problem(parameters: Parameters, names: Sequence[str], central: float = CENTRAL) -> dict[str, Any]:
    """The problem as SALib wants it: names, num_vars, and as bounds the central part of each parameter's prior or posterior.

    Raises: InputError where SALib is not installed, for an unknown parameter (with the nearest), one that stands twice, one that is fixed
        or is only 0 or 1, or a share outside 0 to 1.
    """
    if find_spec("SALib") is None:
        raise InputError("SALib is not installed; it comes with: pip install 'asnlab[sensitivity]'")
    if not 0.0 < central < 1.0:
        raise InputError(f"central: found {central:g}; allowed: between 0 and 1")
    return {
        "num_vars": len(names),
        "names": list(names),
        "bounds": [list(_range(parameters, name, central)) for name in _known(parameters, names)],
    }


def run_design(
    scenario: Scenario, parameters: Parameters, names: Sequence[str], rows: npt.ArrayLike, *, policies: Sequence[str] | None = None,
    draws: int = 1, window: int = 12, **settings: Any,
) -> pd.DataFrame:  # fmt: skip
    """Run a scenario with some parameters fixed as each row of a design says; the others and the luck are the same draws in every row.

    Args:
        parameters: what the others are drawn from; names: of those that the design fixes; rows: float64 (rows, names).
        policies: which to run, default all; draws: of each row; window: months at the end that are averaged [months].
        settings: other arguments of `Ensemble`: seed, scale, workers, model.
    Returns: one row a design row and policy: run (number of the design row), the parameters, policy, then the mean of each outcome.
    Raises: InputError for a design of another shape, or numbers that are none, and as `Ensemble`.
    """
    design = np.asarray(rows, dtype=np.float64)
    known = _known(parameters, names)
    if design.ndim != 2 or design.shape[1] != len(known) or not len(design) or not np.isfinite(design).all():
        raise InputError(f"rows: found shape {design.shape}; numbers of shape (rows, {len(known)}) are needed")
    found = []
    for number, row in enumerate(design.tolist()):
        values = dict(zip(known, row, strict=True))
        runs = Ensemble(
            scenario, parameters=parameters.replace(**values), policies=policies, draws=draws, **settings
        ).run()
        late = runs[runs["month"] > scenario.months - window]
        means = late.groupby("policy", sort=False)[list(NAMES)].mean().reset_index()
        titled = {f"parameter_{n}" if n in NAMES else n: value for n, value in values.items()}
        for place, (name, value) in enumerate({"run": number, **titled}.items()):
            means.insert(place, name, value)
        found.append(means)
    return pd.concat(found, ignore_index=True)


def outcome_of(frame: pd.DataFrame, policy: str, outcome: str) -> npt.NDArray[np.float64]:
    """One outcome of one policy in the order of the design, float64 (rows,), as SALib's analyses want it.

    Raises: InputError for a policy or an outcome that the frame does not hold, with the nearest.
    """
    for word, there in ((policy, frame["policy"].unique()), (outcome, NAMES)):
        if word not in there:
            close = nearest(word, there)
            raise InputError(f"{word!r} is not in this design" + (f"; did you mean '{close}'?" if close else ""))
    return frame[frame["policy"] == policy].sort_values("run")[outcome].to_numpy(dtype=np.float64)


def _known(parameters: Parameters, names: Sequence[str]) -> list[str]:
    if not len(names) or isinstance(names, str) or len(set(names)) < len(names):
        raise InputError(f"names: found {names!r:.80}; a list of parameters is needed, each of them once")
    for name in names:
        if name not in parameters.table:
            raise InputError(
                f"parameters: {name}: unknown parameter; did you mean '{nearest(name, parameters.table)}'?"
            )
    return list(names)


def _range(parameters: Parameters, name: str, central: float) -> tuple[float, float]:
    """The central part of what a parameter is drawn from. Raises InputError for one that has no range."""
    prior = parameters.table[name].prior
    ends = ((1.0 - central) / 2.0, (1.0 + central) / 2.0)
    joint = parameters.joint
    if joint is not None and name in joint.names:
        low, high = np.quantile(joint.draws[:, joint.names.index(name)], ends).tolist()
    else:
        low, high = (prior.value(u) for u in ends)
    if prior.family == "choice" or not low < high:
        raise InputError(f"parameters: {name}: is {prior.words()}; a design needs one that varies over a range")
    return float(low), float(high)
