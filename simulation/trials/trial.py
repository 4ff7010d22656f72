"""Trial: a part of a simulated city is treated and the rest is not, with the same luck, and what they become is compared."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pandas as pd

from data.errors import InputError
from data.lineage import default_city
from simulation.city import build_city, load_profile
from simulation.engine.compiled import announce_compile
from simulation.engine.draws import luck_of
from simulation.engine.records import Float64s, Int64s, Structured
from simulation.levers import pack
from simulation.parameters import Parameters
from simulation.policy import LEVERS, Policy, Text
from simulation.posterior.parameter_source import DRAWN_FROM, POSTERIOR, source_of
from simulation.posterior.parameter_source import Asked as AskedParameters
from simulation.scenario import Shocks, with_shocks
from simulation.trials.arms import Arm, arms_of
from simulation.trials.interventions import Asked, Course, Move, interventions_of
from simulation.trials.quantities import Quantity, Reader, groups_of, quantities_of
from simulation.trials.result import ARMS, TrialResult
from simulation.trials.worlds import Worlds

__all__ = ["Trial"]

TODAY = Policy(name="status_quo", title=Text(en="Today's practice", id="Praktik sekarang"))


class _Found(NamedTuple):
    """A draw: mean, sd and n, float64 (months, arms, quantities, 3), and frames of people."""

    numbers: Float64s
    people: list[pd.DataFrame]


class Trial:
    """A trial inside a city: arms, what is done to the treated one, and for how long it is followed.

    For each draw of the parameters the city is settled once under today's practice. Then it is lived three times with the same luck:
    without the intervention at all; and, month by month, under the control's levers and under the treated arm's, from the same state. After
    every month each person, unit and area keeps what it lived in its own arm, so the two arms are one city that meets, works and talks
    together. An ordinary run does none of this.

    Args:
        city: name of its profile, default the one of `data/default.yaml`.
        scale: share of the adults that are simulated; staff_scale: of the civil servants, see `Scenario`.
        policy: what everybody lives under, default today's practice.
        treated: who is treated, such as `Arm("staff", share=0.5, among="counter")`.
        control: whom they are compared with, default everybody else who is eligible. Who is in no arm lives as the control does.
        intervention: a `Course`, levers moved at no cost (a `Move`, or a mapping such as {"participation.feedback": 1.0}), a `Policy` with
            money of its own, or a list of courses and moves.
        months: how long the arms are followed.
        other_training: False gives nobody a seat but those that the intervention gives, in the treated arm or out of it.
        shocks: which shocks hit the city; they hit all arms alike.

    Raises: InputError for an unknown city, lever or word (with the nearest), a number out of bounds, a course for areas.
    """

    def __init__(
        self, city: str | None = None, *, scale: float = 0.01, policy: Policy | None = None, treated: Arm, intervention: Asked,
        control: Arm | None = None, months: int = 24, other_training: bool = True, shocks: Shocks | None = None,
        staff_scale: float | None = None,
    ) -> None:  # fmt: skip
        for name, share in (("scale", scale), ("staff_scale", 1.0 if staff_scale is None else staff_scale)):
            if isinstance(share, str | bool) or not 0.0 < share <= 1.0:
                raise InputError(f"Trial: {name}: found {share!r:.40}; allowed: above 0, up to 1")
        if isinstance(months, bool) or not isinstance(months, int) or not 1 <= months <= 240:
            raise InputError(f"Trial: months: found {months!r:.40}; allowed: 1 to 240")
        self.city = city or default_city()
        self.profile = load_profile(self.city)
        self.structure = build_city(self.city, float(scale), staff_scale)
        self.policy = policy or TODAY
        self.treated, self.control, self.months, self.shocks = treated, control, months, shocks or Shocks()
        self.interventions = interventions_of(intervention)
        for one in self.interventions:
            if isinstance(one, Course) and treated.kind == "areas":
                raise InputError("Trial: intervention: found a Course for areas; allowed: for staff or units")
            if isinstance(one, Course) and one.month > months:
                raise InputError(f"Trial: intervention: found a Course in month {one.month}; the trial has {months}")
        self._reference = pack(TODAY, self.profile)
        self._base = self._seated(self.policy, other_training)
        mine = [one for one in self.interventions if isinstance(one, Policy)]
        self._treated = self._seated(mine[0], other_training) if mine else self._base
        arms_of(treated, control, self.structure, 0)  # refused here rather than in the first draw

    def _seated(self, policy: Policy, other_training: bool) -> Structured:
        """A policy as the engine reads it, with or without the seats that its money buys."""
        packed = pack(policy, self.profile)
        if not other_training:
            packed["money"]["seats"] = packed["money"]["leader_seats"] = 0.0
        return packed

    def levers(self, month: int) -> tuple[Structured, Structured]:
        """What the control and the treated arm live under in a month, counted from 1."""
        packed = self._treated.copy()
        for one in self.interventions:
            moved = one.at(month) if isinstance(one, Move) else one.levers(month) if isinstance(one, Course) else {}
            for name, value in moved.items():
                *blocks, last = name.split(".")
                place = packed
                for block in blocks:
                    place = place[block]
                place[last] = LEVERS[name].packed(value)
        return self._base, packed

    def course(self, month: int) -> Course | None:
        """The course that the treated arm takes in a month, counted from 1."""
        return next((one for one in self.interventions if isinstance(one, Course) and one.month == month), None)

    def run(
        self, draws: int | Iterable[int] = 50, seed: int = 1, parameters: AskedParameters = POSTERIOR, *,
        quantities: Sequence[str] | None = None, at: Iterable[int] | None = None, people: Iterable[int] = (),
        workers: int | None = None,
    ) -> TrialResult:  # fmt: skip
        """Run the trial in many cities, one a draw.

        Args:
            draws: how many, or their numbers.
            seed: of draws and luck.
            parameters: what to draw from: "posterior", "prior", a posterior file or `Parameters`, see `Ensemble`.
            quantities: names of those to read, default all; at: months in which they are read (0 is the start), default all.
            people: months in which the values of every person or unit are kept too.
            workers: threads, default the cores of the machine; the number never changes a result.
        Raises: InputError for an unknown quantity (with the nearest), a month that the trial does not have, arms that overlap or are empty.
        """
        source = source_of(parameters, self.city)
        read = quantities_of(self.treated.kind, None if quantities is None else tuple(quantities))
        months, kept = (self._months(asked) for asked in (at, people))
        numbers = list(range(draws)) if isinstance(draws, int) else [int(k) for k in draws]
        if not numbers:
            raise InputError("Trial: draws: found none; at least 1 is needed")
        announce_compile()
        local = threading.local()

        def one(draw: int) -> _Found:
            if not hasattr(local, "worlds"):
                local.worlds = Worlds(self.structure)
            return self._draw(local.worlds, source.parameters, seed, draw, read, months, kept)

        with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
            found = list(pool.map(one, numbers))
        frame = _frame(np.stack([f.numbers for f in found]), numbers, months, read)
        frame.attrs[DRAWN_FROM] = str(source)
        rows = [table for f in found for table in f.people]
        return TrialResult(frame, pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(), str(source))

    def _months(self, asked: Iterable[int] | None) -> list[int]:
        """Months to read, in order. Raises InputError for one that the trial does not have."""
        months = sorted({int(m) for m in (range(self.months + 1) if asked is None else asked)})
        if months and not 0 <= months[0] <= months[-1] <= self.months:
            raise InputError(f"Trial: months: found {months[0]} to {months[-1]}; allowed: 0 to {self.months}")
        return months

    def _draw(
        self, worlds: Worlds, parameters: Parameters, seed: int, draw: int, read: tuple[Quantity, ...], months: list[int],
        kept: list[int],
    ) -> _Found:  # fmt: skip
        """The trial in the city of one draw."""
        luck, nature = luck_of(seed, draw), with_shocks(parameters.draw(seed, draw), self.shocks)
        treated, control = arms_of(self.treated, self.control, self.structure, luck)
        groups = [groups_of(self.structure, self.treated.kind, arm) for arm in (treated, control)]
        found = np.full((len(months), len(ARMS), len(read), 3), np.nan)
        people: list[pd.DataFrame] = []
        worlds.settle(self._reference, nature, luck)
        for month in range(self.months + 1):
            if month > 0:
                levers, course = self.levers(month), self.course(month)
                worlds.step(self.treated.kind, treated, levers, nature, luck, month - 1, course)
            for place, (arm, engine) in enumerate(worlds.worlds()):
                rows, reader = groups[place % 2], Reader(self.structure, engine, nature)
                if month in months:
                    for k, quantity in enumerate(read):
                        who = rows[quantity.kind][quantity.counter]
                        if len(who):
                            values = reader.values(quantity, who)
                            sd = values.std(ddof=1) if len(who) > 1 else np.nan
                            found[months.index(month), place, k] = values.mean(), sd, len(who)
                if month in kept:
                    people += _people(reader, rows, read, {"draw": draw, "arm": arm, "month": month})
        return _Found(found, people)


def _people(
    reader: Reader, rows: Mapping[str, tuple[Int64s, Int64s]], read: tuple[Quantity, ...], keys: dict[str, object]
) -> list[pd.DataFrame]:
    """A frame for each kind of agent: keys, kind, row, a column a quantity; missing where a person has it not."""
    found = []
    for kind, (everybody, counter) in rows.items():
        columns = {}
        for quantity in (q for q in read if q.kind == kind):
            who = counter if quantity.counter else everybody
            columns[quantity.name] = pd.Series(reader.values(quantity, who), index=who).reindex(everybody).to_numpy()
        if columns and len(everybody):
            found.append(pd.DataFrame({**keys, "kind": kind, "row": everybody, **columns}))
    return found


def _frame(numbers: Float64s, draws: list[int], months: list[int], read: tuple[Quantity, ...]) -> pd.DataFrame:
    """Numbers (draws, months, arms, quantities, 3) as a tidy table, without arms that nobody is in."""
    grid = pd.MultiIndex.from_product(
        [draws, months, ARMS, [q.name for q in read]], names=["draw", "month", "arm", "quantity"]
    )
    flat = numbers.reshape(-1, 3)
    table = grid.to_frame(index=False)[["draw", "arm", "month", "quantity"]]
    table["mean"], table["sd"], table["n"] = flat[:, 0], flat[:, 1], flat[:, 2]
    table = table[np.isfinite(flat[:, 2])].reset_index(drop=True)
    return table.astype({"n": np.int64})
