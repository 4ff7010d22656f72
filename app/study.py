"""A scenario as the report tells it: titles and levers in one language, and the identity that names its run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import data
from analysis.presentation.drawn_from import drawn_from
from analysis.report import Lever, Study, Words, localised
from app.record import inputs, key_of, sha256, version, versions

if TYPE_CHECKING:
    from simulation import Scenario
    from simulation.posterior.parameter_source import ParameterSource

__all__ = ["Settings", "command", "identity", "study"]

WINDOW = 12


class Settings(NamedTuple):
    """How large a run is: draws, seed, scale (share of the city), quick or not."""

    draws: int
    seed: int
    scale: float
    quick: bool


def identity(scenario: Scenario, settings: Settings, posterior: str) -> dict[str, Any]:
    """Everything that decides the outcomes of a run. Workers, language and places are no part of it.

    Args: posterior, hash of the posterior that calibrated parameters are drawn from, or "none".

    Raises: InputError with the nearest name for an unknown city.
    """
    from simulation.city import load_profile
    from simulation.ensembles.runs import ENGINE

    content = scenario.model_dump(mode="json")
    for name in ("policies", "draws", "seed", "scale"):
        content.pop(name)
    return {
        "scenario": content,
        "policies": {p.name: p.model_dump(mode="json") for p in scenario.policies},
        **settings._asdict(),
        "estimates": sha256(data.path("estimates", "tangsel_direct.yaml")),
        "city": load_profile(scenario.city).sha256,
        "posterior": posterior,
        "engine": ENGINE,
        "version": version("asnlab"),
    }


def study(
    scenario: Scenario,
    run: Mapping[str, Any],
    repeat: str,
    words: Words,
    hashes: Mapping[str, str],
    source: ParameterSource,
) -> Study:
    """The facts of one comparison in the language of the report."""
    lang = words.lang
    base = scenario.policy(scenario.reference).levers()
    levers = {
        p.name: [
            Lever(words.lever(name), words.lever_value(name, value), words.lever_value(name, base[name]))
            for name, value in p.levers().items()
            if value != base[name]
        ]
        for p in scenario.policies
    }
    return Study(
        title=localised(scenario.title, lang),
        city=_city(scenario.city),
        months=scenario.months,
        reference=scenario.reference,
        titles={p.name: localised(p.title, lang) for p in scenario.policies},
        draws=run["draws"],
        seed=run["seed"],
        scale=run["scale"],
        quick=run["quick"],
        window=WINDOW,
        drawn_from=drawn_from(source, words),
        levers=levers,
        notes={p.name: localised(p.note, lang) for p in scenario.policies if p.note is not None},
        command=repeat,
        key=key_of(run),
        versions=versions(),
        hashes={**inputs(run), **hashes},
    )


def command(
    scenario: Path, out: Path, settings: Settings, lang: str, prior: bool = False, posterior: Path | None = None
) -> str:
    """The command that repeats a run; paths outside the present folder are given by name only."""
    words = ["asnlab", "compare", _plain(scenario), "--out", _plain(out)]
    words += ["--draws", str(settings.draws), "--scale", f"{settings.scale:g}", "--seed", str(settings.seed)]
    words += ["--lang", lang]
    words += ["--prior"] if prior else ["--posterior", _plain(posterior)] if posterior is not None else []
    return " ".join(f"'{w}'" if " " in w else w for w in [*words, *(["--quick"] if settings.quick else [])])


def _plain(path: Path) -> str:
    try:
        inside = path.resolve().relative_to(Path.cwd())
    except ValueError:
        return path.name
    return inside.as_posix()


def _city(name: str) -> str:
    content = data.shipped_yaml(data.path("cities", f"{name}.yaml").read_text(encoding="utf-8"))
    title = content.get("name", name)
    return str(title["value"] if isinstance(title, dict) else title)
