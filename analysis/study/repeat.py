"""How to repeat a study, as its record and report state it: a command, or a line of Python when no scenario file was named."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.study.identity import Settings

__all__ = ["command", "python_line", "with_draws", "with_lang"]


def command(scenario: Path, folder: Path, settings: Settings, lang: str, parameters: str | Path) -> str:
    """The `asnlab compare` that makes the same study; paths outside the present folder are given by name only."""
    words = ["asnlab", "compare", _plain(scenario), "--out", _plain(folder)]
    words += ["--draws", str(settings.draws), "--scale", f"{settings.scale:g}", "--seed", str(settings.seed)]
    words += ["--lang", lang]
    if parameters == "prior":
        words += ["--prior"]
    elif parameters != "posterior":
        words += ["--posterior", _plain(Path(parameters))]
    return " ".join(f"'{w}'" if " " in w else w for w in [*words, *(["--quick"] if settings.quick else [])])


def python_line(folder: Path, settings: Settings, lang: str, parameters: str | Path, model: type | None = None) -> str:
    """The Python that makes a study again that no command can make: from the scenario in its record, in a folder beside it."""
    place = _plain(folder)
    values: dict[str, object] = {"draws": settings.draws, "scale": settings.scale, "seed": settings.seed, "lang": lang}
    if parameters != "posterior":
        values["parameters"] = "prior" if parameters == "prior" else _plain(Path(parameters))
    if settings.quick:
        values["quick"] = True
    written = {name: repr(value) for name, value in values.items()}
    needed = "from analysis.study import Study"
    if model is not None:
        written["model"] = model.__qualname__
        needed += f"; from {model.__module__} import {model.__qualname__.partition('.')[0]}"
    options = ", ".join(f"{name}={value}" for name, value in written.items())
    made = f"Study.create(Study.open({place!r}).scenario, {place + '-again'!r}, {options}).run()"
    return f"{needed}; {made}"


def with_draws(repeat: str, draws: int) -> str:
    """The same with another number of draws."""
    return re.sub(r"(--draws |\bdraws=)\d+", rf"\g<1>{draws}", repeat)


def with_lang(repeat: str, lang: str) -> str:
    """The same with a report in another language."""
    return re.sub(r"(--lang |\blang=')\w+", rf"\g<1>{lang}", repeat)


def _plain(path: Path) -> str:
    try:
        inside = path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path.name
    return inside.as_posix()
