"""Files that are either complete or absent, whatever kills the process that writes them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from data.errors import InputError

__all__ = ["BINARY", "UNFINISHED", "sync", "sync_folder", "whole_file", "write", "write_whole"]

UNFINISHED = ".part"
BINARY = getattr(os, "O_BINARY", 0)  # of Windows, which otherwise translates line ends in Parquet


def write_whole(file: Path, content: Any) -> None:
    """Write bytes (or a buffer); the file gets its name only once all of them are on the disk. Raises InputError."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(file) as descriptor:
            write(descriptor, memoryview(content))
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror or error}") from error


@contextlib.contextmanager
def whole_file(file: Path) -> Iterator[int]:
    """A descriptor to write to; the file gets its name only once the block has ended and all bytes are on the disk."""
    partial = file.with_name(file.name + UNFINISHED)
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o666)
        try:
            yield descriptor
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        partial.replace(file)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


def sync(file: Path) -> None:
    """Force the bytes of a file to the disk."""
    descriptor = os.open(file, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Force the names of files to the disk, where the system supports it."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write(descriptor: int, content: memoryview) -> None:
    """Write all bytes of content, however few the system accepts at a time."""
    while content:
        content = content[os.write(descriptor, content) :]
