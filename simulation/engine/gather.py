"""Finds who has an encounter: one bit for each person, then a walk through the bits that are set."""

from __future__ import annotations

import numpy as np

from simulation.engine.compiled import int64, process, spliced
from simulation.engine.draws import fill
from simulation.engine.records import UInt8s, UInt16s, UInt64s

# Eight bytes of 0 or 1 times this number have their eight bits, in order, in the top byte.
BYTES_TO_BITS = np.uint64(0x0102040810204080)
# A single bit times this number has another number in its top six bits for every place of the bit (a de Bruijn sequence).
DE_BRUIJN = np.uint64(0x03F79D71B4CB0A89)
PLACE_OF_BIT = np.zeros(64, dtype=np.uint64)
PLACE_OF_BIT[[((0x03F79D71B4CB0A89 << place) % 2**64) >> 58 for place in range(64)]] = np.arange(64)
NONE, ONE = np.uint64(0), np.uint64(1)


@spliced
def fill_lanes(key: np.uint64, first: int, luck: UInt16s, hashes: UInt64s, lanes: UInt16s) -> None:
    """Fill luck with a lane each for places first, first + 1 ... of a stream, four places a hash.

    hashes, lanes: scratch, the same memory as uint64 and as uint16.
    """
    four = first // 4
    fill(key, four, (first + luck.size + 3) // 4 - four, hashes)
    skipped = first - 4 * four
    mine = lanes[skipped : skipped + luck.size]
    for i in range(mine.size):
        luck[i] = mine[i]


@process
def gather(
    demand: UInt16s, luck: UInt16s, met: UInt8s, eights: UInt64s, packed: UInt8s, words: UInt64s, who: UInt64s
) -> int:
    """Places of those whose luck is below their demand, in order; returns how many.

    Sixty-four people become one word with a bit each, and only bits that are set are walked through: nine in ten stay at home.

    Args:
        demand: (n,), chance x 65536; luck: a lane each.
        met, packed: scratch (n + 64,) and (n / 8 + 8,); eights, words: the same memory as uint64; who: (n,), filled.
    """
    n = demand.size
    full = -(-n // 64)
    for i in range(n):
        met[i] = luck[i] < demand[i]
    for i in range(n, 64 * full):
        met[i] = 0
    for k in range(8 * full):
        packed[k] = (eights[k] * BYTES_TO_BITS) >> np.uint64(56)
    found = np.uint64(0)  # unsigned: no check for counting from the end
    for w in range(full):
        word = words[w]
        while word != NONE:
            lowest = word & (~word + ONE)
            who[found] = np.uint64(64 * w) + PLACE_OF_BIT[(lowest * DE_BRUIJN) >> np.uint64(58)]
            found += ONE
            word ^= lowest
    return int64(found)
