"""Views of rows and the set that holds them.

Guards: a view that shows or writes another row or column, rows past the end that pass for citizens, a mistyped attribute that is kept on a
view and lost, a method of Mesa's AgentSet that works on an empty set instead of the rows.
"""

from __future__ import annotations

import copy
import inspect
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.errors import InputError
from simulation import CityModel, Scenario
from simulation.mesa_face.agents import Citizen, CivilServant, Unit
from simulation.mesa_face.attributes import Attribute
from simulation.mesa_face.rows import AgentSet, Rows
from simulation.mesa_face.views import names

KINDS = (CivilServant, Unit, Citizen)


@pytest.fixture
def model(root: Path) -> CityModel:
    found = CityModel(Scenario.load("tangsel"), "integrated", draw=5)
    for _ in range(3):
        found.step()
    return found


def test_every_row_is_an_adult_of_its_area(model: CityModel) -> None:
    """Guards: rows that hold nobody, a row past the end that passes for a citizen, an adult counted in the wrong area."""
    citizens = model.engine.state.citizens
    assert len(model.citizens) == model.city.areas.adults.sum() == len(citizens.alpha)
    assert (model.citizens.values("encounters") > 0).all()
    with pytest.raises(InputError, match=f"no row {len(citizens.alpha)}"):
        model.view(Citizen, len(citizens.alpha))
    areas = np.bincount(model.citizens.values("area"))
    assert np.array_equal(areas, model.city.areas.adults)


def test_means_over_views_are_the_outcomes(model: CityModel) -> None:
    """Tie the words to the engine: a view of the wrong column or scale would not add up to what the month reports."""
    staff = model.civil_servants
    for name in ("competence", "competence_digital", "competence_managerial", "integrity", "excess"):
        assert staff.agg(name, np.mean) == pytest.approx(getattr(model, name), abs=1e-6), name
    assert 100 * model.citizens.agg("trust", np.mean) == pytest.approx(model.trust, abs=0.02)
    assert 100 * model.citizens.agg("trust", np.std) == pytest.approx(model.trust_sd, abs=0.02)
    recent = np.maximum(staff.values("jp"), staff.values("jp_last_year"))
    assert recent.mean() == pytest.approx(model.jp)
    by_staff = np.repeat(model.units.values("climate"), model.units.values("size"))
    assert by_staff.mean() == pytest.approx(model.responsiveness)


@pytest.mark.parametrize("kind", KINDS)
def test_one_row_and_many_rows_read_the_same(model: CityModel, kind: type) -> None:
    everybody = model.rows(kind)
    for name in names(kind):
        some = [getattr(everybody[i], name) for i in (0, 7, len(everybody) - 1)]
        assert [everybody.get(name)[i] for i in (0, 7, len(everybody) - 1)] == some, name
        assert all(type(value) in (float, int, bool, str) for value in some), name


@pytest.mark.parametrize("kind", KINDS)
def test_writing_reaches_that_row_and_that_attribute_only(model: CityModel, kind: type) -> None:
    everybody = model.rows(kind)
    entangled = {"trust": {"trust_state", "predisposition"}, "trust_state": {"trust"}, "predisposition": {"trust"}}
    for name in names(kind):
        if not getattr(kind, name).writable or name.startswith("competence"):
            continue
        before = {n: everybody.get(n) for n in names(kind)}
        new = next(
            v
            for v in ("PPPK", "PNS", "pengawas", "pelaksana", "S3", "S1", 20, 1, 0, 0.25)
            if _accepts(everybody[7], name, v, before[name][7])
        )
        assert everybody.get(name)[7] == pytest.approx(new, abs=0.05), name
        shared = {"age_years": {"years_in_post"}, **entangled}.get(name, set())
        for other in set(names(kind)) - shared:
            after = everybody.get(other)
            moved = [i for i, value in enumerate(after) if value != before[other][i]]
            assert moved == ([7] if other == name else []), f"{name} moved {other}"


def _accepts(agent: Any, name: str, value: Any, old: Any) -> bool:
    try:
        setattr(agent, name, value)
    except InputError:
        return False
    return bool(getattr(agent, name) != old)


def test_competence_written_is_competence_read(model: CityModel) -> None:
    servant = model.civil_servants[11]
    others = model.civil_servants.values("competence")
    servant.competence_technical = 1.5
    assert servant.competence_technical == pytest.approx(1.5, abs=1e-6)
    shape = servant.competence_technical - servant.competence_digital
    servant.competence = -0.5
    assert servant.competence == pytest.approx(-0.5, abs=1e-6)
    assert servant.competence_technical - servant.competence_digital == pytest.approx(shape, abs=1e-6)
    now = model.civil_servants.values("competence")
    assert np.flatnonzero(now != others).tolist() == [11]


