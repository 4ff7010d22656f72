"""The command line as people meet it: the real command, good input and bad.

The runs are small (a hundredth of the city) but complete: the real engine, every file.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest
import yaml

from analysis.decision.compare import compare
from simulation.ensembles.store import Store
from tests import ROOT
from tests.command import CHUNKS, FILES, SMALL, asnlab, contents, environment, process, refused, results, started


@pytest.fixture(scope="module")
def place(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the shipped scenarios and one finished small run in `done`."""
    folder = tmp_path_factory.mktemp("work")
    shutil.copytree(root / "scenarios", folder / "scenarios")
    done = process("compare", "scenarios/tangsel.yaml", "--out", "results/done", *SMALL, cwd=folder)
    assert done.returncode == 0, done.stderr
    (folder / "stdout.txt").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.fixture
def run(short: Path, tmp_path: Path) -> Path:
    """A copy of a folder with scenarios and the finished run of the short one in `done`, which the test may spoil."""
    return Path(shutil.copytree(short, tmp_path / "work"))


# What a run leaves


def test_a_run_writes_every_file_and_nothing_else(place: Path) -> None:
    assert set(contents(place / "results" / "done")) == FILES | CHUNKS
    assert [p.name for p in (place / "results").iterdir()] == ["done"]


def test_the_record_holds_the_hash_of_every_file(place: Path, root: Path) -> None:
    found = results(place / "results" / "done")
    record = json.loads((place / "results" / "done" / "run.json").read_text(encoding="utf-8"))
    assert record["results"] == {name: digest for name, digest in found.items() if name != "run.json"}
    assert record["complete"] is True
    assert record["run"]["draws"] == 4
    assert record["run"]["scale"] == 0.01
    assert record["run"]["quick"] is True
    assert set(record["run"]["policies"]) == set(pd.read_parquet(place / "results/done/outcomes.parquet")["policy"])
    assert record["inputs"]["data/cities/tangsel.yaml"] == contents(root / "data" / "cities")["tangsel.yaml"]
    assert record["inputs"]["data/estimates/tangsel.yaml"] == contents(root / "data/estimates")["tangsel.yaml"]
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, indent=1) + "\n"
    assert text == (place / "results" / "done" / "run.json").read_text(encoding="utf-8")


def test_no_path_of_this_machine_and_no_user_is_written(place: Path) -> None:
    private = {str(Path.home()), str(place), os.environ.get("USER") or "/home/", sys.prefix}
    for name in FILES - {"outcomes.parquet"}:
        text = (place / "results" / "done" / name).read_text(encoding="utf-8")
        assert not [p for p in private if len(p) > 4 and p in text], name


def test_the_files_tell_the_same_comparison(place: Path) -> None:
    folder = place / "results" / "done"
    again = compare(pd.read_parquet(folder / "outcomes.parquet"), "status_quo")
    written = pd.read_csv(folder / "comparison.csv", keep_default_na=False, na_values=[""])
    pd.testing.assert_frame_equal(written[["policy", "outcome"]], again[["policy", "outcome"]], check_dtype=False)
    for column in ("level", "difference", "low", "high", "probability_best", "cost_total"):
        pd.testing.assert_series_equal(written[column], again[column], rtol=1e-5, atol=1e-9)
    trust = again[(again["policy"] == "integrated") & (again["outcome"] == "trust")]["difference"].iloc[0]
    shown = f"{trust:+.2f}".replace("-", "−")
    assert shown in (place / "stdout.txt").read_text(encoding="utf-8")
    assert shown in (folder / "report.html").read_text(encoding="utf-8")


def test_terminal_shows_table_answer_and_that_it_was_quick(place: Path) -> None:
    shown = " ".join((place / "stdout.txt").read_text(encoding="utf-8").split())  # also undoes no-break spaces
    assert "Difference from" in shown
    assert "competence in use" in shown
    assert "public trust" in shown
    assert "Quick run: 1 % of the city, 4 draws" in shown
    assert "Report: results/done/report.html" in shown


