"""Scratch memory of a thread, made once."""

from __future__ import annotations

from typing import NamedTuple

from simulation.engine.columns import Counter
from simulation.engine.records import Float64s, Int64s, UInt8s, UInt16s, UInt64s, numbered


class TrustSumPlaces(NamedTuple):
    """Places of a row of `Work.sums`: the people of a kecamatan added up in whole numbers, see `simulation.engine.sums`."""

    TRUST: int  # trust on a scale from -1 to 1
    SQUARE: int  # its square
    STATE: int  # trust state
    TRUSTING: int  # people more likely than not to trust
    ADULTS: int


TrustSum = numbered(TrustSumPlaces)


class Work(NamedTuple):
    """Scratch memory; never read before it is written."""

    # Views stand here because numba compiles long messages about shapes wherever one is made.
    hashes: UInt64s  # (BLOCK / 4 + 1)
    lanes: UInt16s  # the same memory
    luck: UInt16s  # (BLOCK): a lane for everybody in the block
    met: UInt8s  # (BLOCK + 64): 1 for a row of the block that has an encounter
    eights: UInt64s  # the same memory
    packed: UInt8s  # (BLOCK / 8 + 8): who has one, a bit each
    words: UInt64s  # the same memory
    who: UInt64s  # (BLOCK): rows of visitors in the block
    place: UInt64s  # (BLOCK): their places in their area
    area: UInt64s  # (BLOCK): their areas
    where: UInt64s  # (BLOCK): their hashes for unit, server and the two noises
    noise: UInt64s  # (BLOCK): their hashes for side payment, complaint, answer and survey
    respondents: Int64s  # (BLOCK): which visitors are asked
    scores: Float64s  # (BLOCK, 2): process and people score of each respondent
    luck_a: UInt64s  # (BLOCK): their hashes for the first four answers
    luck_b: UInt64s  # (BLOCK): for the next four
    luck_c: UInt64s  # (BLOCK): for the last one and for the poll
    counter: Counter
    passed: UInt64s  # (9): thresholds reached, see `simulation.engine.packed`
    row: UInt64s  # (3): rows of a respondent's scores in the table of answers
    priority: Float64s  # (staff or units)
    bins: Int64s  # (4096)
    booked: Int64s  # (staff): courses planned for each person so far this year
    wish: Int64s  # (staff): domain that a person applies for in this round of seats, -1 none
    answers: Int64s  # (9): sum of the answers to each element
    sums: Int64s  # (kecamatan, 5): see TrustSum
    tally: Float64s  # see Tally
    total: Float64s  # sums of the same over months
    cov: Float64s  # (3, 3): spread of minds in the long run
    root: Float64s  # (10, 6): its Cholesky roots, a class of demand each
    means: Float64s  # (areas): service that the people of an area meet
