"""Who meets whom in a month: the engine's own draws, once more, for trials that treat those who serve."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from simulation.engine.columns import SLOTS, City, State
from simulation.engine.compiled import entry, int64
from simulation.engine.draws import WHERE, WHO, bits, lane, of_area, pick, stream
from simulation.engine.records import Int64s, UInt8s, UInt16s

__all__ = ["NOBODY", "servers"]

Int32s = npt.NDArray[np.int32]
NOBODY = -1


def servers(city: City, state: State, luck: int, t: int) -> Int32s:
    """Row of the civil servant whom each adult meets in a month of the engine, NOBODY for those who stay at home: int32 (adults,)."""
    found = np.empty(len(state.citizens.demand), dtype=np.int32)
    areas, units, counter = (
        np.ascontiguousarray(c, dtype=np.int64) for c in (city.areas.first, city.units.first, city.units.counter)
    )
    meet(state.citizens.demand, areas, units, counter, city.visits, int64(luck), int64(t), found)
    return found


@entry
def meet(
    demand: UInt16s, areas: Int64s, units: Int64s, counter: Int64s, visits: UInt8s, luck: int, t: int, found: Int32s
) -> None:
    """The same decisions as `simulation.processes.service.serve`: who comes, to which unit, to whom at its counter."""
    who, where = stream(luck, WHO, t), stream(luck, WHERE, t)
    for area in range(areas.size):
        coming, going = of_area(who, area), of_area(where, area)
        last = areas[area + 1] if area + 1 < areas.size else demand.size
        for place in range(last - areas[area]):
            i = areas[area] + place
            found[i] = NOBODY
            if lane(bits(coming, place // 4), place % 4) < demand[i]:
                h = bits(going, place)
                unit = visits[area, pick(SLOTS, lane(h, 0))]
                found[i] = units[unit] + pick(counter[unit], lane(h, 1))
