"""What `asnlab calibrate`, `validate` and `compare --posterior` refuse before any run, and what a kill leaves of their files."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from analysis.study import study as study_file
from analysis.study.folder import POSTERIOR, RECORD
from app import new_folder as new_folder_file
from app.cli import _run
from app.commands.compare import compare
from app.commands.validate import FILES, ValidationRequest, repeat
from app.machine import Machine
from app.new_folder import check_new, check_writable, new_folder
from data.errors import InputError
from simulation.posterior import posterior_file
from simulation.posterior.checked import RENEW, checked, shipped_posterior
from simulation.posterior.nuisance import NAMES
from simulation.posterior.posterior_file import Posterior, read
from tests.command import SMALL, asnlab, contents, refused

MINE = {"city": "tangsel", "targets": {"trusting": {"value": 0.6, "se": 0.02, "source": ["own poll"]}}}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder, the present one, with targets and a posterior of one's own, and a file that is no folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(MINE), encoding="utf-8")
    ours = shipped_posterior("tangsel")
    replace(ours, seed=ours.seed + 1).write(tmp_path / "mine.csv")
    (tmp_path / "afile").write_text("", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("calibrate --targets mine.yaml --out afile/x.csv", "afile/x.csv: cannot be written: afile is a file"),
        ("calibrate --table --out afile/x.parquet", "afile/x.parquet: cannot be written: afile is a file"),
        ("calibrate --table --out /proc/x/k.parquet", "/proc/x/k.parquet: cannot be written"),
        ("calibrate --direct --out afile/x.yaml", "afile/x.yaml: cannot be written"),
        ("validate --out afile/v", "afile/v: cannot be written: afile is a file"),
        ("validate --out /proc/v", "/proc/v: cannot be written"),
        ("calibrate --renew --city bogor", "no targets are shipped for city 'bogor'"),
        ("calibrate --targets mine.yaml --city medan", "--city does not belong to --targets, only to --direct and --table and --renew"),
        ("calibrate --targets mine.yaml --runs 700", "--runs does not belong to --targets, only to --table and --renew"),
        ("calibrate --direct --city medan", "data/recipes/medan.yaml: no such file"),
        ("calibrate --direct --workers 2", "--workers does not belong to --direct, only to --table and --renew"),
        ("calibrate --direct --from nothere", "--from does not belong to --direct, only to --targets"),
        ("calibrate --renew --out x", "--out does not belong to --renew, only to --direct and --table and --targets"),
        ("validate --out v --targets mine.yaml --city medan", "--city does not belong to --targets"),
        ("calibrate --targets nope.yaml", "nope.yaml: no such file"),
        ("calibrate --targets mine.yaml --from none.parquet", "none.parquet: no such file"),
    ],
)  # fmt: skip
def test_refused_before_any_run(place: Path, capsys: pytest.CaptureFixture[str], typed: str, said: str) -> None:
    """Guards minutes of work against being lost at the end, and against options that are silently ignored."""
    before = contents(place)
    assert _run(typed.split()) == 2
    told = capsys.readouterr()
    assert told.out == "" and said in told.err and told.err.count("\n") == 1
    assert contents(place) == before


def test_only_near_names_are_offered(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Guards against a hint that has nothing but its ending in common with what was typed."""
    shutil.copy("mine.yaml", "t_neg.yaml")
    for typed, hint in (("nope.yaml", ""), ("mien.yaml", "; did you mean 'mine.yaml'?")):
        assert _run(["calibrate", "--targets", typed]) == 2
        assert capsys.readouterr().err == f"asnlab: {typed}: no such file{hint}\n"


# Posterior


def rehashed(text: str, **changed: Any) -> str:
    """The file with other entries in its header, and the hash that belongs to them."""
    head, _, body = text.partition("\n")
    about = json.loads(head.removeprefix("# ")) | changed
    about["sha256"] = posterior_file._hash(about, body)
    return "# " + json.dumps(about, sort_keys=True) + "\n" + body


def test_an_edited_or_cut_posterior_is_refused(place: Path) -> None:
    """Guards against numbers that no calibration gave: draws or contraction edited, or a copy that broke off at the end of a line."""
    file = place / "mine.csv"
    text = file.read_text(encoding="utf-8")
    head, names, *rows = text.splitlines(keepends=True)
    grounded = json.loads(head.removeprefix("# "))["grounded"]["trust_level"]
    for edited in (
        head + names + ",".join(["-7"] * len(NAMES)) + "\n" + "".join(rows[1:]),
        head.replace(f'"trust_level": {grounded}', '"trust_level": 0.99') + names + "".join(rows),
        head + names + "".join(rows[:-1]),
        head + names,
        head,
        text.replace("leniency", "lenience"),
        text[:-1],
    ):
        assert edited != text
        file.write_text(edited, encoding="utf-8")
        with pytest.raises(InputError, match=r"edited or cut short.*make it again with `asnlab calibrate --targets"):
            read(file)
    file.write_bytes(text.replace("\n", "\r\n").encode())  # an editor's line ends are no edit
    assert read(file).draws.shape == (len(rows), len(NAMES))


@pytest.mark.parametrize(
    "changed",
    [
        {"stamps": ["model"]}, {"contraction": dict.fromkeys(NAMES, "much")}, {"grounded": {"trust_level": 0.5}}, {"grounded": 3},
        {"draws": 7}, {"seed": "one"}, {"grounded": dict.fromkeys(NAMES, float("nan"))}, {"stamps": None},
    ],
)  # fmt: skip
def test_a_header_of_another_form_is_refused(place: Path, changed: dict[str, Any]) -> None:
    """Guards against a traceback for a header that another program wrote."""
    file = place / "mine.csv"
    file.write_text(rehashed(file.read_text(encoding="utf-8"), **changed), encoding="utf-8")
    with pytest.raises(InputError, match="is not a posterior of this version") as error:
        read(file)
    assert "\n" not in str(error.value)


