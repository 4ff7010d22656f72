"""The benchmark runs, measures the model it says, and refuses a peer that computes another one. Times are never asserted.

Guards: a benchmark that rots because nobody runs it, a figure of another model than the one it stands beside, a page whose marked places
and the program that fills them part ways, a lock of the peers that works on one machine only.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from bench import __main__ as program
from bench import (
    against_mesa,
    cities,
    clock,
    ensembles,
    first_result,
    nation,
    parts,
    peer_runs,
    speed,
    table,
    write_docs,
)
from bench.peers import numpy_columns, task
from bench.peers.__main__ import PEERS
from bench.subject import Subject, whole, with_encounters
from simulation.city import build_city
from simulation.outcomes import COLUMN
from tests.project.test_environment import PYTHONS, SYSTEMS, locked, read_lock

TINY = clock.TINY
BENCH = Path(program.__file__).parent


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    """Every section at a size that says nothing; compiling from an empty cache is left to `make bench`."""
    warm = first_result.fresh({})
    found: dict[str, Any] = {
        "machine": clock.machine(),
        "speed": speed.measure(TINY),
        "mesa": against_mesa.measure(TINY),
        "ensembles": ensembles.measure(TINY),
        "first_result": first_result.summary(warm, warm),
        "peers": peer_runs.measure(TINY),
        "parts": parts.measure(TINY),
        "nation": nation.measure(TINY),
    }
    return json.loads(json.dumps(found))


def test_every_section_runs_and_has_its_rows(measured: dict[str, Any]) -> None:
    """Guards against a section that breaks when the engine changes and is found broken months later."""
    assert set(measured) - {"machine"} == set(program.SECTIONS)
    found = table.rows(measured)
    assert not [row for row in found if "not measured yet" in row.here]
    assert len([row for row in found if row.met is not None]) >= 12
    numbers = [measured["speed"][k] for k in ("ns", "floor", "copy_rate", "settle")] + [measured["mesa"]["objects"]]
    assert all(np.isfinite(numbers)) and min(numbers) > 0.0


def test_a_section_that_was_not_measured_says_how() -> None:
    """Guards against a table that leaves a target out without a word."""
    assert [row.here for row in table.rows({})] == ["not measured yet: make bench"] * 4 + [
        "not measured yet: make bench-nation",
        "not measured yet: make bench",
    ]


def test_a_missed_target_is_said(measured: dict[str, Any]) -> None:
    """Guards against a table in which everything is met."""
    slow = measured["speed"] | {"ns": 3.01}
    assert next(iter(table.speed(slow))).verdict == "not met"
    assert next(iter(table.speed(slow | {"ns": 2.99}))).verdict == "met"


def test_an_unknown_section_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["sped"]) == 2
    assert "allowed: speed" in capsys.readouterr().err


def test_the_page_takes_every_figure(measured: dict[str, Any]) -> None:
    """Guards against a marked place that nothing fills, or a figure that has no place."""
    text = write_docs.PAGE.read_text(encoding="utf-8")
    assert re.findall(r"<!-- begin ([\w-]+) -->", text) == sorted(
        write_docs.BLOCKS, key=lambda b: text.index(f"begin {b} ")
    )
    written = write_docs.with_figures(text, measured)
    assert f"{measured['speed']['encounter']:.1f} ns an encounter" in written
    assert write_docs.with_figures(written, measured) == written


def test_the_page_needs_every_section(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards against a page half of which is of another day."""
    monkeypatch.setattr(write_docs, "kept", lambda: {"speed": {}})
    assert write_docs.main(tmp_path / "page.md") == 2
    assert "nation not measured" in capsys.readouterr().err


# What is measured.


@pytest.mark.parametrize("rate", [0.02, 0.3])
def test_the_rate_of_encounters_is_what_is_asked(rate: float) -> None:
    """Guards the curve: people come as often as the axis says, and the official survey asks as many as ever."""
    subject = whole(0.05, rate)
    assert subject.rate == pytest.approx(rate, rel=0.05)
    figures = subject.engine.city.figures
    shipped = build_city("tangsel", 0.05).figures
    assert figures.survey * rate == pytest.approx(shipped.survey * shipped.demand)
    asked = subject.months(2)[-1][COLUMN["citizen_hours"]]
    usual = whole(0.05).months(2)[-1][COLUMN["citizen_hours"]]
    assert asked / usual == pytest.approx(rate / 0.1, rel=0.1)


def test_the_timed_months_are_those_of_the_engine() -> None:
    """Guards against timing something that is not the model: the rows are those of `Engine.run`, also after a restore."""
    subject = whole(0.01)
    usual = subject.engine.run(subject.reference, [subject.levers], subject.nature, subject.seed, 3)[0]
    for _ in range(2):
        subject.restore()
        assert np.array_equal(subject.months(3), usual[1:])


