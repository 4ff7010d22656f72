"""What evaluations taught, in the terminal: the studies, and each effect before and after."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.locale import say

if TYPE_CHECKING:
    from analysis.calibration.own_evaluation.studies import Study
    from analysis.calibration.own_evaluation.update import Update
    from simulation.posterior.posterior_file import Posterior

__all__ = ["show_taught"]

WIDTH = 120


def show_taught(
    posterior: Posterior, studies: Sequence[Study], found: Update, surprising: Sequence[tuple[Study, float]]
) -> None:
    """Print studies with their bias, effects before and after, how the draws were made, and studies that the prior did not expect."""
    assert posterior.taught is not None
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    table = _table(say("en", "taught_studies"), ("course", "is a", "level", "design", "effect, SD", "error", "bias"))
    for s in studies:
        numbers = (f"{s.value:+.2f}", f"{s.error:.2f}", f"{s.bias:.2f} ± {s.bias_sd:.2f}")
        table.add_row(*map(Text, (s.course, s.is_a, s.level, s.design, *numbers)))
    console.print(table)
    console.print()
    table = _table(say("en", "taught_effects", city=posterior.city), ("effect", "before", "after", "moved, SD before"))
    for name in found.names:
        before, spread, after, left = posterior.taught.moved(name)
        moved = (after - before) / spread if spread else 0.0
        table.add_row(name, f"{before:.3f} ± {spread:.3f}", f"{after:.3f} ± {left:.3f}", f"{moved:+.2f}")
    console.print(table)
    key = "taught_fresh" if found.fresh else "taught_weighted"
    console.print(Text(say("en", key, effective=f"{found.effective:.0f}", k=f"{found.k:.2f}")))
    for study, away in surprising:
        line = say("en", "taught_surprise", course=study.course, level=study.level, value=f"{study.value:+.2f}",
                   away=f"{abs(away):.1f}")  # fmt: skip
        console.print(Text(line, style="bold"))


def _table(title: str, heads: Sequence[str]) -> Table:
    table = Table(title=Text(title), title_justify="left", title_style="bold", pad_edge=False, box=None)
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place == 0 else "right", no_wrap=place > 0)
    return table
