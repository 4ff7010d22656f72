"""Runs on any executor give the same bits, and many runs need no more memory than few.

Guards: a worker with another engine, results that pile up while they wait to be written, a list of chunks that counts a draw twice.
"""

from __future__ import annotations

import contextlib
import dataclasses
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from data.errors import InputError
from simulation.ensembles import runs
from simulation.ensembles.ensemble import Ensemble
from simulation.ensembles.interrupts import kept_back
from simulation.ensembles.parquet import GROUP_ROWS, merge, rows_of_run
from simulation.ensembles.store import Store
from simulation.outcomes import NAMES
from tests.cities import shipped
from tests.command import hear_interrupts


def ensemble(draws: int = 6, **options: Any) -> Ensemble:
    """A small ensemble of two policies."""
    return Ensemble(shipped(), draws=draws, scale=0.01, policies=["status_quo", "integrated"], **options)


def test_other_processes_give_the_same_bits() -> None:
    """They build the city again from the plan they are sent."""
    here = ensemble(workers=1)
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        there = here.run(executor=pool)
    pd.testing.assert_frame_equal(there, here.run(), check_exact=True)


@pytest.mark.parametrize(("part", "said"), [("engine", "sources of simulation/"), ("city", "data/cities/tangsel.yaml")])
def test_a_worker_with_another_engine_or_city_is_refused(part: str, said: str) -> None:
    """Guards against a cluster where one machine has an older version or its own copy of the data."""
    plan = dataclasses.replace(ensemble().plan, token="another machine", **{part: "0" * 64})
    with pytest.raises(InputError, match=f"other {said}.*same asnlab everywhere"):
        runs.run_draws(plan, [0])


def test_a_run_that_fails_elsewhere_is_lost_and_here_it_is_shown() -> None:
    """On threads a defect keeps its traceback; from a cluster it comes as one line."""
    broken = ensemble()
    cast(Any, broken.runner).rows_of = None
    with pytest.raises(TypeError):
        broken.run()
    plan = dataclasses.replace(ensemble().plan, scale=cast(Any, "wide"))
    object.__setattr__(broken, "plan", plan)
    with ThreadPoolExecutor(1) as pool, pytest.raises(runs.Lost, match="TypeError"):
        broken.run(executor=pool)


# Interrupts


@pytest.fixture
def hearing() -> Iterator[None]:
    """Ctrl-C is heard, also where the tests run in the background, and in the end as before."""
    before = signal.getsignal(signal.SIGINT)
    hear_interrupts()
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("hearing")
def test_an_interrupt_waits_until_nothing_is_half_done() -> None:
    """Guards against Ctrl-C in the middle of writing a chunk or inside a lock; the second one is for the impatient."""
    woken: list[int] = []
    reached = False
    with pytest.raises(KeyboardInterrupt), kept_back(lambda: woken.append(1)) as released:
        os.kill(os.getpid(), signal.SIGINT)
        reached = True
        released()
    assert reached and woken == [1]
    with pytest.raises(KeyboardInterrupt), kept_back():
        os.kill(os.getpid(), signal.SIGINT)
        with contextlib.suppress(ValueError):
            raise ValueError  # not lost at the end
    reached = False
    with pytest.raises(KeyboardInterrupt), kept_back():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)
        reached = True
    assert not reached
    with pytest.raises(OSError, match="full"), kept_back():  # what went wrong says more
        os.kill(os.getpid(), signal.SIGINT)
        raise OSError("full")
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.usefixtures("hearing")
def test_blocks_that_end_in_any_order_leave_no_deaf_program() -> None:
    """Two streams that are read in turns."""
    first, second = kept_back(), kept_back()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)


class Counting(ThreadPoolExecutor):
    """Threads that remember how many parts were asked for and not yet used."""

    asked = used = most = 0

    def submit(self, *arguments: Any, **options: Any) -> Future[Any]:
        self.asked += 1
        self.most = max(self.most, self.asked - self.used)
        return super().submit(*arguments, **options)


def test_results_do_not_pile_up() -> None:
    """However slow the disk: no more parts are asked for than a few a worker."""
    many = ensemble(draws=160, workers=2)
    with Counting(2) as pool:
        for _ in many.stream(range(160), pool):
            pool.used += 1
    assert pool.used == len(many.parts(range(160))) == 10
    assert pool.most <= runs.AHEAD * 2


def test_a_stream_that_is_left_early_stops_its_workers() -> None:
    """Ctrl-C must not wait for all that was asked for; another stream of the same ensemble is not stopped with it."""
    many = ensemble(draws=10_000, workers=2)
    other = many.stream(range(64))
    got = len(next(other)[0])
    threads = threading.active_count()
    stream = many.stream(range(10_000))
    next(stream)
    stream.close()
    assert threading.active_count() == threads
    assert got + sum(len(numbers) for numbers, _ in other) == 64
    assert many.rows(3).shape == (2, 61, len(NAMES))


