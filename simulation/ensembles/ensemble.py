"""Runs: every policy over the same draws of parameters and the same luck, on threads (the compiled engine releases the lock).

A run is (policy, draw, seed). The luck of a draw depends on the scenario's seed and the number of the draw, never on the policy, the
number of workers or how many draws are asked for; so two policies differ by what they do, and more draws only add rows.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from data.errors import InputError, nearest
from data.notebook import table
from simulation.city import load_profile
from simulation.engine.compiled import announce_compile
from simulation.engine.records import Float64s, Structured
from simulation.ensembles.progress import Progress, reporter
from simulation.ensembles.runs import Draws, Plan, Runner, finished, from_elsewhere, luck_of, run_draws
from simulation.outcomes import NAMES
from simulation.parameters import columns_of
from simulation.policy import Policy
from simulation.posterior.parameter_source import DRAWN_FROM, POSTERIOR, Asked, source_of
from simulation.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

    from simulation.mesa_face.model import CityModel

__all__ = ["KEYS", "Ensemble", "Progress", "luck_of", "simulate"]

KEYS = ("policy", "draw", "seed", "month")
# A part is about as long as one run of the whole city, so that little is lost when a run is killed and little is spent between parts.
LARGEST_PART = 16
PART_OF_CITY = 0.16
KINDS = ("civil_servants", "units", "citizens")  # of agents, as CityModel calls its sets


class Ensemble:
    """Runs of a scenario.

    Args:
        scenario: what to compare; draws, seed, scale replace those of the scenario when given.
        workers: threads; the number never changes a result. Default: the cores of the machine.
        parameters: what to draw from: "posterior", the one shipped for the city (a city without one is refused); "prior", without any
            calibration; the path of a posterior file; or `Parameters`.
        policies: names to run, default all of the scenario; the reference settles the city in any case.
        model: a subclass of CityModel whose months are run, with a process of its own; paired with every other run of the scenario by the
            same draws and luck. It runs on one thread unless it can be imported from a file, as executors need.
    Attributes: drawn_from, what the parameters are drawn from, in words `str(drawn_from)`; warnings, lines about plans outside the rules on
    training hours or that cannot spend their money.
    Raises: InputError for an unknown policy, an unknown city, a city without a posterior, a posterior that is out of date, a policy that
    costs more than its budget, or a model that is no subclass of CityModel.
    """

    def __init__(
        self, scenario: Scenario, *, draws: int | None = None, seed: int | None = None, workers: int | None = None,
        scale: float | None = None, parameters: Asked = POSTERIOR, policies: Iterable[str] | None = None,
        model: type[CityModel] | None = None,
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
        self.model, source = _model_and_source(model)
        self.workers = (workers or os.cpu_count() or 1) if model is None or source else 1
        names = tuple(policies if policies is not None else scenario.names)
        city = load_profile(scenario.city).sha256
        self.drawn_from = source_of(parameters, scenario.city)
        self.parameters = self.drawn_from.parameters
        self.plan = Plan(
            scenario, names, self.seed, self.scale, self.parameters, city, model=self.model, model_source=source
        )
        self.runner = Runner(self.plan)
        self.policies: list[Policy] = self.runner.policies
        self.warnings = self.runner.warnings
        self.city = self.runner.city

    def __repr__(self) -> str:
        size = f"{len(self.policies)} policies, {self.draws} draws, seed {self.seed}, scale {self.scale:g}"
        model = "" if self.model is None else f", model {self.model.__name__}"
        return f"Ensemble({self.scenario.city}: {size}, drawn from {self.drawn_from}{model})"

    def _repr_html_(self) -> str:
        rows = [(policy.name, policy.title.en) for policy in self.policies]
        return table(repr(self), ["policy", "title"], rows, " ".join(self.warnings))

    def nature(self, draw: int) -> Structured:
        """Parameters of a draw as the engine reads them, with the scenario's shocks switched off where it says so."""
        return self.runner.nature(draw)

    def rows(self, draw: int) -> Float64s:
        """One draw, all policies: float64 (policies, months + 1, outcomes)."""
        rows: Float64s = self.runner.rows_of([draw])[0]
        return rows

    def parameters_frame(self, first: int = 0) -> pd.DataFrame:
        """What each draw took its parameters to be: draw, seed, then one column a parameter, one row a draw.

        Columns are as the engine reads them, so a scenario without shocks shows them at nothing. Arrays are spelled out: loading_U1,
        threshold_U1_1 ... factor_U9. A parameter that is called as an outcome gets `parameter_` before its name, so that
        `frame.merge(ensemble.run(), on=["draw", "seed"])` joins the two.

        Args: first, number of the first draw, as `run`.
        """
        import pandas as pd

        numbers = np.arange(first, first + self.draws, dtype=np.int64)
        drawn = np.concatenate([self.nature(int(k)) for k in numbers])
        keys = {"draw": numbers, "seed": np.full(len(numbers), self.seed, dtype=np.int64)}
        columns = {f"parameter_{n}" if n in NAMES else n: values for n, values in columns_of(drawn).items()}
        table = pd.DataFrame({**keys, **columns})
        table.attrs[DRAWN_FROM] = str(self.drawn_from)
        return table

    def inputs_frame(self, first: int = 0) -> pd.DataFrame:
        """What each draw drew for its parameters before structural switches and a scenario without shocks acted on it, one row a draw.

        A parameter that a switch sets to nothing in half of the draws shows here what it would have been: a sensitivity needs that, or the
        switch's influence is taken for the parameter's. Columns draw, seed and the parameters, called as in `parameters_frame`.

        Args: first, number of the first draw, as `run`.
        """
        import pandas as pd

        numbers = np.arange(first, first + self.draws, dtype=np.int64)
        drawn = pd.DataFrame([self.parameters.values(self.seed, int(k)) for k in numbers])
        table = drawn.rename(columns={n: f"parameter_{n}" for n in drawn if n in NAMES})
        table.insert(0, "draw", numbers)
        table.insert(1, "seed", self.seed)
        table.attrs[DRAWN_FROM] = str(self.drawn_from)
        return table

    def final_state(self, policy: str, draw: int, kind: str = "civil_servants") -> pd.DataFrame:
        """The agents at the end of a run: policy, draw, seed, row, then one column an attribute, see `Rows.to_frame` for units.

        The run is made again, alone and with the same bits.

        Args: policy, its name; draw, its number; kind, "civil_servants", "units" or "citizens".
        Raises: InputError for a policy that the scenario does not have, another kind (with the nearest), or a number below 0.
        """
        from simulation.mesa_face.model import CityModel
        from simulation.mesa_face.own_process import lived

        if kind not in KINDS:
            close = nearest(str(kind), KINDS)
            raise InputError(
                f"final_state: found {kind!r:.40}; allowed: {', '.join(KINDS)}"
                + (f"; did you mean '{close}'?" if close else "")
            )
        end = lived(
            self.model or CityModel, self.scenario, self.scenario.policy(policy), draw=draw, seed=self.seed, scale=self.scale,
            parameters=self.drawn_from,
        )  # fmt: skip
        table: pd.DataFrame = getattr(end, kind).to_frame()
        keys: dict[str, str | int] = {"policy": policy, "draw": draw, "seed": self.seed}
        for place, (name, value) in enumerate(keys.items()):
            table.insert(place, name, value)
        table.attrs[DRAWN_FROM] = str(self.drawn_from)
        return table

    def parts(self, numbers: Sequence[int]) -> list[list[int]]:
        """Draws in the parts that workers are given: consecutive numbers, shorter when there are few for the workers."""
        size = max(1, min(LARGEST_PART, int(PART_OF_CITY / self.scale), -(-len(numbers) // (2 * self.workers))))
        parts: list[list[int]] = []
        for number in sorted(numbers):
            if parts and len(parts[-1]) < size and parts[-1][-1] == number - 1:
                parts[-1].append(number)
            else:
                parts.append([number])
        return parts

    def stream(
        self, numbers: Sequence[int], executor: Executor | None = None, workers: Callable[[], int] | None = None
    ) -> Generator[Draws, None, None]:
        """Some draws as they finish, a part at a time: (numbers, float64 (draws, policies, months + 1, outcomes)).

        Args:
            numbers: which draws.
            executor: any executor of the form of `concurrent.futures`, such as that of a Dask client; default threads of this process. The
                result is the same bits on each.
            workers: how many parts the executor computes at a time just now; default the number given to the ensemble.
        Raises: simulation.ensembles.runs.Lost when an executor that was given does not bring a part back.
        """
        if executor is not None and self.model is not None and not self.plan.model_source:
            from simulation.mesa_face.own_process import needs_a_file

            raise needs_a_file(self.model, "workers of an executor import it")
        announce_compile()
        count = workers or (lambda: self.workers)
        parts = self.parts(numbers)
        if executor is not None:
            yield from from_elsewhere(finished(executor, partial(run_draws, self.plan), parts, count))
            return
        stopped = threading.Event()
        with contextlib.ExitStack() as stack:
            pool = ThreadPoolExecutor(self.workers)
            stack.callback(pool.shutdown, wait=True, cancel_futures=True)
            stack.callback(stopped.set)
            stream = finished(pool, lambda part: (list(part), self.runner.rows_of(part, stopped)), parts, count)
            stack.enter_context(contextlib.closing(stream))
            yield from stream

    def run(
        self, progress: Progress | bool | None = None, first: int = 0, executor: Executor | None = None
    ) -> pd.DataFrame:
        """All runs as one tidy table: policy, draw, seed, month, then one column an outcome; ordered by policy, draw, month.

        `attrs["drawn_from"]` of the table says in words what the parameters were drawn from.

        Args:
            progress: called with (runs done, runs in all) as draws finish; True shows a bar, in a notebook too.
            first: number of the first draw, for adding draws to earlier ones.
            executor: where to run, see `stream`; default threads.
        """
        numbers = list(range(first, first + self.draws))
        done: dict[int, Float64s] = {}
        policies = len(self.policies)
        with (
            reporter(progress, len(numbers) * policies) as report,
            contextlib.closing(self.stream(numbers, executor)) as stream,
        ):
            for some, rows in stream:
                done.update(zip(some, rows, strict=True))
                report(len(done) * policies, len(numbers) * policies)
        return self.table(np.stack([done[k] for k in numbers]), numbers)

    def table(self, rows: Float64s, numbers: list[int]) -> pd.DataFrame:
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
        table = pd.concat([pd.DataFrame(keys), pd.DataFrame(ordered, columns=list(NAMES))], axis=1)
        table.attrs[DRAWN_FROM] = str(self.drawn_from)
        return table


def _model_and_source(model: type[CityModel] | None) -> tuple[type[CityModel] | None, str]:
    """A model that was asked for, and the hash of its source, "" where no other process can import it. Raises InputError."""
    if model is None:
        return None, ""
    from simulation.mesa_face.own_process import checked_model, importable, source_hash

    return checked_model(model), source_hash(model) if importable(model) else ""


def simulate(
    scenario: Scenario, policy: str | None = None, *, draws: int = 1, seed: int | None = None, scale: float = 0.01,
    parameters: Asked = POSTERIOR,
) -> pd.DataFrame:  # fmt: skip
    """Runs of one policy (or all) of a scenario on one thread: the shortest way from a scenario to a table. parameters: see `Ensemble`."""
    return Ensemble(
        scenario,
        draws=draws,
        seed=seed,
        scale=scale,
        workers=1,
        parameters=parameters,
        policies=[policy] if policy else None,
    ).run()
