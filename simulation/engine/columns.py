"""State as named columns. Columns are float32 or integers; rules compute in float64. Sizes: citizens hold 22 bytes each."""

from __future__ import annotations

from typing import Generic, NamedTuple

from simulation.engine.records import (
    Float32,
    Float32s,
    Float64,
    Float64s,
    Floats,
    Int8,
    Int8s,
    Int16,
    Int32,
    Int64,
    Ints,
    Real,
    Records,
    UInt8,
    UInt8s,
    UInt16s,
    UInt64s,
    Whole,
    numbered,
    record_type,
)

DOMAINS = 4  # see Domain
ELEMENTS = 9  # of the official survey, U1 to U9
PROCESS, PEOPLE, PRICE = 0.0, 1.0, 2.0  # score that an element follows; none moves the price
PNS, PPPK = 0, 1  # status of a civil servant
MANAJERIAL, FUNGSIONAL, PELAKSANA = 0, 1, 2  # kinds of post
SLOTS = 1024  # places of an encounter that an area's units share
BLOCK = 8192  # rows of citizens handled at once; always of one kecamatan


class DomainPlaces(NamedTuple):
    """Places of what is held by domain."""

    MANAGERIAL: int
    SOCIOCULTURAL: int
    TECHNICAL: int
    DIGITAL: int


class Citizens(NamedTuple):
    """One row an adult. Rows of an area lie together, and so do the areas of a kecamatan."""

    demand: UInt16s  # chance of an encounter in a month x 65536
    alpha: Float32s  # predisposition to trust [logit]
    trust: Float32s  # trust state s, what experience did to trust [logit]
    expected: Float32s  # expected experience e [SD]
    lived: Float32s  # running experience [SD]
    belief: Float32s  # belief that a complaint helps, 0-1


class Post(Generic[Whole, Real]):
    """A post and who holds it. Posts of a unit lie together, the ones who meet the public first.

    Records keep what the rules of one person read together, and the compiled functions small: an array a column would double the time to
    compile them.
    """

    age: Int16[Whole]  # months
    entered: Int16[Whole]  # age at entry to the post's class [months]
    contract: Int16[Whole]  # months left of a PPPK contract
    seminar: Int16[Whole]  # months since the last seminar
    status: UInt8[Whole]  # PNS or PPPK
    job: UInt8[Whole]  # row of the job table
    degree: UInt8[Whole]  # 0 up to SLTA, 1 diploma, 2 S1/D-IV, 3 S2, 4 S3
    course: UInt8[Whole]  # leadership or functional course held
    regular: UInt8[Whole]  # domains that the post uses regularly, a bit each
    led: UInt8[Whole]  # leadership courses in use
    leads: Int8[Whole]  # month of the year of a leadership course, -1 none
    integrity: Float32[Real]  # [SD]
    anchor: Float32[Real]  # own integrity norm [SD]
    manner: Float32[Real]  # own responsiveness [SD]
    motivation: Float32[Real]  # [SD]
    leading: Float32[Real]  # what leadership courses in use do to a manager's behaviour [SD of rated behaviour]
    style: Float32[Real]  # lasting personal difference in service that no policy moves [SD]
    jp: Float32[Real]  # JP in this calendar year
    jp_before: Float32[Real]  # JP in the last calendar year
    quality: Float32[Real]  # what the person adds to the people score this month [SD]
    paid: Float32[Real]  # chance of a side payment in an encounter
    wronged: Float32[Real]  # chance of a side payment or of favouritism in its place


class Server(Generic[Whole, Real]):
    """What an encounter needs to know of who serves, packed together because every encounter meets another one: work of a month."""

    quality: Float32[Real]  # [SD]
    paid: Int32[Whole]  # chance of a side payment x 65536, rounded up
    wronged: Int32[Whole]  # chance of a side payment or of favouritism in its place x 65536, rounded up
    empty: Int32[Whole]  # fills the record up to 16 bytes


class Unit(Generic[Real]):
    """A unit (OPD, kecamatan, kelurahan, groups of puskesmas and schools); float64, there are few."""

    process: Float64[Real]  # procedures, time and facilities, without themes and ideas [SD]
    people: Float64[Real]  # lasting difference between units in the people score [SD]
    hired: Float64[Real]  # unit effect on the competence of its people [SD]
    upright: Float64[Real]  # unit effect on the integrity of its people [SD]
    ideas: Float64[Real]  # ideas from seminars, fading [participants per staff member]
    knowledge: Float64[Real]  # knowledge of what citizens want, from forums, 0-1
    climate: Float64[Real]  # responsiveness climate [SD]
    feedback: Float64[Real]  # what feedback does to the behaviour of its staff [SD of rated behaviour]
    theme: Float64[Real]  # 1 while a recurring problem is open
    leadership: Float64[Real]  # mean lasting managerial competence of its managers [SD]
    conduct: Float64[Real]  # mean of what leadership courses do to its managers' behaviour [SD of rated behaviour]
    norm: Float64[Real]  # mean integrity of its staff [SD]
    hours: Float64[Real]  # staff hours in class this month, share of working time
    off: Float64[Real]  # the same of those who meet the public
    away: Float64[Real]  # the same over a year
    waiting: Float64[Real]  # rise of waiting against today's [ratio]
    score: Float64[Real]  # process score of this month [SD]


