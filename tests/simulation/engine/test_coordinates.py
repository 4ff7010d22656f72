"""Draws by coordinate on the real engine: what anybody draws does not depend on the order, on who else is there, or on the policy.

State may differ through shared means and service; draws may not. `read` makes draws visible: it lives one month in which nothing but
the draws decides (no effects, staff known by a number, noise alone) and reads off the citizens who came, whom they met and their luck.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.city import build_city, cut_blocks, load_profile
from simulation.engine.columns import AREA, UNIT, Env, Ref
from simulation.engine.memory import Engine
from simulation.ensembles.ensemble import Ensemble, luck_of
from simulation.levers import pack
from simulation.outcomes import COLUMN
from simulation.parameters import default
from tests.cities import shipped
from tests.reference import columns
from tests.reference.citizen import Citizen
from tests.reference.city import ReferenceCity
from tests.reference.civil_servant import CivilServant
from tests.reference.unit import Unit

SCALE = 0.01
POLICIES = list(shipped().names)
LUCK = luck_of(1, 0)
CODE = 1000  # a civil servant is known by unit * CODE + place
OF_A_PERSON = ("age", "entered", "contract", "degree", "motivation", "manner")  # columns that draws alone decide
NO_EFFECT = {
    "process_weight": 0.0, "competence_on_people": 0.0, "integrity_on_people": 0.0, "responsiveness_on_people": 0.0,
    "criterion_to_client": 0.0, "job_route": 1.0, "side_payment_penalty": 0.0,
    "integrity_on_payment": 0.0, "favouritism_return": 0.0, "audit_effect": 0.0,
    "access_effect": 0.0, "belief_return": 0.0, "belief_gain": 0.5, "complaint_access": 0.5, "tolerance": -1e9,
    "expectation_learning": 1.0, "norm_weight": 0.0, "use_hazard": 0.5, "follow_up_on_use": 0.0,
    "skill_loss": 0.0, "decay_form": 0.0,
}  # fmt: skip


def levers(name: str) -> Any:
    """A shipped policy as the engine reads it."""
    return pack(shipped().policy(name), load_profile("tangsel"))


def settled(city: Any) -> Engine:
    """An engine with this city settled under today's practice, at median parameters."""
    engine = Engine(city)
    engine.settle(levers("status_quo"), default().median(), LUCK)
    return engine


def lived(engine: Engine, policy: str, months: int) -> Engine:
    """The engine some months of a policy after its start."""
    engine.restore()
    for month in range(months):
        engine.step(levers(policy), default().median(), LUCK, month)
    return engine


def citizens(engine: Engine, column: Any) -> dict[tuple[int, int], Any]:
    """A column of citizens by (area, place)."""
    who = [(area, place) for area, row in enumerate(engine.city.areas) for place in range(row.adults)]
    return dict(zip(who, column.tolist(), strict=True))


def staff(engine: Engine, column: Any) -> dict[tuple[int, int], Any]:
    """A column of civil servants by (unit, place)."""
    who = [(unit, place) for unit, row in enumerate(engine.city.units) for place in range(row.staff)]
    return dict(zip(who, column.tolist(), strict=True))


def month_without_effects(engine: Engine, policy: str, month: int, style: Any, noise: float, **changed: float) -> None:
    """A month in which draws alone decide; style: of each civil servant, noise: SD of the people score."""
    nature, state = default().median(), engine.state
    for name, value in {**NO_EFFECT, **changed}.items():
        nature[name] = value
    state.ref[Ref.PEOPLE_NOISE], state.ref[Ref.ANSWER], state.env[:] = noise, 0.5, 0.0
    state.payments[:] = 0.0
    state.env[Env.RATE] = 0.5  # half of the complaints are heard
    state.units.people[:], state.units.climate[:], state.units.hours[:] = 0.0, 0.0, 0.0
    state.staff.style[:], state.staff.age[:], state.staff.contract[:] = style, state.staff.entered, 60  # nobody leaves
    state.staff.integrity[:], state.staff.anchor[:], state.applied[:], state.idle[:] = 0.0, 0.0, 1.0, 0.0
    state.staff.regular[:] = 0  # whatever is used may fall out of use
    state.citizens.expected[:], state.citizens.belief[:] = -1.0, 0.5
    engine.step(levers(policy), nature, LUCK, month)


