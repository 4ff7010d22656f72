"""The reference table: prior runs of one city and their moments, made once, queried for any targets of that city.

Parts of the table are written as they are made, to the user's cache: an interrupted command goes on where it stopped. The finished table
is one compact Parquet file: places in the priors and moments, each cut into 65,535 steps between the column's least and most. Beside it
lies its canary, by which the table is still known to be good when sources change that no moment depends on.

A user's own table of a city lies in the cache as well. All tables of a city that fit today's sources are the same runs, some more, some
fewer of them: the one with the most is used.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.calibration.method.regression_abc import to_line
from analysis.calibration.method.table_parts import Parts
from data.errors import InputError
from simulation.engine.compiled import announce_compile
from simulation.parameters import uniform_of
from simulation.posterior.canary import Canary, telling_runs
from simulation.posterior.moment_runs import MomentRuns
from simulation.posterior.moments import MOMENT_NAMES
from simulation.posterior.nuisance import NAMES, table_parameters
from simulation.posterior.places import cached_table_file, canary_file, shipped_table_file
from simulation.posterior.stamps import stamps
from simulation.posterior.standing import CANARY, standing
from simulation.whole_file import write_whole

__all__ = ["RUNS", "SEED", "Table", "built", "load", "of_city", "parts_of"]

RUNS, SEED = 20_000, 20_260
PART = 250
STEPS = 65_535
FORMAT = 1


@dataclass(frozen=True)
class Table:
    """A reference table.

    Attributes: city; seed; place, of each parameter in its prior (runs, parameters); moments (runs, moments) on their scales;
    stamps, hashes of what it was made from; canary, of a table that was just made; stands_by, how it was found to fit today's model ("hash"
    or "canary", "" before it was asked).
    """

    city: str
    seed: int
    place: Any
    moments: Any
    stamps: dict[str, str]
    canary: Canary | None = None
    stands_by: str = ""

    @property
    def line(self) -> Any:
        """Parameters on the scale without bounds."""
        return to_line(self.place)

    def write(self, file: Path) -> None:
        """Write the table as Parquet, whole or not at all, and its canary beside it where it has one.

        Raises: InputError, also when a value is not a number.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not (np.isfinite(self.place).all() and np.isfinite(self.moments).all()):
            raise InputError(f"{file}: not written: the table holds values that are not numbers")
        steps, low, step = self._in_steps()
        columns = {name: steps[:, j] for j, name in enumerate([*(f"place.{n}" for n in NAMES), *MOMENT_NAMES])}
        about = {
            "format": FORMAT, "city": self.city, "seed": self.seed, "stamps": self.stamps, "low": low.tolist(), "step": step.tolist(),
        }  # fmt: skip
        table = pa.table(columns).replace_schema_metadata({"asnlab": json.dumps(about)})
        sink = pa.BufferOutputStream()
        pq.write_table(table, sink, compression="zstd", use_dictionary=False, use_byte_stream_split=True)
        write_whole(file, sink.getvalue())
        if self.canary is not None:
            self.canary.write(canary_file(file))

    def as_written(self) -> Table:
        """This table as its file gives it, in steps: what is shipped beside the file is fitted on this one, so anybody can fit it again."""
        place, moments = _from_steps(*self._in_steps())
        return replace(self, place=place, moments=moments)

    def _in_steps(self) -> tuple[Any, Any, Any]:
        """Places and moments as whole steps (runs, parameters + moments), lowest moments and the width of a moment's step (moments,)."""
        low, high = self.moments.min(axis=0), self.moments.max(axis=0)
        step = np.maximum(high - low, 1e-12) / STEPS
        found = np.hstack([self.place * STEPS, (self.moments - low) / step])
        return np.clip(np.round(found), 0, STEPS).astype(np.uint16), low, step


def _from_steps(steps: Any, low: Any, step: Any) -> tuple[Any, Any]:
    """Places, away from the ends of their priors, and moments on their scales."""
    place = np.clip(steps[:, : len(NAMES)] / STEPS, 0.5 / STEPS, 1.0 - 0.5 / STEPS)
    return place, low + steps[:, len(NAMES) :] * step


