"""Rows of runs as Parquet: bytes of one chunk, and many chunks read as one table without holding it in memory.

A chunk has one row group for each policy, in the order of the policies, ordered by draw and month inside. So one pass over the chunks for
each policy gives the order of the whole table (policy, draw, month) with one row group in memory at a time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, Self

import numpy as np

from simulation.engine.records import Float64s
from simulation.outcomes import NAMES

__all__ = ["KEY_COLUMNS", "RunFile", "chunk_bytes", "merge", "rows_of_run"]

KEY_COLUMNS = ["policy", "draw", "seed", "month"]
# Rows of a row group of the whole table: fixed, so that the same runs give the same bytes however they were cut into chunks.
GROUP_ROWS = 8192
# Outcomes hardly ever repeat a value: a dictionary would cost five times the time and save nothing.
OPTIONS: dict[str, Any] = {"use_dictionary": KEY_COLUMNS, "compression": "snappy", "write_statistics": KEY_COLUMNS}


def schema() -> Any:
    """Columns of every table of runs."""
    import pyarrow as pa

    keys = [pa.field("policy", pa.string()), *(pa.field(n, pa.int64()) for n in KEY_COLUMNS[1:])]
    return pa.schema([*keys, *(pa.field(n, pa.float64()) for n in NAMES)])


def chunk_bytes(rows: Float64s, numbers: Sequence[int], policies: Sequence[str], seed: int) -> memoryview:
    """A chunk as the bytes of a Parquet file: rows float64 (draws, policies, months + 1, outcomes) of the draws `numbers`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    draws, _, months, _ = rows.shape
    count = draws * months
    keys = [
        np.repeat(np.asarray(numbers, dtype=np.int64), months),
        np.full(count, seed, dtype=np.int64),
        np.tile(np.arange(months, dtype=np.int64), draws),
    ]
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(sink, schema(), **OPTIONS) as writer:
        for place, policy in enumerate(policies):
            columns = np.ascontiguousarray(rows[:, place].reshape(count, len(NAMES)).T)
            arrays = [pa.array([policy] * count, pa.string()), *map(pa.array, [*keys, *columns])]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema()), row_group_size=count)
    return memoryview(sink.getvalue())


