"""Runs of draws on any executor: what a worker needs to know, and how it computes draws.

The unit sent to a worker is a handful of draws, all policies each, because the policies of a draw share one settled city. A worker may be a
thread of this process, another process or another machine: the plan is small and can be pickled, and the rest is built where it is used.
"""

from __future__ import annotations

import contextlib
import gc
import threading
import uuid
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import CancelledError, Executor, Future
from dataclasses import dataclass, field
from functools import lru_cache
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np

from data.errors import InputError
from simulation.city import build_city, load_profile
from simulation.engine.compiled import sources_hash
from simulation.engine.draws import luck_of
from simulation.engine.memory import Engine
from simulation.engine.records import Float64s, Structured
from simulation.ensembles.interrupts import kept_back
from simulation.levers import pack, warnings
from simulation.outcomes import NAMES
from simulation.parameters import Parameters
from simulation.scenario import Scenario, without_shocks

if TYPE_CHECKING:
    from simulation.mesa_face.model import CityModel

__all__ = [
    "AHEAD",
    "ENGINE",
    "Draws",
    "Lost",
    "Plan",
    "Runner",
    "finished",
    "from_elsewhere",
    "luck_of",
    "run_draws",
]

Draws = tuple[list[int], Float64s]  # numbers, and rows (draws, policies, months + 1, outcomes)
# Parts waiting for a worker, for each worker: enough that none is idle, few enough that results never pile up in memory.
AHEAD = 2
# Hash of the sources this process simulates with, taken when they are loaded: a process that outlives an update still runs the old ones.
ENGINE = sources_hash()


class Lost(Exception):
    """Runs sent to another process or machine did not come back: workers died, the scheduler is gone, or they cannot run them."""


@dataclass(frozen=True)
class Plan:
    """Everything that decides the outcomes of a draw; small, and the same on every machine.

    Attributes: scenario; names of the policies to run; seed; scale; parameters; city, hash of its profile; engine, hash of the sources;
    model, the class whose months are run in place of the engine's, None for the engine's, and model_source, its hash where it has one;
    token, which names the plan in the memory of a process and has no part in any result.
    """

    scenario: Scenario
    names: tuple[str, ...]
    seed: int
    scale: float
    parameters: Parameters
    city: str
    engine: str = ENGINE
    model: type[CityModel] | None = None
    model_source: str = ""
    token: str = field(default_factory=lambda: uuid.uuid4().hex)


class Runner:
    """A plan prepared in one process: city, levers, and an engine for each thread.

    Attributes: policies and their levers; warnings about them; levers of the reference policy, which settles the city; city.
    Raises: InputError for an unknown policy, an unknown city, or a policy that costs more than its budget.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        scenario = plan.scenario
        profile = load_profile(scenario.city)
        self.policies = [scenario.policy(name) for name in plan.names]
        self.levers = [pack(p, profile) for p in self.policies]
        self.warnings = [line for p in self.policies for line in warnings(p, profile)]
        self.reference = pack(scenario.policy(scenario.reference), profile)
        self.city = build_city(scenario.city, plan.scale, scenario.staff_scale)
        self._local = threading.local()

    def nature(self, draw: int) -> Structured:
        """Parameters of a draw as the engine reads them, with the scenario's shocks switched off where it says so."""
        return without_shocks(self.plan.parameters.draw(self.plan.seed, draw), self.plan.scenario)

    def rows_of(self, draws: Sequence[int], stopped: threading.Event | None = None) -> Float64s:
        """Outcomes of some draws, all policies: float64 (draws, policies, months + 1, outcomes). The one place that runs them.

        Raises: CancelledError when `stopped` is set before the last of them is begun.
        """
        months = self.plan.scenario.months
        rows = np.empty((len(draws), len(self.policies), months + 1, len(NAMES)))
        for place, draw in enumerate(draws):
            if stopped is not None and stopped.is_set():
                raise CancelledError
            rows[place] = (
                self._engine_rows(draw) if self.plan.model is None else self._model_rows(self.plan.model, draw)
            )
        return rows

    def _engine_rows(self, draw: int) -> Float64s:
        if not hasattr(self._local, "engine"):
            self._local.engine = Engine(self.city)
        engine: Engine = self._local.engine
        luck = luck_of(self.plan.seed, draw)
        return engine.run(self.reference, self.levers, self.nature(draw), luck, self.plan.scenario.months)

    def _model_rows(self, model: type[CityModel], draw: int) -> Float64s:
        from simulation.mesa_face.own_process import lived

        plan = self.plan
        size: dict[str, Any] = {"draw": draw, "seed": plan.seed, "scale": plan.scale, "parameters": plan.parameters}
        rows = [lived(model, plan.scenario, policy, **size).history[list(NAMES)].to_numpy() for policy in self.policies]
        gc.collect()  # a model of Mesa holds itself, and each holds a city
        return np.stack(rows)