def test_same_command_same_bytes_with_any_number_of_workers(run: Path) -> None:
    again = asnlab("compare", "scenarios/short.yaml", "--out", "twice/done", *SMALL[:-1], "2", cwd=run)
    assert again.returncode == 0, again.stderr
    first, second = contents(run / "done"), contents(run / "twice" / "done")
    # The report prints the command, which names another folder.
    differing = {name for name in FILES if first[name] != second[name]}
    assert differing == {"report.html", "run.json"}


def test_the_same_run_is_shown_and_not_simulated_again(run: Path) -> None:
    before = contents(run / "done")
    stamps = {p: p.stat().st_mtime_ns for p in (run / "done").rglob("*")}
    done = asnlab("compare", "scenarios/short.yaml", "--out", "done", *SMALL, cwd=run)
    assert done.returncode == 0, done.stderr
    assert "already holds this run: nothing was simulated again" in done.stdout
    assert "Difference from" in done.stdout
    assert contents(run / "done") == before
    assert {p: p.stat().st_mtime_ns for p in (run / "done").rglob("*")} == stamps


def test_another_language_makes_the_report_again_from_the_same_outcomes(run: Path) -> None:
    before = contents(run / "done")
    done = asnlab("compare", "scenarios/short.yaml", "--out", "done", *SMALL, "--lang", "id", cwd=run)
    assert done.returncode == 0, done.stderr
    assert "Selisih terhadap" in done.stdout
    after = contents(run / "done")
    assert {n for n in FILES if before[n] == after[n]} == {"outcomes.parquet", "comparison.csv", "carried.csv"}
    assert '<html lang="id">' in (run / "done/report.html").read_text(encoding="utf-8")
    assert (
        json.loads((run / "done/run.json").read_text(encoding="utf-8"))["results"]["report.html"]
        == after["report.html"]
    )


def test_a_lost_report_is_made_again_to_the_byte(run: Path) -> None:
    before = contents(run / "done")
    (run / "done/report.html").unlink()
    done = asnlab("compare", "scenarios/short.yaml", "--out", "done", *SMALL, cwd=run)
    assert done.returncode == 0, done.stderr
    assert "report.html was missing" in done.stdout
    assert contents(run / "done") == before


# Folders that must be left alone


def left_alone(run: Path, *arguments: object, parts: tuple[str, ...]) -> None:
    before = contents(run)
    refused(asnlab("compare", "scenarios/short.yaml", *arguments, cwd=run), *parts)
    assert contents(run) == before


def test_a_folder_with_another_run_is_left_alone(run: Path) -> None:
    other = ["--quick", "--scale", "0.01", "--draws", "5", "--seed", "9"]
    left_alone(run, "--out", "done", *other, parts=("done", "another run", "draws", "seed", "--out"))


def test_a_run_of_other_policies_is_another_run_and_white_space_is_not(run: Path) -> None:
    scenario = run / "scenarios" / "short.yaml"
    text = scenario.read_text(encoding="utf-8")
    scenario.write_text(text + "\n# a remark\n", encoding="utf-8")
    same = asnlab("compare", "scenarios/short.yaml", "--out", "done", *SMALL, cwd=run)
    assert same.returncode == 0, same.stderr
    scenario.write_text(text.replace("integrated", "integrated_plus"), encoding="utf-8")
    left_alone(run, "--out", "done", *SMALL, parts=("another run (different: policies)",))


