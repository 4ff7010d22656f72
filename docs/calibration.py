"""Put what `make validate` found into docs/calibration.md: `python -m docs.calibration`, which `make validate` runs at its end.

Only blocks between `<!-- begin NAME -->` and `<!-- end NAME -->` are written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from docs.refresh import ROOT, filled, write

FOUND = ROOT / "results" / "validation" / "validation.json"
PAGE = ROOT / "docs" / "calibration.md"


def parameters(found: dict[str, Any]) -> str:
    """Posterior, contraction, class, coverage and recovery of each parameter."""
    lines = [
        "| parameter | median (90 %) | contraction | class | 50 / 80 / 90 % intervals held | recovery |",
        "|---|---|---|---|---|---|",
    ]
    for p in found["parameters"]:
        held = " / ".join(f"{100 * p[f'coverage_{level}']:.0f}" for level in (50, 80, 90))
        values = f"{p['median']:.3g} ({p['low']:.3g} to {p['high']:.3g})"
        share = f"{100 * p['contraction']:.0f} %"
        lines.append(f"| `{p['parameter']}` | {values} | {share} | {p['class']} | {held} | {p['recovery']:.2f} |")
    return "\n".join(lines)


def facts(found: dict[str, Any]) -> str:
    """Predictions of facts that were left out."""
    lines = ["| fact | published | predicted, 90 % | |", "|---|---|---|---|"]
    for fact in found["held_out"]:
        verdict = "inside" if fact["hit"] else "**miss**"
        low, high = _number(fact["low"]), _number(fact["high"])
        lines.append(f"| {fact['name']} | {_number(fact['fact'], 4)} | {low} to {high} | {verdict} |")
    return "\n".join(lines)


def _number(value: float, digits: int = 3) -> str:
    """A number of some digits, never with an exponent."""
    return f"{value:,.0f}" if abs(value) >= 1000.0 else f"{value:.{digits}g}"


def with_figures(text: str, found: dict[str, Any]) -> str:
    """The page with its blocks written again."""
    return filled(filled(text, "parameters", parameters(found)), "facts", facts(found))


def main(page: Path = PAGE, results: Path = FOUND) -> int:
    """Write the page from the numbers of the last validation."""
    if not results.exists():
        print(f"docs: {results.name}: not there; run make validate", file=sys.stderr)
        return 2
    found = json.loads(results.read_text(encoding="utf-8"))
    write(page, with_figures(page.read_text(encoding="utf-8"), found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
