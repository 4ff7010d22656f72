"""`asnlab evaluate`: a user's file read, evaluated, shown as a table and in words; tidy tables, figure and words in a folder."""

from __future__ import annotations

import datetime as dt
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from app.evaluated_table import print_all, shown
from app.new_folder import check_new, new_folder
from data.arguments import on_the_command_line
from data.errors import InputError
from data.intake import Intake, Note, read_days, read_file
from data.intake.pseudonym import default_key_file

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from analysis.evaluation.phrases import Phrases

__all__ = ["Request", "complaints", "ip_asn", "skm", "training"]


class Request(NamedTuple):
    """What every kind of evaluation is asked with: None where an option was left out."""

    file: Path
    out: Path | None = None
    lang: str = "en"
    sheet: str | None = None
    key: Path | None = None


class Result(Protocol):
    """What an evaluation gives back."""

    def tables(self) -> dict[str, pd.DataFrame]: ...
    def words(self, lang: str = ...) -> str: ...
    def figure(self, lang: str = ...) -> Figure: ...


def skm(request: Request, by: str | None, precision: float | None, population: int | None) -> None:
    """Evaluate a file of SKM answers."""
    from analysis.evaluation.skm.result import evaluate_skm

    _run(request, "skm", lambda frame: evaluate_skm(frame, by=by, precision=precision, population=population))


def training(request: Request, **asked: Any) -> None:
    """Evaluate a file of training scores."""
    from analysis.evaluation.training import evaluate_training

    _run(request, "training", lambda frame: evaluate_training(frame, **asked))


def ip_asn(request: Request) -> None:
    """Evaluate a staff list."""
    from analysis.evaluation.ip_asn.staff import evaluate_staff

    _run(request, "ip-asn", evaluate_staff)


def complaints(request: Request, until: dt.date | None, holidays: Path | None) -> None:
    """Evaluate a file of complaints."""
    from analysis.evaluation.complaints.handling import evaluate_complaints

    days = read_days(holidays) if holidays is not None else []
    _run(request, "complaints", lambda frame: evaluate_complaints(frame, until=until, holidays=days))


def _run(request: Request, kind: str, evaluate: Callable[[pd.DataFrame], Result]) -> None:
    """Read, evaluate, show; write when asked to. Nothing is written when anything fails."""
    with on_the_command_line():
        _evaluated(request, kind, evaluate)


def _evaluated(request: Request, kind: str, evaluate: Callable[[pd.DataFrame], Result]) -> None:
    from analysis.evaluation.phrases import Phrases

    key = request.key or default_key_file()
    if request.out is not None:
        _check_folder(request.out, key)
    intake = read_file(request.file, kind, sheet=request.sheet, key_file=key)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the numerical libraries; what matters to the reader stands in the words
        try:
            result = evaluate(intake.frame)
        except InputError as error:
            raise InputError(f"{intake.place}: {error}") from None
        say = Phrases(request.lang)
        told = [note_text(note, say) for note in intake.notes]
        seen = shown(kind, result, say)  # all of it before anything is written
        if request.out is not None:
            _write(request.out, kind, result, intake, say)
    print_all(seen)
    print()
    for text in told:
        print(text)
    if request.out is not None:
        print(say.text("notes.written", folder=request.out))


def note_text(note: Note, say: Phrases) -> str:
    """What the reading of a file tells the user, in words."""
    if note.key != "personal":
        return say.text(f"notes.{note.key}", **note.values)
    natures = say.raw("notes.natures")
    columns = [
        say.text(
            f"notes.{own['action']}", column=own["column"], nature=natures[own["nature"]], count=own.get("count", "")
        )
        for own in note.values["columns"]
    ]
    return say.text("notes.personal", columns="; ".join(columns))


def _check_folder(out: Path, key: Path) -> None:
    check_new(out)
    if out.resolve() in key.resolve().parents:
        raise InputError(
            f"{key}: the key of the pseudonyms must not lie among the results; choose another place with --key"
        )


def _write(out: Path, kind: str, result: Result, intake: Intake, say: Phrases) -> None:
    from analysis.presentation.style import png_of, svg

    figure = result.figure(say.lang)
    with new_folder(out) as folder:
        for name, table in result.tables().items():
            table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n", date_format="%Y-%m-%d")
        (folder / "figure.png").write_bytes(png_of(figure))
        (folder / "figure.svg").write_bytes(svg(figure, kind))
        # The place of the key is nobody's business but its owner's.
        notes = [note_text(note, say) for note in intake.notes if note.key != "key_made"]
        parts = [f"# {say.raw('titles')[kind]}", result.words(say.lang), "![](figure.png)", *notes]
        (folder / "words.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")


def ask_randomised(randomised: bool | None, lang: str) -> bool | None:
    """Ask whether a lottery decided who was trained, where a person sits at the terminal and did not say."""
    if randomised is not None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return randomised
    import typer

    from analysis.evaluation.phrases import Phrases

    return typer.confirm(Phrases(lang).text("notes.randomised"), default=False)
