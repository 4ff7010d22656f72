"""Tables of docs/reliability.md: `python -m docs.reliability [FILES]` tries so many files of each cell [1000] and writes them again."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from docs.refresh import filled
from tests.analysis.evaluation.verdict_cases import SURVEYS, TRAININGS, Tried, tried

__all__ = ["PAGE", "surveys", "trainings"]

PAGE = Path(__file__).with_name("reliability.md")


def trainings(found: dict[str, Tried]) -> str:
    """Made-up useless trainings: shares of verdicts, and of intervals that hold the truth."""
    rows = [
        "| made-up training, true effect 0 | files | “effective” | “harmful” | interval holds it |",
        "|---|---|---|---|---|",
    ]
    for name, t in found.items():
        cells = [_share(t, share) for share in (t.effective, t.harmful, t.covered)]
        rows.append(f"| {name} | {t.files} | {' | '.join(cells)} |")
    return "\n".join(rows)


def surveys(found: dict[str, Tried]) -> str:
    """Made-up surveys: share of intervals that hold the index of everybody."""
    rows = ["| made-up survey | files | interval holds it |", "|---|---|---|"]
    rows += [f"| {name} | {t.files} | {_share(t, t.covered)} |" for name, t in found.items()]
    return "\n".join(rows)


def _share(found: Tried, share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.1f} % ± {100 * found.error(share):.1f}"


def main(files: int) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for block, table, cells in (("trainings", trainings, TRAININGS), ("surveys", surveys, SURVEYS)):
        text = filled(text, block, table({name: tried(made, files) for name, made in cells.items()}))
    PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
