"""Put the figures of results/bench.json into docs/performance.md: `python -m bench.write_docs`.

Only blocks between `<!-- begin NAME -->` and `<!-- end NAME -->` are written, as in `docs.refresh`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.__main__ import RESULTS, SECTIONS, kept
from bench.clock import ROOT
from bench.table import markdown, rows
from docs.refresh import filled, write

PAGE = ROOT / "docs" / "performance.md"


def cells(*lines: list[str]) -> str:
    """A Markdown table; the first line is its head."""
    head, *rest = ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join([head, "|" + "---|" * len(lines[0]), *rest])


def machine(found: dict[str, Any]) -> str:
    """What the figures were measured on."""
    m = found["machine"]
    return (
        f"Measured on {m['cores']} cores ({m['processor']}), {m['system']}, Python {m['python']}, numpy {m['numpy']}, "
        f"numba {m['numba']}; load average when it began: {m['load']:.1f}."
    )


def targets(found: dict[str, Any]) -> str:
    """Everything but the peers, which have a table of their own."""
    return markdown(rows({name: part for name, part in found.items() if name != "peers"} | {"peers": {}}))


def curve(found: dict[str, Any]) -> str:
    """Time against the rate of encounters."""
    part = found["speed"]
    lines = [[f"{rate:.3f}", f"{ns:.2f}"] for rate, ns in part["curve"]]
    fit = f"A straight line through them: {part['everybody']:.2f} ns for everybody and {part['encounter']:.1f} ns an encounter."
    return cells(["encounters a citizen-month", "ns a citizen-month"], *lines) + "\n\n" + fit


def roofline(found: dict[str, Any]) -> str:
    """What has to be moved and drawn, and what this machine could do at best."""
    part, moved = found["speed"], found["speed"]["moved"]
    least = 1e9 * moved["bytes"] / part["copy_rate"]
    return cells(
        ["a citizen-month", ""],
        ["bytes between memory and core", f"{moved['bytes']:.1f}"],
        ["of it, share of lines of `expected` and `lived` that some visitor needs", f"{100 * moved['lines']:.0f} %"],
        ["64-bit hashes", f"{moved['hashes']:.2f}"],
        ["random numbers taken from them", f"{moved['numbers']:.1f}"],
        ["copy rate of one thread, read and written bytes both counted", f"{part['copy_rate'] / 1e9:.1f} GB/s"],
        ["so the bytes alone take at least", f"{least:.2f} ns"],
        ["measured, everything included", f"{part['ns']:.2f} ns ({part['ns'] / least:.1f} × the bytes)"],
    )


def run_parts(found: dict[str, Any]) -> str:
    """What a small run is made of."""
    part = found["parts"]["run"]
    whole, unasked, alone = part["months"], part["without the survey"], part["without encounters too"]
    policies = found["ensembles"]["policies"]
    shared = (part["settle"] + part["parameters"]) / policies
    lines = [
        ["months, all of it", whole],
        ["of it: answers to the official survey", whole - unasked],
        ["of it: encounters", unasked - alone],
        ["of it: everything else (staff, units, areas, everybody's trust)", alone],
        [f"once a draw, shared by {policies} policies: settling the city", part["settle"] / policies],
        [f"once a draw, shared by {policies} policies: parameters", part["parameters"] / policies],
    ]
    counted = found["ensembles"]["small"]["rate"]
    best = 2.0 / part["at the whole city's price"]
    said = (
        f"So two threads could do {2.0 / (whole + shared):,.0f} runs a second at best (counted: {counted:,.0f}). "
        f"With {part['citizens']:,} citizens at the whole city's price each, and nothing else, it would be {best:,.0f}."
    )
    return cells(["a small run on one thread", "ms"], *[[n, f"{1e3 * v:.2f}"] for n, v in lines]) + "\n\n" + said


def thread_parts(found: dict[str, Any]) -> str:
    """What a second thread adds to the engine alone."""
    alone, small, whole = found["parts"]["threads"], found["ensembles"]["small"], found["ensembles"]["whole"]
    return cells(
        ["two threads against one", "the engine alone", "an ensemble, with what Python does between"],
        ["whole cities", f"{alone['whole']:.2f} ×", f"{whole['gain']:.2f} ×"],
        ["small cities", f"{alone['small']:.2f} ×", f"{small['gain']:.2f} ×"],
    )


def start_parts(found: dict[str, Any]) -> str:
    """What a start from the cache is made of."""
    steps = found["parts"]["start"]
    lines = [[name, f"{value:.2f}"] for name, value in steps.items()]
    return cells(["a start from the cache", "s"], *lines, ["all", f"{sum(steps.values()):.2f}"])


def memory(found: dict[str, Any]) -> str:
    """What an engine holds."""
    return cells(["bytes a citizen", ""], *[[k, f"{v:.1f}"] for k, v in found["speed"]["bytes"].items()])


def peers(found: dict[str, Any]) -> str:
    """Other libraries on the common small model."""
    part = found["peers"]
    ours = part["asnlab's way"]["ns"]
    lines = []
    for name, one in sorted(part.items(), key=lambda item: -item[1].get("ns", 0.0)):
        if "missing" in one:
            lines.append([name, "", "", "not measured", ""])
        else:
            library = f"{one['library']} {one['version']}"
            lines.append([name, library, f"{one['people']:,}", f"{one['ns']:,.2f}", f"{one['ns'] / ours:,.0f} ×"])
    return cells(["written as", "library", "citizens", "ns a citizen-month", "against asnlab's way"], *lines)


def nation(found: dict[str, Any]) -> str:
    """Where the nation's time goes."""
    part = found["nation"]
    spent = part["processor"]
    return (
        f"The largest of {part['cities']} cities has {part['largest']:,} adults, the smallest {part['smallest']:,}. "
        f"{part['seconds']:.0f} s on the clock; processor time: {spent['build']:.0f} s building cities, "
        f"{spent['settle']:.0f} s settling them, {spent['months']:.0f} s for {part['months']} months."
    )


BLOCKS: dict[str, Callable[[dict[str, Any]], str]] = {
    "machine": machine, "targets": targets, "curve": curve, "roofline": roofline, "memory": memory, "peers": peers, "nation": nation,
    "run-parts": run_parts, "thread-parts": thread_parts, "start-parts": start_parts,
}  # fmt: skip


def with_figures(text: str, found: dict[str, Any]) -> str:
    """The page with every block written again."""
    for name, block in BLOCKS.items():
        text = filled(text, name, block(found))
    return text


def main(page: Path = PAGE) -> int:
    """Write the page; needs every section measured."""
    found = kept()
    missing = [name for name in SECTIONS if name not in found]
    if missing:
        where = RESULTS.relative_to(ROOT).as_posix()
        print(
            f"bench: {where}: {', '.join(missing)} not measured; run make bench and make bench-nation", file=sys.stderr
        )
        return 2
    write(page, with_figures(page.read_text(encoding="utf-8"), found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
