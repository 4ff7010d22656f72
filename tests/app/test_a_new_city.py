"""The recipe for another city, done in a copy of the project: two files, and it can be compared and says what it borrowed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml

from tests import ROOT
from tests.command import environment, process, refused

PROFILE = """\
inherits: tangsel
name: Kota Contoh
code: "99.99"
adults: {value: 400000, source: assumption}
units:
  dukcapil: {counter: {value: 0.45, source: assumption}}
money:
  price_audit: {value: 12000000, source: assumption}
"""
SAID = {
    "en": (
        "3 of the 106 numbers about Kota Contoh are its own, 103 are borrowed from Kota Tangerang Selatan; of all, 70 are assumptions.",
        "The training budget is that of Kota Tangerang Selatan, not Kota Contoh's own.",
        "Of the 96 parameters, 0 have estimates of Kota Contoh's own, 22 are borrowed from Kota Tangerang Selatan, and 74 have",
    ),
    "id": (
        "3 dari 106 angka tentang Kota Contoh adalah miliknya sendiri, 103 dipinjam dari Kota Tangerang Selatan; 70 dari semuanya",
        "Anggaran pelatihan adalah milik Kota Tangerang Selatan, bukan milik Kota Contoh sendiri.",
        "Dari 96 parameter, 0 memiliki dugaan milik Kota Contoh sendiri, 22 dipinjam dari Kota Tangerang Selatan, dan 74 memakai",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program with a scenario of the new city."""
    root = tmp_path_factory.mktemp("project")
    for layer in ("app", "analysis", "simulation", "data", "scenarios"):
        shutil.copytree(ROOT / layer, root / layer, ignore=shutil.ignore_patterns("__pycache__"))
    scenario = (root / "scenarios" / "tangsel.yaml").read_text(encoding="utf-8")
    start = scenario.index("policies:")
    made = scenario[:start].replace("city: tangsel", "city: kota_contoh") + "policies: [status_quo, integrated]\n"
    (root / "scenarios" / "kota_contoh.yaml").write_text(made, encoding="utf-8")
    return root


def compare(copy: Path, *options: object) -> tuple[object, ...]:
    return (
        "compare",
        "scenarios/kota_contoh.yaml",
        "--out",
        "run",
        "--draws",
        2,
        "--scale",
        0.01,
        "--workers",
        1,
        *options,
    )


def test_a_city_is_added_with_two_files(copy: Path) -> None:
    """Guards: a city that needs an edit of code, borrows silently, or takes the posterior of the city it inherits from."""
    environment_ = {**environment(), "PYTHONPATH": str(copy)}
    files = {"cities/kota_contoh.yaml": PROFILE, "estimates/kota_contoh.yaml": "inherits: tangsel\n"}
    refused(process(*compare(copy, "--prior"), cwd=copy, env=environment_), "city 'kota_contoh': no profile")
    for name, text in files.items():
        if name.startswith("estimates"):
            done = process(*compare(copy, "--prior"), cwd=copy, env=environment_)
            refused(done, "data/estimates/kota_contoh.yaml", "inherits: tangsel")
        (copy / "data" / name).write_text(text, encoding="utf-8")
    refused(process(*compare(copy), cwd=copy, env=environment_), "kota_contoh", "--prior")
    assert not (copy / "run").exists()

    for lang, sentences in SAID.items():
        done = process(*compare(copy, "--prior", "--lang", lang), cwd=copy, env=environment_)
        assert done.returncode == 0, done.stderr
        page = (copy / "run" / "report.html").read_text(encoding="utf-8").replace("&#39;", "'")
        for sentence in sentences:
            assert sentence in " ".join(done.stdout.split())
            assert sentence in page

    record = json.loads((copy / "run" / "run.json").read_text(encoding="utf-8"))
    assert record["origins"]["profile"] == {
        "numbers": 106, "own": 3, "borrowed": {"tangsel": 103}, "everywhere": 0, "assumed": 70,
    }  # fmt: skip
    assert record["origins"]["estimates"]["borrowed"] == {"tangsel": 22}
    assert {name for name in record["inputs"] if name.startswith("data/")} == {
        f"data/{kind}/{city}.yaml" for kind in ("cities", "estimates") for city in ("kota_contoh", "tangsel")
    }
    assert process("verify", "run", cwd=copy, env=environment_).returncode == 0
    with (copy / "data" / "estimates" / "tangsel.yaml").open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    again = process("verify", "run", cwd=copy, env=environment_)
    assert again.returncode == 1 and "data/estimates/kota_contoh.yaml" in again.stderr, again.stderr


def test_estimates_written_by_hand_are_not_written_over(copy: Path) -> None:
    """Guards: a city's own numbers lost to `calibrate --direct`."""
    environment_ = {**environment(), "PYTHONPATH": str(copy)}
    (copy / "data" / "cities" / "kota_contoh.yaml").write_text(PROFILE, encoding="utf-8")
    mine = copy / "data" / "estimates" / "kota_contoh.yaml"
    mine.unlink(missing_ok=True)
    direct = ("calibrate", "--direct", "--city", "kota_contoh")
    refused(process(*direct, cwd=copy, env=environment_), "data/recipes/kota_contoh.yaml: no such file")
    assert not mine.exists()
    mine.write_text("inherits: tangsel\n", encoding="utf-8")
    shutil.copy(copy / "data" / "recipes" / "tangsel.yaml", copy / "data" / "recipes" / "kota_contoh.yaml")
    refused(process(*direct, cwd=copy, env=environment_), "data/estimates/kota_contoh.yaml: written by hand", "--out")
    assert mine.read_text(encoding="utf-8") == "inherits: tangsel\n"
    mine.unlink()
    done = process(*direct, cwd=copy, env=environment_)
    assert done.returncode == 0, done.stderr
    made = yaml.safe_load(mine.read_text(encoding="utf-8"))
    assert made["made_by"] == "asnlab calibrate --direct" and "trust_level" in made["estimates"]
    assert "city: kota_contoh" in (copy / "data" / "targets" / "kota_contoh.yaml").read_text(encoding="utf-8")
