"""`asnlab evaluate`: a command for each kind of evaluation, with the options that its entry in the table names."""

from __future__ import annotations

import inspect
from datetime import datetime
from enum import Enum, StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from analysis.evaluation.registry import KINDS, Kind, Option
from app.language import Language

__all__ = ["evaluate"]

evaluate = typer.Typer(
    name="evaluate",
    help="Evaluate your own file (CSV or Excel): table and plain words here; tables, figure and words in --out DIR.",
    no_args_is_help=True,
)
FILE = Annotated[Path, typer.Argument(metavar="FILE", help="CSV or .xlsx; see data/templates.")]
COMMON = {
    "out": Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for tables, figure and words: new or empty.")
    ],
    "lang": Annotated[Language, typer.Option(help="Language of words, table and figure.")],
    "sheet": Annotated[
        str | None, typer.Option(metavar="NAME", help=escape("Sheet of the workbook [the one that fits]."))
    ],
    "key": Annotated[
        Path | None, typer.Option(metavar="FILE", help="Key of the pseudonyms [ASNLAB_KEY, or your settings].")
    ],
}
"""Options of every kind."""
TYPES: dict[str, Any] = {
    "text": str,
    "whole": int,
    "number": float,
    "pair": tuple[float, float],
    "yes_or_no": bool,
    "day": datetime,
    "days": Path,
}


def _parameter(option: Option) -> inspect.Parameter:
    """An option as typer reads it from a signature; brackets in its help are no markup."""
    taken: Any = StrEnum(option.name, list(option.among)) if option.among else TYPES[option.value]
    flag = "--" + option.name.replace("_", "-")
    names = [f"{flag}/{flag.replace('--', '--not-', 1)}"] if option.value == "yes_or_no" else []
    more: dict[str, Any] = {"formats": ["%Y-%m-%d"]} if option.value == "day" else {}
    if option.metavar:
        more["metavar"] = option.metavar
    declared = typer.Option(*names, help=escape(option.help), min=option.lowest, **more)
    return _keyword(option.name, Annotated[taken | None, declared], None)


def _keyword(name: str, annotation: Any, default: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def _add(kind: Kind) -> None:
    """Add the command of one kind."""

    def command(**asked: Any) -> None:
        from app.commands.evaluate import EvaluationRequest, evaluate_file

        request = EvaluationRequest(
            asked.pop("file"), asked.pop("out"), asked.pop("lang").value, asked.pop("sheet"), asked.pop("key")
        )
        evaluate_file(request, kind, {name: _plain(value) for name, value in asked.items() if value is not None})

    parameters = [
        _keyword("file", FILE, inspect.Parameter.empty),
        *map(_parameter, kind.options),
        *(_keyword(n, a, Language.en if n == "lang" else None) for n, a in COMMON.items()),
    ]
    declared: Any = command  # typer reads what a command takes from these two
    declared.__signature__ = inspect.Signature(parameters)
    declared.__annotations__ = {p.name: p.annotation for p in parameters}
    evaluate.command(name=kind.name, help=kind.help)(command)


def _plain(value: Any) -> Any:
    """A value without the type that typer needed for it."""
    if isinstance(value, Enum):
        return value.value
    return value.date() if isinstance(value, datetime) else value


for _kind in KINDS.values():
    _add(_kind)
