"""The engine docked to the reference: plain Mesa objects that follow docs/odd.md and docs/draws-and-order.md.

Every column of the state and every outcome must be the same bits, for every shipped policy, from the balanced start on. Guards: an engine
that no longer does what its description says, whether by a slip in a vectorised loop, a sum in another order, a stale compile or a
column that leaks from one policy to the next.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest

from simulation.city import build_city, load_profile
from simulation.engine.memory import Engine
from simulation.ensembles.ensemble import luck_of
from simulation.levers import pack
from simulation.outcomes import NAMES
from simulation.parameters import default
from simulation.policy import Policy
from tests.cities import shipped
from tests.levers import all_moved, by_chance
from tests.reference import columns, unit
from tests.reference.city import ReferenceCity, plain
from tests.reference.numbers import single, tanh_half32
from tests.reference.start import settle

SCALE = 0.002  # 2,116 adults, 118 civil servants, all 113 units: of both, because the reference takes its time for each
NAMES_OF_POLICIES = [p.name for p in map(shipped().policy, shipped().names)]


class Dock:
    """An engine and what it takes to build reference cities of the same draw."""

    def __init__(self, draw: int = 0, scale: float = SCALE, reference: Policy | None = None) -> None:
        self.structure, self.profile = build_city("tangsel", scale, scale), load_profile("tangsel")
        self.engine, self.luck = Engine(self.structure), luck_of(1, draw)
        self.nature = default().draw(1, draw)
        self.reference = pack(reference or shipped().policy("status_quo"), self.profile)
        self.row = self.engine.settle(self.reference, self.nature, self.luck)
        self.start = columns.of_engine(self.engine)

    def levers(self, chosen: Policy) -> Any:
        """A policy as numbers."""
        return pack(chosen, self.profile)

    def settled(self) -> ReferenceCity:
        """A reference city that found its own start."""
        city = ReferenceCity(self.structure, self.reference, self.nature, self.luck)
        settle(city)
        return city

    def at_the_start(self, levers: Any) -> ReferenceCity:
        """A reference city put at the engine's start; the engine goes back to it too."""
        self.engine.restore()
        city = ReferenceCity(self.structure, levers, self.nature, self.luck)
        columns.put(city, self.start)
        return city

    def apart(self, city: ReferenceCity, row: Any) -> list[str]:
        """Columns and outcomes that are not the same bits."""
        engine = columns.of_engine(self.engine)
        mine, outcomes = columns.of_city(city, engine), city.observe()
        assert outcomes.keys() == set(NAMES)
        found = [name for name in engine if engine[name].tobytes() != mine[name].tobytes()]
        return found + [name for name, value in zip(NAMES, row.tolist(), strict=True) if value != outcomes[name]]

    def run(self, city: ReferenceCity, levers: Any, months: int, first: int = 0) -> None:
        """Months in both; fails at the first that differs."""
        city.levers = plain(levers)
        for month in range(first, first + months):
            row = self.engine.step(levers, self.nature, self.luck, month)
            city.step()
            assert not self.apart(city, row), f"month {month + 1}"


@pytest.fixture(scope="module")
def dock() -> Dock:
    """Draw 0 at a small scale."""
    return Dock()


def test_the_balanced_start_docks(dock: Dock) -> None:
    """Staff years, survey, payments, rehearsal, minds, a year of the city, trust: 83 columns and the row of month 0."""
    assert len(dock.start) >= 80
    dock.engine.restore()
    assert not dock.apart(dock.settled(), dock.row)


@pytest.mark.parametrize("name", NAMES_OF_POLICIES)
def test_fourteen_months_dock(dock: Dock, name: str) -> None:
    """A year with its December evaluation, the January plans after it, and a month of courses."""
    levers = dock.levers(shipped().policy(name))
    city = dock.at_the_start(levers)
    dock.run(city, levers, 14)


def test_a_policy_that_moves_every_lever_docks(dock: Dock) -> None:
    """Guards: a lever that no shipped policy moves, and a new one that the reference does not know of."""
    levers = dock.levers(all_moved())
    city = dock.at_the_start(levers)
    dock.run(city, levers, 14)


def test_docking_notices_a_small_change(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the tests above against a comparison that sees nothing: 0.100001 in place of 0.1 is found in the first month."""
    monkeypatch.setattr(unit, "PACE", 0.100001)
    levers = dock.levers(shipped().policy("integrated"))
    city = dock.at_the_start(levers)
    row = dock.engine.step(levers, dock.nature, dock.luck, 0)
    city.step()
    assert set(dock.apart(city, row)) >= {"units.feedback", "units.knowledge"}


def test_numbers_of_the_reference_are_float32() -> None:
    """Guards against a reference that rounds otherwise than a float32 column."""
    luck = random.Random(1)
    values = [luck.gauss(0.0, 10.0 ** luck.uniform(-8, 8)) for _ in range(20_000)]
    assert [single(x) for x in values] == np.array(values, dtype=np.float32).tolist()
    assert abs(float(tanh_half32(np.float32(1.5))) - np.tanh(0.75)) < 6e-5


@pytest.mark.torture
@pytest.mark.parametrize("draw", range(1, 5))
def test_five_years_dock(draw: int) -> None:
    """Start and 60 months, eight policies, other draws of parameters and luck."""
    dock = Dock(draw)
    assert not dock.apart(dock.settled(), dock.row)
    for name in NAMES_OF_POLICIES:
        levers = dock.levers(shipped().policy(name))
        dock.run(dock.at_the_start(levers), levers, 60)


@pytest.mark.torture
@pytest.mark.parametrize("number", range(30))
def test_policies_by_chance_dock(number: int) -> None:
    """Levers that no shipped policy moves, one such policy to settle under and another to change to."""
    luck = random.Random(number)
    dock = Dock(number, reference=by_chance(luck))
    city = dock.settled()
    assert not dock.apart(city, dock.row)
    dock.run(city, dock.levers(by_chance(luck)), 30)


@pytest.mark.torture
def test_areas_of_more_than_a_block_dock() -> None:
    """Three months at full scale for some: sums of areas of more than 8,192 adults are added block by block."""
    dock = Dock(scale=0.5)
    assert int(dock.structure.areas.adults.max()) > 8192
    levers = dock.levers(shipped().policy("integrated_plus"))
    dock.run(dock.at_the_start(levers), levers, 2)
