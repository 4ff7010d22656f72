"""Where the time of a small run, of a second thread and of a start from the cache goes, taken apart by leaving things out.

A small run is taken apart on one thread: with nobody asked by the official survey, with hardly an encounter besides, and against what its
citizens would cost at the price of the whole city. A start is taken apart by a clock between its steps.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from threading import Thread
from typing import Any

from bench.clock import Effort, child, least

RARE = 0.0005  # encounters a citizen-month: hardly any


def measure(effort: Effort) -> dict[str, Any]:
    """Parts of a small run and of what a draw costs once [s], what a second thread adds, parts of a start from the cache [s]."""
    return {"run": small(effort), "threads": threads(effort), "start": start(effort)}


def small(effort: Effort) -> dict[str, float]:
    """Least times of the months of one run at the small scale with parts left out, and of what comes once a draw [s]."""
    from bench.subject import ENCOUNTERS, Subject, shipped, with_encounters
    from simulation.city import build_city
    from simulation.parameters import default

    def without_survey(rate: float) -> Subject:
        city = with_encounters(build_city(shipped().city, effort.small), rate)
        return Subject(city._replace(figures=city.figures._replace(survey=0.0)))

    usual = Subject(with_encounters(build_city(shipped().city, effort.small), ENCOUNTERS))
    whole = Subject(with_encounters(build_city(shipped().city, effort.scale), ENCOUNTERS))
    subjects = [usual, without_survey(ENCOUNTERS), without_survey(RARE), whole]
    parameters = default()
    actions: list[Callable[[], object]] = [partial(s.months, effort.months) for s in subjects]
    actions += [
        lambda: usual.engine.settle(usual.reference, usual.nature, usual.seed),
        lambda: parameters.draw(1, 1),
    ]
    months, unasked, alone, large, settle, nature = least(
        actions, 3 * effort.repeats, [*(s.restore for s in subjects), lambda: None, lambda: None]
    )
    return {
        "citizens": usual.citizens, "months": months, "without the survey": unasked, "without encounters too": alone,
        "at the whole city's price": large * usual.citizens / whole.citizens, "settle": settle, "parameters": nature,
    }  # fmt: skip


def threads(effort: Effort) -> dict[str, float]:
    """Time of the engine alone on one thread over that on two, whole cities and small ones: nothing of Python runs between."""
    return {
        "whole": _gain(effort.scale, effort.draws, effort.months, max(effort.repeats // 3, 1)),
        "small": _gain(effort.small, effort.small_draws, effort.months, max(effort.repeats // 3, 1)),
    }


def _gain(scale: float, draws: int, months: int, repeats: int) -> float:
    from bench.ensembles import ALL, ensemble
    from simulation.engine.memory import Engine
    from simulation.ensembles.runs import luck_of

    runner = ensemble(scale, draws, 1, months, tuple(ALL)).runner
    engines = [Engine(runner.city) for _ in range(2)]
    natures = [runner.nature(draw) for draw in range(draws)]

    def work(which: int, some: range) -> None:
        for draw in some:
            engines[which].run(runner.reference, runner.levers, natures[draw], luck_of(1, draw), months)

    def both() -> None:
        pair = [Thread(target=work, args=(k, range(k, draws, 2))) for k in range(2)]
        for thread in pair:
            thread.start()
        for thread in pair:
            thread.join()

    one, two = least([lambda: work(0, range(draws)), both], repeats)
    return one / two


def start(effort: Effort) -> dict[str, float]:
    """Steps of a start from the cache in a fresh process, of the quickest of some [s]."""
    child("bench.parts")  # whatever has to be compiled
    found = [child("bench.parts") for _ in range(max(effort.repeats // 2, 1))]
    steps, wall = min(found, key=lambda one: one[1])
    return {"python and the modules of the measurement": wall - sum(steps.values()), **steps}


def main() -> dict[str, float]:
    """The steps of a first result, each timed."""
    marks = [("", time.perf_counter())]

    def done(name: str) -> None:
        marks.append((name, time.perf_counter()))

    import numpy as np

    done("numpy")
    import pandas as pd

    done("pandas")
    import pydantic
    import yaml

    done("pydantic, yaml")
    import numba

    assert all(module.__version__ for module in (np, pd, pydantic, yaml, numba))
    done("numba")
    from bench.clock import ROOT, SCENARIO
    from simulation import Ensemble, Scenario

    done("this package")
    scenario = Scenario.load(ROOT / SCENARIO)
    done("scenario")
    ensemble = Ensemble(scenario, draws=1, scale=0.01, workers=1, policies=[scenario.reference])
    done("city, parameters, levers")
    ensemble.rows(0)
    done("compiled code from the cache, first run")
    ensemble.run()
    done("the run again, its table")
    return {name: after - before for (_, before), (name, after) in pairwise(marks)}


if __name__ == "__main__":
    print(json.dumps(main()), flush=True)