def test_a_city_has_the_people_it_is_asked_for() -> None:
    """Guards against a nation that is smaller than it says."""
    city = cities.scaled(3_000_000, 67_500)
    assert city.areas.adults.sum() == 3_000_000
    assert len(city.status) == pytest.approx(67_500, abs=2)
    assert city.units.staff.sum() == len(city.status)
    assert city.blocks["rows"].sum() == 3_000_000
    subject = Subject(cities.scaled(2_000, 60))
    assert 0.0 < subject.months(1)[-1][COLUMN["trust"]] < 100.0


def test_sizes_add_up_and_are_spread_as_said() -> None:
    sizes = cities.sizes(514, 200_000_000)
    assert sizes.sum() == 200_000_000 and len(sizes) == 514 and (np.diff(sizes) <= 0).all()
    assert np.log(sizes).std() == pytest.approx(cities.SPREAD, rel=0.02)


def test_fewer_encounters_touch_fewer_lines() -> None:
    """Guards the count of bytes: it follows demand, from nothing to every line."""
    few, many = (speed.moved(whole(0.02, rate)) for rate in (0.001, 0.3))
    assert few["lines"] < 0.05 and many["lines"] > 0.9
    assert few["bytes"] < 15.0 and many["bytes"] == pytest.approx(30.0, abs=2.0)


def test_peak_memory_is_this_process_s_own() -> None:
    """Guards against counting the memory of the process that started a measurement: Linux does so in `ru_maxrss`."""
    held = np.ones(200_000_000, dtype=np.uint8)
    few = clock.child("bench.ensembles", "8", "12")[0]["peak"]
    mine = clock.peak_memory()
    assert held.sum() == len(held)
    assert few < mine


def test_with_encounters_leaves_the_city_alone() -> None:
    city = build_city("tangsel", 0.01)
    before = city.figures
    assert with_encounters(city, 0.2).figures.demand == 0.2
    assert city.figures == before and before.demand != 0.2


# Peers.


def python_of(name: str) -> str:
    """A Python that has a peer's library: its own environment, else this one when the project needs the library anyway."""
    place = peer_runs.WHERE[name][0]
    if place == peer_runs.HERE or name in ("Mesa", "numpy"):
        return sys.executable
    if not (clock.ROOT / place).exists():
        pytest.skip(f"{place} is made by make bench")
    return str(clock.ROOT / place)


@pytest.mark.parametrize("name", PEERS)
def test_a_peer_computes_the_common_model(name: str) -> None:
    """Guards against a comparison of different models: mean and mean square of trust are the exact ones."""
    people = 5_000 if peer_runs.WHERE[name][1] == "objects" else 100_000
    answer, _ = clock.child("bench.peers", name, str(people), "12", "1", python=python_of(name))
    assert answer["name"] == name and answer["ns"] > 0.0


@pytest.mark.parametrize(
    ("constant", "wrong"), [("LEARNING", 0.21), ("CHANCE", 0.104), ("NOISE", 0.85), ("SERVANTS", 19)]
)
def test_another_model_is_refused(constant: str, wrong: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the check itself: a slightly other model does not pass."""
    monkeypatch.setattr(numpy_columns, constant, wrong)
    city = numpy_columns.build(2_000_000, 1, 12)
    for _ in range(12):
        city.step()
    with pytest.raises(AssertionError, match="numpy: another model"):
        task.hold_to_the_model("numpy", numpy_columns.trust(city), 12)


def test_every_peer_has_a_place() -> None:
    assert list(PEERS) == list(peer_runs.WHERE)


@pytest.mark.parametrize("name", ["requirements", "mesa-frames"])
def test_the_locks_of_the_peers_are_exact_hashed_and_without_addresses(name: str) -> None:
    """Guards against peers that others cannot install, or install in other versions."""
    file = BENCH / f"{name}.lock"
    package = re.compile(r"[a-z0-9][a-z0-9._-]*==\S+( ; [a-z_ =!<>.'0-9A-Z()-]+)? \\")
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        known = package.fullmatch(line) or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
        assert known, f"{file.name}:{number}: neither a package nor a hash: {line}"
    lock = read_lock(file)
    assert all(hashes > 0 for _, hashes in lock)
    asked = [
        line for line in (BENCH / f"{name}.in").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    for python in PYTHONS:
        for system in SYSTEMS:
            versions = locked(lock, python, system)
            for requirement in map(Requirement, asked):
                found: Version = versions[requirement.name]
                assert requirement.specifier.contains(found, prereleases=True), f"{requirement} is locked at {found}"
