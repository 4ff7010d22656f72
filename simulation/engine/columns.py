"""State as named columns, all in one aligned slab that a single copy restores.

A slab means that branching a start for another policy is one copy: restoring column by column would be slower and can forget one.
Columns are float32 or integers; rules compute in float64. Sizes: citizens hold 22 bytes each.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np

ALIGN = 128  # bytes: two cache lines, so that no two columns share one
DOMAINS = 4  # see Domain
ELEMENTS = 9
SLOTS = 1024  # places of an encounter that an area's units share
BLOCK = 8192  # rows of citizens handled at once; always of one kecamatan


def places(name: str, words: str) -> Any:
    """Names for the places of an array, as a tuple of numbers that compiled code sees as constants."""
    fields = words.split()
    return namedtuple(name, fields)(*range(len(fields)))


# Places of what is held by domain.
Domain: Any = places("Domain", "MANAGERIAL SOCIOCULTURAL TECHNICAL DIGITAL")


class Citizens(NamedTuple):
    """One row an adult. Rows of an area lie together, and so do the areas of a kecamatan."""

    demand: Any  # uint16: chance of an encounter in a month x 65536
    alpha: Any  # float32: predisposition to trust [logit]
    trust: Any  # float32: trust state s, what experience did to trust [logit]
    expected: Any  # float32: expected experience e [SD]
    lived: Any  # float32: running experience [SD]
    belief: Any  # float32: belief that a complaint helps, 0-1


# One record a post; posts of a unit lie together, the ones who meet the public first. Records keep what the rules of one person read
# together, and the compiled functions small: an array a column would double the time to compile them.
STAFF = np.dtype(
    [
        ("age", np.int16),  # months
        ("entered", np.int16),  # age at entry to the post's class [months]
        ("contract", np.int16),  # months left of a PPPK contract
        ("seminar", np.int16),  # months since the last seminar
        ("status", np.uint8),  # 0 PNS, 1 PPPK
        ("job", np.uint8),  # row of the job table
        ("degree", np.uint8),  # 0 up to SLTA, 1 diploma, 2 S1/D-IV, 3 S2, 4 S3
        ("course", np.uint8),  # leadership or functional course held
        ("domain", np.int8),  # domain planned for this year, -1 none
        ("when", np.int8),  # month of the year of the course
        ("leads", np.int8),  # month of the year of a leadership course, -1 none
        ("integrity", np.float32),  # [SD]
        ("anchor", np.float32),  # own integrity norm [SD]
        ("manner", np.float32),  # own responsiveness [SD]
        ("motivation", np.float32),  # [SD]
        ("style", np.float32),  # lasting personal difference in service that no policy moves [SD]
        ("jp", np.float32),  # JP in this calendar year
        ("jp_before", np.float32),  # JP in the last calendar year
        ("quality", np.float32),  # what the person adds to the people score this month [SD]
        ("paid", np.float32),  # chance of a side payment in an encounter
        ("wronged", np.float32),  # chance of a side payment or of favouritism in its place
    ],
    align=True,
)

# What an encounter needs to know of who serves, packed together because every encounter meets another one: work of a month.
COUNTER = np.dtype(
    [
        ("quality", np.float32),  # [SD]
        ("paid", np.int32),  # chance of a side payment x 65536, rounded up
        ("wronged", np.int32),  # chance of a side payment or of favouritism in its place x 65536, rounded up
        ("empty", np.int32),
    ]
)

# One record a unit (OPD, kecamatan, kelurahan, groups of puskesmas and schools); float64, there are few.
UNITS = np.dtype(
    [
        ("process", np.float64),  # procedures, time and facilities, without themes and ideas [SD]
        ("people", np.float64),  # lasting difference between units in the people score [SD]
        ("hired", np.float64),  # unit effect on the competence of its people [SD]
        ("upright", np.float64),  # unit effect on the integrity of its people [SD]
        ("ideas", np.float64),  # ideas from seminars, fading [participants per staff member]
        ("knowledge", np.float64),  # knowledge of what citizens want, from forums, 0-1
        ("climate", np.float64),  # responsiveness climate [SD]
        ("theme", np.float64),  # 1 while a recurring problem is open
        ("leadership", np.float64),  # mean managerial competence in use of its managers [SD]
        ("norm", np.float64),  # mean integrity of its staff [SD]
        ("hours", np.float64),  # staff hours in class this month, share of working time
        ("score", np.float64),  # process score of this month [SD]
    ],
    align=True,
)

# One record a training programme: domain x (agency, university), then leadership.
PROGRAMMES = np.dtype(
    [
        ("delta", np.float64),  # true gain at the reference JP [SD]
        ("gained", np.float64),  # sum of gains in this cycle [SD]
        ("held", np.int64),  # participants in this cycle
        ("offline", np.int64),  # months until a programme under revision runs again
        ("tried", np.int64),  # revisions since the programme was new
    ],
    align=True,
)

# What does not change: areas of citizens, units with their staff, classes of post.
AREA = np.dtype(
    [("first", np.int64), ("adults", np.int64), ("kecamatan", np.int64)]
)  # first citizen row, adults, kecamatan
BLOCKS = np.dtype(
    [
        ("first", np.int64),  # first citizen row
        ("rows", np.int64),  # at most BLOCK
        ("kecamatan", np.int64),
        ("area", np.int64),  # first area that has rows here
        ("areas", np.int64),  # the one after the last
    ]
)
UNIT = np.dtype(
    [
        ("first", np.int64),  # first staff row
        ("staff", np.int64),  # people
        ("counter", np.int64),  # staff who meet the public
        ("service", np.int64),  # row of weights and of side payments
        ("kecamatan", np.int64),  # or -1 for the whole city
    ]
)
JOB = np.dtype(
    [
        ("youngest", np.int64),  # age at entry [months]
        ("oldest", np.int64),
        ("pension", np.int64),  # pension age [months]
        ("manager", np.int64),  # 1 for JPT, administrator, pengawas
        ("kind", np.int64),  # 0 manajerial, 1 fungsional, 2 pelaksana
    ]
)


class State(NamedTuple):
    """Everything that changes in a run, and what the balanced start fixed; all of it lies in one slab."""

    citizens: Any
    staff: Any  # STAFF
    base: Any  # float32 (staff, 4): slow competence by domain [staff SD]
    applied: Any  # float32 (staff, 4): trained excess that is in use on the job [staff SD]
    idle: Any  # float32 (staff, 4): trained excess out of use, fading [staff SD]
    units: Any  # UNITS
    programmes: Any  # PROGRAMMES
    pull: Any  # float64 (kecamatan): mean trust state of neighbours last month [logit]
    env: Any  # float64: city-wide state, see Env
    ref: Any  # float64: fixed by the balanced start, see Ref
    asks: Any  # uint64 (9): score that an element follows: 0 process, 1 people, 2 neither
    table: Any  # uint64 (256, 9): thresholds of an answer by slice of the score and element, packed


# Places of `State.env`.
Env: Any = places(
    "Env", "NEWS MOOD OPEN RATE VOICED OWED INFORMED FOLLOWED REVISIONS REVISED_WRONGLY KEPT_WRONGLY SIZE"
)


# Places of `State.ref`: what is normal in this city and draw before any policy.
# PAYMENT is the first of six places, one a service.
Ref: Any = places(
    "Ref",
    "EXPERIENCE THETA LEADERSHIP HOURS IDEAS EXPECTED LOSS PROCESS PEOPLE ANSWER OPEN VOICED "
    "COMPETENCE MATCH SHIFT_PROCESS SHIFT_PEOPLE SLOPE PROCESS_SLOPE UNIT_SD PROCESS_NOISE PEOPLE_NOISE STYLE PAYMENT P1 P2 P3 P4 P5 SIZE",
)


# Places of `Work.tally`: sums of this month.
Tally: Any = places(
    "Tally",
    "VISITS PAID FAVOURED UPSET COMPLAINTS ASKED SATISFIED LIVED LIVED2 LOSS "
    "PROCESS PEOPLE TRAINEES HOURS TRAINING INTEGRITY EVALUATION REPORTS COMPLETED SIZE",
)


class City(NamedTuple):
    """What does not change in a run: sizes, tables, who belongs where."""

    areas: Any  # AREA
    blocks: Any  # BLOCKS
    units: Any  # UNIT
    jobs: Any  # JOB
    visits: Any  # uint8 (areas, 1024): unit that an encounter goes to
    weights: Any  # float64 (services, 4): what a domain weighs in the work
    status: Any  # uint8 (staff): status of each post
    job: Any  # uint8 (staff): class of each post
    degrees: Any  # float64 (2, 5): cumulative shares of degrees by status
    normals: Any  # float64 (4096)
    figures: Any  # float64: see Figure


# Places of `City.figures`. STAFF, ADULTS: people of the whole city for each one here; CITIZENS: adults here.
Figure: Any = places("Figure", "DEMAND SURVEY STAFF WORKING_HOURS REFERENCE_JP ADULTS CITIZENS")


class Work(NamedTuple):
    """Scratch memory of a thread; never read before it is written."""

    # Views stand here because numba compiles long messages about shapes wherever one is made.
    hashes: Any  # uint64 (BLOCK / 4 + 1)
    lanes: Any  # the same as uint16
    luck: Any  # uint16 (BLOCK)
    met: Any  # uint8 (BLOCK + 64): 1 for a row of the block that has an encounter
    eights: Any  # the same as uint64
    packed: Any  # uint8 (BLOCK / 8 + 8): who has one, a bit each
    words: Any  # the same as uint64
    who: Any  # uint64 (BLOCK): rows of visitors in the block
    place: Any  # uint64 (BLOCK): their places in their area
    area: Any  # uint64 (BLOCK): their areas
    first: Any  # uint64 (BLOCK)
    second: Any  # uint64 (BLOCK)
    respondents: Any  # int64 (BLOCK): which visitors are asked
    scores: Any  # float64 (BLOCK, 2): process and people score of each respondent
    luck_a: Any  # uint64 (BLOCK): their hashes for the first four answers
    luck_b: Any  # uint64 (BLOCK): for the next four
    luck_c: Any  # uint64 (BLOCK): for the last one and for the poll
    counter: Any  # COUNTER (staff), of those who meet the public
    passed: Any  # uint64 (9): thresholds reached, see `rules.survey`
    row: Any  # uint64 (3): rows of a respondent's scores in the table of answers
    priority: Any  # float64 (staff)
    bins: Any  # int64 (4096)
    answers: Any  # int64 (9)
    sums: Any  # int64 (kecamatan, 5): trust and its square on a scale from -1 to 1 [2^-17], state [2^-15], trusting, adults
    tally: Any  # float64: see Tally
    total: Any  # float64: sums of the same over months
    cov: Any  # float64 (3, 3): spread of minds in the long run
    root: Any  # float64 (10, 6): its Cholesky roots, a class of demand each
    means: Any  # float64 (areas): service that the people of an area meet


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
