"""`asnlab evaluate`: a user's file read, evaluated, shown as a table and in words; tidy tables, figure and words in a folder."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.evaluation.registry import Kind, Result
from app.evaluated_table import print_parts, printed_parts
from app.new_folder import check_new, new_folder
from data.arguments import on_the_command_line
from data.errors import InputError
from data.intake import Intake, Note, read_days, read_file
from data.intake.pseudonym import default_key_file

if TYPE_CHECKING:
    from analysis.evaluation.phrases import Phrases

__all__ = ["EvaluationRequest", "evaluate_file", "note_text"]


class EvaluationRequest(NamedTuple):
    """The options that every kind of evaluation shares: None where one was left out."""

    file: Path
    out: Path | None = None
    lang: str = "en"
    sheet: str | None = None
    key: Path | None = None


def evaluate_file(request: EvaluationRequest, kind: Kind, asked: dict[str, Any]) -> None:
    """Read a file, evaluate it and show the result; write it when asked to. Nothing is written when anything fails.

    Args: asked, options of the kind that were given, by name.
    """
    from analysis.evaluation.phrases import Phrases

    say = Phrases(request.lang, kind.folder)
    with on_the_command_line():
        key = request.key or default_key_file()
        if request.out is not None:
            _check_folder(request.out, key)
        asked = _answered(kind, asked, say)
        intake = read_file(request.file, kind.name, sheet=request.sheet, key_file=key)
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of the numerical libraries; what matters to the reader stands in the words
            try:
                result = kind.functions().evaluate(intake.frame, **asked)
            except InputError as error:
                raise InputError(f"{intake.place}: {error}") from None
            notes = [note_text(note, say) for note in intake.notes]
            parts = printed_parts(kind, result, say)  # all of it before anything is written
            if request.out is not None:
                _write(request.out, kind, result, intake, say)
    print_parts(parts)
    print()
    for text in notes:
        print(text)
    if request.out is not None:
        print(say.text("notes.written", folder=request.out))


def _answered(kind: Kind, asked: dict[str, Any], say: Phrases) -> dict[str, Any]:
    """Options with files of days read, and with what a person at the terminal answers to what was left out."""
    at_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    found = dict(asked)
    for option in kind.options:
        if option.value == "days" and option.name in found:
            found[option.name] = read_days(found[option.name])
        if option.asked and option.name not in found and at_terminal:
            import typer

            found[option.name] = typer.confirm(say.text(f"ask.{option.name}"), default=False)
    return found


def note_text(note: Note, say: Phrases) -> str:
    """What the user should know about the reading of a file, in words."""
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


def _write(out: Path, kind: Kind, result: Result, intake: Intake, say: Phrases) -> None:
    """A CSV for each table of the result, figure.png, figure.svg and words.md."""
    from analysis.presentation.digits import CSV_FLOATS
    from analysis.presentation.style import png_of, svg

    functions = kind.functions()
    figure = functions.figure(result, say.lang)
    with new_folder(out) as folder:
        for name, table in result.tables().items():
            table.to_csv(
                folder / f"{name}.csv",
                index=False,
                float_format=CSV_FLOATS,
                lineterminator="\n",
                date_format="%Y-%m-%d",
            )
        (folder / "figure.png").write_bytes(png_of(figure))
        (folder / "figure.svg").write_bytes(svg(figure, kind.name))
        # Only its owner needs to know where the key lies.
        notes = [note_text(note, say) for note in intake.notes if note.key != "key_made"]
        parts = [f"# {say.text('title')}", functions.words(result, say.lang), "![](figure.png)", *notes]
        (folder / "words.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")