def months_of_courses(engine: Engine, policy: str, january: int) -> Any:
    """Month of everybody's only course, when there is a seat for each and nobody leads: how many seats there are is the policy's doing."""
    nature, chosen = default().median(), levers(policy)
    nature["most_hours"], chosen["money"]["leader_seats"] = 0.0, 0.0
    engine.state.env[Env.OWED] = -1e15
    engine.step(chosen, nature, LUCK, january)
    assert (engine.state.plan >= 0).sum(axis=1).tolist() == [1] * len(engine.state.plan)
    return engine.state.plan.argmax(axis=1)


def read(engine: Engine, policy: str, month: int) -> dict[str, dict[tuple[int, int], Any]]:
    """What everybody draws in a month, by name of the draw and (area or unit, place).

    Citizens: demand; met, code of the civil servant; complain, 0.5 silent, more heard, less not; first and second noise; wrong, below -50
    for a side payment (-1 where nobody comes). Staff: morale; use, by domain; when, month of a seat in a January that belongs to the month.
    """
    state, now = engine.state, engine.raw.copy()
    codes = np.concatenate([unit * CODE + np.arange(row.staff) for unit, row in enumerate(engine.city.units)])
    month_without_effects(engine, policy, month, codes, 0.0)
    found = {"demand": citizens(engine, state.citizens.demand), "met": citizens(engine, state.citizens.expected)}
    found |= {"complain": citizens(engine, state.citizens.belief), "morale": staff(engine, state.staff.integrity)}
    found |= {"use": staff(engine, state.applied > 0.5)}
    engine.raw[:] = now
    found["when"] = staff(engine, months_of_courses(engine, policy, 12 * month))
    for name, correlation, penalty in (("first noise", 1.0, 0.0), ("second noise", 0.0, 0.0), ("wrong", 0.0, 100.0)):
        engine.raw[:] = now
        given = {"factor_correlation": correlation, "side_payment_penalty": penalty}
        month_without_effects(engine, policy, month, 0.0, 1.0, **given)
        found[name] = citizens(engine, state.citizens.expected)
    engine.raw[:] = now
    return found


@pytest.fixture(scope="module")
def usual() -> Engine:
    """The shipped city, settled."""
    return settled(build_city("tangsel", SCALE))


def test_readings_read_draws(usual: Engine) -> None:
    """Guards the tests below against readings that are always the same: they have the spread of the draws and change with the month."""
    usual.restore()
    one, two = read(usual, "status_quo", 0), read(usual, "status_quo", 1)
    came = [who for who, code in one["met"].items() if code >= 0]
    assert 0.05 < len(came) / len(one["met"]) < 0.2
    assert len({one["met"][who] for who in came}) > 50
    for name in ("first noise", "second noise"):
        assert 0.9 < np.std([one[name][who] for who in came]) < 1.1
    assert 0.4 < np.mean([one["wrong"][who] < -50 for who in came]) < 0.6
    assert {one["complain"][who] for who in came} == {0.25, 0.5, 0.75}
    assert 0.4 < np.mean(list(one["use"].values())) < 0.6
    assert len(set(one["morale"].values())) > 90
    assert {name for name in one if one[name] == two[name]} == {"demand"}


@pytest.mark.parametrize("month", [0, 13])
def test_policies_leave_draws_alone(usual: Engine, month: int) -> None:
    """Guards: luck that a policy brings along. Months after a policy began everybody still draws what they draw under any other."""
    drawn = {name: read(lived(usual, name, month), name, month) for name in POLICIES}
    usual_draws = drawn["status_quo"]
    for name in POLICIES:
        for draw, values in drawn[name].items():
            if (
                draw != "morale" or levers(name)["integrity"]["ethics_share"] == 0
            ):  # an ethics course adds to the morale that is read
                assert values == usual_draws[draw], (name, draw)


def persons(engine: Engine) -> dict[tuple[int, int], Any]:
    """What draws alone decide about the holder of each post."""
    found = [staff(engine, engine.state.staff[column]) for column in OF_A_PERSON]
    return {post: tuple(column[post] for column in found) for post in found[0]}


def test_people_come_and_go_alike_under_every_policy(usual: Engine) -> None:
    """Guards: a successor who depends on the policy, with all effects at work."""
    before = persons(lived(usual, "status_quo", 0))
    people = persons(lived(usual, "status_quo", 36))
    assert sum(before[post][-1] != people[post][-1] for post in people) > 3  # manner of a successor
    for name in POLICIES:
        assert persons(lived(usual, name, 36)) == people, name


