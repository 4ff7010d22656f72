"""Put what was found into docs/calibration.md.

    python -m docs.calibration validation    what `make validate` found; it runs this at its end
    python -m docs.calibration scales        moments at small scales against those of the whole city (a minute)

Only blocks between `<!-- begin NAME -->` and `<!-- end NAME -->` are written.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from data import default_city
from data.errors import InputError
from docs.refresh import ROOT, filled, run_parts, write
from docs.tables import table
from simulation.posterior.moment_runs import ADULTS, STAFF, MomentRuns
from simulation.posterior.moments import MOMENT_NAMES
from simulation.posterior.nuisance import table_parameters

FOUND = ROOT / "results" / "validation" / "validation.json"
PAGE = ROOT / "docs" / "calibration.md"
LEVELS = (50, 80, 90)
SCALES = (
    (ADULTS, STAFF),
    (0.05, 0.1),
    (0.02, STAFF),
)  # shares of adults and staff: the table's, and two that were not used
DRAWS, SEED = 200, 5


def parameters(found: dict[str, Any]) -> str:
    """Posterior, contraction, class, coverage and recovery of each parameter."""
    heads = [
        "parameter",
        "median (90 %)",
        "contraction",
        "class",
        "50 / 80 / 90 % intervals held",
        "recovery",
    ]
    rows = []
    for p in found["parameters"]:
        held = " / ".join(f"{100 * p[f'coverage_{level}']:.0f}" for level in LEVELS)
        values = f"{p['median']:.3g} ({p['low']:.3g} to {p['high']:.3g})"
        share, recovery = f"{100 * p['contraction']:.0f} %", f"{p['recovery']:.2f}"
        rows.append([f"`{p['parameter']}`", values, share, p["class"], held, recovery])
    return table(heads, rows)


def coverage(found: dict[str, Any]) -> str:
    """Coverage over all parameters, ranks, and targets inside their predictions."""
    shares = {level: [100 * p[f"coverage_{level}"] for p in found["parameters"]] for level in LEVELS}
    errors = [100 * math.sqrt(level / 100 * (1 - level / 100) / found["about"]["fresh_draws"]) for level in LEVELS]
    rows = [
        [f"{level} %", f"{np.mean(values):.0f} %", f"{min(values):.0f} to {max(values):.0f} %", f"{error:.1f} points"]
        for (level, values), error in zip(shares.items(), errors, strict=True)
    ]
    ranks = [p["within_band_of_all"] for p in found["parameters"]]
    alone = [f"`{p['parameter']}`" for p in found["parameters"] if not p["within_band"]]
    hits = [fact["hit"] for fact in found["targets"]]
    said = [
        f"Ranks of {sum(ranks)} of {len(ranks)} parameters lie in the ECDF band that holds all together in 95 % of repetitions; "
        f"outside the band of one parameter alone: {', '.join(alone) or 'none'}.",
        f"{sum(hits)} of {len(hits)} targets lie inside their 90 % predictions.",
    ]
    heads = ["interval", "held, mean of parameters", "least and most", "Monte Carlo error of one"]
    return table(heads, rows) + "\n\n" + "\n\n".join(said)


def facts(found: dict[str, Any]) -> str:
    """Predictions of facts that were left out."""
    rows = []
    for fact in found["held_out"]:
        low, high = _number(fact["low"]), _number(fact["high"])
        rows.append(
            [fact["name"], _number(fact["fact"], 4), f"{low} to {high}", "inside" if fact["hit"] else "**miss**"]
        )
    return table(["fact", "published", "predicted, 90 %", ""], rows)


def restated(found: dict[str, Any]) -> str:
    """Targets that restate a parameter, and those that are learned from."""
    rows = [
        [f"`{r['target']}`", f"`{r['parameter']}`", f"{r['r2']:.2f}", "restated" if r["restated"] else "learned"]
        for r in sorted(found["restated"], key=lambda r: -r["r2"])
    ]
    return table(["target", "parameter that explains most of it", "R²", ""], rows)


def _number(value: float, digits: int = 3) -> str:
    """A number of some digits, never with an exponent."""
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.{digits}g}"


VALIDATION: dict[str, Callable[[dict[str, Any]], str]] = {
    "parameters": parameters,
    "coverage": coverage,
    "facts": facts,
    "restated": restated,
}


def with_figures(text: str, found: dict[str, Any]) -> str:
    """The page with the blocks of a validation written again."""
    for name, block in VALIDATION.items():
        text = filled(text, name, block(found))
    return text


def refresh_validation(page: Path = PAGE, results: Path = FOUND) -> None:
    """Write the page from the numbers of the last validation. Raises InputError when there is none."""
    if not results.exists():
        raise InputError(f"{results.name}: not there; run make validate")
    found = json.loads(results.read_text(encoding="utf-8"))
    write(page, with_figures(page.read_text(encoding="utf-8"), found))


def moments_at(adults: float, staff: float, draws: int) -> Any:
    """Moments of the first draws of the table's parameters at these shares of adults and staff: float64 (draws, moments)."""
    city = default_city()
    moment_runs, parameters = MomentRuns(city, adults, staff), table_parameters(city)
    return np.array([moment_runs.draw(parameters, SEED, k) for k in range(draws)])


def scales_table(draws: int = DRAWS, scales: tuple[tuple[float, float], ...] = SCALES, whole: float = 1.0) -> str:
    """Differences from the whole city, same parameters, same luck by coordinate, in their standard errors."""
    full, rows = moments_at(whole, whole, draws), []
    for adults, staff in scales:
        apart = moments_at(adults, staff, draws) - full
        mean, error = apart.mean(axis=0), apart.std(axis=0, ddof=1) / math.sqrt(draws)
        z = np.divide(mean, error, out=np.zeros_like(mean), where=error > 0.0)  # a moment may be the same in each draw
        most = int(np.argmax(np.abs(z)))
        shares = [f"{100 * adults:g} %", f"{100 * staff:g} %"]
        rows.append([*shares, f"`{MOMENT_NAMES[most]}`", f"{mean[most]:+.2f}", f"{z[most]:+.1f}"])
    heads = ["adults", "staff", "moment that differs most", "difference, on its scale", "in standard errors"]
    return table(heads, rows) + f"\n\n{draws} draws of the table's parameters, each also in the whole city."


def refresh_scales() -> None:
    """Write the table of scales."""
    write(PAGE, filled(PAGE.read_text(encoding="utf-8"), "scales", scales_table()))


PARTS: dict[str, Callable[[], None]] = {"validation": refresh_validation, "scales": refresh_scales}


if __name__ == "__main__":
    try:
        sys.exit(run_parts(sys.argv[1:], PARTS))
    except InputError as error:
        sys.exit(f"docs: {error}")