def test_a_folder_with_other_files_is_left_alone(run: Path) -> None:
    (run / "mine").mkdir()
    (run / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    left_alone(run, "--out", "mine", *SMALL, parts=("mine: holds other files ('notes.txt')",))
    left_alone(run, "--out", "mine/notes.txt", *SMALL, parts=("is a file",))
    left_alone(run, "--out", "mine/notes.txt/deep", *SMALL, parts=("cannot be written",))
    (run / "mine" / "run.json").write_text('{"key": 1}', encoding="utf-8")
    left_alone(run, "--out", "mine", *SMALL, parts=("mine/run.json: is not the record of a run",))


@pytest.mark.parametrize("name", ["outcomes.parquet", "comparison.csv", "figures/levels.svg"])
def test_a_damaged_run_is_named_and_left_alone(run: Path, name: str) -> None:
    file = run / "done" / name
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    left_alone(run, "--out", "done", *SMALL, parts=(f"done/{name}: changed since the run",))


def test_lost_outcomes_are_made_again_from_the_chunks_to_the_byte(run: Path) -> None:
    folder = run / "done"
    before = contents(folder)
    (folder / "outcomes.parquet").unlink()
    done = asnlab("compare", "scenarios/short.yaml", "--out", "done", *SMALL, cwd=run)
    assert done.returncode == 0, done.stderr
    assert "outcomes.parquet was missing" in done.stdout
    assert "running" not in done.stderr  # no run was simulated again
    assert contents(folder) == before


def test_an_empty_folder_is_used(run: Path) -> None:
    (run / "empty").mkdir()
    done = asnlab("compare", "../scenarios/short.yaml", "--out", ".", *SMALL, cwd=run / "empty")
    assert done.returncode == 0, done.stderr
    assert set(contents(run / "empty")) == FILES | CHUNKS


# Interrupted


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_says_how_to_resume_and_keeps_what_is_whole(run: Path, sent: signal.Signals, status: int) -> None:
    before = contents(run)
    folder = run / "deep" / "new"
    arguments = ("compare", "scenarios/short.yaml", "--out", "deep/new", "--scale", "0.01", "--draws", "20000")
    with started(*arguments, cwd=run) as process:
        deadline = time.monotonic() + 120
        while not (folder / "chunks" / "chunks.jsonl").exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(0.1)  # the line in the list, not only its file
        process.send_signal(sent)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == status, errors
    assert "Traceback" not in errors
    kept = Store(folder)
    kept.read()
    assert kept.chunks and not kept.damaged()
    last = f"asnlab: stopped; {2 * kept.held_draws()} of 40000 runs are kept; go on with: asnlab resume deep/new"
    assert errors.strip().splitlines()[-1] == last
    names = set(contents(folder)) - {f"chunks/{chunk.file}" for chunk in kept.ordered()}
    assert names == {"run.json", "chunks/chunks.jsonl", "chunks/lock"}
    assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["complete"] is False
    assert {name: digest for name, digest in contents(run).items() if not name.startswith("deep/")} == before


def test_a_stop_before_anything_is_written_leaves_nothing(run: Path) -> None:
    before = contents(run)
    with started("compare", "scenarios/short.yaml", "--out", "new", "--draws", "5000", cwd=run) as process:
        time.sleep(0.6)  # the modules are still being loaded
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=120)
    assert process.returncode == 130, errors
    if not (run / "new").exists():
        assert contents(run) == before


def test_a_stop_within_an_exec_has_the_status_of_a_stop(run: Path, tmp_path: Path) -> None:
    """Guards the status: Python dies of the signal itself when the interrupt came while a module was being imported by exec."""
    lines = [
        "import app.commands.compare as c",
        "from app.cli import main",
        "c.compare = lambda *asked, **options: exec('raise KeyboardInterrupt')",
    ]
    lines += ["main(['compare', 'scenarios/tangsel.yaml', '--out', 'new'])", ""]
    (tmp_path / "stopped_within.py").write_text("\n".join(lines), encoding="utf-8")
    given = environment() | {"PYTHONPATH": os.pathsep.join([environment()["PYTHONPATH"], str(tmp_path)])}
    words = [sys.executable, "-m", "stopped_within"]
    done = subprocess.run(words, cwd=run, env=given, capture_output=True, text=True, check=False)
    assert done.returncode == 130, done
    assert done.stderr == "asnlab: stopped; nothing was written\n"


