"""Rows of runs as Parquet: bytes of one chunk, and many chunks read as one table without holding it in memory.

A chunk has one row group for each policy, in the order of the policies, ordered by draw and month inside. So one pass over the chunks for
each policy gives the order of the whole table (policy, draw, month) with one row group in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from simulation.outcomes import NAMES

__all__ = ["chunk_bytes", "merge", "rows_of_run"]

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


def chunk_bytes(rows: Any, numbers: Sequence[int], policies: Sequence[str], seed: int) -> memoryview:
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


def rows_of_run(file: Path, policy: str, draw: int) -> Any:
    """Rows of one run of a table or a chunk: float64 (months + 1, outcomes), in the order of months; no rows when it is not there."""
    import pyarrow.parquet as pq

    table = pq.read_table(file, filters=[("policy", "==", policy), ("draw", "==", draw)]).sort_by("month")
    return np.stack([table.column(name).to_numpy() for name in NAMES], axis=1)
