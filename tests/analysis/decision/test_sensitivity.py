"""Designs over parameters: bounds that are the priors', runs that differ by the parameter alone, indices as SALib gives them.

Guards: a sensitivity that is luck, a bound in the wrong place, an order of runs that SALib takes for another.
"""

from __future__ import annotations

import numpy as np
import pytest
import SALib.analyze.morris
import SALib.sample.morris

from analysis.decision import sensitivity
from analysis.decision.sensitivity import outcome_of, run_design, salib_problem
from data.errors import InputError
from simulation.ensembles.ensemble import Ensemble
from simulation.parameters import Parameters, default
from simulation.posterior.checked import calibrated
from tests.cities import shipped

FOUR = ["unit_share", "experience", "renewal", "rotation"]
SCENARIO = shipped().with_(months=12)


@pytest.mark.parametrize("parameters", [default(), calibrated("tangsel")], ids=["prior", "posterior"])
def test_bounds_are_the_central_part_of_what_is_drawn(parameters: Parameters) -> None:
    """Guards: a posterior's parameter at its median as both bounds, or bounds of another parameter."""
    problem = salib_problem(parameters, FOUR, central=0.8)
    assert problem["names"] == FOUR and problem["num_vars"] == 4
    drawn = parameters.draws(1, range(400))
    for name, (low, high) in zip(FOUR, problem["bounds"], strict=True):
        inside = (drawn[name] >= low) & (drawn[name] <= high)
        assert 0.7 < inside.mean() < 0.9, name


def test_a_row_differs_by_its_parameters_alone() -> None:
    """Guards: rows with luck of their own, parameters mixed up, a mean over other months."""
    size = {"scale": 0.01, "workers": 1, "policies": ["status_quo"]}
    base = default().draw(1, 0)
    same = [float(base["experience"][0]), float(base["renewal"][0])]
    frame = run_design(SCENARIO, default(), ["experience", "renewal"], [same, [same[0], 2 * same[1]], same], **size)
    assert list(frame.columns[:4]) == ["run", "experience", "renewal", "policy"] and len(frame) == 3
    competence = outcome_of(frame, "status_quo", "competence")
    assert competence[0] == competence[2] != competence[1]
    alone = Ensemble(SCENARIO, draws=1, parameters=default().replace(experience=same[0], renewal=same[1]), **size).run()
    assert competence[0] == pytest.approx(alone.loc[alone["month"] > 0, "competence"].mean(), rel=1e-12)


def test_salib_takes_it() -> None:
    """Guards: a recipe that does not run from end to end, or an order in which SALib reads one parameter as another."""
    problem = salib_problem(default(), FOUR)
    rows = SALib.sample.morris.sample(problem, 2, num_levels=4, seed=1)
    frame = run_design(SCENARIO, default(), FOUR, rows, policies=["status_quo"], scale=0.01, workers=1)
    assert np.array_equal(frame[FOUR].to_numpy(), rows)
    found = SALib.analyze.morris.analyze(problem, rows, outcome_of(frame, "status_quo", "competence"), num_levels=4)
    assert list(found["names"]) == FOUR and np.isfinite(found["mu_star"]).all() and found["mu_star"].max() > 0


def test_what_cannot_be_used_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards: a traceback out of SALib, or a design that runs with a parameter nobody meant."""
    with pytest.raises(InputError, match="did you mean 'rotation'"):
        salib_problem(default(), ["rotatoin"])
    with pytest.raises(InputError, match="each of them once"):
        salib_problem(default(), ["rotation", "rotation"])
    with pytest.raises(InputError, match="needs one that varies"):
        salib_problem(default().replace(rotation=0.1), ["rotation"])
    with pytest.raises(InputError, match=r"found shape \(1, 1\); numbers of shape \(rows, 2\)"):
        run_design(SCENARIO, default(), ["rotation", "renewal"], [[0.1]])
    monkeypatch.setattr(sensitivity, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"pip install 'asnlab\[sensitivity\]'"):
        salib_problem(default(), FOUR)
