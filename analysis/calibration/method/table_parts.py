"""Parts of a reference table in the user's cache: whole ones only, one command at a time, none of sources that are gone."""

from __future__ import annotations

import contextlib
import io
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import InputError
from simulation.ensembles.lock import held
from simulation.posterior.moments import MOMENT_NAMES
from simulation.posterior.places import tables_folder
from simulation.whole_file import write_whole

__all__ = ["Parts"]

DIGITS = 8  # of each hash, in the name of a folder


class Parts:
    """Parts of the table of a city, a seed and sources: each the moments of some runs, float64 (runs, moments).

    Attributes: city; stamps, hashes of the sources; folder that holds the parts, one file a part, named after its first run.
    """

    def __init__(self, city: str, seed: int, stamps: Mapping[str, str]) -> None:
        self.city, self.stamps = city, dict(stamps)
        self._sources = "".join(h[:DIGITS] for h in stamps.values())
        self.folder = tables_folder() / f"{city}-{seed}-{self._sources}"

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder and hold the city's lock, beside the folder because that is removed; parts of other sources are removed.

        Raises: InputError when another command makes this city's table, or nothing can be written.
        """
        with contextlib.ExitStack() as stack:
            try:
                self.folder.parent.mkdir(parents=True, exist_ok=True)
                stack.enter_context(held(self.folder.parent / f"{self.city}.lock", self.folder))
                self._prune()
                self.folder.mkdir(exist_ok=True)
            except OSError as error:
                fault = error.strerror or error
                raise InputError(
                    f"{self.folder}: cannot be written: {fault}; ASNLAB_CACHE names another folder for the cache"
                ) from error
            yield

    def _prune(self) -> None:
        """Remove what sources that are no longer installed have left of this city."""
        name = re.compile(rf"{re.escape(self.city)}-\d+-([0-9a-f]{{{len(self._sources)}}})")
        for folder in self.folder.parent.iterdir():
            found = name.fullmatch(folder.name)
            if found is not None and found[1] != self._sources and folder.is_dir():
                shutil.rmtree(folder, ignore_errors=True)

    def file(self, first: int) -> Path:
        """Where the part that begins with this run lies."""
        return self.folder / f"{first:07d}.npy"

    def read(self, first: int) -> Any:
        """The part that begins with this run; no rows when it is not there or is no whole part: then it is made again."""
        nothing = np.empty((0, len(MOMENT_NAMES)))
        try:
            found = np.load(self.file(first), allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return nothing
        sound = isinstance(found, np.ndarray) and found.dtype == float and found.ndim == 2
        return found if sound and found.shape[1] == len(MOMENT_NAMES) and np.isfinite(found).all() else nothing

    def keep(self, first: int, found: Any) -> None:
        """Write a part. Raises InputError when a moment is no number, or nothing can be written."""
        finite = np.isfinite(found)
        if not finite.all():
            row, column = np.argwhere(~finite)[0]
            raise InputError(
                f"city '{self.city}': run {first + row} of the table gives {found[row, column]} for {MOMENT_NAMES[column]}; "
                "a number is needed, so no table can be made of this profile"
            )
        content = io.BytesIO()
        np.save(content, found)
        write_whole(self.file(first), content.getbuffer())

    def held_runs(self, runs: int) -> int:
        """How many of the first `runs` runs are kept."""
        firsts = [int(file.stem) for file in self.folder.glob("*.npy") if file.stem.isdigit()]
        return sum(min(len(self.read(first)), max(runs - first, 0)) for first in firsts)

    def remove(self) -> None:
        """Remove the folder: its table is written."""
        shutil.rmtree(self.folder, ignore_errors=True)