class Programme(Generic[Whole, Real]):
    """A training programme: domain x (agency, university), then leadership."""

    delta: Float64[Real]  # true gain at the reference JP [SD]
    job: Float64[Real]  # true effect on the job at the reference JP [SD of rated behaviour, or of clients' ratings]
    gained: Float64[Real]  # sum of gains in this cycle [SD]
    held: Int64[Whole]  # participants in this cycle
    offline: Int64[Whole]  # months until a programme under revision runs again
    tried: Int64[Whole]  # revisions since the programme was new
    method: Int64[
        Whole
    ]  # steps from the policy's mix of methods: 1 blended in place of classroom, 2 coaching for everybody
    way: Int64[Whole]  # 1 or -1: direction of the last step; 0 before the first
    seen: Float64[Real]  # what the evaluation saw when the method was changed last [SD]


class Area(Generic[Whole]):
    """A kelurahan and where its citizens lie."""

    first: Int64[Whole]  # first citizen row
    adults: Int64[Whole]
    kecamatan: Int64[Whole]


class Block(Generic[Whole]):
    """Citizens who are handled together."""

    first: Int64[Whole]  # first citizen row
    rows: Int64[Whole]  # at most BLOCK
    kecamatan: Int64[Whole]
    area: Int64[Whole]  # first area that has rows here
    areas: Int64[Whole]  # the one after the last


class UnitPlace(Generic[Whole]):
    """What does not change about a unit: where its staff lie and whom it serves."""

    first: Int64[Whole]  # first staff row
    staff: Int64[Whole]  # people
    counter: Int64[Whole]  # staff who meet the public
    service: Int64[Whole]  # row of weights and of side payments
    kecamatan: Int64[Whole]  # or -1 for the whole city


class Job(Generic[Whole]):
    """A class of post."""

    youngest: Int64[Whole]  # age at entry [months]
    oldest: Int64[Whole]
    pension: Int64[Whole]  # pension age [months]
    manager: Int64[Whole]  # 1 for JPT, administrator, pengawas
    kind: Int64[Whole]  # MANAJERIAL, FUNGSIONAL or PELAKSANA


class Staff(Post[Ints, Floats], Records[Post[int, float]]):
    """All posts."""


class Counter(Server[Ints, Floats], Records[Server[int, float]]):
    """All posts, as encounters see them; only those who meet the public are filled."""


class Units(Unit[Floats], Records[Unit[float]]):
    """All units."""


class Programmes(Programme[Ints, Floats], Records[Programme[int, float]]):
    """The catalogue."""


class Areas(Area[Ints], Records[Area[int]]):
    """All areas."""


class Blocks(Block[Ints], Records[Block[int]]):
    """All blocks."""


class UnitPlaces(UnitPlace[Ints], Records[UnitPlace[int]]):
    """All units, in the order of `Units`."""


class Jobs(Job[Ints], Records[Job[int]]):
    """All classes of post."""


STAFF, COUNTER, UNITS, PROGRAMMES = (record_type(fields) for fields in (Post, Server, Unit, Programme))
AREA, BLOCKS, UNIT, JOB = (record_type(fields) for fields in (Area, Block, UnitPlace, Job))


class State(NamedTuple):
    """Everything that changes in a run, and what the balanced start fixed; all of it lies in one slab."""

    citizens: Citizens
    staff: Staff
    base: Float32s  # (staff, 4): slow competence by domain [staff SD]
    applied: Float32s  # (staff, 4): trained excess that is in use on the job [staff SD]
    idle: Float32s  # (staff, 4): trained excess out of use, fading [staff SD]
    behaviour: Float32s  # (staff, 4): what courses in use do on the job [SD of rated behaviour, or of clients' ratings]
    used: UInt8s  # (staff, 4): courses in use
    plan: Int8s  # (staff, 12): domain of the course planned for a month of this year, -1 none
    units: Units
    programmes: Programmes
    pull: Float64s  # (kecamatan): mean trust state of neighbours last month [logit]
    env: Float64s  # city-wide state, see Env
    ref: Float64s  # fixed by the balanced start, see Ref
    payments: Float64s  # (services): chance of a side payment at average integrity, before any policy [logit]
    asks: UInt64s  # (9): score that an element follows: PROCESS, PEOPLE or PRICE
    table: UInt64s  # (256, 9): thresholds of an answer by slice of the score and element, packed


