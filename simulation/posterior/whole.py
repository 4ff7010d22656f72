"""Files of the calibration that are there whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data.errors import InputError
from simulation.ensembles.store import whole_file, write

__all__ = ["write_whole"]


def write_whole(file: Path, content: Any) -> None:
    """Write bytes (or what holds bytes); the file has its name only once all of them are on the disk. Raises InputError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as descriptor:
            write(descriptor, memoryview(content))
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror or error}") from error
