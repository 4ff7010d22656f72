"""Memory of a run and the call of the compiled engine: one `Engine` a thread."""

from __future__ import annotations

from typing import Any

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
    Env,
    Ref,
    State,
    Tally,
    Work,
    aligned,
    slab_layout,
    view,
)  # fmt: skip
from simulation.engine.draws import TABLE
from simulation.outcomes import OUTCOMES, as_records
from simulation.processes.start import CLASSES
from simulation.rules.survey import SCORES
from simulation.schedule import run


def layout(city: City) -> list[tuple[str, Any, tuple[int, ...]]]:
    """Every column of the state: name, type, shape. Those that only the start writes come first (FIXED)."""
    citizens = int(city.areas.first[-1]) + int(city.areas.adults[-1])
    staff, units, kecamatan = len(city.status), len(city.units), int(city.areas.kecamatan.max()) + 1
    f4, f8 = np.float32, np.float64
    columns: list[tuple[str, Any, tuple[int, ...]]] = []
    columns += [(f"citizens.{n}", np.uint16 if n == "demand" else f4, (citizens,)) for n in Citizens._fields]
    assert [name for name, _, _ in columns[: len(FIXED)]] == list(FIXED)
    columns += [("staff", STAFF, (staff,))]
    columns += [(name, f4, (staff, DOMAINS)) for name in ("base", "applied", "idle")]
    columns += [("units", UNITS, (units,)), ("programmes", PROGRAMMES, (2 * DOMAINS + 1,))]
    columns += [
        ("pull", f8, (kecamatan,)),
        ("env", f8, (Env.SIZE,)),
        ("ref", f8, (Ref.SIZE,)),
        ("asks", np.uint64, (ELEMENTS,)),
        ("table", np.uint64, (SCORES, ELEMENTS)),
    ]
    return columns


FIXED = ("citizens.demand", "citizens.alpha")  # what no month changes need not be restored


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
        column = {name: view(self.raw, place) for name, place in places.items()}

        self.state = State(
            citizens=Citizens(*(column[f"citizens.{n}"] for n in Citizens._fields)),
            **{
                n: column[n].view(np.recarray) if column[n].dtype.names else column[n]
                for n in State._fields
                if n != "citizens"
            },
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
            first=np.zeros(BLOCK, dtype=np.uint64),
            second=np.zeros(BLOCK, dtype=np.uint64),
            respondents=np.zeros(BLOCK, dtype=np.int64),
            scores=np.zeros((BLOCK, 2)),
            luck_a=np.zeros(BLOCK, dtype=np.uint64),
            luck_b=np.zeros(BLOCK, dtype=np.uint64),
            luck_c=np.zeros(BLOCK, dtype=np.uint64),
            counter=np.zeros(len(city.status), dtype=COUNTER).view(np.recarray),
            passed=np.zeros(ELEMENTS, dtype=np.uint64),
            row=np.zeros(3, dtype=np.uint64),
            priority=np.zeros(max(len(city.status), len(city.units))),
            bins=np.zeros(TABLE, dtype=np.int64),
            answers=np.zeros(ELEMENTS, dtype=np.int64),
            sums=np.zeros((len(column["pull"]), 5), dtype=np.int64),
            tally=np.zeros(Tally.SIZE),
            total=np.zeros(Tally.SIZE),
            cov=np.zeros((3, 3)),
            root=np.zeros((CLASSES, 6)),
            means=np.zeros(city.areas.size),
        )
        self.nbytes = self.raw.nbytes + self.kept.nbytes + sum(a.nbytes for a in self.work)

    def restore(self) -> None:
        """Back to the settled start."""
        self.moving[:] = self.kept

    def settle(self, reference: Any, nature: Any, seed: int) -> Any:
        """Settle the city under the reference policy; returns the row of month 0 [outcomes]."""
        rows = np.zeros((1, 1, len(OUTCOMES)))
        run(
            self.city,
            self.state,
            self.work,
            self.moving,
            self.kept,
            _levers(reference, [reference]),
            nature,
            np.int64(seed),
            0,
            0,
            1,
            as_records(rows),
        )
        return rows[0, 0]

    def step(self, levers: Any, nature: Any, seed: int, month: int) -> Any:
        """One more month from the present state; returns its row [outcomes]. month counts from 0, the first after the start."""
        return self.go(levers, nature, seed, month, 1)[0]

    def go(self, levers: Any, nature: Any, seed: int, first: int, months: int) -> Any:
        """Some more months from the present state; returns their rows (months, outcomes). first counts from 0."""
        rows = np.zeros((1, months + 1, len(OUTCOMES)))
        run(
            self.city,
            self.state,
            self.work,
            self.moving,
            self.kept,
            _levers(levers, [levers]),
            nature,
            np.int64(seed),
            first,
            months,
            0,
            as_records(rows),
        )
        return rows[0, 1:]

    def run(self, reference: Any, policies: list[Any], nature: Any, seed: int, months: int) -> Any:
        """Settle, then run every policy from the same start: float64 (policies, months + 1, outcomes)."""
        assert len(policies) == 1 or len(self.kept), "several policies need a start that is kept"
        rows = np.zeros((len(policies), months + 1, len(OUTCOMES)))
        levers = _levers(reference, policies)
        start = (self.city, self.state, self.work, self.moving, self.kept)
        run(*start, levers, nature, np.int64(seed), 0, months, 1, as_records(rows))
        return rows


def _levers(reference: Any, policies: list[Any]) -> Any:
    """Levers of the reference (which settles the city) and of the policies, as one record array."""
    return np.concatenate([reference, *policies])