def test_what_is_written_counts_in_the_next_month(root: Path, model: CityModel) -> None:
    plain = CityModel(model.assumptions, "integrated", draw=5)
    for _ in range(4):
        plain.step()
    model.civil_servants.set("integrity", model.civil_servants.values("integrity") + 1.0)
    model.citizens.set("trust", 0.9)
    model.step()
    assert model.integrity > plain.integrity + 0.5 and model.side_payments < plain.side_payments
    assert model.trust == pytest.approx(90, abs=5)


def test_places(model: CityModel) -> None:
    servant = model.civil_servants[40]
    assert servant in servant.unit.staff and servant.unit.kind == servant.unit_kind
    assert sum(len(unit.staff) for unit in model.units) == len(model.civil_servants)
    assert model.units.agg("size", np.sum) == len(model.civil_servants)
    counters = model.civil_servants.select(model.civil_servants.values("at_counter"))
    assert len(counters) == model.units.agg("counter", np.sum)
    assert {unit.kecamatan for unit in model.units} == {*model.citizens.get("kecamatan"), ""}
    assert all(unit.kecamatan for unit in model.units if unit.kind == "kelurahan")


def test_a_view_is_one_row_of_one_model(model: CityModel) -> None:
    citizen = model.citizens[5]
    assert citizen == model.citizens[5] and hash(citizen) == hash(model.citizens[5])
    assert citizen != model.citizens[6] and citizen != model.civil_servants[5]
    other = CityModel(model.assumptions, draw=5)
    assert citizen != other.citizens[5] and citizen not in other.citizens and citizen in model.agents
    assert citizen.unique_id == other.citizens[5].unique_id
    assert copy.copy(citizen) == citizen


@pytest.mark.parametrize(
    ("kind", "name", "value", "error", "told"),
    [
        (Citizen, "truts", 0.5, AttributeError, "did you mean 'trust'"),
        (Citizen, "mood", 1, AttributeError, "keeps nothing"),
        (Citizen, "trust", 1.5, InputError, "trust: found 1.5"),
        (Citizen, "trust", float("nan"), InputError, "trust: found nan"),
        (Citizen, "belief", "high", InputError, "belief: found 'high'; a number"),
        (CivilServant, "status", "pppk", InputError, "did you mean 'PPPK'"),
        (CivilServant, "age_years", 900, InputError, "allowed: 15 to 70"),
        (CivilServant, "people_score", 1, AttributeError, "works it out"),
        (CivilServant, "unit", 1, AttributeError, "unit"),
        (Unit, "open_problem", 0.5, InputError, "open_problem: found 0.5; allowed: True, False"),
        (Unit, "size", 3, AttributeError, "size cannot be set"),
    ],
)
def test_what_cannot_be_written_is_refused(
    model: CityModel, kind: type, name: str, value: Any, error: type[Exception], told: str
) -> None:
    kept = bytes(model.engine.raw)
    for write in (lambda: setattr(model.rows(kind)[3], name, value), lambda: model.rows(kind).set(name, value)):
        with pytest.raises(error, match=told):
            write()
    assert bytes(model.engine.raw) == kept


def test_unknown_names_are_answered_with_the_nearest(model: CityModel) -> None:
    with pytest.raises(AttributeError, match="did you mean 'integrity'"):
        attrgetter("integrty")(model.civil_servants[0])
    with pytest.raises(AttributeError, match="did you mean 'integrity'"):
        model.civil_servants.get("integrty")
    with pytest.raises(AttributeError, match="cannot be removed"):
        model.civil_servants[0].remove()


def test_every_method_of_mesa_that_touches_its_agents_is_overridden() -> None:
    """A method left to Mesa would look for weak references that are not there. Asked of the Mesa that is installed."""
    bases = [c for c in AgentSet.__mro__ if c.__module__.startswith("mesa")]
    for base in bases:
        for name, member in vars(base).items():
            if inspect.isfunction(member) and "_agents" in inspect.getsource(member):
                assert name in vars(Rows), f"{base.__name__}.{name}"
    public = {n for c in bases for n in vars(c) if not n.startswith("_")} - {"count", "index"}
    assert public <= set(vars(Rows)) | {"pop", "clear", "isdisjoint", "random"}


