"""How many replications a difference between two policies takes, by where the luck of the two comes from.

    python -m docs.replications OUT.npz CASE ...    run cases and save float64 (policies, replications, outcomes) by case

An outcome is the mean of the last of five years. With SD s of the difference in one replication, its mean over n replications has a 95 %
interval of half-width 1.96 s / sqrt(n), so n = (1.96 s / half-width)^2.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

SCENARIO = Path(__file__).resolve().parents[1] / "scenarios" / "tangsel.yaml"
MONTHS, SEED = 60, 1
POLICIES = ("status_quo", "needs_based_training", "integrity_and_ethics", "citizen_participation", "integrated_plus")
HALF_WIDTHS = {"competence": 0.005, "ikm": 0.1, "trust": 0.1, "complaints": 5.0}  # complaints: % of today's


@dataclass(frozen=True)
class Case:
    """What varies between replications: drawn, parameters too; shocks, scandals and political mood too; luck, seed of chance."""

    drawn: bool = False
    shocks: bool = True
    luck: int = 1
    replications: int = 400
    scale: float = 0.01


CASES = {
    "chance": Case(),
    "quiet": Case(shocks=False),
    "drawn": Case(drawn=True),
    "other luck": Case(drawn=True, luck=2),
    "larger": Case(replications=100, scale=0.1),
}


def measure(case: Case) -> Any:
    """Runs of every policy, each from its own settled start: float64 (policies, replications, outcomes)."""
    from simulation.city import build_city, load_profile
    from simulation.engine import draws
    from simulation.engine.draws import luck_of
    from simulation.engine.memory import Engine
    from simulation.levers import pack
    from simulation.outcomes import COLUMN
    from simulation.parameters import default
    from simulation.scenario import Scenario, Shocks, without_shocks

    scenario = Scenario.load(SCENARIO)
    if not case.shocks:
        scenario = scenario.with_(shocks=Shocks(political_noise=False, scandals=False))
    profile, engine = load_profile(scenario.city), Engine(build_city(scenario.city, case.scale))
    restart = getattr(draws, "restart", lambda: None)  # of draws that are dealt out, see docs/sequential.py
    levers = [pack(scenario.policy(name), profile) for name in POLICIES]
    columns = [COLUMN[name] for name in HALF_WIDTHS]
    found = np.zeros((len(POLICIES), case.replications, len(columns)))
    for number in range(case.replications):
        drawn = default().draw(SEED, number) if case.drawn else default().median()
        nature = without_shocks(drawn, scenario)
        for row, policy in enumerate(levers):
            restart()
            lived = engine.run(levers[0], [policy], nature, luck_of(case.luck, number), MONTHS)
            found[row, number] = lived[0, -12:][:, columns].mean(axis=0)
    return found


def half_widths(found: Any) -> Any:
    """Half-widths in the units of the outcomes."""
    wanted = np.array(list(HALF_WIDTHS.values()))
    wanted[-1] *= found[0, :, -1].mean() / 100.0
    return wanted


def paired(found: Any) -> Any:
    """SD of the difference from today's practice in one replication, (policies - 1, outcomes)."""
    return (found[1:] - found[:1]).std(axis=1, ddof=1)


def apart(found: Any) -> Any:
    """The same SD when the two policies have replications of their own."""
    variance = found.var(axis=1, ddof=1)
    return np.sqrt(variance[1:] + variance[:1])


def crossed(found: Any, other: Any) -> Any:
    """The same SD when parameters are shared and luck is not, from two sets of runs."""
    one, two = (found[1:] - other[:1]).var(axis=1, ddof=1), (other[1:] - found[:1]).var(axis=1, ddof=1)
    return np.sqrt(0.5 * (one + two))


def needed(sd: float, half_width: float) -> int:
    """Replications that give a 95 % interval of this half-width; at least two, without which there is no interval."""
    return max(math.ceil((1.96 * sd / half_width) ** 2), 2)


def main(asked: list[str]) -> int:
    """Run cases and save them."""
    out, *names = asked
    np.savez(out, **{name: measure(CASES[name]) for name in names})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
