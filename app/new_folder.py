"""Creates a folder completely or not at all: it is written beside its final place and moved there when complete."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

from data.errors import InputError
from simulation.ensembles.interrupts import kept_back

__all__ = ["check_new", "check_writable", "new_folder"]


def check_new(folder: Path, replaced: Collection[str] = ()) -> None:
    """Raises InputError when something but files of the names `replaced` stands in a folder already, or a file in its place."""
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file; --out needs a folder that is new or empty")
    if folder.is_dir() and (there := sorted(p.name for p in folder.iterdir() if p.name not in replaced)):
        raise InputError(f"{folder}: holds other files ('{there[0]}'); --out needs a folder that is new or empty")


def check_writable(path: Path) -> None:
    """Raises InputError when no file or folder could be made there, so that minutes of work are not lost. Leaves nothing behind."""
    above = next((p for p in path.absolute().parents if p.exists()), Path(path.anchor))
    if not above.is_dir():
        raise InputError(f"{path}: cannot be written: {above.name} is a file, not a folder")
    try:
        with tempfile.TemporaryFile(dir=above):
            pass
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}; choose another --out") from None


@contextlib.contextmanager
def new_folder(folder: Path, replaced: Collection[str] = ()) -> Iterator[Path]:
    """A temporary folder that becomes `folder` once the block has ended; after an error nothing of it is left, nor of its parents.

    Args: replaced, names of files that an earlier folder in its place may hold. It is moved aside, and removed when the new one stands.
    Raises: InputError when nothing can be written there, or another command filled the folder meanwhile.
    """
    target = folder.resolve()
    missing = [p for p in (target.parent, *target.parent.parents) if not p.exists()]
    partial: Path | None = None
    done = False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        yield partial
        check_new(folder, replaced)
        partial.chmod(0o777 & ~_umask())
        _put(partial, target)
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


def _put(partial: Path, target: Path) -> None:
    """Move a complete folder into place. An earlier one is moved aside first, so one of the two is always complete on the disk."""
    if not target.is_dir() or not any(target.iterdir()):
        os.replace(partial, target)  # takes the place of an empty folder
        return
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.earlier.", dir=target.parent))
    with kept_back():  # Ctrl-C waits for the two moves
        try:
            os.replace(target, aside)
        except OSError:
            aside.rmdir()
            raise
        try:
            os.replace(partial, target)
        except OSError:
            os.replace(aside, target)
            raise
    shutil.rmtree(aside, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
