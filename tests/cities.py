"""Small cities and hand-made policies that several test files share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from simulation.blocks import unflatten
from simulation.city import build_city, load_profile
from simulation.engine.columns import Env
from simulation.engine.memory import Engine
from simulation.ensembles.ensemble import Ensemble, luck_of
from simulation.levers import pack
from simulation.outcomes import NAMES
from simulation.parameters import Parameters, default
from simulation.policy import Policy
from simulation.scenario import Scenario, Shocks, without_shocks
from tests import ROOT

QUIET = Shocks(political_noise=False, scandals=False, drifts=False, good_and_bad_years=False)


@lru_cache(maxsize=1)
def shipped() -> Scenario:
    """The shipped scenario."""
    return Scenario.load(ROOT / "scenarios" / "tangsel.yaml")


def quiet(**changes: Any) -> Scenario:
    """The shipped scenario without shocks and drifts."""
    return shipped().with_(shocks=QUIET, **changes)


def policy(name: str, **levers: Any) -> Policy:
    """A policy with some levers moved, written `training__follow_up=0.5`."""
    moved = unflatten({key.replace("__", "."): value for key, value in levers.items()})
    return Policy.model_validate({"name": name, "title": {"en": name, "id": name}, **moved})


def scenario(*policies: Policy, **changes: Any) -> Scenario:
    """A quiet scenario of today's practice and these policies."""
    return quiet(policies=(policy("status_quo"), *policies), **changes)


def last_year(frame: Any, outcome: str) -> Any:
    """Mean of the last twelve months by policy (columns) and draw (rows)."""
    late = frame[frame["month"] > frame["month"].max() - 12]
    return late.groupby(["draw", "policy"], sort=False)[outcome].mean().unstack()


def difference(frame: Any, outcome: str, name: str, reference: str = "status_quo") -> Any:
    """Paired difference of a policy from the reference, one value a draw."""
    table = last_year(frame, outcome)
    return (table[name] - table[reference]).to_numpy()


def compare(
    scenario_: Scenario, parameters: Parameters | str = "prior", *, draws: int, scale: float, seed: int = 1
) -> Any:
    """Runs of a scenario on two threads."""
    return Ensemble(scenario_, draws=draws, scale=scale, seed=seed, workers=2, parameters=parameters).run()


class Lab:
    """One city at a small scale that a test can settle, look into and step by hand."""

    def __init__(
        self,
        scale: float = 0.02,
        parameters: Parameters | None = None,
        seed: int = 1,
        draw: int | None = None,
        shocks: Shocks = QUIET,
    ) -> None:
        self.profile = load_profile("tangsel")
        self.city = build_city("tangsel", scale)
        self.engine = Engine(self.city)
        source = parameters or default()
        self.nature = without_shocks(
            source.median() if draw is None else source.draw(seed, draw), shipped().with_(shocks=shocks)
        )
        self.luck = luck_of(seed, 0 if draw is None else draw)
        self.reference = pack(policy("status_quo"), self.profile)
        self.start = self.row(self.engine.settle(self.reference, self.nature, self.luck))

    @staticmethod
    def row(values: Any) -> dict[str, float]:
        """Outcomes of a month by name."""
        return dict(zip(NAMES, values.tolist(), strict=True))

    def again(self) -> None:
        """Back to the balanced start."""
        self.engine.restore()

    def months(self, chosen: Policy, first: int, last: int) -> list[dict[str, float]]:
        """Months first to last - 1 under a policy, from the present state."""
        levers = pack(chosen, self.profile)
        return [self.row(self.engine.step(levers, self.nature, self.luck, m)) for m in range(first, last)]

    def columns(self) -> dict[str, Any]:
        """A copy of every column of the state, by name."""
        state = self.engine.state
        names = ("pull", "base", "applied", "idle", "behaviour", "used", "plan")
        found = {name: getattr(state, name).copy() for name in names}
        found.update({f"env.{name}": state.env[getattr(Env, name)].copy() for name in Env._fields if name != "SIZE"})
        found.update({f"citizens.{name}": column.copy() for name, column in state.citizens._asdict().items()})
        for group in ("staff", "units", "programmes"):
            rows = getattr(state, group)
            found.update({f"{group}.{name}": np.array(rows[name]) for name in rows.dtype.names})
        return found


def changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Names of columns that are not equal bit for bit."""
    return {name for name in before if not np.array_equal(before[name], after[name])}
