"""Runs: every policy over the same draws of parameters and the same luck, on threads (the compiled engine releases the lock).

A run is (policy, draw, seed). The luck of a draw depends on the scenario's seed and the number of the draw, never on the policy, the
number of workers or how many draws are asked for; so two policies differ by what they do, and more draws only add rows.
"""

from __future__ import annotations

import hashlib
import os
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import InputError
from simulation.city import build_city, load_profile
from simulation.compiled import is_cold
from simulation.engine import Engine
from simulation.levers import pack, warnings
from simulation.outcomes import NAMES
from simulation.parameters import Parameters, default
from simulation.policy import Policy
from simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int], None]
KEYS = ("policy", "draw", "seed", "month")


def luck_of(seed: int, draw: int) -> int:
    """Seed of chance of a draw: 62 bits from (seed, draw)."""
    return int.from_bytes(hashlib.sha256(f"chance/{seed}/{draw}".encode()).digest()[:8], "big") >> 2


def announce_compile() -> None:
    """Say once, on standard error, that the first run compiles the engine."""
    if is_cold():
        print("Compiling the engine for this machine: once, about half a minute ...", file=sys.stderr, flush=True)


class Ensemble:
    """Runs of a scenario.

    Args:
        scenario: what to compare; draws, seed, scale replace those of the scenario when given.
        workers: threads; the number never changes a result. Default: the cores of the machine.
        parameters: parameters to draw from; default the shipped ones.
        policies: names to run, default all of the scenario; the reference settles the city in any case.
    Attributes: warnings, lines about plans outside the rules on training hours or that cannot spend their money.
    Raises: InputError for an unknown policy, an unknown city, or a policy that costs more than its budget.
    """

    def __init__(
        self, scenario: Scenario, *, draws: int | None = None, seed: int | None = None, workers: int | None = None,
        scale: float | None = None, parameters: Parameters | None = None, policies: Iterable[str] | None = None,
    ) -> None:  # fmt: skip
        self.scenario = scenario
        self.draws = scenario.draws if draws is None else draws
        self.seed = scenario.seed if seed is None else seed
        self.scale = scenario.scale if scale is None else scale
        if self.draws < 1:
            raise InputError(f"draws: found {self.draws}; at least 1 is needed")
        if not 0.0 < self.scale <= 1.0:
            raise InputError(f"scale: found {self.scale:g}; allowed: above 0 and at most 1 (the whole city)")
        if workers is not None and workers < 1:
            raise InputError(f"workers: found {workers}; at least 1 is needed")
        self.workers = workers if workers is not None else os.cpu_count() or 1
        self.parameters = parameters or default()
        profile = load_profile(scenario.city)
        self.policies: list[Policy] = [
            scenario.policy(n) for n in (policies if policies is not None else scenario.names)
        ]
        self._levers = [pack(p, profile) for p in self.policies]
        self.warnings = [line for p in self.policies for line in warnings(p, profile)]
        self._reference = pack(scenario.policy(scenario.reference), profile)
        self.city = build_city(scenario.city, self.scale)
        self._local = threading.local()

    def nature(self, draw: int) -> Any:
        """Parameters of a draw as the engine reads them, with the scenario's shocks switched off where it says so."""
        return without_shocks(self.parameters.draw(self.seed, draw), self.scenario)

    def rows(self, draw: int) -> Any:
        """One draw, all policies: float64 (policies, months + 1, outcomes)."""
        if not hasattr(self._local, "engine"):
            self._local.engine = Engine(self.city)
        engine: Engine = self._local.engine
        return engine.run(
            self._reference, self._levers, self.nature(draw), luck_of(self.seed, draw), self.scenario.months
        )

    def run(self, progress: Progress | None = None, first: int = 0) -> pd.DataFrame:
        """All runs as one tidy table: policy, draw, seed, month, then one column an outcome; ordered by policy, draw, month.

        Args:
            progress: called with (runs done, runs in all) as draws finish.
            first: number of the first draw, for adding draws to earlier ones.
        """
        announce_compile()
        numbers = list(range(first, first + self.draws))
        done: dict[int, Any] = {}
        # Results come through a queue: an interrupt while `concurrent.futures.wait` takes the locks of thousands of futures would leave
        # some of them taken, and the workers would wait for ever.
        finished: SimpleQueue[tuple[int, Any]] = SimpleQueue()
        with ThreadPoolExecutor(self.workers) as pool:
            try:
                for number in numbers:
                    pool.submit(self._deliver, number, finished)
                while len(done) < len(numbers):
                    number, rows = finished.get()
                    if isinstance(rows, BaseException):
                        raise rows
                    done[number] = rows
                    if progress is not None:
                        progress(len(done) * len(self.policies), len(numbers) * len(self.policies))
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        return self.table(np.stack([done[k] for k in numbers]), numbers)

    def _deliver(self, number: int, finished: SimpleQueue[tuple[int, Any]]) -> None:
        """Run a draw and hand over its rows, or what went wrong."""
        try:
            finished.put((number, self.rows(number)))
        except BaseException as error:
            finished.put((number, error))

    def table(self, rows: Any, numbers: list[int]) -> pd.DataFrame:
        """Outcomes of draws as a table: rows float64 (draws, policies, months + 1, outcomes)."""
        import pandas as pd

        draws, policies, months, _ = rows.shape
        ordered = rows.transpose(1, 0, 2, 3).reshape(policies * draws * months, len(NAMES))
        keys = {
            "policy": np.repeat([p.name for p in self.policies], draws * months),
            "draw": np.tile(np.repeat(np.array(numbers, dtype=np.int64), months), policies),
            "seed": np.full(policies * draws * months, self.seed, dtype=np.int64),
            "month": np.tile(np.arange(months, dtype=np.int64), policies * draws),
        }
        return pd.concat([pd.DataFrame(keys), pd.DataFrame(ordered, columns=list(NAMES))], axis=1)


def without_shocks(nature: Any, scenario: Scenario) -> Any:
    """The same parameters with the shocks that the scenario leaves out set to nothing."""
    if not scenario.shocks.political_noise:
        nature["political_noise_sd"] = 0.0
    if not scenario.shocks.scandals:
        nature["scandal_rate"] = 0.0
    if not scenario.shocks.drifts:
        nature["ikm_drift"] = 0.0
        nature["digital_rise"] = 0.0
    return nature


def simulate(
    scenario: Scenario, policy: str | None = None, *, draws: int = 1, seed: int | None = None, scale: float = 0.01
) -> pd.DataFrame:
    """Runs of one policy (or all) of a scenario on one thread: the shortest way from a scenario to a table."""
    return Ensemble(
        scenario, draws=draws, seed=seed, scale=scale, workers=1, policies=[policy] if policy else None
    ).run()
