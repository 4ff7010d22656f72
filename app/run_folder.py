"""The folder of a run: what may be written where, and nothing half-written.

A new run is written to a folder beside it and moved when complete. A folder that holds anything else is left alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.record import canonical, key_of, sha256
from data.errors import InputError

__all__ = ["OUTCOMES", "RECORD", "examine", "staged"]

RECORD = "run.json"
OUTCOMES = "outcomes.parquet"


def examine(folder: Path, identity: Mapping[str, Any]) -> dict[str, Any] | None:
    """The record of the same run when the folder holds it, None when the folder is new or empty.

    Raises:
        InputError: the folder holds another run or other files, or a file of the same run was changed or is gone.
    """
    if not folder.exists():
        return None
    if not folder.is_dir():
        raise InputError(f"{folder}: is a file; --out needs a folder that is new or empty")
    there = sorted(p.name for p in folder.iterdir())
    if not there:
        return None
    if RECORD not in there:
        raise InputError(f"{folder}: holds other files ('{there[0]}'); --out needs a folder that is new or empty")
    found = _read(folder / RECORD)
    if found["key"] != key_of(identity):
        run = found["run"]
        names = sorted(n for n in {*identity, *run} if identity.get(n) != run.get(n))
        raise InputError(f"{folder}: holds another run (different: {', '.join(names)}); give --out another folder")
    for name, digest in found["results"].items():
        file = folder / name
        if file.exists() and sha256(file) != digest:
            raise InputError(f"{file}: changed since the run (its SHA-256 is not the one in {RECORD}); move it away")
    if not (folder / OUTCOMES).exists():
        raise InputError(f"{folder / OUTCOMES}: missing from the run in this folder; give --out another folder")
    return found


@contextlib.contextmanager
def staged(folder: Path, same: bool = False) -> Iterator[Path]:
    """A temporary folder that becomes `folder` once the block has ended, or is merged into it when `same`.

    After an error or an interruption nothing of it is left, nor of the parents made for it.

    Args:
        folder: where the results belong; same: it holds this very run, whose missing or outdated files are replaced.

    Raises:
        InputError: nothing can be written there, the disk is full, or another command filled the folder meanwhile.
    """
    target = folder.resolve()
    made: list[Path] = []
    partial: Path | None = None
    try:
        try:
            made = _make_parents(target.parent)
            partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.partial-", dir=target.parent))
        except OSError as error:
            raise InputError(f"{folder}: cannot be written: {error.strerror}; choose another --out") from error
        try:
            yield partial
            with _undisturbed():
                if not same and target.exists() and any(target.iterdir()):
                    raise InputError(f"{folder}: was filled by another command meanwhile; nothing was overwritten")
                _move(partial, target)
        except OSError as error:
            raise InputError(f"{folder}: could not be written: {error.strerror or error}; nothing was kept") from error
    finally:
        if partial is not None:
            shutil.rmtree(partial, ignore_errors=True)
        for parent in reversed(made):
            with contextlib.suppress(OSError):
                parent.rmdir()


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read as the record of a run; give --out another folder") from error
    if not isinstance(found, dict) or not {"key", "run", "results"} <= set(found):
        raise InputError(f"{file}: is not the record of a run; give --out another folder")
    return found


def _make_parents(folder: Path) -> list[Path]:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for parent in reversed(missing):
        parent.mkdir()
    return missing[::-1]


def _move(partial: Path, target: Path) -> None:
    if not target.exists():
        # Temporary folders are private; results are as readable as any new folder.
        mask = os.umask(0)
        os.umask(mask)
        partial.chmod(0o777 & ~mask)
        partial.rename(target)
        return
    files = [p.relative_to(partial) for p in partial.rglob("*") if p.is_file()]
    # The record comes last: whoever finds it finds everything it names.
    for name in sorted(files, key=lambda f: f.name == RECORD):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (partial / name).replace(target / name)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits for the few moves inside."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def write_record(file: Path, content: Mapping[str, Any]) -> None:
    """Write run.json."""
    file.write_text(canonical(content), encoding="utf-8")