def test_parts_cover_the_draws_once_and_never_join_what_is_apart() -> None:
    some = ensemble(workers=2)
    for numbers in (range(1), range(100), [0, 1, 5, 6, 7, 30], [9, 3]):
        parts = some.parts(list(numbers))
        assert [n for part in parts for n in part] == sorted(numbers)
        assert all(part == list(range(part[0], part[-1] + 1)) for part in parts)
    assert len(ensemble(workers=4).parts(range(4))) == 4  # few draws still keep every worker busy


def test_progress_shows_runs_rate_and_time_left(capsys: pytest.CaptureFixture[str]) -> None:
    ensemble(draws=4, workers=1).run(progress=True)
    shown = capsys.readouterr().err.replace("\r", "\n").strip().splitlines()[-1]
    assert "8/8 [" in shown and "<00:00" in shown and "runs/s]" in shown


# The store


def rows(numbers: list[int], seed: int = 0) -> Any:
    """Made-up outcomes of two policies and three months, with what is hard to keep: no number, and a negative zero."""
    made = np.random.default_rng([seed, *numbers]).normal(size=(len(numbers), 2, 3, len(NAMES)))
    made[0, 0, 0, :2] = np.nan, -0.0
    return made


POLICIES = ["b", "a"]


def filled(folder: Path, parts: list[list[int]]) -> Store:
    """A store with these parts, added in this order."""
    store = Store(folder)
    with store.locked():
        for part in parts:
            store.add(np.concatenate([rows([n]) for n in part]), part, POLICIES, 7)
    return store


def test_a_chunk_gives_back_every_bit(tmp_path: Path) -> None:
    store = filled(tmp_path, [[3, 4]])
    for place, name in enumerate(POLICIES):
        kept = rows_of_run(store.folder / store.ordered()[0].file, name, 3)
        assert kept.tobytes() == rows([3])[0, place].tobytes()


def test_the_table_is_the_same_bytes_however_the_draws_were_cut(tmp_path: Path) -> None:
    one = filled(tmp_path / "one", [[0, 1, 2, 3, 4, 5]])
    many = filled(tmp_path / "many", [[4, 5], [0], [1, 2, 3]])
    for store in (one, many):
        store.table(2, store.run / "table")
    assert (one.run / "table").read_bytes() == (many.run / "table").read_bytes()
    frame = pd.read_parquet(one.run / "table")
    assert frame["policy"].unique().tolist() == POLICIES  # in the order of the scenario
    assert frame["draw"].tolist() == 2 * [n for n in range(6) for _ in range(3)]
    assert set(frame["seed"]) == {7}


def test_a_long_table_has_groups_of_one_size(tmp_path: Path) -> None:
    """Guards against a table that has to be read as a whole, or bytes that depend on the chunks."""
    import pyarrow.parquet as pq

    store = filled(tmp_path, [list(range(k, k + 700)) for k in range(0, 2800, 700)])
    store.table(2, tmp_path / "table")
    metadata = pq.ParquetFile(tmp_path / "table").metadata
    sizes = [metadata.row_group(k).num_rows for k in range(metadata.num_row_groups)]
    assert sum(sizes) == 2800 * 2 * 3 and set(sizes[:-1]) == {GROUP_ROWS}


def test_a_later_chunk_about_the_same_draws_replaces_an_earlier_one(tmp_path: Path) -> None:
    """A damaged chunk may be run again in smaller parts, and that may be cut short as well."""
    filled(tmp_path, [[0, 1, 2, 3], [4, 5]])
    store = filled(tmp_path, [[2, 3]])
    again = Store(tmp_path)
    with again.locked():
        assert [(c.first, c.last) for c in again.ordered()] == [(2, 3), (4, 5)]
        assert again.missing(6) == [0, 1]
        assert (store.folder / "draws-000000-000003.parquet").exists()
        again.drop_unlisted()
        assert not (store.folder / "draws-000000-000003.parquet").exists()


def test_a_list_with_anything_else_in_it_points_nowhere(tmp_path: Path) -> None:
    store = filled(tmp_path, [[0]])
    file = store.folder / "chunks.jsonl"
    more = [
        "",
        "not a line",
        "[1]",
        '{"file": "../x", "first": 1, "last": 1, "sha256": ""}',
        '{"file": "x", "first": 2}',
        '{"file": "x", "first": 2, "last": 1000000000000, "sha256": ""}',
        '{"file": "x", "first": -9, "last": 0, "sha256": ""}',
    ]
    file.write_text("\n".join([file.read_text(encoding="utf-8").strip(), *more]) + "\n", encoding="utf-8")
    store.read()
    assert [chunk.first for chunk in store.ordered()] == [0]


def test_no_chunk_is_no_table(tmp_path: Path) -> None:
    merge([], 2, (tmp_path / "empty").open("wb"))
    assert pd.read_parquet(tmp_path / "empty").empty
