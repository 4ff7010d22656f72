"""Runs of draws on any executor: what a worker must know, and how it computes draws from it.

The unit sent to a worker is a handful of draws, all policies each, because the policies of a draw share one settled city. A worker may be a
thread of this process, another process or another machine: the plan is small and can be pickled, and the rest is built where it is used.
"""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from data.errors import InputError
from simulation.city import build_city, load_profile
from simulation.compiled import sources_hash
from simulation.engine import Engine
from simulation.levers import pack
from simulation.parameters import Parameters
from simulation.scenario import Scenario

Draws = tuple[list[int], Any]
# Parts waiting for a worker, for each worker: enough that none is idle, few enough that results never pile up in memory.
AHEAD = 2


def luck_of(seed: int, draw: int) -> int:
    """Seed of chance of a draw: 62 bits from (seed, draw)."""
    return int.from_bytes(hashlib.sha256(f"chance/{seed}/{draw}".encode()).digest()[:8], "big") >> 2


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


@lru_cache(maxsize=1)
def engine_hash() -> str:
    """Hash of the sources this process simulates with."""
    return sources_hash()


@dataclass(frozen=True)
class Plan:
    """Everything that decides the outcomes of a draw; small, and the same on every machine.

    Attributes: scenario; names of the policies to run; seed; scale; parameters; engine, hash of the sources; token, which names the plan in
    the memory of a process and has no part in any result.
    """

    scenario: Scenario
    names: tuple[str, ...]
    seed: int
    scale: float
    parameters: Parameters
    engine: str = field(default_factory=engine_hash)
    token: str = field(default_factory=lambda: uuid.uuid4().hex)


class Runner:
    """A plan made ready in one process: city, levers, and an engine for each thread.

    Raises: InputError for an unknown policy, an unknown city, or a policy that costs more than its budget.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        scenario = plan.scenario
        profile = load_profile(scenario.city)
        self.policies = [scenario.policy(name) for name in plan.names]
        self._levers = [pack(p, profile) for p in self.policies]
        self._reference = pack(scenario.policy(scenario.reference), profile)
        self.city = build_city(scenario.city, plan.scale)
        self.stopped = threading.Event()
        self._local = threading.local()
        _here[plan.token] = self

    def nature(self, draw: int) -> Any:
        """Parameters of a draw as the engine reads them, with the scenario's shocks switched off where it says so."""
        return without_shocks(self.plan.parameters.draw(self.plan.seed, draw), self.plan.scenario)

    def rows(self, draw: int) -> Any:
        """One draw, all policies: float64 (policies, months + 1, outcomes)."""
        if not hasattr(self._local, "engine"):
            self._local.engine = Engine(self.city)
        engine: Engine = self._local.engine
        luck = luck_of(self.plan.seed, draw)
        return engine.run(self._reference, self._levers, self.nature(draw), luck, self.plan.scenario.months)

    def draws(self, numbers: Sequence[int]) -> Draws:
        """Some draws: their numbers, and float64 (draws, policies, months + 1, outcomes). Empty once stopped."""
        rows: list[Any] = []
        for number in numbers:
            if self.stopped.is_set():
                return [], None
            rows.append(self.rows(number))
        return list(numbers), np.stack(rows)


# Runners that somebody in this process holds; a thread finds the one it works for here instead of building the city again.
_here: WeakValueDictionary[str, Runner] = WeakValueDictionary()


class _Lent:
    """A plan that counts as the same whenever its token is."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return hash(self.plan.token)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lent) and other.plan.token == self.plan.token


_building = threading.Lock()


@lru_cache(maxsize=2)
def _built(lent: _Lent) -> Runner:
    if lent.plan.engine != engine_hash():
        raise InputError(
            "worker: has other sources of simulation/ than the process that asks; install the same asnlab everywhere"
        )
    return Runner(lent.plan)


def run_draws(plan: Plan, numbers: Sequence[int]) -> Draws:
    """Some draws of a plan, wherever this is called: the function that an executor is given.

    Raises: InputError when this process has other sources of the engine than the one that made the plan.
    """
    runner = _here.get(plan.token)
    if runner is None:
        with _building:
            runner = _built(_Lent(plan))
    return runner.draws(numbers)


def finished(
    executor: Executor, plan: Plan, parts: Sequence[Sequence[int]], workers: int
) -> Generator[Draws, None, None]:
    """Draws of every part as they finish, in whatever order; never more than a few parts a worker are in memory."""
    waiting: set[Future[Draws]] = set()
    rest = iter(parts)
    try:
        while True:
            while len(waiting) < AHEAD * workers and (part := next(rest, None)) is not None:
                waiting.add(executor.submit(run_draws, plan, part))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            while done:
                # Popped, so that its rows are freed as soon as they are used.
                yield done.pop().result()
    finally:
        for future in waiting:
            future.cancel()
