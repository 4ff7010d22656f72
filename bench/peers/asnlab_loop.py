"""The common model as asnlab is built: a compiled loop over columns, block by block, luck by coordinate from `simulation.engine.draws`."""

from __future__ import annotations

from typing import Any

import numpy as np

from bench.peers.task import AREAS, CHANCE, LEARNING, NOISE, SERVANTS, areas_of, qualities
from simulation.engine.compiled import entry, rule
from simulation.engine.draws import NOISE as LUCK
from simulation.engine.draws import WHO, bits, fill, key, lane, normal, normal_table
from simulation.engine.gather import gather

BLOCK = 8192


@rule
def encounters(trust: Any, quality: Any, normals: Any, stream: Any, first: Any, who: Any, visitors: Any) -> None:
    """Those of a block who have an encounter meet somebody; their trust moves."""
    for v in range(visitors):
        i = who[v]
        h = bits(stream, first + i)
        felt = quality[(lane(h, 0) * SERVANTS) >> 16] + NOISE * normal(normals, lane(h, 1))
        before = np.float64(trust[i])
        trust[i] = before + LEARNING * (felt - before)


@entry
def run(
    trust: Any,
    demand: Any,
    starts: Any,
    quality: Any,
    normals: Any,
    who: Any,
    hashes: Any,
    lanes: Any,
    met: Any,
    eights: Any,
    packed: Any,
    words: Any,
    seed: Any,
    t: Any,
) -> None:
    """A month of all areas."""
    for area in range(starts.size - 1):
        meets, luck = key(seed, WHO, t, area), key(seed, LUCK, t, area)
        size = starts[area + 1] - starts[area]
        for first in range(0, size, BLOCK):
            row = starts[area] + first
            n = min(BLOCK, size - first)
            fill(meets, first // 4, (n + 3) // 4, hashes)
            visitors = gather(demand[row : row + n], lanes, met, eights, packed, words, who)
            encounters(trust[row : row + n], quality[area], normals, luck, first, who, visitors)


class City:
    """All areas, as columns."""

    def __init__(self, people: int, seed: int) -> None:
        self.trust = np.zeros(people, dtype=np.float32)
        self.demand = np.full(people, round(65536 * CHANCE), dtype=np.uint16)
        self.starts = np.searchsorted(areas_of(people), np.arange(AREAS + 1))
        self.fixed = (qualities(), normal_table())
        self.who, self.hashes = np.zeros(BLOCK, dtype=np.uint64), np.zeros(BLOCK // 4, dtype=np.uint64)
        self.met, self.packed = np.zeros(BLOCK + 64, dtype=np.uint8), np.zeros(BLOCK // 8 + 8, dtype=np.uint8)
        self.seed, self.t = np.int64(seed), 0

    def step(self) -> None:
        """A month."""
        met, packed = self.met, self.packed
        views = self.hashes.view(np.uint16), met, met.view(np.uint64), packed, packed.view(np.uint64)
        scratch = self.who, self.hashes, *views
        run(self.trust, self.demand, self.starts, *self.fixed, *scratch, self.seed, np.int64(self.t))
        self.t += 1


def build(people: int, seed: int, months: int) -> City:
    """The model, ready to run (compiled before the clock starts, as it is once a machine)."""
    City(AREAS, seed).step()
    return City(people, seed)


def trust(city: City) -> Any:
    """Trust of every citizen, float64."""
    return city.trust.astype(np.float64)
