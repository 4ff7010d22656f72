"""`asnlab evaluate` as people meet it: every kind from file to folder, in both languages; refusals leave nothing behind."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import data
from analysis.evaluation import KINDS, evaluate_training, words
from analysis.evaluation.phrases import Phrases
from analysis.evaluation.registry import Column
from analysis.evaluation.training import made_up
from app.cli import main
from data.intake import FILE_KINDS, read_file
from data.intake.columns import ANSWERS

ALWAYS = {"figure.png", "figure.svg", "words.md"}


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of its own for each test."""
    monkeypatch.setenv("ASNLAB_KEY", str(tmp_path / "settings" / "key"))


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", *map(str, arguments)])
    return int(str(ended.value.code))


def template(kind: str) -> Path:
    return data.path("templates", f"{FILE_KINDS[kind].template}.csv")


def sekadau(folder: Path) -> Path:
    """The published answers of Sekadau as a workbook with a title above the header."""
    frame = data.load("skm_sekadau_2019").rename(columns=ANSWERS)[list(ANSWERS.values())]
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Survei Kepuasan Masyarakat, Kabupaten Sekadau"])
    book.active.append(list(frame.columns))
    for row in frame.astype(int).to_numpy().tolist():
        book.active.append(row)
    book.save(folder / "sekadau.xlsx")
    return folder / "sekadau.xlsx"


def test_sekadau_from_a_workbook_to_a_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Guards the way from a spreadsheet to the published index; figures and words are written, the table is printed."""
    file, out = sekadau(tmp_path), tmp_path / "out"
    assert run("skm", file, "--out", out, "--population", 1200, "--precision", 2) == 0
    said = capfd.readouterr()
    assert said.err == "" and "IKM 78.74, category B (good), from 49 respondents" in " ".join(said.out.split())
    assert {p.name for p in out.iterdir()} == {"index.csv", "elements.csv", "reliability.csv", "loadings.csv"} | ALWAYS
    index = pd.read_csv(out / "index.csv").iloc[0]
    assert round(index["index"], 2) == 78.74 and index["krejcie_morgan"] == 291
    own = data.load("skm_sekadau_2019")[list(ANSWERS)].astype(float).mean(axis=1) * 25
    many = (1.99 * own.std() / 2) ** 2  # of an unlimited population
    assert index["respondents_for_precision"] == pytest.approx(many / (1 + many / 1200), abs=1.5)
    assert len(pd.read_csv(out / "elements.csv")) == 9
    assert (out / "figure.png").read_bytes().startswith(b"\x89PNG") and b"<svg" in (out / "figure.svg").read_bytes()
    words = (out / "words.md").read_text(encoding="utf-8")
    assert (
        words.startswith("# Public satisfaction survey (SKM)\n")
        and "IKM 78.74" in words
        and "header ends in row 2" in words
    )


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    """Guards re-running: nothing of the time, the place or chance is in the folder."""
    file = sekadau(tmp_path)
    for name in ("a", "b"):
        assert run("skm", file, "--out", tmp_path / name) == 0
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes(), path.name


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("kind", list(KINDS))
def test_every_template_is_evaluated(kind: str, lang: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Guards the first thing a user tries; and says that examples are no data."""
    out = tmp_path / "out"
    assert run(kind, template(kind), "--out", out, "--lang", lang) == 0
    said = capfd.readouterr().out
    assert Phrases(lang).text("notes.only_examples") in said
    tables = KINDS[kind].functions().evaluate(read_file(template(kind), kind).frame).tables()
    assert {p.name for p in out.iterdir()} == {f"{name}.csv" for name in tables} | ALWAYS and len(tables) > 1
    assert not re.search(r"[{}]|\bnan\b", (out / "words.md").read_text(encoding="utf-8"))