def test_without_effects_citizens_live_the_same_lives() -> None:
    """Guards: state that leaks from a policy to citizens where there is no effect to carry it; every column, bit for bit."""
    nature, engine = default().without_effects().median(), Engine(build_city("tangsel", SCALE))
    engine.settle(levers("status_quo"), nature, LUCK)
    lives = set()
    for name in POLICIES:
        engine.restore()
        for month in range(26):
            engine.step(levers(name), nature, LUCK, month)
        lives.add(b"".join(column.tobytes() for column in engine.state.citizens))
    assert len(lives) == 1


def grown_city(change: str) -> Any:
    """The shipped city with somebody more or less in it."""
    city = build_city("tangsel", SCALE)
    areas, units = np.array(city.areas), np.array(city.units)
    visits, status, job = city.visits, city.status, city.job
    if change == "citizens in an area":
        areas["adults"][7] += 37
    elif change == "an empty area":
        areas["adults"][7] = 0
    elif change == "an area at the end":
        areas = np.concatenate([areas, np.array([(0, 61, areas["kecamatan"][-1])], dtype=AREA)])
        visits = np.concatenate([visits, visits[:1]])
    elif change == "a unit at the end":
        units = np.concatenate([units, np.array([(0, 3, 2, 5, -1)], dtype=UNIT)])
        status, job = np.append(status, [0, 0, 0]).astype(np.uint8), np.append(job, [5, 5, 6]).astype(np.uint8)
    else:
        end = units["first"][4] + units["staff"][4]
        units["staff"][4] += 2
        units["counter"][4] += change == "staff at a counter"
        status, job = (np.insert(column, [end, end], column[end - 1]) for column in (status, job))
    areas["first"] = np.concatenate([[0], np.cumsum(areas["adults"])[:-1]])
    units["first"] = np.concatenate([[0], np.cumsum(units["staff"])[:-1]])
    areas, units = areas.view(np.recarray), units.view(np.recarray)
    return city._replace(areas=areas, blocks=cut_blocks(areas), units=units, visits=visits, status=status, job=job)


