"""The canary of a reference table: stored moments of some of its runs, which show whether a change of the sources changed any moment.

Where the hashes of a table differ from today's, the runs of its canary are simulated again with today's sources and priors. If all of
them agree, the table and its posteriors remain valid: that is evidence, not proof. The runs are those that hold each parameter's smallest
and largest value, filled up with others. A verdict is kept in the user's cache under today's hashes.

Some moments go through numpy, whose sums depend on the processor: they are compared to 1e-12. In 128 runs they differed by 1.5e-14 at most
between core types of OpenBLAS (Prescott, Nehalem, Haswell, SkylakeX), numpy with and without vectors, and C libraries with and without FMA.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from data.errors import InputError
from simulation.engine.compiled import announce_compile
from simulation.engine.records import Float64s, Int64s
from simulation.parameters import Parameters
from simulation.posterior.moment_runs import MomentRuns
from simulation.posterior.moments import MOMENT_NAMES
from simulation.posterior.places import cache_folder
from simulation.posterior.stamps import read_parameters
from simulation.whole_file import write_whole

__all__ = ["DRAWS", "Canary", "difference", "load_canary", "telling_runs", "verdict"]

DRAWS = 512
SAME = 1e-12  # of a moment, or of 1 where it is smaller
FORMAT = 1
KEPT_VERDICTS = 64


@dataclass(frozen=True)
class Canary:
    """Moments of some runs of a table.

    Attributes: city; seed; numbers of the runs, int64 (draws,); moments, float64 (draws, moments) on their scales; stamps, hashes of what
    the table was made from.
    """

    city: str
    seed: int
    numbers: Int64s
    moments: Float64s
    stamps: Mapping[str, str]

    @property
    def sha256(self) -> str:
        """Hash of its whole content."""
        about = [FORMAT, self.city, self.seed, self.numbers.tolist(), self.moments.tolist(), dict(self.stamps)]
        return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()

    def write(self, file: Path) -> None:
        """Write it as Parquet, whole or not at all. Raises InputError."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = {"number": self.numbers} | {m: self.moments[:, j] for j, m in enumerate(MOMENT_NAMES)}
        about = {
            "format": FORMAT, "city": self.city, "seed": self.seed, "stamps": dict(self.stamps), "sha256": self.sha256,
        }  # fmt: skip
        sink = pa.BufferOutputStream()
        table = pa.table(columns).replace_schema_metadata({"asnlab": json.dumps(about)})
        pq.write_table(table, sink, compression="zstd", use_dictionary=False, use_byte_stream_split=list(MOMENT_NAMES))
        write_whole(file, sink.getvalue())


def load_canary(file: Path) -> Canary:
    """Read a canary. Raises InputError when it cannot be read, was edited, or has other moments than today's."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file)
        about = dict(json.loads(table.schema.metadata[b"asnlab"]))
        if about["format"] != FORMAT or table.column_names != ["number", *MOMENT_NAMES]:
            raise ValueError("other moments, or another format")
        numbers = table["number"].to_numpy().astype(np.int64)
        moments = np.column_stack([table[m].to_numpy() for m in MOMENT_NAMES]).astype(float)
        found = Canary(str(about["city"]), int(about["seed"]), numbers, moments, dict(about["stamps"]))
        if found.sha256 != about["sha256"] or not len(numbers):
            raise ValueError("edited, or empty")
        return found
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{file}: is not a canary of this version ({' '.join(str(error).split())[:80]})") from error


def telling_runs(parameters: Parameters, seed: int, runs: int, size: int = DRAWS) -> Int64s:
    """Which of the first `runs` runs of a table make its canary: int64, in order.

    Those with the smallest and the largest value of each parameter that moments may read, and others spread evenly until there are `size`.
    """
    names = sorted(read_parameters(tuple(sorted(parameters.table))))
    rows = (parameters.places(seed, k) for k in range(runs))
    places = np.array([[row[name] for name in names] for row in rows])
    chosen = {int(k) for k in (*places.argmin(axis=0), *places.argmax(axis=0))}
    others = [k for k in range(runs) if k not in chosen]
    more = min(max(size - len(chosen), 0), len(others))
    chosen |= {others[i * len(others) // more] for i in range(more)}
    return np.array(sorted(chosen), dtype=np.int64)


def difference(canary: Canary, parameters: Parameters, draw: Callable[[int], Float64s] | None = None) -> str | None:
    """The difference in the first run whose moments are not those of the canary, None when all agree.

    Args: parameters, with the priors of a table; draw, gives the moments of a run by its number; default today's model, on threads.
    """
    for number, kept, found in zip(
        canary.numbers.tolist(), canary.moments, _moments(canary, parameters, draw), strict=False
    ):
        if isinstance(found, str):
            return f"run {number} of its canary gives no moments ({found})"
        apart = ~(np.abs(found - kept) <= SAME * np.maximum(np.abs(kept), 1.0))
        if apart.any():
            j = int(apart.argmax())
            return f"run {number} of its canary gives {found[j]:.6g} for {MOMENT_NAMES[j]}, it was {kept[j]:.6g}"
    return None


def _moments(
    canary: Canary, parameters: Parameters, draw: Callable[[int], Float64s] | None
) -> Iterator[Float64s | str]:
    """Moments of the canary's runs in order; a text where a run gives none. Ends the runs that wait when it is left."""
    local = threading.local()

    def today(number: int) -> Float64s:
        if not hasattr(local, "runs"):
            local.runs = MomentRuns(canary.city)
        runs: MomentRuns = local.runs
        return runs.draw(parameters, canary.seed, number)

    def moments(number: int) -> Float64s | str:
        try:
            return (draw or today)(number)
        except (ArithmeticError, ValueError) as error:
            return " ".join(str(error).split())

    pool = ThreadPoolExecutor(os.cpu_count() or 1)
    try:
        yield from pool.map(moments, canary.numbers.tolist())
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def verdict(canary: Canary, now: Mapping[str, str], parameters: Parameters) -> str | None:
    """Like `difference`, but simulated only once for each state of the sources: the verdict is kept.

    Args: now, hashes of today; parameters, with the priors of a table.
    """
    question = json.dumps([canary.sha256, dict(now)], sort_keys=True)
    file = cache_folder() / "canary" / f"{hashlib.sha256(question.encode()).hexdigest()[:32]}.json"
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))["difference"]
        if kept is None or isinstance(kept, str):
            return kept
    except (OSError, ValueError, KeyError, TypeError):
        pass  # no verdict is kept, or it cannot be used
    announce_compile()
    print(
        f"The model changed since the posterior of {canary.city} was made: comparing moments of {len(canary.numbers)} runs, once, "
        "about 15 seconds ...",
        file=sys.stderr,
        flush=True,
    )
    found = difference(canary, parameters)
    try:
        write_whole(file, json.dumps({"difference": found}).encode())
        for old in sorted(file.parent.glob("*.json"), key=lambda f: f.stat().st_mtime)[:-KEPT_VERDICTS]:
            old.unlink(missing_ok=True)
    except (InputError, OSError):
        pass  # a cache that cannot be written only costs the time again
    return found
