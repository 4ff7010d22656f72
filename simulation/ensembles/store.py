"""Runs on disk that survive a crash: chunks that are complete or absent, and a list of them with their hashes.

A chunk is written under another name, forced to the disk and moved; then one line with its hash is added to the list and forced to the
disk. Whatever kills the process, a chunk that is in the list is whole, and one that is not in the list does not count. Chunks hold whole
draws (all policies of a draw), so the draws that are missing say what is left to run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from simulation.engine.records import Float64s
from simulation.ensembles.lock import held
from simulation.ensembles.parquet import chunk_bytes, merge
from simulation.whole_file import BINARY, UNFINISHED, whole_file, write

__all__ = ["FOLDER", "LIST", "Chunk", "Store", "sha256"]

FOLDER = "chunks"
LIST = "chunks.jsonl"
LOCK = "lock"
MOST = 100_000  # draws in a chunk


class Chunk(NamedTuple):
    """One line of the list: name of the file, first and last draw in it, SHA-256 of its bytes."""

    file: str
    first: int
    last: int
    sha256: str


class Store:
    """The chunks of a run's folder.

    Attributes: folder, where the chunks are; chunks, those in the list by first draw.
    """

    def __init__(self, run: Path) -> None:
        self.run = run
        self.folder = run / FOLDER
        self.chunks: dict[int, Chunk] = {}
        self._size = 0  # length of the complete lines in the list [bytes]

    @contextlib.contextmanager
    def locked(self, tidy: bool = True) -> Iterator[Store]:
        """Make the folder, hold its lock, read the list; `tidy` removes what a killed process left unfinished.

        Raises: InputError when another process is at work here; OSError when nothing can be written.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with held(self.folder / LOCK, self.run):
            for rest in self.folder.glob(f"*{UNFINISHED}") if tidy else ():
                rest.unlink()
            self.read()
            yield self

    def drop_unlisted(self) -> None:
        """Remove chunks that are not in the list: complete ones whose line a killed process did not get to write, and replaced ones.

        Only once all draws are there: a lost list must not cost the chunks as well.
        """
        listed = {chunk.file for chunk in self.chunks.values()}
        for file in self.folder.glob("draws-*.parquet"):
            if file.name not in listed:
                file.unlink()

    def read(self) -> None:
        """Read the list. A line that was cut off does not count; a later line about the same draws replaces an earlier one."""
        file = self.folder / LIST
        lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        self._size = sum(map(len, whole))
        holder: dict[int, Chunk] = {}
        for chunk in filter(None, map(_parsed, whole)):
            holder.update(dict.fromkeys(range(chunk.first, chunk.last + 1), chunk))
        owned = Counter(holder.values())
        self.chunks = {c.first: c for c, draws in owned.items() if draws == c.last - c.first + 1}

    def add(self, rows: Float64s, numbers: Sequence[int], policies: Sequence[str], seed: int) -> None:
        """Keep some draws: rows float64 (draws, policies, months + 1, outcomes). Raises OSError, in which case none of them is kept."""
        first, last = numbers[0], numbers[-1]
        content = chunk_bytes(rows, numbers, policies, seed)
        name = f"draws-{first:06d}-{last:06d}.parquet"
        with whole_file(self.folder / name) as descriptor:
            write(descriptor, content)
        chunk = Chunk(name, first, last, hashlib.sha256(content).hexdigest())
        self._note(chunk)
        self.chunks[first] = chunk

    def _note(self, chunk: Chunk) -> None:
        """Add a line to the list; a line that was cut off before, by a full disk or a kill, is removed first."""
        line = (json.dumps(chunk._asdict(), sort_keys=True) + "\n").encode()
        descriptor = os.open(self.folder / LIST, os.O_RDWR | os.O_CREAT | BINARY, 0o666)
        try:
            os.ftruncate(descriptor, self._size)
            os.lseek(descriptor, self._size, os.SEEK_SET)
            write(descriptor, memoryview(line))
            os.fsync(descriptor)
            self._size += len(line)
        finally:
            os.close(descriptor)

    def damaged(self) -> list[tuple[Chunk, str]]:
        """Chunks of the list whose file is gone or is not what was written, with what is wrong."""
        found = []
        for chunk in self.ordered():
            file = self.folder / chunk.file
            if not file.exists():
                found.append((chunk, "missing"))
            elif sha256(file) != chunk.sha256:
                found.append((chunk, "damaged"))
        return found

    def forget(self, chunks: Iterable[Chunk]) -> None:
        """Treat these chunks as absent in this process: their draws are missing until they are added again."""
        for chunk in chunks:
            self.chunks.pop(chunk.first, None)

    def ordered(self) -> list[Chunk]:
        """Chunks in the order of their draws."""
        return [self.chunks[first] for first in sorted(self.chunks)]

    def missing(self, draws: int) -> list[int]:
        """Draws below `draws` that no chunk holds."""
        there = {number for c in self.chunks.values() for number in range(c.first, c.last + 1)}
        return [number for number in range(draws) if number not in there]

    def held_draws(self) -> int:
        """How many draws are kept."""
        return sum(c.last - c.first + 1 for c in self.chunks.values())

    def chunk_of(self, draw: int) -> Path | None:
        """The file that holds a draw."""
        return next((self.folder / c.file for c in self.chunks.values() if c.first <= draw <= c.last), None)

    def table(self, policies: int, file: Path) -> None:
        """Write all chunks as one table, ordered by policy, draw and month, a row group at a time."""
        with file.open("wb") as sink:
            merge([self.folder / c.file for c in self.ordered()], policies, sink)
            sink.flush()
            os.fsync(sink.fileno())


def sha256(file: Path) -> str:
    """Hash of a file's bytes."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _parsed(line: bytes) -> Chunk | None:
    try:
        found = json.loads(line)
        chunk = Chunk(str(found["file"]), int(found["first"]), int(found["last"]), str(found["sha256"]))
    except (ValueError, KeyError, TypeError):
        return None
    # A name with a folder in it could point anywhere, and a line that somebody edited could stand for any number of draws.
    sound = Path(chunk.file).name == chunk.file and 0 <= chunk.first <= chunk.last < chunk.first + MOST
    return chunk if sound else None
