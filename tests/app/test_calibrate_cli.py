"""`asnlab calibrate`, `compare` and `validate` as people meet them: a posterior made, used, kept with the run, and refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from analysis.calibration.method.reference_table import load, shipped_table_file
from simulation.posterior.checked import shipped_posterior
from simulation.posterior.posterior_file import read
from tests.command import SMALL, asnlab, refused

MINE = {
    "city": "tangsel",
    "targets": {
        "trusting": {"value": 0.55, "se": 0.02, "source": ["own poll"]},
        "process_mean": {"value": 3.2, "se": 0.05, "source": ["own survey"]},
        "completed_share": {"value": 0.8, "se": 0.02, "source": ["own channel"]},
    },
}


@pytest.fixture(scope="module")
def place(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with scenarios, targets of a user's own and the posterior made from them."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "mine.yaml").write_text(yaml.safe_dump(MINE), encoding="utf-8")
    done = asnlab("calibrate", "--targets", "mine.yaml", "--out", "mine.csv", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "trust_level" in done.stdout and "No target identifies what a policy does" in done.stdout
    return folder


def test_a_posterior_of_ones_own_is_used_and_kept(place: Path, short: Path) -> None:
    """Guards the way from own figures to a comparison: the run says which posterior it drew from, and holds it."""
    runs = {}
    shutil.copytree(short / "done", place / "shipped")
    for name, extra in (("own", ["--posterior", "mine.csv"]), ("prior", ["--prior"])):
        done = asnlab("compare", short / "scenarios" / "short.yaml", "--out", name, *SMALL, *extra, cwd=place)
        assert done.returncode == 0, done.stderr
    for name in ("own", "shipped", "prior"):
        runs[name] = json.loads((place / name / "run.json").read_text(encoding="utf-8"))
    assert runs["prior"]["run"]["posterior"] == "none"
    assert runs["shipped"]["run"]["posterior"] == shipped_posterior("tangsel").sha256
    assert len({run["key"] for run in runs.values()}) == 3
    assert (place / "own" / "posterior.csv").read_bytes() == (place / "mine.csv").read_bytes()
    assert not (place / "shipped" / "posterior.csv").exists()
    for name, words in (("own", "Calibrated with the model: "), ("prior", "No calibration was used")):
        assert words in (place / name / "report.html").read_text(encoding="utf-8")
    again = asnlab("expand", "own", "--draws", "5", cwd=place)
    assert again.returncode == 0, again.stderr
    verified = asnlab("verify", "own", "--sample", "1", cwd=place)
    assert verified.returncode == 0, verified.stderr


def test_what_cannot_be_used_is_refused(place: Path, root: Path) -> None:
    """Guards against one city's posterior for another, a stale one, and options that contradict each other: one line each."""
    mine = read(place / "mine.csv")
    replace(mine, stamps={**mine.stamps, "model": "0" * 64}).write(place / "stale.csv")
    replace(mine, city="bogor").write(place / "bogor.csv")
    (place / "bogor.yaml").write_text(yaml.safe_dump(MINE | {"city": "bogor"}), encoding="utf-8")
    compare = ("compare", root / "scenarios" / "tangsel.yaml", "--out", "x", *SMALL)
    refused(
        asnlab(*compare, "--posterior", "stale.csv", cwd=place),
        "stale.csv: out of date",
        "model",
        "--targets",
        "--prior",
    )
    refused(
        asnlab(*compare, "--posterior", "bogor.csv", cwd=place),
        "city 'bogor', not of 'tangsel'",
        "--table --city tangsel",
    )
    refused(asnlab(*compare, "--posterior", "none.csv", cwd=place), "none.csv: no such file", "--targets")
    refused(asnlab(*compare, "--posterior", "mine.csv", "--prior", cwd=place), "only one of them")
    refused(asnlab("calibrate", "--targets", "bogor.yaml", cwd=place), "asnlab calibrate --table --city bogor")
    refused(asnlab("calibrate", "--targets", "mine.yaml", "--direct", cwd=place), "--direct and --targets together")
    refused(asnlab("calibrate", "--targets", "mine.yaml", "--out", "mine.csv", cwd=place), "mine.csv: exists already")
    refused(asnlab("validate", "--out", ".", cwd=place), "new or empty")
    assert not (place / "x").exists()


def test_a_small_validation_writes_page_and_numbers(place: Path) -> None:
    """Guards the page: it fetches nothing, holds every parameter, and calls a miss a miss. A tenth of the table is enough for that."""
    whole = load(shipped_table_file("tangsel"))
    replace(whole, place=whole.place[:2000], moments=whole.moments[:2000]).write(place / "tenth.parquet")
    size = ("--fresh", "20", "--runs", "20", "--from", "tenth.parquet")
    done = asnlab("validate", "--out", "valid", *size, "--lang", "id", cwd=place)
    assert done.returncode == 0, done.stderr
    page = (place / "valid" / "validation.html").read_text(encoding="utf-8")
    numbers = json.loads((place / "valid" / "validation.json").read_text(encoding="utf-8"))
    assert '<html lang="id">' in page and "{" not in page.split("</style>")[1].replace("{{", "")
    assert "http://" not in page.replace("http://www.w3.org", "") and "<script" not in page
    assert len(numbers["parameters"]) == 17 and len(numbers["held_out"]) == 7
    assert all(row["parameter"] in page for row in numbers["parameters"])
    missed = [row for row in numbers["targets"] + numbers["held_out"] if not row["hit"]]
    assert page.count("<b>MELESET</b>") == len(missed) > 0
    assert done.stdout.count("MELESET: ") == len(missed)
    assert all(row["holds"] for row in numbers["limits"])
