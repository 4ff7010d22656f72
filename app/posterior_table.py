"""A posterior as a table in the terminal."""

from __future__ import annotations

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.locale import say
from simulation.parameters import Parameters
from simulation.posterior.nuisance import NAMES
from simulation.posterior.posterior_file import Posterior

__all__ = ["show"]

WIDTH = 120


def show(posterior: Posterior) -> None:
    """Print every nuisance parameter with its posterior, contraction and class, and a note on what the posterior does not say."""
    console = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False)
    registry = Parameters.load(posterior.city).table
    table = Table(
        title=Text(say("en", "posterior_title", city=posterior.city)),
        title_justify="left",
        title_style="bold",
        pad_edge=False,
        box=None,
    )
    table.add_column("parameter", no_wrap=True)
    for name in ("median", "90 %", "contraction"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("class", no_wrap=True)
    table.add_column("unit")
    for name in NAMES:
        middle, low, high = posterior.interval(name)
        klass = "calibrated" if name in posterior.calibrated else f"{registry[name].klass}, prior kept"
        shrunk = f"{100 * posterior.contraction[name]:.0f} %"
        table.add_row(name, f"{middle:.3g}", f"{low:.3g} to {high:.3g}", shrunk, klass, registry[name].unit)
    console.print(table)
    console.print(Text(say("en", "posterior_note")))
    if posterior.edge:
        console.print(Text(say("en", "posterior_edge", names=", ".join(posterior.edge)), style="bold"))