def load(file: Path) -> Table:
    """Read a table. Raises InputError when it cannot be read or has other parameters or moments."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file)
        about = dict(json.loads(table.schema.metadata[b"asnlab"]))
        wanted = [*(f"place.{n}" for n in NAMES), *MOMENT_NAMES]
        if about["format"] != FORMAT or table.column_names != wanted:
            raise InputError(f"{file}: has other parameters or moments than this version; {renew(str(about['city']))}")
        steps = np.column_stack([table[c].to_numpy() for c in wanted]).astype(float)
        low, step = (np.array(about[key], dtype=float) for key in ("low", "step"))
        if low.shape != (len(MOMENT_NAMES),) or step.shape != low.shape:
            raise ValueError("other numbers of moments")
        place, moments = _from_steps(steps, low, step)
        if not (len(steps) and np.isfinite(place).all() and np.isfinite(moments).all()):
            raise ValueError("no runs, or values that are not numbers")
        made_from = {str(name): str(value) for name, value in dict(about["stamps"]).items()}
        return Table(str(about["city"]), int(about["seed"]), place, moments, made_from)
    except InputError:
        raise
    except FileNotFoundError:
        raise InputError(
            f"{file}: no such file; a reference table is made with `asnlab calibrate --table --out FILE`"
        ) from None
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{file}: is not a reference table ({' '.join(str(error).split())[:80]})") from error


def renew(city: str) -> str:
    """What to type to make a table again."""
    return f"make it again with `asnlab calibrate --table --city {city}`"


def of_city(city: str, file: Path | None = None, tell: Callable[..., None] = lambda key, **facts: None) -> Table:
    """The table of a city: the file given, or of the shipped one and the user's own the one with more runs.

    Checked against model, priors and profile; one that is out of date is passed over where the other is not.

    Args:
        tell: called with a name ("table_shipped" or "table_own") and facts: how many runs are used, `other`, those of the other table
            or the error why it cannot be used, None where there is none. Then with "table_canary" when it stands by its canary only. For a
            file given, with the latter alone.
    Raises:
        InputError: there is none, or it is of another city or out of date; with the command that makes it.
    """
    if file is not None:
        return _told(_fresh(file, city), tell)
    places = {"shipped": shipped_table_file(city), "own": cached_table_file(city)}
    found: dict[str, Table] = {}
    faults: dict[str, InputError] = {}
    for name, place in places.items():
        if place.exists():
            try:
                found[name] = _fresh(place, city)
            except InputError as error:
                faults[name] = error
    if not found:
        for fault in faults.values():
            raise fault
        raise InputError(
            f"city '{city}': no reference table; another city needs its own: `asnlab calibrate --table --city {city}`"
        )
    name = max(found, key=lambda n: len(found[n].moments))  # the shipped one of two that are alike
    other = "own" if name == "shipped" else "shipped"
    tell(
        f"table_{name}",
        runs=len(found[name].moments),
        other=len(found[other].moments) if other in found else faults.get(other),
    )
    return _told(found[name], tell)


def _told(table: Table, tell: Callable[..., None]) -> Table:
    if table.stands_by == CANARY:
        tell("table_canary")
    return table


def _fresh(file: Path, city: str) -> Table:
    """The table in a file. Raises InputError when it is of another city or out of date."""
    table = load(file)
    if table.city != city:
        raise InputError(
            f"{file}: is a table of city '{table.city}', not of '{city}'; `asnlab calibrate --table --city {city}`"
        )
    found = standing(city, table.stamps, (file,))
    if not found.by:
        raise InputError(
            f"{file.name}: out of date, made from another {' and '.join(found.stale)} than today's ({found.why}); {renew(city)}"
        )
    return replace(table, stands_by=found.by)


def parts_of(city: str, seed: int = SEED) -> Parts:
    """The parts of a city's table that are kept, of today's sources. Raises InputError for an unknown city."""
    return Parts(city, seed, stamps(city, table_parameters(city)))


@contextlib.contextmanager
def built(
    city: str, runs: int = RUNS, seed: int = SEED, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> Iterator[Table]:
    """Make the table of a city, part by part; parts made before by the same sources are used again.

    The parts are removed once the block has ended without an error: the table is written inside it.

    Args: progress, called with the runs done and their number, at first as soon as nothing else makes this table.
    Raises: InputError when another command makes this city's table, a run gives no number, or the cache cannot be written.
    """
    parameters = table_parameters(city)
    parts = parts_of(city, seed)
    local = threading.local()

    def part(first: int) -> Any:
        last = min(first + PART, runs)
        if len(found := parts.read(first)) >= last - first:
            return found[: last - first]
        if not hasattr(local, "moment_runs"):
            local.moment_runs = MomentRuns(city)
        found = np.array([local.moment_runs.draw(parameters, seed, k) for k in range(first, last)])
        parts.keep(first, found)
        return found

    with parts.locked():
        if progress is not None:
            progress(0, runs)
        announce_compile()
        moments = np.concatenate(list(_in_order(part, range(0, runs, PART), workers, runs, progress)))
        place = np.array([[uniform_of(seed, k, name) for name in NAMES] for k in range(runs)])
        numbers = telling_runs(parameters, seed, runs)
        canary = Canary(city, seed, numbers, moments[numbers], parts.stamps)
        yield Table(city, seed, place, moments, parts.stamps, canary)
        parts.remove()


def _in_order(
    part: Callable[[int], Any], firsts: range, workers: int, runs: int, progress: Callable[[int, int], None] | None
) -> Iterator[Any]:
    pool = ThreadPoolExecutor(workers)
    try:
        for first, found in zip(firsts, pool.map(part, firsts), strict=True):
            if progress is not None:
                progress(min(first + PART, runs), runs)
            yield found
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