def test_training_takes_what_was_asked(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Guards the options: whether a lottery decided, the smallest effect, the outcome."""
    rng = np.random.default_rng(5)
    n = 120
    trained = np.resize([True, False], n)
    before = rng.normal(60, 8, n)
    after = before + 4 + 6 * trained + rng.normal(0, 5, n)
    frame = pd.DataFrame(
        {
            "Peserta": np.arange(n),
            "Kelompok": np.where(trained, "dilatih", "kontrol"),
            "Pretest": before,
            "Posttest": after,
        }
    )
    frame = frame.round(1)
    frame.to_csv(tmp_path / "mine.csv", index=False)
    assert run("training", tmp_path / "mine.csv", "--randomised", "--smallest", 0.3, "--out", tmp_path / "out") == 0
    said = " ".join(capfd.readouterr().out.split())
    effects = pd.read_csv(tmp_path / "out" / "effects.csv")
    main_row = effects[effects["role"] == "main"].iloc[0]
    assert main_row["low"] < 6 < main_row["high"] and main_row["model"] == "ancova"
    assert "It was not said whether a lottery decided" not in said
    assert run("training", tmp_path / "mine.csv", "--not-randomised") == 0
    assert "difference in differences" in capfd.readouterr().out
    assert run("training", tmp_path / "mine.csv", "--not-randomised", "--lang", "id") == 0
    said = capfd.readouterr().out
    assert "selisih dari selisih" in said and "utama" in said and "ancova" not in said  # words, not codes
    assert run("training", tmp_path / "mine.csv", "--outcome", "satisfaction") == 2
    assert "satisfaction" in capfd.readouterr().err
    assert run("training", tmp_path / "mine.csv", "--smallest", 0) == 2


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("control", [True, False])
def test_three_programmes_are_shown_with_their_mean(
    control: bool, lang: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Guards the mean over programmes in the printed table: a name without words ended the command after it had written its folder."""
    frame = made_up("pre_post_control" if control else "pre_post", people=40, effect={"a": 2.0, "b": 4.0, "c": 6.0})
    frame["participant"] = frame["programme"] + frame["participant"].astype(str)
    frame.to_csv(tmp_path / "mine.csv", index=False)
    assert run("training", tmp_path / "mine.csv", "--out", tmp_path / "out", "--lang", lang) == 0
    said = capfd.readouterr().out
    row = next(
        line for line in said.splitlines() if line.startswith("Semua program" if lang == "id" else "All programmes")
    )
    assert ("rata-rata" if lang == "id" else "mean") in row and "*" not in said
    effects = pd.read_csv(tmp_path / "out" / "effects.csv")
    assert effects.loc[effects["role"] == "pooled", "programme"].tolist() == ["*"]


def test_a_result_that_cannot_be_shown_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the folder: what fails in a table fails before the folder is made, so that a second try does not meet the first."""
    monkeypatch.setitem(KINDS["ip-asn"].printed, "staff", (Column("no such head", "text", "name"),))
    with pytest.raises(KeyError):
        main(["evaluate", "ip-asn", str(template("ip-asn")), "--out", str(tmp_path / "deep" / "out")])
    assert not (tmp_path / "deep").exists()


def scores(folder: Path, scale: float = 1.0) -> Path:
    """Two arms whose low scorers were sent, on 0 to 100 or a share of it; too few controls to see how scores return to the mean."""
    rng = np.random.default_rng(8)
    before = np.sort(rng.normal(55, 10, 24))
    after = 55 + 0.7 * (before - 55) + rng.normal(3, 5, 24)
    frame = pd.DataFrame(
        {"participant": range(24), "group": ["trained"] * 12 + ["control"] * 12, "pre": before, "post": after}
    )
    frame[["pre", "post"]] = (frame[["pre", "post"]] * scale).round(2)
    frame.to_csv(folder / "scores.csv", index=False)
    return folder / "scores.csv"


def test_messages_name_options_here_and_arguments_in_python(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Guards the next step: a person at the command line cannot type scale=(0, 10), nor one in Python --scale 0 10."""
    small = scores(tmp_path, 0.1)
    assert run("training", small, "--not-randomised") == 2
    said = capfd.readouterr().err
    assert (
        "scores.csv: training scores: columns 'pre' and 'post'" in said
        and "say so: --scale 0 10" in said
        and "scale=" not in said
    )
    with pytest.raises(data.InputError, match=r"say so: scale=\(0, 10\)$"):
        evaluate_training(pd.read_csv(small))
    assert run("training", small, "--scale", 0, 10, "--retest", 2) == 2
    assert "--retest: 2.0; allowed: 0 to 1" in capfd.readouterr().err
    assert run("training", small, "--scale", 10, 0) == 2
    assert "--scale 10.0 0.0; allowed: the lowest value first" in capfd.readouterr().err
    assert run("skm", sekadau(tmp_path), "--by", "year") == 2
    assert "--by: the file has no column 'year'" in capfd.readouterr().err


def test_retest_is_an_option(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Guards the correlation that the words ask for: it can be given here, and the return to the mean follows it."""
    file = scores(tmp_path)
    for lang in ("en", "id"):
        assert run("training", file, "--not-randomised", "--lang", lang) == 0
        assert "(--retest)" in " ".join(capfd.readouterr().out.split())
    assert run("training", file, "--not-randomised", "--retest", 0.63) == 0
    said = " ".join(capfd.readouterr().out.split())
    assert "is worth 0.63 points after" in said and "--retest" not in said
    said = words(evaluate_training(pd.read_csv(file), randomised=False), "en")
    assert "(retest)" in said and "--retest" not in said


def test_complaints_take_holidays_and_a_last_day(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Guards the two options, and a file of holidays that holds none."""
    days = tmp_path / "holidays.csv"
    days.write_text("date,what\n2026-03-19,Nyepi\n2026-03-20,Idul Fitri\n", encoding="utf-8")
    assert run("complaints", template("complaints"), "--holidays", days, "--until", "2026-03-31") == 0
    said = " ".join(capfd.readouterr().out.split())
    assert "2 public holidays were taken out" in said and "open up to 2026-03-31" in said
    days.write_text("date\nNyepi\n", encoding="utf-8")
    assert run("complaints", template("complaints"), "--holidays", days) == 2
    assert "holidays.csv:2: no day" in capfd.readouterr().err
    assert run("complaints", template("complaints"), "--until", "31-03-2026") == 2


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["skm", "{file}", "--by", "year"], "no column 'year'"),
        (["skm", "{file}", "--by", "units"], "unit"),
        (["skm", "{file}", "--precision", "0"], "positive"),
        (["skm", "{file}", "--population", "10"], "smaller than the 49"),
        (["ip-asn", "{file}"], "no header was found"),
        (["skm", "{folder}/none.xlsx"], "no such file"),
        (["smk", "{file}"], "smk"),
    ],
)
def test_refusals_are_one_line_and_leave_nothing(
    arguments: list[str], part: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Guards status 2, one line on standard error, nothing on standard output, and no folder half made."""
    places = {"file": str(sekadau(tmp_path)), "folder": str(tmp_path)}
    out = tmp_path / "deep" / "out"
    assert run(*(a.format(**places) for a in arguments), "--out", out) == 2
    said = capfd.readouterr()
    assert said.out == "" and len(said.err.strip().splitlines()) == 1 and part in said.err
    assert not out.parent.exists()


def test_a_folder_with_files_is_left_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Guards somebody's files, and an older result from being mixed with a newer one."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.docx").write_text("x", encoding="utf-8")
    assert run("skm", sekadau(tmp_path), "--out", out) == 2
    assert "new or empty" in capfd.readouterr().err and [p.name for p in out.iterdir()] == ["thesis.docx"]


def test_a_failure_while_writing_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Guards the folder: a disk that is full at the last file leaves neither a half result nor an empty folder."""
    write = Path.write_text

    def full(self: Path, *given: Any, **options: Any) -> int:
        if self.name == "words.md":
            raise OSError(28, "No space left on device")
        return write(self, *given, **options)

    monkeypatch.setattr(Path, "write_text", full)
    out = tmp_path / "deep" / "out"
    assert run("skm", template("skm"), "--out", out) == 2
    assert "No space left on device; nothing was kept" in capfd.readouterr().err and not out.parent.exists()
    monkeypatch.undo()
    out.mkdir(parents=True)  # an empty folder is taken
    assert run("skm", template("skm"), "--out", out) == 0
    assert [p.name for p in out.parent.iterdir()] == ["out"] and (out / "words.md").exists()


@pytest.mark.parametrize("kind", list(KINDS))
def test_help_says_what_is_taken_when_an_option_is_left_out(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Guards defaults in brackets, which the library of the terminal takes for markup and leaves out."""
    assert run(kind, "--help") == 0
    said = re.sub(r"[\s│]+", "", capfd.readouterr().out)
    for option in KINDS[kind].options:
        assert f"--{option.name.replace('_', '-')}" in said and option.help.replace(" ", "") in said
    assert "[theonethatfits]" in said