def test_set_methods(model: CityModel) -> None:
    """Each method against the plain list it stands for."""
    units = model.units
    whole = list(units)
    assert units[3] == whole[3] and units[-1] == whole[-1] and units[2:5] == whole[2:5] and whole[9] in units
    with pytest.raises(IndexError):
        units[len(units)]
    assert list(units.select(lambda u: u.process > 0)) == [u for u in whole if u.process > 0]
    assert list(units.select(units.values("process") > 0)) == [u for u in whole if u.process > 0]
    assert list(units.select(at_most=4)) == whole[:4] and len(units.select(at_most=0.5)) == len(whole) // 2
    with pytest.raises(ValueError, match="one entry an agent"):
        units.select(np.ones(3, dtype=bool))
    assert list(units.sort("process")) == sorted(whole, key=lambda u: u.process, reverse=True)
    assert list(units.sort(lambda u: u.size, ascending=True)) == sorted(whole, key=lambda u: u.size)
    assert units.map(lambda u, k: u.size * k, 2) == [u.size * 2 for u in whole]
    assert units.get(["size", "kind"]) == [[u.size, u.kind] for u in whole]
    assert units.agg("size", [min, max]) == [min(units.get("size")), max(units.get("size"))]
    groups = units.groupby("service")
    assert groups.count() == {s: [u.service for u in whole].count(s) for s in dict.fromkeys(u.service for u in whole)}
    assert list(groups.groups["health"]) == [u for u in whole if u.service == "health"]
    assert units.groupby(lambda u: u.size > 1, result_type="list").groups[True] == [u for u in whole if u.size > 1]
    shuffled = units.shuffle()
    assert list(shuffled) != whole and set(shuffled) == set(whole) == set(copy.copy(units))
    seen: list[Unit] = []
    assert units.shuffle_do(seen.append) is units and set(seen) == set(whole) and seen != whole and list(units) == whole
    some = units.select(at_most=3)
    some.add(whole[10])
    some.add(whole[0])
    some.discard(whole[1])
    some.discard(whole[50])
    assert list(some) == [whole[0], whole[2], whole[10]]
    with pytest.raises(KeyError):
        some.remove(whole[50])
    assert list(some | units.select(at_most=2)) == [whole[0], whole[2], whole[10], whole[1]]
    assert list(some & units.select(at_most=2)) == [whole[0]]
    assert len(units) == len(whole), "sets that were taken are sets of their own"
    assert some.sort("size", ascending=True, inplace=True) is some


def test_mixed_sets(model: CityModel) -> None:
    agents = model.agents
    assert len(agents) == len(model.civil_servants) + len(model.units) + len(model.citizens)
    with pytest.raises(AttributeError, match="CivilServant has no attribute 'trust'"):
        agents.get("trust")
    some = agents.get("trust", handle_missing="default", default_value=-1.0)
    assert some.count(-1.0) == len(model.civil_servants) + len(model.units)
    assert set(agents.shuffle().get("kecamatan")) == set(agents.get("kecamatan"))
    assert list(agents.select(agent_type=Unit)) == list(model.units)
    assert agents.groupby(type).count() == {k: len(model.rows(k)) for k in KINDS}


def test_reading_a_column_is_not_reading_agents_one_by_one(model: CityModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scale 1 has a million citizens: a column must be read in one go."""
    monkeypatch.setattr(Rows, "_agent", lambda self, i: pytest.fail("made a view"))
    citizens = model.citizens
    assert citizens.select(citizens.values("trust") < 0.3).agg("belief", np.mean) > 0
    assert citizens.groupby("kecamatan").count()
    assert model.agents.select(agent_type=Citizen).sort("trust").set("lived", 0.0)
    assert len(citizens.shuffle()) == len(citizens)


def test_every_attribute_says_what_it_is() -> None:
    for kind in KINDS:
        for name in names(kind):
            attribute = getattr(kind, name)
            assert isinstance(attribute, Attribute) and attribute.name == name and attribute.__doc__


@pytest.mark.parametrize("kind", KINDS)
def test_a_frame_has_every_attribute_in_the_order_of_the_class(model: CityModel, kind: type) -> None:
    """Guards: an attribute left out of tables, a column under another's name, units that a reader has to guess."""
    agents = model.rows(kind, [4, 2, 9])
    frame = agents.to_frame()
    assert frame["row"].tolist() == [4, 2, 9]
    assert sorted(frame.columns[1:]) == sorted(names(kind))
    declared = [n for n, v in vars(kind).items() if isinstance(v, Attribute)]
    assert list(frame.columns[1:]) == declared
    for name in declared:
        assert frame[name].tolist() == agents.get(name)
    assert set(frame.attrs["attributes"]) == set(declared)
    some = agents.to_frame([declared[3], declared[0]])
    assert list(some.columns) == ["row", declared[3], declared[0]]


def test_units_and_refusals_of_frames(model: CityModel) -> None:
    """Guards: a unit with its remark, a table of people and units in one, a mistyped column."""
    frame = model.civil_servants.to_frame()
    assert frame.attrs["units"]["competence"] == "SD" and frame.attrs["units"]["age_years"] == "years"
    assert "job" not in frame.attrs["units"]
    with pytest.raises(InputError, match="agents of one kind are needed"):
        model.agents.to_frame()
    with pytest.raises(AttributeError, match="did you mean 'trust'"):
        model.citizens.to_frame(["trsut"])
