"""A folder that is there whole or not at all: written beside its place and moved there when complete."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from data.errors import InputError

__all__ = ["check_new", "new_folder"]


def check_new(folder: Path) -> None:
    """Raises InputError when something stands in a folder already, or a file in its place."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; --out needs a folder that is new or empty")
    if folder.is_dir() and (there := sorted(p.name for p in folder.iterdir())):
        raise InputError(f"{folder}: holds other files ('{there[0]}'); --out needs a folder that is new or empty")


@contextlib.contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder that becomes `folder` once the block has ended; after an error nothing of it is left, nor of its parents.

    Raises:
        InputError: nothing can be written there, or another command filled the folder meanwhile.
    """
    target = folder.resolve()
    missing = [p for p in (target.parent, *target.parent.parents) if not p.exists()]
    partial: Path | None = None
    done = False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        yield partial
        check_new(folder)
        partial.chmod(0o777 & ~_umask())
        os.replace(partial, target)  # takes the place of an empty folder
        done = True
    except OSError as error:
        raise InputError(f"{folder}: cannot be written: {error.strerror or error}; nothing was kept") from error
    finally:
        if not done:
            if partial is not None:
                shutil.rmtree(partial, ignore_errors=True)
            for parent in missing:
                with contextlib.suppress(OSError):
                    parent.rmdir()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
