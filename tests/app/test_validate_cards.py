"""`asnlab validate --cards`: a small deck of one's own from end to end, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

import data
from app.commands.validate import ValidationRequest, repeat
from tests.command import asnlab, refused

SOME = ("use_0", "self_ratings", "ethics_officers")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a deck of three cards."""
    folder = tmp_path_factory.mktemp("cards")
    cards = yaml.safe_load(data.path("cards.yaml").read_text(encoding="utf-8"))["cards"]
    text = yaml.safe_dump({"cards": {name: cards[name] for name in SOME}}, allow_unicode=True, sort_keys=False)
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return folder


def test_cards_alone_from_end_to_end(place: Path) -> None:
    """Guards page, numbers and terminal: every card with its verdict, in the language asked for, and the command that repeats it."""
    typed = ("validate", "--cards", "--out", "found", "--deck", "mine.yaml", "--draws", "3", "--prior", "--lang", "id")
    done = asnlab(*typed, cwd=place)
    assert done.returncode == 0, done.stderr
    page = (place / "found" / "validation.html").read_text(encoding="utf-8")
    numbers = json.loads((place / "found" / "cards.json").read_text(encoding="utf-8"))
    assert '<html lang="id">' in page and "Kartu studi" in page and "<svg" in page
    assert [row["card"] for row in numbers["cards"]] == list(SOME)
    assert all(row["draws"] == 3 for row in numbers["cards"])
    assert numbers["tallies"]["size_alone"]["judged"] == 2 and numbers["tallies"]["all"]["judged"] == 0
    assert (place / "found" / "cards.csv").read_text(encoding="utf-8").count("\n") == 4
    assert "Disisihkan" in done.stdout or "disisihkan" in done.stdout
    assert done.stdout.count("GAGAL: ") == sum(row["outcome"] == "failed" for row in numbers["cards"])
    assert sorted(numbers["about"]["command"].split()) == sorted(["asnlab", *typed])
    assert not (place / "found" / "validation.json").exists()


def test_what_cannot_be_used_is_refused(place: Path) -> None:
    """Guards against minutes of runs before one line of refusal, and options that mean nothing."""
    text = (place / "mine.yaml").read_text(encoding="utf-8").replace("saks2006_immediate", "saks2006_imediate")
    (place / "bad.yaml").write_text(text, encoding="utf-8")
    refused(
        asnlab("validate", "--cards", "--out", "x", "--deck", "bad.yaml", cwd=place),
        "bad.yaml:",
        "did you mean 'saks2006_immediate'?",
    )
    refused(asnlab("validate", "--out", "x", "--draws", "3", cwd=place), "--draws", "--cards or --all")
    refused(
        asnlab("validate", "--cards", "--out", "x", "--targets", "mine.yaml", cwd=place),
        "belong to the calibration, see --all",
    )
    refused(
        asnlab("validate", "--cards", "--out", "x", "--deck", "none.yaml", cwd=place),
        "none.yaml: no such file",
    )
    refused(asnlab("validate", "--cards", "--out", "x", "--city", "tangsl", cwd=place), "tangsl")
    assert not (place / "x").exists()


def test_the_command_that_repeats_names_what_was_asked() -> None:
    """Guards against a page whose own command makes another page."""
    asked = ValidationRequest(Path("out"), cards=True, calibration=False, draws=9, deck=Path("mine.yaml"))
    assert repeat(asked) == "asnlab validate --out out --lang en --cards --deck mine.yaml --draws 9"
    assert "--all" in repeat(asked._replace(calibration=True, prior=True)) and "--prior" in repeat(
        asked._replace(prior=True)
    )
    assert "--cards" not in repeat(ValidationRequest(Path("out")))
