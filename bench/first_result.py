"""From nothing to a first result in a fresh process: once with an empty compile cache, then with a filled one."""

from __future__ import annotations

import json
import tempfile
import time

from bench.clock import Effort, child


def fresh(environment: dict[str, str]) -> tuple[dict[str, float], float]:
    """One fresh process: what it says of itself, and the wall time until its result is there [s]."""
    return child("bench.first_result", environment=environment)


def measure(effort: Effort) -> dict[str, float]:
    """A fresh process with an empty cache, then the quickest of some with the cache it left."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {"ASNLAB_CACHE": folder}
        cold = fresh(environment)
        warm = [fresh(environment) for _ in range(max(effort.repeats // 2, 1))]
    return summary(cold, min(warm, key=lambda one: one[1]))


def summary(cold: tuple[dict[str, float], float], warm: tuple[dict[str, float], float]) -> dict[str, float]:
    """Wall time with an empty cache and with a filled one, and of compiling alone [s]."""
    inside, wall = warm
    return {
        "cold": cold[1], "warm": wall, "compile": cold[0]["run"] - inside["run"],
        "import": inside["import"], "run": inside["run"],
    }  # fmt: skip


def main() -> dict[str, float]:
    """Import the package, run one small run; returns the time of each [s]."""
    start = time.perf_counter()
    from bench.clock import ROOT, SCENARIO
    from simulation import Scenario, simulate

    scenario = Scenario.load(ROOT / SCENARIO)
    imported = time.perf_counter()
    table = simulate(scenario, scenario.reference)
    assert len(table) == scenario.months + 1
    return {"import": imported - start, "run": time.perf_counter() - imported}


if __name__ == "__main__":
    print(json.dumps(main()), flush=True)