def test_draws_outside_their_prior_are_refused() -> None:
    """Guards against draws that the model was never run with, however they came into a file that is otherwise whole."""
    ours = shipped_posterior("tangsel")
    for value in (-7.0, 0.999):
        draws = ours.draws.copy()
        draws[3, NAMES.index("trust_level")] = value
        with pytest.raises(InputError, match=rf"x\.csv: edited: trust_level: found a draw of {value:g}.*0\.3 to 0\.97"):
            checked(replace(ours, draws=draws), "x.csv", "tangsel", RENEW)
    assert "asnlab calibrate --renew" in RENEW and "make posterior" in RENEW


# Runs with a posterior of one's own


def test_the_posterior_is_kept_before_the_record(place: Path, short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the moment between the two: whoever finds a record finds the posterior that it names."""
    asked: dict[str, Any] = {"draws": 2, "scale": 0.01, "quick": True, "machine": Machine()}

    class Killed(BaseException):
        """As a kill: no clean-up of the command's own."""

    def kill(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(study_file, "write_record", kill)
        with pytest.raises(Killed):
            compare(short / "scenarios" / "short.yaml", Path("run"), **asked, posterior=Path("mine.csv"))
    assert (place / "run" / POSTERIOR).read_bytes() == (place / "mine.csv").read_bytes()
    assert not (place / "run" / RECORD).exists()
    other: Posterior = replace(read(place / "mine.csv"), seed=99)
    other.write(place / "other.csv")
    compare(
        short / "scenarios" / "short.yaml", Path("run"), **asked, posterior=Path("other.csv")
    )  # what the killed command left is in nobody's way
    assert (place / "run" / POSTERIOR).read_bytes() == (place / "other.csv").read_bytes()


def test_a_deleted_posterior_is_restored_by_the_same_compare(place: Path, short: Path) -> None:
    """Guards against a message that blames another posterior and sends people to another folder."""
    typed = ("compare", short / "scenarios" / "short.yaml", "--out", "run", *SMALL, "--posterior", "mine.csv")
    done = asnlab(*typed, cwd=place)
    assert done.returncode == 0, done.stderr
    kept = place / "run" / POSTERIOR
    record = json.loads((place / "run" / RECORD).read_text(encoding="utf-8"))
    whole = contents(place / "run")
    for spoil, said in (
        (None, "posterior.csv: is missing"),
        ("x", "posterior.csv: is not a posterior"),
        ("cut", "cut short"),
    ):
        text = kept.read_text(encoding="utf-8")
        if spoil is None:
            kept.unlink()
        else:
            kept.write_text(text[:-200] if spoil == "cut" else spoil, encoding="utf-8")
        refused(asnlab("resume", "run", cwd=place), said, "the same compare command restores it", record["command"])
        again = asnlab(*typed, cwd=place)
        assert again.returncode == 0, again.stderr
        assert "already holds this run" in again.stdout and "written again" in again.stderr
        assert contents(place / "run") == whole
    assert asnlab("resume", "run", cwd=place).returncode == 0


# Validation


def test_an_earlier_validation_is_replaced_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards `make validate` typed twice: at every moment one of the two is whole, and a file of somebody else is left alone."""
    folder = tmp_path / "valid"
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text("old", encoding="utf-8")
    old = contents(folder)
    moves: list[tuple[Path, Path]] = []
    true_move = new_folder_file.os.replace

    def move(source: Path, target: Path) -> None:
        """At each move, what was there before or what comes is whole beside the place or in it."""
        moves.append((source, target))
        assert old in [contents(p) for p in tmp_path.iterdir()]
        if len(moves) == 2 and fail:
            raise OSError(5, "Input/output error")
        true_move(source, target)

    monkeypatch.setattr(new_folder_file.os, "replace", move)
    fail = True
    with pytest.raises(InputError, match="Input/output error"), new_folder(folder, FILES) as partial:
        (partial / FILES[0]).write_text("new", encoding="utf-8")
    assert contents(folder) == old
    fail = False
    moves.clear()
    with new_folder(folder, FILES) as partial:
        (partial / FILES[0]).write_text("new", encoding="utf-8")
    assert [p.name for p in folder.iterdir()] == [FILES[0]] and (folder / FILES[0]).read_text(encoding="utf-8") == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["valid"]
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"'mine\.txt'.*new or empty"):
        check_new(folder, FILES)


def test_looking_whether_a_place_can_be_written_leaves_nothing(tmp_path: Path) -> None:
    """Guards against empty folders left by a command that was refused."""
    check_writable(tmp_path / "a" / "b" / "c.csv")
    assert not list(tmp_path.iterdir())


def test_the_command_of_a_validation_repeats_it() -> None:
    """Guards the command on the page: with targets and table of one's own it has to name them, with paths as typed."""
    asked = ValidationRequest(
        Path("../my results/v"), Path("in/my targets.yaml"), None, Path("/tables/t.parquet"), 20, 30, 2, "id"
    )
    assert shlex.split(repeat(asked)) == [
        "asnlab", "validate", "--out", "../my results/v", "--targets", "in/my targets.yaml", "--from", "/tables/t.parquet",
        "--fresh", "20", "--runs", "30", "--lang", "id",
    ]  # fmt: skip
    assert repeat(ValidationRequest(Path("v"), seed=7)).endswith("--lang en --seed 7")
    assert repeat(ValidationRequest(Path("v"), city="tangsel")) == (
        "asnlab validate --out v --city tangsel --fresh 200 --runs 200 --lang en"
    )
