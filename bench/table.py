"""Targets and what was measured, row by row."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

MB = 1e6
WORKERS = 2  # each with a city of its own


@dataclass(frozen=True)
class Row:
    """A line of the table: what, target, measured here, and whether the target is met (None: no target, or not measured)."""

    what: str
    target: str
    here: str
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """The last cell."""
        return {True: "met", False: "not met", None: ""}[self.met]


def speed(found: dict[str, Any]) -> Iterator[Row]:
    """The full model on one thread, memory, the floor."""
    ns, encounter, floor = found["ns"], found["encounter"], found["ns"] / found["floor"]
    yield Row(
        f"Full model, {found['citizens']:,} citizens and {found['staff']:,} staff, one thread, 0.1 encounters a citizen-month",
        "at most 3 ns a citizen-month (reach for 2)",
        f"{ns:.2f} ns ({found['months']} months in {found['seconds']:.3f} s)",
        ns <= 3.0,
    )
    yield Row("An encounter (slope of the curve)", "at most 10 ns", f"{encounter:.1f} ns", encounter <= 10.0)
    points = ", ".join(f"{rate:.2f}: {value:.2f}" for rate, value in found["curve"])
    yield Row("The same at other rates of encounters", "the curve for 0.02 to 0.3", f"{points} ns")
    what = (
        f"Against a numpy copy of the columns a month touches ({found['floor_bytes']} bytes, {found['floor']:.2f} ns)"
    )
    yield Row(what, "within 2.5 ×", f"{floor:.2f} ×", floor <= 2.5)
    for what in ("of a run", "of a run whose start is kept for other policies"):
        held = found["bytes"][what]
        yield Row(f"Memory {what}", "at most 32 bytes a citizen", f"{held:.1f} bytes", held <= 32.0)


def mesa(found: dict[str, Any], ns: float | None) -> Iterator[Row]:
    """Plain Mesa objects doing the same work."""
    same = found["objects"] / found["engine"]
    text = f"{same:,.0f} × ({found['objects']:,.0f} against {found['engine']:.2f} ns)"
    what = f"The same model as plain Mesa objects, the same {found['citizens']:,} citizens, same bits"
    yield Row(what, "at least 400 × slower", text, same >= 400.0)
    if ns is not None:
        yield Row("The same, against the engine on the whole city", "", f"{found['objects'] / ns:,.0f} ×")


def ensembles(found: dict[str, Any]) -> Iterator[Row]:
    """Runs a second, two workers, memory of many runs."""
    small, single, whole = found["small"], found["single"], found["whole"]
    what = f"Small runs (scale {found['scale']:g}, {found['months']} months), 2 workers"
    rate, alone = small["rate"], single["rate"]
    yield Row(f"{what}; eight policies share a settled city", "at least 1,000 a second", f"{rate:,.0f}", rate >= 1000.0)
    yield Row(f"{what}; one policy, so that each run settles its own city", "", f"{alone:,.0f}")
    yield Row("2 workers against 1, whole cities", "at least 1.9 ×", f"{whole['gain']:.2f} ×", whole["gain"] >= 1.9)
    yield Row("2 workers against 1, small runs", "at least 1.9 ×", f"{small['gain']:.2f} ×", small["gain"] >= 1.9)
    few, many = found["peak"]["bytes"]
    runs = found["peak"]["runs"]
    text = f"{100 * (many / few - 1):+.0f} % ({few / MB:,.0f} and {many / MB:,.0f} MB)"
    yield Row(f"Peak memory of {runs[1]:,} runs against {runs[0]:,}", "within 10 %", text, many <= 1.1 * few)


def first_result(found: dict[str, float]) -> Iterator[Row]:
    """Compiling and starting."""
    text = f"{found['compile']:.1f} s ({found['cold']:.1f} s from a fresh process to the first result)"
    yield Row("Compiling, with an empty cache", "at most 25 s, once", text, found["compile"] <= 25.0)
    what = "Fresh process to first result, with the compiled engine in the cache"
    yield Row(what, "at most 1 s", f"{found['warm']:.2f} s", found["warm"] <= 1.0)


def nation(found: dict[str, Any]) -> Iterator[Row]:
    """As many citizens as Indonesia has adults."""
    people = f"{found['adults'] / 1e6:,.0f} M citizens and {found['staff'] / 1e6:.1f} M staff"
    text = f"{found['seconds']:.0f} s with the settling of every city, {found['without_settling']:.0f} s without"
    text += f" ({sum(found['processor'].values()):.0f} s of processor time)"
    what = f"{people} in {found['cities']} cities, {found['months']} months, 2 threads"
    yield Row(what, "at most 60 s", text, found["seconds"] <= 60.0)
    grown, largest = found["peak"] - found["before"], found["largest_memory"]
    text = f"{grown / MB:,.0f} MB above the start; the engine of the largest city is {largest / MB:,.0f} MB"
    yield Row("Its memory, two cities at a time", "that of the largest city", text, grown <= WORKERS * 1.1 * largest)


def peers(found: dict[str, Any]) -> Iterator[Row]:
    """Other libraries on the common small model."""
    ours = found.get("asnlab's way", {}).get("ns")
    for name, one in found.items():
        if "missing" in one:
            yield Row(f"Common small model: {name}", "", f"not measured: {one['missing']}")
        else:
            ratio = f" ({one['ns'] / ours:,.0f} ×)" if ours and name != "asnlab's way" else ""
            what = f"Common small model, {one['people']:,} citizens: {name}"
            yield Row(what, "", f"{one['ns']:,.2f} ns a citizen-month{ratio}")


def rows(results: dict[str, Any]) -> list[Row]:
    """The whole table; sections that were not measured say how to measure them."""
    found: list[Row] = []
    whole = results.get("speed")
    sections = {
        "speed": speed, "mesa": lambda part: mesa(part, whole["ns"] if whole else None), "ensembles": ensembles,
        "first_result": first_result, "nation": nation, "peers": peers,
    }  # fmt: skip
    # Parts of a run and of a start have no targets of their own: the page has a table of them.
    for name, section in sections.items():
        if name in results:
            found += section(results[name])
        else:
            found.append(Row(f"({name})", "", "not measured yet: make bench" + ("-nation" if name == "nation" else "")))
    return found


def show(table: list[Row], verdicts: bool = True) -> None:
    """Print the table; wide where nothing says how wide the screen is."""
    console = Console(width=None if sys.stdout.isatty() else 150)
    screen_table = Table("what", "target", "measured here", "", box=box.SIMPLE)
    for row in table:
        colour = {True: "green", False: "red", None: ""}[row.met]
        screen_table.add_row(row.what, row.target, row.here, Text(row.verdict if verdicts else "", style=colour))
    console.print(screen_table)


def markdown(table: list[Row]) -> str:
    """The table for a page."""
    lines = ["| what | target | measured | |", "|---|---|---|---|"]
    return "\n".join(lines + [f"| {r.what} | {r.target} | {r.here} | {r.verdict} |" for r in table])
