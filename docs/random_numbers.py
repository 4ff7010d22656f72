"""Write the figures of docs/random-numbers.md again: `make streams` (about six minutes on two cores).

Two parts: tests of the streams (`tests/streams.py`), and what common luck saves (`docs/replications.py`, `docs/sequential.py`).
`python -m docs.random_numbers streams` refreshes one part only.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docs import replications, sequential
from docs.refresh import filled, run_parts, write
from docs.replications import CASES, HALF_WIDTHS, POLICIES, apart, crossed, half_widths, needed, paired
from docs.tables import table

PAGE = Path(__file__).with_name("random-numbers.md")
WHAT = {
    "even": "lanes uniform: all 65,536 values, upper and lower 8 bits (chi-square)",
    "fair bits": "each of the 64 bits fair, no two bits alike (correlation)",
    "lanes apart": "lanes of one hash: 64 × 64 bins (chi-square)",
    "serial": "lags 1 to 8 along a coordinate, neighbours in 64 × 64 bins, citizens 1 to 4 apart",
    "neighbours": "next seed, decision, month, area, place: all pairs of lanes, lags -4 to 4",
    "birthdays": "numbers met twice in a box of coordinates; spacings of sorted numbers",
    "flips": "one bit of a coordinate turned over: each bit of the hash turns over half of the time",
}
LABELS = {"competence": "competence", "ikm": "IKM", "trust": "trust", "complaints": "complaints"}


def counted(sampler: Any) -> tuple[Any, list[int]]:
    """A sampler that counts the hashes it gives, and the count."""
    count = [0]

    def stream(start: Any, step: Any, out: Any) -> None:
        count[0] += out.size
        sampler(start, step, out)

    return stream, count


def p_value(p: float) -> str:
    """A p-value as a reader wants it."""
    return "below 1e-12" if p < 1e-12 else f"{p:.2g}"


def stream_tables() -> tuple[str, str]:
    """What the engine's streams give, and which mistakes each test finds."""
    from scipy.stats import kstest

    from tests import streams

    passed, failed, pooled = [], [], []
    for name, test in streams.TESTS.items():
        stream, count = counted(streams.ENGINE)
        found = list(test(stream, streams.MANY))
        pooled += [p for where, p in found if where != "whole hashes met twice"]
        worst = p_value(streams.smallest(found)[1])
        passed.append([name, WHAT[name], f"{count[0] / 1e6:.1f}", str(len(found)), worst])
        row = [streams.smallest(list(test(mistake, streams.MANY)))[1] for mistake in streams.MISTAKES.values()]
        failed.append([name, *(f"fails ({p_value(p)})" if p < 1e-6 else "passes" for p in row)])
    uniform = f"All {len(pooled):,} p-values together are uniform (Kolmogorov-Smirnov p = {kstest(pooled, 'uniform').pvalue:.2f})."
    heads = ["test", "what must hold", "hashes, million", "statistics", "smallest p × statistics"]
    return f"{table(heads, passed)}\n\n{uniform}", table(["test", *streams.MISTAKES], failed)


def runs() -> dict[str, dict[str, Any]]:
    """Runs of every case by where the luck comes from."""
    found = {"coordinate": {name: replications.measure(case) for name, case in CASES.items()}}
    for stream in sequential.STREAMS:
        found[stream] = sequential.run_there(stream, ["chance", "quiet", "drawn"])
    return found


def number(count: int) -> str:
    """A number of replications with two significant digits: more are not known."""
    if count < 100:
        return str(count)
    zeros = len(str(count)) - 2
    return f"{round(count, -zeros):,}"


def factor(saved: float) -> str:
    """How many times fewer replications, with two significant digits."""
    return f"{saved:.1f}" if saved < 10 else number(round(saved))


def rows_of(columns: list[Any], found: Any, outcomes: list[str]) -> list[list[str]]:
    """Rows of a table: policy, outcome, difference, and replications needed with each column of SDs; the last is by coordinate."""
    widths, difference = half_widths(found), (found[1:] - found[:1]).mean(axis=1)
    rows = []
    for k, policy in enumerate(POLICIES[1:]):
        for name in outcomes:
            o = list(HALF_WIDTHS).index(name)
            counts = [needed(float(sds[k, o]), float(widths[o])) for sds in columns]
            saved = (columns[0][k, o] / columns[-1][k, o]) ** 2
            cells = [f"{difference[k, o]:+.3g}", *map(number, counts), factor(float(saved))]
            rows.append([f"`{policy}`", LABELS[name], *cells])
    return rows


def chance_table(found: dict[str, dict[str, Any]]) -> str:
    """Replications needed with parameters at their medians."""
    heads = [
        "policy",
        "outcome",
        "difference",
        "own luck",
        "one stream a run",
        "a stream a process",
        "by coordinate",
        "saved, ×",
    ]
    mine, quiet = found["coordinate"]["chance"], found["coordinate"]["quiet"]
    ways = ("run", "process", "coordinate")
    rows = rows_of([apart(mine), *(paired(found[w]["chance"]) for w in ways)], mine, list(HALF_WIDTHS))
    calm = rows_of([apart(quiet), *(paired(found[w]["quiet"]) for w in ways)], quiet, ["trust"])
    for row in calm:
        row[1] = "trust, no shocks"
    return table(heads, [row for k in range(len(calm)) for row in (*rows[4 * k : 4 * k + 4], calm[k])])


def drawn_table(found: dict[str, dict[str, Any]]) -> str:
    """Replications needed with parameters drawn."""
    mine, other = found["coordinate"]["drawn"], found["coordinate"]["other luck"]
    columns = [
        apart(mine),
        crossed(mine, other),
        *(paired(found[w]["drawn"]) for w in ("run", "process", "coordinate")),
    ]
    heads = ["policy", "outcome", "difference", "own parameters, own luck", "same parameters, own luck", "one stream a run",
             "a stream a process", "by coordinate", "saved, ×"]  # fmt: skip
    return table(heads, rows_of(columns, mine, list(HALF_WIDTHS)))


def scale_table(found: dict[str, dict[str, Any]]) -> str:
    """SDs of a difference by scale of the city."""
    rows = []
    for name in ("chance", "larger"):
        runs_, case = found["coordinate"][name], CASES[name]
        own, common = apart(runs_)[-1], paired(runs_)[-1]
        for o, outcome in enumerate(HALF_WIDTHS):
            saved = factor(float((own[o] / common[o]) ** 2))
            rows.append([f"{case.scale:g}", LABELS[outcome], f"{own[o]:.3g}", f"{common[o]:.3g}", saved])
    return table(["scale", "outcome", "SD, own luck", "SD, by coordinate", "saved, ×"], rows)


def refresh_streams() -> None:
    """Tables of the tests of streams."""
    passed, failed = stream_tables()
    text = PAGE.read_text(encoding="utf-8")
    write(PAGE, filled(filled(text, "streams", passed), "mistakes", failed))


def refresh_replications() -> None:
    """Tables of what common luck saves."""
    found = runs()
    text = filled(PAGE.read_text(encoding="utf-8"), "chance", chance_table(found))
    write(PAGE, filled(filled(text, "drawn", drawn_table(found)), "scale", scale_table(found)))


PARTS: dict[str, Callable[[], None]] = {"streams": refresh_streams, "replications": refresh_replications}


if __name__ == "__main__":
    sys.exit(run_parts(sys.argv[1:], PARTS))
