"""The reference table of a user: made part by part in a cache that may be damaged, shared, full or no folder at all."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from analysis.calibration.method import reference_table
from analysis.calibration.method.reference_table import (
    Table,
    built,
    load,
    of_city,
    parts_of,
)
from app.commands.calibrate import CalibrationRequest, calibrate, tell_table
from app.stopped import Stopped
from data.errors import InputError
from simulation.parameters import Parameters
from simulation.posterior import standing as standings
from simulation.posterior.canary import load_canary
from simulation.posterior.moment_runs import MomentRuns
from simulation.posterior.moments import MOMENT_NAMES
from simulation.posterior.places import cached_table_file, canary_file, shipped_table_file

CITY, SEED = "tangsel", 5


@pytest.fixture(scope="module")
def shipped() -> Table:
    """The shipped table."""
    return load(shipped_table_file(CITY))


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own, parts of two runs, and a small city; returns the folder of tables."""
    monkeypatch.setenv("ASNLAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(reference_table, "PART", 2)

    class Small(MomentRuns):
        def __init__(self, city: str) -> None:
            super().__init__(city, 0.01, 0.02)

    monkeypatch.setattr(reference_table, "MomentRuns", Small)
    return tmp_path / "cache" / "tables"


def interrupted(runs: int, after: int) -> None:
    """Make a table of the small city and press Ctrl-C once so many runs are done."""

    def stop(done: int, total: int) -> None:
        if done >= after:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), built(CITY, runs, SEED, progress=stop):
        pass


def test_a_damaged_part_is_made_again(cache: Path) -> None:
    """Guards against a part cut by a full disk that ends every later command, and one of NaN that becomes a table of garbage."""
    with built(CITY, 6, SEED) as whole:
        pass
    interrupted(6, 6)
    parts = parts_of(CITY, SEED)
    assert parts.held_runs(6) == 6
    good = parts.file(0).read_bytes()
    odd = np.full((2, len(MOMENT_NAMES)), 0.5)
    damages: list[Any] = [good[:-9], b"", b"seven-sided", odd * np.nan, odd[:, 1:], odd[0], odd.astype(np.float32)]
    for damage in damages:
        if isinstance(damage, bytes):
            parts.file(0).write_bytes(damage)
        else:
            np.save(parts.file(0), damage)
        assert len(parts.read(0)) == 0 and parts.held_runs(6) == 4
    with built(CITY, 6, SEED) as again:
        assert (again.moments == whole.moments).all()


def test_what_is_no_number_is_not_written(cache: Path, shipped: Table, tmp_path: Path) -> None:
    """Guards against NaN in a table or its parts, which every fit after it would carry on."""
    parts = parts_of(CITY, SEED)
    bad = np.zeros((2, len(MOMENT_NAMES)))
    bad[1, 3] = np.inf
    with parts.locked(), pytest.raises(InputError, match=rf"run 11 of the table gives inf for {MOMENT_NAMES[3]}"):
        parts.keep(10, bad)
    assert not list(parts.folder.iterdir())
    moments = shipped.moments.copy()
    moments[7, 2] = np.nan
    with pytest.raises(InputError, match="not numbers"):
        replace(shipped, moments=moments).write(tmp_path / "t.parquet")
    assert not list(tmp_path.glob("t.parquet*"))


def test_two_commands_do_not_make_one_table(cache: Path) -> None:
    """Guards against two commands of which the second removes the parts under the first."""
    with built(CITY, 2, SEED), pytest.raises(InputError, match="another asnlab is at work"), built(CITY, 2, SEED):
        pass
    with built(CITY, 2, SEED):
        pass


def test_parts_stay_until_the_table_is_written(cache: Path) -> None:
    """Guards minutes of runs against a table that cannot be written in the end."""
    with pytest.raises(InputError, match="cannot be written"), built(CITY, 4, SEED) as table:
        table.write(cache / "tangsel.lock" / "t.parquet")
    assert parts_of(CITY, SEED).held_runs(4) == 4
    with built(CITY, 4, SEED) as table:
        table.write(cache / "t.parquet")
    assert not parts_of(CITY, SEED).folder.exists()


