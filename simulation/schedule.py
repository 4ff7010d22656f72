"""One month, process after process, and the one compiled entry that settles a city and branches it for every policy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulation.engine.columns import City, Env, Ref, State, Tally
from simulation.engine.compiled import entry, int64, process, spliced
from simulation.engine.records import Grid, Records, UInt8s
from simulation.engine.scratch import Work
from simulation.processes.careers import settle_careers
from simulation.processes.communication import tell_citizens
from simulation.processes.evaluation import evaluate
from simulation.processes.integrity import at_the_counter, uphold_integrity
from simulation.processes.minds import draw_demand, meet_trust, settle_minds
from simulation.processes.needs import assess_needs
from simulation.processes.observe import at_counters, mean_of, observe
from simulation.processes.service import look_at_trust, process_scores, remember, serve
from simulation.processes.start import (
    found_units,
    hire_everyone,
    open_catalogue,
    set_payments,
    set_staff_refs,
    set_style,
    start_voice,
)
from simulation.processes.survey import set_survey
from simulation.processes.training import count_absence, lead_units, practise, train
from simulation.processes.voice import REACHED, hear_news, listen, usual_reports
from simulation.processes.workforce import renew_workforce

if TYPE_CHECKING:
    from simulation.levers import Levers
    from simulation.outcomes import Outcomes
    from simulation.registry import Nature

STAFF_YEARS = 6  # years that staff live under the reference policy before the start
CITY_YEARS = 1  # years that the whole city does
BEFORE = 12 * (STAFF_YEARS + CITY_YEARS)  # month 0 of the comparison is this month of the engine, a January


@process
def staff_month(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int) -> None:
    """The month of the civil service: careers, needs, training, integrity."""
    renew_workforce(city, st, nature, seed, t)  # pensiun, kontrak, mutasi
    assess_needs(city, st, work, levers, nature, seed, t, t - BEFORE)  # pelatihan berbasis kebutuhan
    train(city, st, work, levers, nature, seed, t)  # pelatihan, kepemimpinan, kerja sama perguruan tinggi
    practise(city, st, levers, nature, seed, t)  # penerapan dan lupa
    uphold_integrity(city, st, work, levers, nature, seed, t)  # integritas dan etika kerja
    count_absence(city, st)  # jam di luar loket


@process
def month(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int, t: int) -> None:
    """One month of the city. t counts months of the engine; the comparison starts at BEFORE."""
    now = max(t - BEFORE, 0)
    work.tally[:] = 0.0
    staff_month(city, st, work, levers, nature, seed, t)
    lead_units(city, st)
    process_scores(st, nature, now)
    at_the_counter(city, st, work, levers, nature, now)
    hear_news(city, st, nature, seed, t)
    tell_citizens(st, levers, nature)  # standar dan hasil disampaikan kepada warga
    serve(city, st, work, levers, nature, seed, t, now)  # pelayanan publik, kepercayaan
    remember(st, work)
    listen(city, st, work, levers, nature, seed, t)  # masukan, kritik, forum warga
    evaluate(city, st, work, levers, nature, seed, t, t - BEFORE)  # monitoring dan evaluasi


@spliced
def settle(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int) -> None:
    """Bring the city into balance under the reference policy and record what is normal in it."""
    ref, env = st.ref, st.env
    ref[:] = 0.0
    env[:] = 0.0
    set_survey(st, nature)
    found_units(city, st, levers, nature, seed)
    hire_everyone(city, st, nature, seed)
    open_catalogue(city, st, nature, seed)
    settle_careers(city, st, work, levers, nature, seed)
    st.units.ideas[:] = 0.0
    st.units.away[:] = 0.0
    hours = ideas = 0.0
    for t in range(12 * STAFF_YEARS):
        staff_month(city, st, work, levers, nature, seed, t)
        ref[Ref.LEADERSHIP] = lead_units(city, st)
        hours += at_counters(city, st.units.off)
        ideas += mean_of(st.units.ideas)
        if t % 12 == 11:
            set_staff_refs(city, st, work)
            ref[Ref.HOURS], ref[Ref.IDEAS] = hours / 12.0, ideas / 12.0
            hours = ideas = 0.0
    set_style(city, st, nature)
    set_payments(city, st, nature)
    env[Env.INFORMED] = REACHED * levers.participation.disclose_results
    env[Env.TOLD] = levers.participation.communication
    env[Env.FOLLOWED] = levers.training.follow_up
    start_voice(city, st, nature)
    draw_demand(city, st, nature, seed)
    settle_minds(city, st, work, nature, seed, int64(1))
    rehearse(city, st, work, levers, nature, seed)
    settle_minds(city, st, work, nature, seed, int64(0))
    live_a_year(city, st, work, levers, nature, seed)
    meet_trust(city, st, nature)


@spliced
def rehearse(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int) -> None:
    """A month of service before citizens' minds are set, run only to see what service is like."""
    work.tally[:] = 0.0
    now = int64(0)  # a bare 0 would be another type and compile the month a second time
    process_scores(st, nature, now)
    at_the_counter(city, st, work, levers, nature, now)
    serve(city, st, work, levers, nature, seed, int64(12 * STAFF_YEARS - 1), now)
    visits = max(work.tally[Tally.VISITS], 1.0)
    st.ref[Ref.PROCESS] = work.tally[Tally.PROCESS] / visits
    st.ref[Ref.PEOPLE] = work.tally[Tally.PEOPLE] / visits


