"""A lock on a folder that the kernel releases when the process that holds it dies, however it dies."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from data.errors import InputError

__all__ = ["held"]


@contextlib.contextmanager
def held(file: Path, folder: Path) -> Iterator[None]:
    """Hold the lock of a folder. The file stays when it is released: removing it would let two processes lock two files of one name.

    Args:
        file: the lock file, made when missing; folder: the name that the error gives.
    Raises: InputError when another process holds it; OSError when the file cannot be made.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        if not _take(descriptor):
            raise InputError(f"{folder}: another asnlab is at work in this folder; wait for it, or stop it first")
        yield
    finally:
        os.close(descriptor)


def _take(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        return _take_on_windows(descriptor)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_on_windows(descriptor: int) -> bool:
    from importlib import import_module

    msvcrt = import_module("msvcrt")
    try:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    except OSError:
        return False
    return True
