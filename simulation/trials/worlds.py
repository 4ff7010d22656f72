"""The worlds of a trial: the city without it, and the city with it, which is lived under two sets of levers and put together each month.

A month under the control's levers and one under the treated arm's begin from the same people. Luck is drawn by coordinates, so what one
person lives in a month does not depend on who else is treated in it; after the month each person, unit and citizen keeps what it lived in
its own arm. What the city has only once (its catalogue of programmes, open reports, money owed, published results) each set of levers
keeps for itself, as if each arm had its own office.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from simulation.engine.columns import Citizens, City, Env, State
from simulation.engine.memory import Engine, layout
from simulation.engine.records import Structured
from simulation.engine.sums import STATE_UNITS32, mean_state
from simulation.schedule import BEFORE
from simulation.trials.arms import Bools, Kind, managers, unit_of_staff
from simulation.trials.interventions import LEADERSHIP, Course
from simulation.trials.meetings import NOBODY, servers

__all__ = ["Worlds"]

Floats = npt.NDArray[np.float64]
YEAR = 12
NO_SEAT = -1
CITY_WIDE = ("programmes", "pull", "env", "ref", "payments", "asks", "table")


class Worlds:
    """Three engines of one city; an object for each thread.

    Attributes: without, where the trial never takes place; control and treated, the trial under the levers of each arm. After `step` the
    last two hold the same people.
    """

    def __init__(self, city: City) -> None:
        self.city = city
        self.without, self.control, self.treated = (Engine(city, branches=False) for _ in range(3))
        names = [name for name, _, _ in layout(city)]
        self._of_staff = [n for n in names if not n.startswith("citizens.") and n not in (*CITY_WIDE, "units")]
        self._unit = unit_of_staff(city)

    def settle(self, reference: Structured, nature: Structured, luck: int) -> None:
        """All three at the balanced start of a draw."""
        self.without.settle(reference, nature, luck)
        for world in (self.control, self.treated):
            world.raw[:] = self.without.raw

    def step(
        self, kind: Kind, arm: Bools, levers: tuple[Structured, Structured], nature: Structured, luck: int, month: int,
        course: Course | None = None,
    ) -> None:  # fmt: skip
        """One month, counted from 0. levers: of the control and of the treated arm; course: that the treated arm takes this month."""
        self.without.step(levers[0], nature, luck, month)
        self.control.step(levers[0], nature, luck, month)
        kept = None if course is None else plan(self.treated.state, course)
        if course is not None and course.follow_up > 0.0:
            self.treated.state.env[Env.FOLLOWED] = course.follow_up
        self.treated.step(levers[1], nature, luck, month)
        if kept is not None:
            resume(self.treated.state, kept, course.calendar if course is not None else 0)
        self._join(kind, arm, luck, month)

    def _join(self, kind: Kind, arm: Bools, luck: int, month: int) -> None:
        """Everybody keeps the month of the own arm."""
        mine, other = self.treated.state, self.control.state
        posts = arm if kind == "staff" else arm[self._unit] if kind == "units" else np.zeros(len(self._unit), np.bool_)
        for name in self._of_staff:
            _exchange(getattr(mine, name), getattr(other, name), posts)
        if kind == "staff":
            self._mix_units(arm)
        else:
            _exchange(_rows(mine), _rows(other), arm if kind == "units" else np.zeros(len(self.city.units), np.bool_))
        if kind == "areas":
            citizens = np.repeat(arm, np.asarray(self.city.areas.adults))
        else:
            met = servers(self.city, mine, luck, BEFORE + month)
            citizens = (met != NOBODY) & posts[met]
        for name in Citizens._fields:
            _exchange(getattr(mine.citizens, name), getattr(other.citizens, name), citizens)
        self._pull()

    def _mix_units(self, arm: Bools) -> None:
        """Units with treated and untreated staff: their own columns lie between, by the treated share of the staff (of managers for
        leadership). An open problem is or is not there: it is the control's."""
        mine, other = _rows(self.treated.state), _rows(self.control.state)
        units, lead = len(self.city.units), managers(self.city)
        share = np.bincount(self._unit, arm, units) / np.asarray(self.city.units.staff)
        led = np.bincount(self._unit, arm & lead, units) / np.maximum(np.bincount(self._unit, lead, units), 1)
        for name in mine.dtype.names or ():
            weight: Any = 0.0 if name == "theme" else led if name == "leadership" else share
            mine[name] = other[name] = other[name] + weight * (mine[name] - other[name])

    def _pull(self) -> None:
        """Mean trust state of each kecamatan, summed as the engine does."""
        state, areas = self.control.state, self.city.areas
        where = np.repeat(np.asarray(areas.kecamatan), np.asarray(areas.adults))
        whole = (state.citizens.trust * STATE_UNITS32).astype(np.int32)
        for k in range(len(state.pull)):
            here = whole[where == k]
            if len(here):
                pull = mean_state(float(here.sum(dtype=np.int64)), float(len(here)))
                state.pull[k] = self.treated.state.pull[k] = pull

    def worlds(self) -> Iterator[tuple[str, Engine]]:
        """Name of an arm and the engine that its people are read from."""
        yield "treated", self.treated
        yield "control", self.control
        yield "treated_without", self.without
        yield "control_without", self.without


def _rows(state: State) -> Structured:
    """Units as rows with names."""
    return cast(Structured, state.units)


def _exchange(mine: npt.NDArray[Any], other: npt.NDArray[Any], treated: Bools) -> None:
    """Two columns become one: rows of the treated from mine, the rest from other."""
    other[treated] = mine[treated]
    mine[~treated] = other[~treated]


def plan(state: State, course: Course) -> tuple[npt.NDArray[Any], ...]:
    """Give everybody a seat in a course this month and nobody another one; returns the seats of the year as they were planned."""
    kept = (state.plan.copy(), np.array(state.staff.leads))
    state.plan[:], state.staff.leads[:] = NO_SEAT, NO_SEAT
    if course.domain == LEADERSHIP:
        state.staff.leads[:] = course.calendar
    else:
        state.plan[:, course.calendar] = course.place
    return kept


def resume(state: State, kept: tuple[npt.NDArray[Any], ...], calendar: int) -> None:
    """The seats of the year as before; those of this month, which the course took the place of, are taken up in the next free one."""
    state.plan[:], state.staff.leads[:] = kept
    waiting = state.plan[:, calendar].copy()
    state.plan[:, calendar] = NO_SEAT
    for later in range(calendar + 1, YEAR):
        moved = (waiting != NO_SEAT) & (state.plan[:, later] == NO_SEAT)
        state.plan[moved, later] = waiting[moved]
        waiting[moved] = NO_SEAT
    leads = state.staff.leads
    leads[leads == calendar] = calendar + 1 if calendar + 1 < YEAR else calendar
