"""As many citizens as Indonesia has adults, city by city on two threads: a proof of scale, not a finding about the nation.

Every city is Tangerang Selatan with other numbers of people and its own luck. A thread takes the largest city that is left, settles it,
runs the months, keeps one row and lets the city go: memory is that of the cities at work.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from bench.cities import scaled, sizes
from bench.clock import FULL, Effort, child, peak_memory
from bench.subject import Subject
from simulation.outcomes import COLUMN

WORKERS = 2


def live(number: int, adults: int, staff: int, months: int) -> dict[str, float]:
    """One city from nothing to its last month: people, processor seconds of each part, mean trust at the end [percent]."""
    start = time.thread_time()
    city = scaled(adults, staff)
    built = time.thread_time()
    subject = Subject(city, seed=number, branches=False)
    settled = time.thread_time()
    rows = subject.months(months)
    end = time.thread_time()
    return {
        "adults": subject.citizens, "staff": len(city.status), "memory": subject.engine.nbytes,
        "build": built - start, "settle": settled - built, "months": end - settled, "trust": float(rows[-1][COLUMN["trust"]]),
    }  # fmt: skip


def run(effort: Effort) -> dict[str, Any]:
    """The nation in this process."""
    scaled(1_000, 1_000)
    Subject(scaled(1_000, 1_000)).months(1)  # compiled, or read from the cache, before the clock starts
    before, start = peak_memory(), time.perf_counter()
    people = sizes(effort.cities, effort.adults).tolist()
    share = effort.staff / effort.adults
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = [pool.submit(live, k, n, round(n * share), effort.months) for k, n in enumerate(people)]
        cities = [job.result() for job in jobs]
    wall = time.perf_counter() - start
    total = {part: sum(city[part] for city in cities) for part in ("build", "settle", "months", "adults", "staff")}
    return {
        "cities": len(cities), "adults": total["adults"], "staff": total["staff"], "months": effort.months,
        "largest": cities[0]["adults"], "smallest": cities[-1]["adults"],
        "seconds": wall,
        "without_settling": wall * total["months"] / (total["build"] + total["settle"] + total["months"]),
        "processor": {part: total[part] for part in ("build", "settle", "months")},
        "largest_memory": cities[0]["memory"], "before": before, "peak": peak_memory(),
        "trust": sum(city["trust"] * city["adults"] for city in cities) / total["adults"],
    }  # fmt: skip


def measure(effort: Effort) -> dict[str, Any]:
    """The nation in a process of its own, so that its memory can be told."""
    numbers = (effort.cities, effort.adults, effort.staff, effort.months)
    answer: dict[str, Any] = child("bench.nation", *map(str, numbers))[0]
    return answer


if __name__ == "__main__":
    cities, adults, staff, months = map(int, sys.argv[1:5])
    print(json.dumps(run(replace(FULL, cities=cities, adults=adults, staff=staff, months=months))))
