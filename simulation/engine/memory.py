"""The memory of a run, and the call into the compiled engine: one `Engine` for each thread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from simulation.engine.columns import (
    BLOCK,
    COUNTER,
    DOMAINS,
    ELEMENTS,
    PROGRAMMES,
    STAFF,
    UNITS,
    Citizens,
    City,
    Counter,
    Env,
    Ref,
    State,
    Tally,
)  # fmt: skip
from simulation.engine.compiled import int64
from simulation.engine.records import Float64s, Records, Structured, as_table
from simulation.engine.scratch import TrustSum, Work
from simulation.engine.slab import Column, aligned, slab_layout, view
from simulation.outcomes import OUTCOMES, as_records
from simulation.processes.minds import CLASSES
from simulation.processes.needs import BINS
from simulation.rules.survey import SCORES
from simulation.schedule import run

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.registry import Nature


def layout(city: City) -> list[Column]:
    """Every column of the state: name, type, shape. Those that only the start writes come first (FIXED)."""
    citizens = int(city.areas.first[-1]) + int(city.areas.adults[-1])
    staff, units, kecamatan = len(city.status), len(city.units), int(city.areas.kecamatan.max()) + 1
    f4, f8 = np.float32, np.float64
    columns: list[Column] = []
    columns += [(f"citizens.{n}", np.uint16 if n == "demand" else f4, (citizens,)) for n in Citizens._fields]
    assert [name for name, _, _ in columns[: len(FIXED)]] == list(FIXED)
    columns += [("staff", STAFF, (staff,))]
    columns += [(name, f4, (staff, DOMAINS)) for name in ("base", "applied", "idle", "behaviour")]
    columns += [("used", np.uint8, (staff, DOMAINS))]
    columns += [("plan", np.int8, (staff, 12))]
    columns += [("units", UNITS, (units,)), ("programmes", PROGRAMMES, (2 * DOMAINS + 1,))]
    columns += [
        ("pull", f8, (kecamatan,)),
        ("env", f8, (len(Env),)),
        ("ref", f8, (len(Ref),)),
        ("payments", f8, (len(city.weights),)),
        ("asks", np.uint64, (ELEMENTS,)),
        ("table", np.uint64, (SCORES, ELEMENTS)),
    ]
    return columns


FIXED = ("citizens.demand", "citizens.alpha")  # columns that no month changes need not be restored


class Engine:
    """Slab, start and scratch memory for one city; not to be shared between threads.

    Args:
        city: see `build_city`; branches: keep the start, so that several policies can go on from it. Without, one policy can.
    Attributes: city; state, the columns; raw, the slab; moving, the part of it that months change; kept, that part at the start;
    nbytes, memory held [bytes].
    """

    def __init__(self, city: City, branches: bool = True) -> None:
        self.city = city
        places, size = slab_layout(layout(city))
        self.raw = aligned(size)
        moving = self.raw[places["citizens.trust"][0] :]
        self.moving = moving if branches else moving[:0]
        self.kept = aligned(self.moving.nbytes)
        column: dict[str, Any] = {name: view(self.raw, place) for name, place in places.items()}
        self.state = State(
            citizens=Citizens(*(column[f"citizens.{name}"] for name in Citizens._fields)),
            **{name: column[name] for name in State._fields if name != "citizens"},
        )
        hashes = np.zeros(BLOCK // 4 + 1, dtype=np.uint64)
        met, packed = np.zeros(BLOCK + 64, dtype=np.uint8), np.zeros(BLOCK // 8 + 8, dtype=np.uint8)
        self.work = Work(
            hashes=hashes,
            lanes=hashes.view(np.uint16),
            luck=np.zeros(BLOCK, dtype=np.uint16),
            met=met,
            eights=met.view(np.uint64),
            packed=packed,
            words=packed.view(np.uint64),
            who=np.zeros(BLOCK, dtype=np.uint64),
            place=np.zeros(BLOCK, dtype=np.uint64),
            area=np.zeros(BLOCK, dtype=np.uint64),
            where=np.zeros(BLOCK, dtype=np.uint64),
            noise=np.zeros(BLOCK, dtype=np.uint64),
            respondents=np.zeros(BLOCK, dtype=np.int64),
            scores=np.zeros((BLOCK, 2)),
            luck_a=np.zeros(BLOCK, dtype=np.uint64),
            luck_b=np.zeros(BLOCK, dtype=np.uint64),
            luck_c=np.zeros(BLOCK, dtype=np.uint64),
            counter=as_table(Counter, np.zeros(len(city.status), dtype=COUNTER)),
            passed=np.zeros(ELEMENTS, dtype=np.uint64),
            row=np.zeros(3, dtype=np.uint64),
            priority=np.zeros(max(len(city.status), len(city.units))),
            bins=np.zeros(BINS, dtype=np.int64),
            booked=np.zeros(len(city.status), dtype=np.int64),
            wish=np.zeros(len(city.status), dtype=np.int64),
            answers=np.zeros(ELEMENTS, dtype=np.int64),
            sums=np.zeros((len(self.state.pull), len(TrustSum)), dtype=np.int64),
            tally=np.zeros(len(Tally)),
            total=np.zeros(len(Tally)),
            cov=np.zeros((3, 3)),
            root=np.zeros((CLASSES, 6)),
            means=np.zeros(city.areas.size),
        )
        self.nbytes = self.raw.nbytes + self.kept.nbytes + sum(a.nbytes for a in self.work)

    def restore(self) -> None:
        """Back to the settled start."""
        self.moving[:] = self.kept

    def settle(self, reference: Structured, nature: Structured, seed: int) -> Float64s:
        """Settle the city under the reference policy; returns the row of month 0 (outcomes)."""
        start: Float64s = self._run(reference, [reference], nature, seed, first=0, months=0, fresh=1)[0, 0]
        return start

    def step(self, levers: Structured, nature: Structured, seed: int, month: int) -> Float64s:
        """One more month from the present state; returns its row (outcomes). month counts from 0, the first after the start."""
        row: Float64s = self.go(levers, nature, seed, month, 1)[0]
        return row

    def go(self, levers: Structured, nature: Structured, seed: int, first: int, months: int) -> Float64s:
        """Some more months from the present state; returns their rows (months, outcomes). first counts from 0."""
        return self._run(levers, [levers], nature, seed, first, months, fresh=0)[0, 1:]

    def run(
        self, reference: Structured, policies: Sequence[Structured], nature: Structured, seed: int, months: int
    ) -> Float64s:
        """Settle, then run every policy from the same start: float64 (policies, months + 1, outcomes)."""
        assert len(policies) == 1 or len(self.kept), "several policies need a start that is kept"
        return self._run(reference, policies, nature, seed, first=0, months=months, fresh=1)

    def _run(
        self, reference: Structured, policies: Sequence[Structured], nature: Structured, seed: int, first: int, months: int,
        fresh: int,
    ) -> Float64s:  # fmt: skip
        """The one call of compiled code, see `simulation.schedule.run`."""
        rows = np.zeros((len(policies), months + 1, len(OUTCOMES)))
        levers = cast("Records[Levers]", np.concatenate([reference, *policies]))
        natures = cast("Records[Nature]", nature)
        places = (self.city, self.state, self.work, self.moving, self.kept)
        run(*places, levers, natures, int64(seed), first, months, fresh, as_records(rows))
        return rows
