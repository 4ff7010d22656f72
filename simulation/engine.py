"""Memory of a run and the call of the compiled engine: one `Engine` a thread."""

from __future__ import annotations

from typing import Any

import numpy as np

from simulation.columns import (
    BLOCK,
    DOMAINS,
    ELEMENTS,
    Citizens,
    City,
    Env,
    Programmes,
    Ref,
    Staff,
    State,
    Tally,
    Units,
    Work,
    aligned,
    slab_layout,
    view,
)  # fmt: skip
from simulation.draws import TABLE
from simulation.outcomes import OUTCOMES
from simulation.schedule import run

SCORES = 256


def layout(city: City) -> list[tuple[str, Any, tuple[int, ...]]]:
    """Every column of the state: name, type, shape."""
    citizens = int(city.area_first[-1]) + -(-int(city.area_size[-1]) // 4) * 4
    staff, units, kecamatan = len(city.status0), len(city.unit_first), int(city.area_kecamatan.max()) + 1
    f4, f8, i8, programmes = np.float32, np.float64, np.int64, 2 * DOMAINS + 1
    person = {"status": np.uint8, "job": np.uint8, "degree": np.uint8, "course": np.uint8, "age": np.int16, "entered": np.int16,
              "contract": np.int16, "seminar": np.int16, "domain": np.int8, "when": np.int8, "leads": np.int8}  # fmt: skip
    columns: list[tuple[str, Any, tuple[int, ...]]] = []
    columns += [(f"citizens.{n}", np.uint16 if n == "demand" else f4, (citizens,)) for n in Citizens._fields]
    wide = ("base", "applied", "idle")
    columns += [(f"staff.{n}", person.get(n, f4), (staff, DOMAINS) if n in wide else (staff,)) for n in Staff._fields]
    columns += [(f"units.{n}", f8, (units,)) for n in Units._fields]
    columns += [(f"programmes.{n}", f8 if n in ("delta", "gained") else i8, (programmes,)) for n in Programmes._fields]
    columns += [
        ("pull", f8, (kecamatan,)),
        ("env", f8, (Env.SIZE,)),
        ("ref", f8, (Ref.SIZE,)),
        ("table", np.uint16, (ELEMENTS, SCORES, 3)),
    ]
    return columns


class Engine:
    """Slab, start and scratch memory for one city; not to be shared between threads.

    Attributes: city; state, the columns; raw, the slab; nbytes, memory held [bytes].
    """

    def __init__(self, city: City) -> None:
        self.city = city
        places, size = slab_layout(layout(city))
        self.raw, self.kept = aligned(size), aligned(size)
        column = {name: view(self.raw, place) for name, place in places.items()}

        def group(kind: Any, prefix: str) -> Any:
            return kind(*(column[f"{prefix}.{n}"] for n in kind._fields))

        self.state = State(
            group(Citizens, "citizens"), group(Staff, "staff"), group(Units, "units"), group(Programmes, "programmes"),
            column["pull"], column["env"], column["ref"], column["table"],
        )  # fmt: skip
        self.work = Work(
            hashes=np.zeros(BLOCK // 4, dtype=np.uint64),
            who=np.zeros(BLOCK + 4, dtype=np.uint64),
            first=np.zeros(BLOCK, dtype=np.uint64),
            second=np.zeros(BLOCK, dtype=np.uint64),
            priority=np.zeros(max(len(city.status0), len(city.unit_first))),
            bins=np.zeros(TABLE, dtype=np.int64),
            answers=np.zeros(ELEMENTS, dtype=np.int64),
            sums=np.zeros((len(column["pull"]), 5), dtype=np.int64),
            tally=np.zeros(Tally.SIZE),
        )
        self.nbytes = self.raw.nbytes + self.kept.nbytes + sum(a.nbytes for a in self.work)

    def settle(self, reference: Any, nature: Any, seed: int) -> Any:
        """Settle the city under the reference policy; returns the row of month 0 [outcomes]."""
        rows = np.zeros((1, 1, len(OUTCOMES)))
        run(
            self.city,
            self.state,
            self.work,
            self.raw,
            self.kept,
            _levers(reference, [reference]),
            nature,
            np.int64(seed),
            0,
            0,
            1,
            rows,
        )
        return rows[0, 0]

    def step(self, levers: Any, nature: Any, seed: int, month: int) -> Any:
        """One more month from the present state; returns its row [outcomes]. month counts from 0, the first after the start."""
        rows = np.zeros((1, 2, len(OUTCOMES)))
        run(
            self.city,
            self.state,
            self.work,
            self.raw,
            self.kept,
            _levers(levers, [levers]),
            nature,
            np.int64(seed),
            month,
            1,
            0,
            rows,
        )
        return rows[0, 1]

    def run(self, reference: Any, policies: list[Any], nature: Any, seed: int, months: int) -> Any:
        """Settle, then run every policy from the same start: float64 (policies, months + 1, outcomes)."""
        rows = np.zeros((len(policies), months + 1, len(OUTCOMES)))
        levers = _levers(reference, policies)
        run(self.city, self.state, self.work, self.raw, self.kept, levers, nature, np.int64(seed), 0, months, 1, rows)
        return rows


def _levers(reference: Any, policies: list[Any]) -> Any:
    """Levers of the reference (which settles the city) and of the policies, as one record array."""
    return np.concatenate([reference, *policies])