def merge(chunks: Sequence[Path], policies: int, sink: Any) -> None:
    """Write one table from chunks in the order of their draws.

    Args:
        chunks: files; policies: number of them, which is the number of row groups in each; sink: open file for the bytes.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    with pq.ParquetWriter(sink, schema(), **OPTIONS) as writer:
        held: list[Any] = []
        for table in _groups(chunks, policies):
            held.append(table)
            while sum(part.num_rows for part in held) >= GROUP_ROWS:
                joined = pa.concat_tables(held)
                writer.write_table(joined.slice(0, GROUP_ROWS).combine_chunks(), row_group_size=GROUP_ROWS)
                held = [joined.slice(GROUP_ROWS)]
        if sum(part.num_rows for part in held):
            writer.write_table(pa.concat_tables(held).combine_chunks(), row_group_size=GROUP_ROWS)


def _groups(chunks: Sequence[Path], policies: int) -> Iterator[Any]:
    import pyarrow.parquet as pq

    for place in range(policies):
        for file in chunks:
            with pq.ParquetFile(file) as reader:
                yield reader.read_row_group(place)


def rows_of_run(file: Path, policy: str, draw: int) -> Float64s:
    """Rows of one run of a table or a chunk: float64 (months + 1, outcomes), in the order of months; no rows when it is not there."""
    import pyarrow.parquet as pq

    table = pq.read_table(file, filters=[("policy", "==", policy), ("draw", "==", draw)]).sort_by("month")
    return np.stack([table.column(name).to_numpy() for name in NAMES], axis=1)


class RunFile:
    """A table of runs read a policy and a column at a time.

    Attributes: policies, in the order of the file; columns, all but the keys; draws, the draw of each run of a policy, int64 (runs,);
    months, int64 (months,).
    """

    def __init__(self, reader: Any, rows: dict[str, tuple[int, int]]) -> None:
        self._reader = reader
        self._rows = rows
        sizes = [reader.metadata.row_group(g).num_rows for g in range(reader.num_row_groups)]
        self._ends = list(accumulate(sizes))
        self.policies = list(rows)
        self.columns = [name for name in reader.schema_arrow.names if name not in KEY_COLUMNS]
        first = self.policies[0]
        month = self._read("month", first)
        falls = np.flatnonzero(month[1:] <= month[:-1])  # where the next run begins
        self.months = month[: int(falls[0]) + 1] if len(falls) else month
        self.draws = self._read("draw", first)[:: len(self.months)]

    @classmethod
    def of(cls, path: Path) -> Self | None:
        """The file, when its rows are ordered by policy, draw, seed and month and every policy has the same whole runs; None otherwise."""
        import pyarrow.parquet as pq

        reader = pq.ParquetFile(path)
        names = reader.schema_arrow.names
        if not set(KEY_COLUMNS) <= set(names) or not reader.metadata.num_rows:
            return None
        rows = _policy_rows(reader)
        if rows is None or len({stop - start for start, stop in rows.values()}) != 1:
            return None
        file = cls(reader, rows)
        return file if file._rectangular() else None

    def values(self, policy: str, column: str) -> Float64s:
        """A column of the runs of a policy: float64 (runs, months)."""
        found: Float64s = self._read(column, policy).astype(np.float64, copy=False)
        return found.reshape(len(self.draws), len(self.months))

    def close(self) -> None:
        """Close the file."""
        self._reader.close()

    def _rectangular(self) -> bool:
        """Whether every policy has the same draws and seeds in rising order, and each of them every month in rising order."""
        shape = (len(self.draws), len(self.months))
        start, stop = self._rows[self.policies[0]]
        if stop - start != shape[0] * shape[1] or not (np.diff(self.months) > 0).all():
            return False
        seeds = self._read("seed", self.policies[0])[:: shape[1]]
        step = np.diff(self.draws)
        if not ((step > 0) | ((step == 0) & (np.diff(seeds) > 0))).all():
            return False
        for policy in self.policies:
            for name, expected in (("month", self.months), ("draw", self.draws[:, None]), ("seed", seeds[:, None])):
                if not (self._read(name, policy).reshape(shape) == expected).all():
                    return False
        return True

    def _read(self, column: str, policy: str) -> Any:  # whole numbers or float64, as the column has them
        start, stop = self._rows[policy]
        groups = list(range(bisect_right(self._ends, start), bisect_right(self._ends, stop - 1) + 1))
        before = self._ends[groups[0] - 1] if groups[0] else 0
        table = self._reader.read_row_groups(groups, columns=[column], use_threads=False)
        return table.column(0).to_numpy()[start - before : stop - before]


def _policy_rows(reader: Any) -> dict[str, tuple[int, int]] | None:
    """First row of each policy and the row behind its last; None when a policy stands in more than one place."""
    rows: dict[str, tuple[int, int]] = {}
    last, place = None, 0
    for group in range(reader.num_row_groups):
        column = reader.read_row_group(group, columns=["policy"], use_threads=False).column(0).combine_chunks()
        for name, length in _stretches(column):
            if name != last and name in rows:
                return None
            start = rows[name][0] if name == last else place
            rows[name], last, place = (start, place + length), name, place + length
    return rows


def _stretches(column: Any) -> Iterator[tuple[str, int]]:
    """Values of a text column in runs of equal values, with the length of each."""
    import pyarrow.compute as pc

    encoded = pc.run_end_encode(column)
    ends = encoded.run_ends.to_pylist()
    for value, before, end in zip(encoded.values.to_pylist(), [0, *ends], ends, strict=False):
        yield str(value), end - before
