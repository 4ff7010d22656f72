"""The run that README shows: what `make compare` prints, and a proof of it that takes seconds.

README's table and figure come from 50 draws of the whole city, a minute and a half of processor time. `make docs` keeps beside them, in
docs/default_run/, the comparison in full precision (comparison.csv), what carries it (carried.csv), and what the run was made from with a
digest of every draw (draws.json). From these a test proves quickly that table and figure are those of the comparison, that scenario,
policies and posterior are those of today, and that some of the draws, repeated, have the same bits. `make torture` repeats the whole run.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.decision.carried import Carried
from analysis.decision.compare import SHOWN, compare
from analysis.presentation.words import Words
from analysis.report import figures
from analysis.report.facts import Facts
from analysis.study import Study
from analysis.study.record import canonical
from analysis.study.results import WINDOW, facts
from analysis.study.specification import Specification, specified
from app import table
from app.locale import say
from simulation.ensembles.parquet import rows_of_run
from simulation.posterior.checked import shipped_posterior

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "docs" / "default_run"
COMPARISON, CARRIED, DRAWS = KEPT / "comparison.csv", KEPT / "carried.csv", KEPT / "draws.json"
SCENARIO = "scenarios/tangsel.yaml"
SHOWN_FOLDER = "results/tangsel"  # where `make compare` writes
FIGURE = "differences.svg"


def run(folder: Path) -> str:
    """Run what `make compare` runs into `folder`; returns what it prints, with the folder named as there."""
    command = [sys.executable, "-m", "app.cli", "compare", SCENARIO, "--out", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return released(_bare(done.stdout).replace(folder.as_posix(), SHOWN_FOLDER))


def figure_of(folder: Path) -> str:
    """The figure that README shows, of the finished run in `folder`."""
    return released((folder / "figures" / FIGURE).read_text(encoding="utf-8"))


def released(text: str) -> str:
    """What a run or figure tells once table and posterior were made again: between releases a canary may be all they stand by."""
    _, canary = Words("en").text("drawn_from.canary", source="|").split("|")
    return text.replace(canary, "")


def made_from() -> dict[str, Any]:
    """What decides the outcomes of the run, as it is now: scenario, policies, size and the draws of the posterior.

    Engine, city and estimates are left to the digests of the draws, which say whether they give the same bits.
    """
    asked = _specification()
    decided = {name: asked.identity[name] for name in ("scenario", "policies", "draws", "seed", "scale")}
    return {**decided, "posterior": digest([shipped_posterior(asked.scenario.city).draws])}


def keep(folder: Path) -> dict[Path, str]:
    """The text of each file of docs/default_run/, from the finished run in `folder`."""
    scenario, outcomes = _specification().scenario, folder / "outcomes.parquet"
    carries = Study.open(folder).carried().table()
    comparison = compare(outcomes, scenario.reference, WINDOW)
    leading = comparison[comparison["outcome"].isin(SHOWN)]
    digests = [
        digest(rows_of_run(outcomes, name, draw) for name in scenario.names) for draw in range(made_from()["draws"])
    ]
    return {
        COMPARISON: leading.to_csv(index=False, lineterminator="\n"),
        CARRIED: carries.to_csv(index=False, lineterminator="\n"),
        DRAWS: canonical({"made_from": made_from(), "digests": digests}),
    }


def kept_comparison() -> pd.DataFrame:
    """The comparison that was kept, number for number."""
    texts = pd.read_csv(COMPARISON, dtype=str)
    numbers = texts.columns.drop(["policy", "outcome", "unit", "settled", "draws", "draws_needed"])
    exact = {
        name: [float(text) for text in texts[name]] for name in numbers
    }  # pandas' own reader may be off by a last bit
    return texts.assign(
        **exact,
        settled=texts["settled"] == "True",
        draws=texts["draws"].astype(int),
        draws_needed=pd.to_numeric(texts["draws_needed"]).astype("Int64"),
    )


def kept_carried() -> Carried:
    """What carries the differences of the comparison that was kept."""
    return Carried.from_table(pd.read_csv(CARRIED, float_precision="round_trip"))


def kept_draws() -> dict[str, Any]:
    """What the run that was kept was made from, and the digest of each of its draws."""
    found: dict[str, Any] = json.loads(DRAWS.read_text(encoding="utf-8"))
    return found


def repeated(draws: Iterable[int]) -> dict[int, str]:
    """Digests of some draws, all policies of each, simulated now."""
    runs = _specification().ensemble(workers=1)
    return {draw: digest(runs.rows(draw)) for draw in draws}


def digest(arrays: Iterable[Any]) -> str:
    """First 16 hex digits of the SHA-256 of numbers: of a draw, float64 (months + 1, outcomes) for each policy in its order."""
    found = hashlib.sha256()
    for rows in arrays:
        found.update(np.ascontiguousarray(rows, dtype="<f8").tobytes())
    return found.hexdigest()[:16]


def printed(comparison: pd.DataFrame, carries: Carried) -> str:
    """What `make compare` prints of a comparison and of what carries it."""
    words, screen = Words("en"), io.StringIO()
    with contextlib.redirect_stdout(screen):
        table.show_comparison(comparison, _facts(), words, carries)
        print(say("en", "written", folder=SHOWN_FOLDER))
    return released(_bare(screen.getvalue()))


def readme_figure(comparison: pd.DataFrame) -> str:
    """The figure of README, as SVG."""
    words = Words("en")
    about = _facts()
    style = figures.Style(about.titles, about.reference, words, about.drawn_from)
    name = Path(FIGURE).stem
    return released(figures.as_svg(name, lambda: figures.forest(comparison, style), style).decode())


def _specification() -> Specification:
    return specified(ROOT / SCENARIO, ROOT / SHOWN_FOLDER)


def _facts() -> Facts:
    return facts(_specification(), {})


def _bare(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
