"""The reference table: prior runs of one city and their moments, made once, queried for any targets of that city.

Parts of the table are written as they are made, to the user's cache: an interrupted command goes on where it stopped. The finished table
is one compact Parquet file: places in the priors and moments, each cut into 65,535 steps between the column's least and most.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import data
from analysis.calibration.moments import MOMENT_NAMES
from analysis.calibration.nuisance import NAMES, table_parameters
from analysis.calibration.regression_abc import to_line
from analysis.calibration.stamps import stamps
from analysis.calibration.summaries import Bench
from data.errors import InputError
from simulation.compiled import cache_root
from simulation.ensemble import announce_compile
from simulation.parameters import uniform_of

__all__ = ["RUNS", "SEED", "Table", "build", "cached_file", "load", "of_city", "shipped_table_file"]

RUNS, SEED = 20_000, 20_260
PART = 250
STEPS = 65_535
FORMAT = 1


@dataclass(frozen=True)
class Table:
    """A reference table.

    Attributes: city; seed; place, of each parameter in its prior (runs, parameters); moments (runs, moments) on their scales;
    stamps, hashes of what it was made from.
    """

    city: str
    seed: int
    place: Any
    moments: Any
    stamps: dict[str, str]

    @property
    def line(self) -> Any:
        """Parameters on the scale without bounds."""
        return to_line(self.place)

    def write(self, file: Path) -> None:
        """Write the table as Parquet, under a temporary name first."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        low, high = self.moments.min(axis=0), self.moments.max(axis=0)
        step = np.maximum(high - low, 1e-12) / STEPS
        columns = {f"place.{n}": _cut(self.place[:, j], 0.0, 1.0 / STEPS) for j, n in enumerate(NAMES)}
        columns |= {m: _cut(self.moments[:, j], low[j], step[j]) for j, m in enumerate(MOMENT_NAMES)}
        about = {
            "format": FORMAT, "city": self.city, "seed": self.seed, "stamps": self.stamps, "low": low.tolist(), "step": step.tolist(),
        }  # fmt: skip
        table = pa.table(columns).replace_schema_metadata({"asnlab": json.dumps(about)})
        part = file.with_name(file.name + ".part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, part, compression="zstd", use_dictionary=False, use_byte_stream_split=True)
            part.replace(file)
        except OSError as error:
            raise InputError(f"{file}: cannot be written: {error.strerror or error}") from error
        finally:
            part.unlink(missing_ok=True)


def _cut(values: Any, low: float, step: float) -> Any:
    return np.clip(np.round((values - low) / step), 0, STEPS).astype(np.uint16)


def load(file: Path) -> Table:
    """Read a table. Raises InputError when it cannot be read or has other parameters or moments."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(file)
        about = json.loads(table.schema.metadata[b"asnlab"])
    except (OSError, pa.ArrowException, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{file}: is not a reference table ({' '.join(str(error).split())[:80]})") from error
    wanted = [*(f"place.{n}" for n in NAMES), *MOMENT_NAMES]
    if about.get("format") != FORMAT or table.column_names != wanted:
        raise InputError(
            f"{file}: has other parameters or moments than this version; {renew(str(about.get('city', 'tangsel')))}"
        )
    values = np.column_stack([table[c].to_numpy() for c in wanted]).astype(float)
    place = np.clip(values[:, : len(NAMES)] / STEPS, 0.5 / STEPS, 1.0 - 0.5 / STEPS)
    moments = np.array(about["low"]) + values[:, len(NAMES) :] * np.array(about["step"])
    return Table(about["city"], int(about["seed"]), place, moments, dict(about["stamps"]))


def renew(city: str) -> str:
    """What to type to make a table again."""
    return f"make it again with `asnlab calibrate --table --city {city}`"


def shipped_table_file(city: str) -> Path:
    """Where a shipped table of a city lies."""
    return data.path("posterior", f"{city}_table.parquet")


def cached_file(city: str) -> Path:
    """Where a table that a user made lies."""
    return cache_root() / "tables" / f"{city}.parquet"


def of_city(city: str, file: Path | None = None) -> Table:
    """The table of a city: the file given, or the shipped one, or the user's own, checked against model, priors and profile.

    Raises:
        InputError: there is none, or it is of another city or out of date; with the command that makes it.
    """
    places = [file] if file is not None else [p for p in (shipped_table_file(city), cached_file(city)) if p.exists()]
    if not places:
        raise InputError(
            f"city '{city}': no reference table; another city needs its own: `asnlab calibrate --table --city {city}`"
        )
    faults = []
    for place in places:
        table = load(place)
        if table.city != city:
            raise InputError(
                f"{place}: is a table of city '{table.city}', not of '{city}'; `asnlab calibrate --table --city {city}`"
            )
        now = stamps(city, table_parameters())
        stale = [name for name in now if table.stamps.get(name) != now[name]]
        if not stale:
            return table
        faults.append(f"{place.name}: out of date, made from another {' and '.join(stale)} than today's; {renew(city)}")
    raise InputError(faults[-1])


def build(
    city: str, runs: int = RUNS, seed: int = SEED, workers: int = 1, progress: Callable[[int, int], None] | None = None
) -> Table:
    """Make the table of a city, part by part; parts made before by the same sources are used again."""
    parameters = table_parameters()
    made_from = stamps(city, parameters)
    folder = cache_root() / "tables" / f"{city}-{seed}-{''.join(h[:8] for h in made_from.values())}"
    folder.mkdir(parents=True, exist_ok=True)
    announce_compile()
    local = threading.local()

    def part(first: int) -> Any:
        file = folder / f"{first:07d}.npy"
        last = min(first + PART, runs)
        if file.exists() and len(found := np.load(file)) >= last - first:
            return found[: last - first]
        if not hasattr(local, "bench"):
            local.bench = Bench(city)
        found = np.array([local.bench.draw(parameters, seed, k) for k in range(first, last)])
        temporary = file.with_suffix(".part")
        with temporary.open("wb") as stream:
            np.save(stream, found)
        temporary.replace(file)
        return found

    moments = np.concatenate(list(_in_order(part, range(0, runs, PART), workers, runs, progress)))
    place = np.array([[uniform_of(seed, k, name) for name in NAMES] for k in range(runs)])
    shutil.rmtree(folder, ignore_errors=True)
    return Table(city, seed, place, moments, made_from)


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