def test_ctrl_c_says_how_many_runs_are_kept(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards against "nothing was written" where minutes of runs are kept."""

    class Stopping(MomentRuns):
        def draw(self, parameters: Parameters, seed: int, number: int) -> Any:
            if number == 7:
                raise KeyboardInterrupt
            return super().draw(parameters, seed, number)

    monkeypatch.setattr(reference_table, "MomentRuns", Stopping)
    with pytest.raises(Stopped, match="runs are kept; the same command goes on") as stop:
        calibrate(CalibrationRequest(table=True, runs=500, workers=1, out=tmp_path / "t.parquet"))
    kept = parts_of(CITY).held_runs(500)
    assert 6 <= kept < 500 and f"stopped; {kept} of 500 runs are kept" in str(stop.value)
    assert stop.value.status == 130
    assert "500 prior runs of city tangsel" in capsys.readouterr().err


def test_parts_of_old_sources_are_removed(cache: Path) -> None:
    """Guards against parts that pile up with every change of the model, and against removing what is still of use."""
    mine = parts_of(CITY, SEED).folder.name
    digits = mine.rpartition("-")[2]
    old = "0" * len(digits)
    names = [f"{CITY}-9-{old}", f"{CITY}-9-{digits}", f"other-9-{old}", f"{CITY}-9-{old}x", "words"]
    for name in names:
        (cache / name).mkdir(parents=True)
    with built(CITY, 2, SEED):
        pass
    assert {p.name for p in cache.iterdir()} == {*names[1:], f"{CITY}.lock"}


@pytest.mark.slow
def test_a_cache_that_is_no_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards against a traceback where a file stands in the place of the cache."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    for cache in (tmp_path / "file", tmp_path / "file" / "deep"):
        monkeypatch.setenv("ASNLAB_CACHE", str(cache))
        with pytest.raises(InputError, match=r"cannot be written.*ASNLAB_CACHE"), built(CITY, 2, SEED):
            pass
        assert of_city(CITY)


@pytest.mark.slow
def test_the_table_with_more_runs_is_used_and_named(
    cache: Path, shipped: Table, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards a table of one's own against never being used, and a posterior against one that was made small for a try."""
    more = replace(shipped, place=np.tile(shipped.place, (2, 1)), moments=np.tile(shipped.moments, (2, 1)))
    less = replace(shipped, place=shipped.place[:600], moments=shipped.moments[:600])
    stale = replace(more, stamps={**shipped.stamps, "model": "0" * 64})
    for mine, runs, said in (
        (more, 40_000, "your own, 40,000 runs; the other has fewer, 20,000"),
        (less, 20_000, "the shipped one, 20,000 runs; the other has fewer, 600"),
        (shipped, 20_000, "the shipped one, 20,000 runs; the other is the same"),
        (stale, 20_000, "the shipped one, 20,000 runs; the other cannot be used: tangsel.parquet: out of date"),
        (None, 20_000, "the shipped one, 20,000 runs; the other cannot be used: "),
    ):
        if mine is None:
            cached_table_file(CITY).write_bytes(b"seven-sided")
        else:
            mine.write(cached_table_file(CITY))
        assert len(of_city(CITY, tell=tell_table).moments) == runs
        err = capsys.readouterr().err
        # Between releases the model may have another hash: then a canary says so once, which is not what this test is about.
        lines = [line for line in err.splitlines() if not line.startswith("The model has changed")]
        assert len(lines) == 1 and said in lines[0]
    assert len(of_city(CITY, shipped_table_file(CITY), tell_table).moments) == 20_000
    assert capsys.readouterr().err == ""


def test_a_table_made_of_older_sources_stands_by_its_canary(
    cache: Path, shipped: Table, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Guards twenty thousand runs against a change that no moment depends on, and the word: what is not proved is not called so."""
    old = {name: "0" * 64 for name in shipped.stamps}
    whole = load_canary(canary_file(shipped_table_file(CITY)))
    few = replace(whole, numbers=whole.numbers[:3], moments=whole.moments[:3], stamps=old)
    file = tmp_path / "t.parquet"
    replace(shipped, stamps=old).write(file)
    with pytest.raises(InputError, match="no canary of that time"):
        of_city(CITY, file)
    replace(shipped, stamps=old, canary=few).write(file)
    assert (tmp_path / "t_canary.parquet").is_file()
    standings._standing.cache_clear()
    table = of_city(CITY, file, tell_table)
    assert table.stands_by == "canary" and table.stamps == old
    assert "comparing moments of 3 runs" in (err := capsys.readouterr().err) and "not proved" in err


def test_a_table_is_made_with_its_canary(cache: Path) -> None:
    """Guards the canary of a user's own table: its runs are the table's, unrounded, and it lies beside it."""
    with built(CITY, 6, SEED) as table:
        table.write(cached_table_file(CITY))
    found = load_canary(canary_file(cached_table_file(CITY)))
    assert (found.moments == table.moments[found.numbers]).all() and len(found.numbers) == 6
    assert (found.city, found.seed, dict(found.stamps)) == (CITY, SEED, table.stamps)


@pytest.mark.parametrize(
    "change",
    [
        {"low": None}, {"low": [0.0]}, {"step": ["x"] * len(MOMENT_NAMES)}, {"city": None}, {"stamps": ["x"]}, {"stamps": None},
        {"seed": "x"}, {"format": None},
    ],
)  # fmt: skip
def test_a_table_with_other_metadata_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    """Guards against a traceback for a Parquet file that some other program wrote again."""
    table = pq.read_table(shipped_table_file(CITY))
    about = json.loads(table.schema.metadata[b"asnlab"]) | change
    about = {key: value for key, value in about.items() if value is not None}
    file = tmp_path / "t.parquet"
    pq.write_table(table.slice(0, 600).replace_schema_metadata({"asnlab": json.dumps(about)}), file)
    with pytest.raises(InputError, match=r"t\.parquet: is not a reference table") as error:
        load(file)
    assert "\n" not in str(error.value)
