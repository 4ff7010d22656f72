"""State as named columns, all in one aligned slab that a single copy restores.

A slab means that branching a start for another policy is one copy: restoring column by column would be slower and can forget one.
Columns are float32 or integers; rules compute in float64. Sizes: citizens hold 22 bytes each.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np

ALIGN = 128  # bytes: two cache lines, so that no two columns share one
DOMAINS = 4  # managerial, sociocultural, technical, digital
ELEMENTS = 9
BLOCK = 8192  # citizens handled at once; always of one area


def places(name: str, words: str) -> Any:
    """Names for the places of an array, as a tuple of numbers that compiled code sees as constants."""
    fields = words.split()
    return namedtuple(name, fields)(*range(len(fields)))


class Citizens(NamedTuple):
    """One row an adult. Rows of an area lie together and start at a multiple of four."""

    demand: Any  # uint16: chance of an encounter in a month x 65536
    alpha: Any  # float32: predisposition to trust [logit]
    trust: Any  # float32: trust state s, what experience did to trust [logit]
    expected: Any  # float32: expected experience e [SD]
    lived: Any  # float32: running experience [SD]
    belief: Any  # float32: belief that a complaint helps, 0-1


class Staff(NamedTuple):
    """One row a post; rows of a unit lie together, the ones who meet the public first."""

    status: Any  # uint8: 0 PNS, 1 PPPK
    job: Any  # uint8: row of the job table
    degree: Any  # uint8: 0 up to SLTA, 1 diploma, 2 S1/D-IV, 3 S2, 4 S3
    age: Any  # int16: months
    entered: Any  # int16: age at entry to the post's class [months]
    contract: Any  # int16: months left of a PPPK contract
    base: Any  # float32 (rows, 4): slow competence [staff SD]
    applied: Any  # float32 (rows, 4): trained excess that is in use on the job [staff SD]
    idle: Any  # float32 (rows, 4): trained excess out of use, fading [staff SD]
    integrity: Any  # float32 [SD]
    anchor: Any  # float32: own integrity norm [SD]
    manner: Any  # float32: own responsiveness [SD]
    motivation: Any  # float32 [SD]
    style: Any  # float32: lasting personal difference in service that no policy moves [SD]
    jp: Any  # float32: JP in this calendar year
    jp_before: Any  # float32: JP in the last calendar year
    seminar: Any  # int16: months since the last seminar
    course: Any  # uint8: leadership or functional course held
    domain: Any  # int8: domain planned for this year, -1 none
    when: Any  # int8: month of the year of the course
    leads: Any  # int8: month of the year of a leadership course, -1 none
    quality: Any  # float32: what the person adds to the people score this month [SD]
    paid: Any  # float32: chance of a side payment in an encounter
    wronged: Any  # float32: chance of a side payment or of favouritism in its place


class Units(NamedTuple):
    """One row a unit (OPD, kecamatan, kelurahan, groups of puskesmas and schools); float64, there are few."""

    process: Any  # procedures, time and facilities, without themes and ideas [SD]
    people: Any  # lasting difference between units in the people score [SD]
    hired: Any  # unit effect on the competence of its people [SD]
    upright: Any  # unit effect on the integrity of its people [SD]
    ideas: Any  # ideas from seminars, fading [participants per staff member]
    knowledge: Any  # knowledge of what citizens want, from forums, 0-1
    climate: Any  # responsiveness climate [SD]
    theme: Any  # 1.0 while a recurring problem is open
    leadership: Any  # mean managerial competence in use of its managers [SD]
    norm: Any  # mean integrity of its staff [SD]
    hours: Any  # staff hours in class this month, share of working time
    score: Any  # process score of this month [SD]


class Programmes(NamedTuple):
    """One row a training programme: domain x (agency, university), then leadership."""

    delta: Any  # float64: true gain at the reference JP [SD]
    offline: Any  # int64: months until a programme under revision runs again
    tried: Any  # int64: revisions since the programme was new
    held: Any  # int64: participants in this cycle
    gained: Any  # float64: sum of gains in this cycle [SD]


class State(NamedTuple):
    """Everything that changes in a run, and what the balanced start fixed; all of it lies in one slab."""

    citizens: Any
    staff: Any
    units: Any
    programmes: Any
    pull: Any  # float64 (kecamatan): mean trust state of neighbours last month [logit]
    env: Any  # float64: city-wide state, see Env
    ref: Any  # float64: fixed by the balanced start, see Ref
    table: Any  # uint16 (9, 256, 3): chance x 65536 that an answer is at most 1, 2, 3


# Places of `State.env`.
Env: Any = places("Env", "NEWS MOOD OPEN RATE VOICED OWED INFORMED REVISIONS REVISED_WRONGLY KEPT_WRONGLY SIZE")


# Places of `State.ref`: what is normal in this city and draw before any policy.
# PAYMENT is the first of six places, one a service.
Ref: Any = places(
    "Ref",
    "EXPERIENCE THETA LEADERSHIP HOURS IDEAS EXPECTED LOSS PROCESS PEOPLE ANSWER OPEN VOICED "
    "COMPETENCE MATCH SHIFT_PROCESS SHIFT_PEOPLE SLOPE UNIT_SD PROCESS_NOISE PEOPLE_NOISE STYLE PAYMENT P1 P2 P3 P4 P5 SIZE",
)


# Places of `Work.tally`: sums of this month.
Tally: Any = places(
    "Tally",
    "VISITS PAID FAVOURED UPSET COMPLAINTS ANSWERED ASKED SATISFIED LIVED LIVED2 LOSS "
    "PROCESS PEOPLE TRAINEES SEATS HOURS TRAINING INTEGRITY EVALUATION NEEDS PARTICIPATION REPORTS COMPLETED SIZE",
)


class City(NamedTuple):
    """What does not change in a run: sizes, tables, who belongs where."""

    area_first: Any  # int64 (areas): first citizen row
    area_size: Any  # int64 (areas)
    area_kecamatan: Any  # int64 (areas)
    visits: Any  # uint8 (areas, 1024): unit that an encounter goes to
    unit_first: Any  # int64 (units): first staff row
    unit_size: Any  # int64 (units)
    unit_counter: Any  # int64 (units): staff who meet the public
    unit_service: Any  # int64 (units): row of side_payment and of weights
    unit_area: Any  # int64 (units): kecamatan, or -1 for the whole city
    weights: Any  # float64 (services, 4): what a domain weighs in the work
    job_entry: Any  # int64 (jobs, 2): youngest and oldest age at entry [months]
    job_pension: Any  # int64 (jobs): pension age [months]
    job_manager: Any  # uint8 (jobs): 1 for JPT, administrator, pengawas
    job_kind: Any  # uint8 (jobs): 0 manajerial, 1 fungsional, 2 pelaksana
    status0: Any  # uint8 (staff): status at the start
    job0: Any  # uint8 (staff)
    degrees: Any  # float64 (2, 5): cumulative shares of degrees by status
    normals: Any  # float64 (4096)
    figures: Any  # float64: see Figure


# Places of `City.figures`. STAFF, ADULTS: people of the whole city for each one here.
Figure: Any = places("Figure", "DEMAND SURVEY STAFF WORKING_HOURS REFERENCE_JP ADULTS")


class Work(NamedTuple):
    """Scratch memory of a thread; never read before it is written."""

    hashes: Any  # uint64 (BLOCK / 4)
    who: Any  # uint64 (BLOCK + 4)
    first: Any  # uint64 (BLOCK)
    second: Any  # uint64 (BLOCK)
    priority: Any  # float64 (staff)
    bins: Any  # int64 (4096)
    answers: Any  # int64 (9)
    sums: Any  # int64 (kecamatan, 5): trust, square, state [2^-20], trusting, adults
    tally: Any  # float64: see Tally


def slab_layout(
    specification: list[tuple[str, Any, tuple[int, ...]]],
) -> tuple[dict[str, tuple[int, Any, tuple[int, ...]]], int]:
    """Offsets of columns in a slab, each at a multiple of ALIGN bytes; the second value is the size in bytes."""
    offset, places = 0, {}
    for name, dtype, shape in specification:
        places[name] = (offset, dtype, shape)
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        offset += -(-size // ALIGN) * ALIGN
    return places, offset


def aligned(size: int) -> Any:
    """A zeroed uint8 buffer that starts at a multiple of ALIGN bytes."""
    raw = np.zeros(size + ALIGN, dtype=np.uint8)
    start = -raw.ctypes.data % ALIGN
    return raw[start : start + size]


def view(raw: Any, place: tuple[int, Any, tuple[int, ...]]) -> Any:
    """A column of the slab as an array."""
    offset, dtype, shape = place
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    return raw[offset : offset + size].view(dtype).reshape(shape)