def test_a_disk_full_from_the_start_leaves_nothing_half_written(run: Path) -> None:
    before = contents(run)

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    # The compiled engine is already in its cache: only the results are too large.
    done = process("compare", "scenarios/short.yaml", "--out", "new", *SMALL, cwd=run, preexec_fn=small_files)
    assert done.returncode == 2, done.stderr
    last = done.stderr.splitlines()[-1]
    assert last.startswith("asnlab: new: could not be written: ")
    assert last.endswith("0 of 8 runs are kept; make room, then: asnlab resume new")
    assert "Traceback" not in done.stderr
    assert {n: d for n, d in contents(run).items() if not n.startswith("new/")} == before
    assert set(contents(run / "new")) == {"run.json", "chunks/lock"}


# Input that cannot be used


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["compare", "scenarios/short.yaml", "--outt", "x"], ["No such option: --outt", "--out"]),
        (["compare", "scenarios/short.yaml"], ["Missing option '--out'"]),
        (["compare", "--out", "x"], ["Missing argument", "SCENARIO"]),
        (["compare", "scenarios/short.yaml", "--out", "x", "--draws", "1"], ["'--draws'", "2"]),
        (["compare", "scenarios/short.yaml", "--out", "x", "--draws", "many"], ["'--draws'", "integer"]),
        (["compare", "scenarios/short.yaml", "--out", "x", "--scale", "0"], ["'--scale'"]),
        (["compare", "scenarios/short.yaml", "--out", "x", "--scale", "2"], ["'--scale'"]),
        (["compare", "scenarios/short.yaml", "--out", "x", "--lang", "fr"], ["'--lang'", "'fr'", "en", "id"]),
        (["compare", "scenarios/short.yaml", "--out", "x", "--workers", "0"], ["'--workers'"]),
        (["compare", "scenarios/tngsel.yaml", "--out", "x"], ["scenarios/tngsel.yaml", "tangsel.yaml"]),
        (["compare", "scenarios", "--out", "x"], ["scenarios"]),
        (["cmpare"], ["No such command 'cmpare'", "compare"]),
        (["calibrate"], ["--direct"]),
    ],
)
def test_options_that_cannot_be_used(run: Path, arguments: list[str], parts: list[str]) -> None:
    before = contents(run)
    refused(asnlab(*arguments, cwd=run), *parts)
    assert contents(run) == before
    assert not (run / "x").exists()


def test_a_wrong_scenario_is_named_with_its_line(run: Path) -> None:
    file = run / "scenarios" / "short.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text + "\nreferense: status_quo\n", encoding="utf-8")
    refused(
        asnlab("compare", "scenarios/short.yaml", "--out", "x", cwd=run),
        f"scenarios/short.yaml:{len(text.splitlines()) + 2}: referense: unknown key; did you mean 'reference'?",
    )
    assert not (run / "x").exists()


# The rest of the command


def test_help_answers_at_once_and_loads_nothing_heavy(tmp_path: Path) -> None:
    # Processor time of the quickest of three: neither a busy machine nor a cold disk fails the test.
    times = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = process("--help", cwd=tmp_path)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert done.returncode == 0
        assert "compare" in done.stdout
        assert "calibrate" in done.stdout
    assert min(times) < 0.5
    script = "import sys, app.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert not {"numpy", "pandas", "numba", "mesa", "matplotlib", "statsmodels", "scipy", "jinja2"} & set(
        loaded.stdout.split()
    )


def test_version(tmp_path: Path) -> None:
    done = asnlab("--version", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout.startswith("asnlab ")


def test_direct_calibration_repeats_the_shipped_estimates(root: Path, tmp_path: Path) -> None:
    done = asnlab("calibrate", "--direct", "--out", "mine.yaml", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "estimates written to mine.yaml" in done.stdout
    shipped = yaml.safe_load((root / "data" / "estimates" / "tangsel.yaml").read_text(encoding="utf-8"))
    mine = yaml.safe_load((tmp_path / "mine.yaml").read_text(encoding="utf-8"))
    assert mine["inputs"] == shipped["inputs"]
    assert mine["estimates"].keys() == shipped["estimates"].keys()
    for name, row in mine["estimates"].items():
        assert row["value"] == pytest.approx(shipped["estimates"][name]["value"], rel=1e-3), name
    refused(asnlab("calibrate", "--direct", "--out", "mine.yaml", cwd=tmp_path), "mine.yaml: exists already")