@pytest.mark.parametrize(
    "change",
    [
        "citizens in an area",
        "an empty area",
        "an area at the end",
        "a unit at the end",
        "staff in an office",
        "staff at a counter",
    ],
)
def test_newcomers_leave_the_draws_of_all_others(usual: Engine, change: str) -> None:
    """Guards: numbers dealt out in order, where one person more shifts everybody's luck."""
    other = settled(grown_city(change))
    for month in (0, 13):
        before = read(lived(usual, "integrated", month), "integrated", month)
        after = read(lived(other, "integrated", month), "integrated", month)
        assert persons(other).items() >= persons(usual).items()
        for draw, values in before.items():
            both = values.keys() & after[draw].keys()
            assert len(both) > 90
            apart = {who for who in both if values[who] != after[draw][who]}
            if change == "staff at a counter" and draw == "met":  # who goes to that unit may meet somebody else there
                assert apart and {int(found[draw][who]) // CODE for who in apart for found in (before, after)} == {4}
            else:
                assert not apart, draw


def lived_in(engine: Engine, blocks: Any, policy: str, month: int, before: Any) -> Any:
    """Columns of citizens after a month from `before`, in which these blocks are processed in this order."""
    whole = engine.city
    engine.raw[:], engine.city = before, whole._replace(blocks=np.array(blocks).view(np.recarray))
    try:
        engine.step(levers(policy), default().median(), LUCK, month)
    finally:
        engine.city = whole
    return [column.copy() for column in engine.state.citizens]


@pytest.mark.parametrize("size", [1 << 13, 100, 37])
def test_blocks_may_be_processed_apart_and_in_any_order(usual: Engine, size: int) -> None:
    """Guards: a block whose month depends on blocks before it or on where it is cut; citizens are the same, bit for bit."""
    blocks = cut_blocks(usual.city.areas, size)
    mixed = np.random.default_rng(4).permutation(len(blocks))
    for month, policy in ((0, "integrated"), (1, "citizen_participation")):
        lived(usual, policy, month)
        before = usual.raw.copy()
        together = lived_in(usual, usual.city.blocks, policy, month, before)
        for whole in (blocks, blocks[::-1], blocks[mixed]):
            again = lived_in(usual, whole, policy, month, before)
            assert all(np.array_equal(a, t) for a, t in zip(again, together, strict=True))
        for group in np.array_split(mixed, 5):
            apart = lived_in(usual, blocks[group], policy, month, before)
            rows = np.concatenate([np.arange(b.first, b.first + b.rows) for b in blocks[group]])
            assert all(np.array_equal(a[rows], t[rows]) for a, t in zip(apart, together, strict=True))


def test_people_may_be_processed_in_any_order() -> None:
    """Guards: luck by turn. The reference lives three months with its people shuffled every month; nobody's state differs by a bit."""
    structure = build_city("tangsel", 0.002)
    engine = Engine(structure)
    engine.settle(levers("status_quo"), default().median(), LUCK)
    city = ReferenceCity(structure, levers("integrated"), default().median(), LUCK)
    columns.put(city, columns.of_engine(engine))
    order = [who.unique_id for who in city.agents_by_type[Citizen]]
    for month in range(3):
        engine.step(levers("integrated"), default().median(), LUCK, month)
        for kind in (Citizen, CivilServant, Unit):
            city.agents_by_type[kind].shuffle(inplace=True)
        assert [who.unique_id for who in city.agents_by_type[Citizen]] != order
        city.step()
        mine, theirs = columns.of_engine(engine), columns.of_city(city, columns.of_engine(engine))
        people = [name for name in mine if name.startswith(("citizens", "staff", "base", "applied", "idle", "pull"))]
        assert len(people) > 25
        assert not [name for name in people if mine[name].tobytes() != theirs[name].tobytes()]


def rows_of(names: list[str], workers: int, numbers: list[int]) -> dict[str, Any]:
    """Rows (draws, months + 1, outcomes) by policy, from an ensemble asked for draws one by one."""
    ensemble = Ensemble(shipped().with_(months=14), draws=1, scale=SCALE, workers=workers, policies=names)
    rows = {number: ensemble.rows(number) for number in numbers}
    return {name: np.stack([rows[n][k] for n in sorted(rows)]) for k, name in enumerate(names)}


def test_order_of_policies_and_draws_does_not_matter() -> None:
    """Guards: a policy or a draw that leaves something behind for the next; orders, repeats and company changed."""
    usual = rows_of(POLICIES, 1, [0, 1, 2])
    for names in (POLICIES[::-1], POLICIES[3:] + POLICIES[:3], ["integrated", "status_quo"]):
        other = rows_of(names, 1, [2, 0, 1, 0])
        assert all(other[name].tobytes() == usual[name].tobytes() for name in names)


def test_threads_and_chunks_do_not_matter() -> None:
    """Guards: state shared between threads; one, two and three threads, and draws in chunks, give the same table."""
    scenario = shipped().with_(months=14)
    tables = [Ensemble(scenario, draws=6, scale=SCALE, workers=workers).run() for workers in (1, 2, 3)]
    for table in tables[1:]:
        pd.testing.assert_frame_equal(table, tables[0], check_exact=True)
    chunks = [
        Ensemble(scenario, draws=n, scale=SCALE, workers=2).run(first=first) for first, n in ((4, 2), (0, 1), (1, 3))
    ]
    together = pd.concat(chunks).sort_values(["policy", "draw", "month"], ignore_index=True)
    pd.testing.assert_frame_equal(
        together, tables[0].sort_values(["policy", "draw", "month"], ignore_index=True), check_exact=True
    )


@pytest.mark.parametrize("outcome", ["competence", "satisfaction", "trust", "complaints"])
def test_common_luck_saves_replications(outcome: str) -> None:
    """Guards: policies that lost their common luck. A paired difference has a quarter of the variance of independent runs, or less."""
    engine, nature = Engine(build_city("tangsel", SCALE)), default().median()
    pair = [levers("status_quo"), levers("integrated")]
    rows = np.stack([engine.run(pair[0], pair, nature, luck_of(1, draw), 24) for draw in range(40)])
    late = rows[:, :, -12:, COLUMN[outcome]].mean(axis=2)
    paired, apart = np.var(late[:, 1] - late[:, 0], ddof=1), np.var(late, axis=0, ddof=1).sum()
    assert 0.0 < paired < 0.25 * apart