class _Lent:
    """A plan that compares equal when its token does."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return hash(self.plan.token)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Lent) and other.plan.token == self.plan.token


_building = threading.Lock()


@lru_cache(maxsize=2)
def _built(lent: _Lent) -> Runner:
    plan = lent.plan
    what = None
    if plan.engine != ENGINE:
        what = "sources of simulation/"
    elif load_profile(plan.scenario.city).sha256 != plan.city:
        what = f"data/cities/{plan.scenario.city}.yaml"
    elif plan.model is not None:
        from simulation.mesa_face.own_process import class_name, source_hash

        what = f"source of {class_name(plan.model)}" if source_hash(plan.model) != plan.model_source else None
    if what:
        raise InputError(f"worker: has other {what} than the process that asks; install the same asnlab everywhere")
    return Runner(plan)


def run_draws(plan: Plan, numbers: Sequence[int]) -> Draws:
    """Some draws of a plan, wherever this is called: the function that an executor is given.

    Raises: InputError when this process has other sources of the engine or another city than the one that made the plan.
    """
    with _building:
        runner = _built(_Lent(plan))
    return list(numbers), runner.rows_of(numbers)


def finished(
    executor: Executor,
    run: Callable[[Sequence[int]], Draws],
    parts: Sequence[Sequence[int]],
    workers: Callable[[], int],
) -> Generator[Draws, None, None]:
    """Draws of every part as they finish, in whatever order; never more than a few parts a worker are in memory.

    Args:
        run: the function that computes a part, such as `run_draws` of a plan.
        workers: how many parts are computed at a time just now; asked again and again, because machines come and go.
    Raises: what `run` raises; CancelledError when the executor drops a part.
    """
    # Results come through a queue. `concurrent.futures.wait` takes the locks of all futures each time, and an interrupt among them would
    # leave some taken.
    done: SimpleQueue[Future[Draws] | None] = SimpleQueue()
    waiting: set[Future[Draws]] = set()
    rest = iter(parts)
    with kept_back(lambda: done.put(None)) as interrupted:
        try:
            while True:
                while len(waiting) < AHEAD * workers() and (part := next(rest, None)) is not None:
                    waiting.add(future := executor.submit(run, part))
                    future.add_done_callback(done.put)
                if not waiting:
                    return
                ready = done.get()
                interrupted()
                if ready is not None:
                    waiting.discard(ready)
                    yield ready.result()
        finally:
            for future in waiting:
                future.cancel()


def from_elsewhere(stream: Generator[Draws, None, None]) -> Generator[Draws, None, None]:
    """The same draws; whatever goes wrong on other machines is raised as Lost, except what people can fix themselves."""
    with contextlib.closing(stream):
        try:
            yield from stream
        except CancelledError:
            raise Lost("the scheduler is gone") from None
        except (InputError, Lost):
            raise
        except Exception as error:
            raise Lost(f"{type(error).__name__}: {error}") from error