class EnvPlaces(NamedTuple):
    """Places of `State.env`."""

    NEWS: int  # what scandals did to everybody's trust [logit]
    MOOD: int  # political mood [logit]
    OPEN: int  # open reports
    USUAL_OPEN: int  # the same in today's practice, in years as good and bad as these
    RATE: int  # share of open reports completed in the last month
    VOICED: int  # answered complaints per encounter, smoothed over months
    OWED: int  # money that next year's seats must do without; negative when courses did not spend it [rupiah]
    INFORMED: int  # share of adults whom published results reach
    TOLD: int  # share of adults who were told of standards and results
    FOLLOWED: int  # share of trained people who were followed up
    REVISIONS: int  # programmes revised so far
    REVISED_WRONGLY: int  # of these, programmes that were good
    KEPT_WRONGLY: int  # weak programmes kept so far


class RefPlaces(NamedTuple):
    """Places of `State.ref`: what is normal in this city and draw before any policy."""

    EXPERIENCE: int  # mean of what experience added [staff SD]
    THETA: int  # mean competence, in use or not [staff SD]
    LEADERSHIP: int  # mean leadership of units [staff SD]
    HOURS: int  # hours in class of those who meet the public, share of working time
    IDEAS: int  # ideas from seminars [participants per staff member]
    EXPECTED: int  # mean experience at the counter [SD]
    LOSS: int  # mean weighted surprise [SD]
    PROCESS: int  # mean process score that encounters meet [SD]
    PEOPLE: int  # mean people score that encounters meet [SD]
    ANSWER: int  # share of complaints answered in a month
    OPEN: int  # reports that are open in a month, before any is completed
    VOICED: int  # answered complaints per encounter
    COMPETENCE: int  # mean competence in use [staff SD]
    MATCH: int  # competence in use from which a person matches the job [staff SD]
    SHIFT_PROCESS: int  # process score of the official survey at the city's level [SD]
    SHIFT_PEOPLE: int  # people score of the same [SD]
    SLOPE: int  # index points that one SD of both scores adds
    PROCESS_SLOPE: int  # index points that one SD of the process score adds
    UNIT_SD: int  # lasting spread between units [SD]
    PROCESS_NOISE: int  # spread between encounters, process score [SD]
    PEOPLE_NOISE: int  # spread between encounters, people score [SD]
    STYLE: int  # spread between servers that nothing explains [SD]
    LASTING: int  # b_q, what lived experience leaves of trust [logit per SD]
    SURPRISE: int  # b_d, what a surprise does to trust [logit per SD]


class TallyPlaces(NamedTuple):
    """Places of `Work.tally`: sums of this month. Sums over encounters unless a unit is named."""

    VISITS: int
    PAID: int  # with a side payment
    FAVOURED: int  # with favouritism in its place
    UPSET: int  # far below what was expected
    COMPLAINTS: int
    ASKED: int  # of the official survey
    SATISFIED: int  # of those asked, as an independent poll would find them
    LIVED: int  # experience [SD]
    LIVED2: int  # its square
    LOSS: int  # weighted surprise [SD]
    PROCESS: int  # process score [SD]
    PEOPLE: int  # people score [SD]
    TRAINEES: int  # people in a course
    HOURS: int  # staff hours in class [hours]
    TRAINING: int  # [rupiah], as the two below
    INTEGRITY: int
    EVALUATION: int
    REPORTS: int  # reports and complaints that came in
    COMPLETED: int  # share of open reports completed


Domain, Env, Ref, Tally = numbered(DomainPlaces), numbered(EnvPlaces), numbered(RefPlaces), numbered(TallyPlaces)


class Figures(NamedTuple):
    """Numbers about a city at its scale."""

    demand: float  # mean encounters of an adult in a month
    survey: float  # chance that an encounter is followed by the official survey
    people_per_post: float  # civil servants of the whole city for each one here
    working_hours: float  # of a civil servant in a month
    reference_jp: float  # length of a course at which effects are stated [JP]
    people_per_adult: float  # adults of the whole city for each one here
    citizens: float  # adults here


class City(NamedTuple):
    """What does not change in a run: sizes, tables, who belongs where."""

    areas: Areas
    blocks: Blocks
    units: UnitPlaces
    jobs: Jobs
    visits: UInt8s  # (areas, 1024): unit that an encounter goes to
    weights: Float64s  # (services, 4): what a domain weighs in the work
    status: UInt8s  # (staff): status of each post
    job: UInt8s  # (staff): class of each post
    degrees: Float64s  # (2, 5): cumulative shares of degrees by status
    normals: Float64s  # (4096): standard normal numbers in order
    figures: Figures