@spliced
def live_a_year(city: City, st: State, work: Work, levers: Levers, nature: Nature, seed: int) -> None:
    """Run the whole city for a year; the averages of that year become what is normal."""
    ref, env = st.ref, st.env
    total = work.total
    total[:] = 0.0
    hours = ideas = 0.0
    rate = ref[Ref.ANSWER]
    months = 12 * CITY_YEARS
    for m in range(months):
        month(city, st, work, levers, nature, seed, 12 * STAFF_YEARS + m)
        for k in range(total.size):
            total[k] += work.tally[k]
        hours += at_counters(city, st.units.off)
        ideas += mean_of(st.units.ideas)
        # Until the year is over the centre is the average so far, so that a first guess does not move anybody.
        visits = max(total[Tally.VISITS], 1.0)
        ref[Ref.EXPECTED] = total[Tally.LIVED] / visits
        ref[Ref.LOSS] = total[Tally.LOSS] / visits
        # Reports are handled at today's rate, however many came in: open reports are what that rate leaves of the mean inflow.
        ref[Ref.OPEN] = (usual_reports(city, nature) + total[Tally.COMPLAINTS] / (m + 1.0)) / rate
        env[Env.OPEN] = env[Env.USUAL_OPEN] = ref[Ref.OPEN] * (1.0 - rate)
        env[Env.RATE] = rate
    visits = max(total[Tally.VISITS], 1.0)
    ref[Ref.PROCESS] = total[Tally.PROCESS] / visits
    ref[Ref.PEOPLE] = total[Tally.PEOPLE] / visits
    ref[Ref.HOURS], ref[Ref.IDEAS] = hours / months, ideas / months
    ref[Ref.VOICED] = total[Tally.COMPLAINTS] / visits * rate
    env[Env.VOICED] = ref[Ref.VOICED]
    env[Env.NEWS] = 0.0
    env[Env.MOOD] = 0.0
    st.programmes.held[:] = 0
    st.programmes.gained[:] = 0.0
    set_staff_refs(city, st, work)


@entry
def run(
    city: City,
    st: State,
    work: Work,
    raw: UInt8s,
    kept: UInt8s,
    levers: Records[Levers],
    natures: Records[Nature],
    seed: int,
    first: int,
    months: int,
    fresh: int,
    rows: Grid[Outcomes],
) -> None:
    """Settle a city (when `fresh`), then run policies from the same start.

    Args:
        raw, kept: what months change of the slab, and a buffer of the same size that keeps the start (both empty: it is not kept).
        levers: record array; row 0 is the reference policy that settles the city, rows 1.. are the policies to run.
        natures: record array with one row, the parameters of the draw.
        first, months: month of the comparison to start with and how many to run; with months 0 the city is only settled.
        fresh: 1 settles the city and restores the start for every policy; 0 goes on from the present state.
        rows: records of `simulation.outcomes.ROW` (policies, months + 1); row 0 of a policy is the start.
    """
    nature = natures[0]
    if fresh == 1:
        settle(city, st, work, levers[0], nature, seed)
        observe_start(city, st, work, levers[0], nature, rows)
        copied(raw, kept)
    for policy in range(rows.shape[0]):
        if fresh == 1:
            copied(kept, raw)
        for m in range(months):
            month(city, st, work, levers[policy + 1], nature, seed, BEFORE + first + m)
            observe(city, st, work, levers[policy + 1], nature, first + m, rows[policy, m + 1])


@process
def copied(here: UInt8s, there: UInt8s) -> None:
    """Copy a column into another of the same size. An assignment in numba would also compile its messages about sizes that differ."""
    for i in range(here.size):
        there[i] = here[i]


@spliced
def observe_start(city: City, st: State, work: Work, levers: Levers, nature: Nature, rows: Grid[Outcomes]) -> None:
    """The row of month 0, the same for every policy: the last month of the settled city, with trust at its target."""
    look_at_trust(city, st, work, nature)
    observe(city, st, work, levers, nature, int64(0), rows[0, 0])
    for policy in range(1, rows.shape[0]):
        rows[policy, 0] = rows[0, 0]
