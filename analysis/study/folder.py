"""The folder of a study: which files it may hold, and how they are written so that none is left half-written.

The record says whether the study is complete. Until it is, the folder holds the runs that are done, and resuming goes on from there.
Results are written to a folder inside and moved when all are whole. A folder that holds anything else is left alone.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from analysis.study.events import Remade
from analysis.study.record import FORMAT, canonical, key_of
from data.errors import InputError
from simulation.ensembles.interrupts import kept_back
from simulation.ensembles.store import FOLDER, LIST, sha256
from simulation.whole_file import UNFINISHED, sync, sync_folder, whole_file, write

__all__ = [
    "CARRIED",
    "COMPARISON",
    "OUTCOMES_FILE",
    "POSTERIOR",
    "RECORD",
    "REPORT",
    "changed",
    "examine",
    "lost",
    "read_record",
    "refuse_changed",
    "remade_because",
    "same_sources",
    "staged",
    "write_record",
]

RECORD = "run.json"
POSTERIOR = "posterior.csv"  # one of the user's own, kept with the run
OUTCOMES_FILE = "outcomes.parquet"
COMPARISON = "comparison.csv"
CARRIED = "carried.csv"
REPORT = "report.html"
UNPUBLISHED = "results.new"
UNFINISHED_FILES = {RECORD + UNFINISHED, POSTERIOR + UNFINISHED}
# Entries that are read from a record and are not covered by its key.
FIELDS = {"run": dict, "complete": bool, "order": list, "lang": str, "command": str, "results": dict}
# What a run was made with, in words for people.
SOURCES = {
    "engine": "sources of simulation/",
    "estimates": "data/estimates/{city}.yaml",
    "city": "data/cities/{city}.yaml",
}


def examine(folder: Path, identity: Mapping[str, Any]) -> dict[str, Any] | None:
    """The record of the same run when the folder holds it, None when the folder is new or empty.

    Raises:
        InputError: the folder holds another run or other files, or a file of the same run was changed.
    """
    if not folder.exists():
        return None
    if not folder.is_dir():
        raise InputError(f"{folder}: is a file; a study needs a folder that is new or empty (--out)")
    # A command that was killed as it began may leave a folder for chunks, its posterior and half a record: that is nothing yet.
    there = sorted(p.name for p in folder.iterdir() if p.name not in UNFINISHED_FILES)
    begun = FOLDER in there and {*there} <= {FOLDER, POSTERIOR} and not (folder / FOLDER / LIST).exists()
    if not there or begun:
        return None
    if RECORD not in there:
        raise InputError(
            f"{folder}: holds other files ('{there[0]}'); a study needs a folder that is new or empty (--out)"
        )
    found = read_record(folder)
    if found["key"] != key_of(identity):
        run = found["run"]
        names = sorted(n for n in {*identity, *run} if identity.get(n) != run.get(n))
        raise InputError(f"{folder}: holds another run (different: {', '.join(names)}); give another folder (--out)")
    refuse_changed(folder, found, "the same command")
    return found


def read_record(folder: Path) -> dict[str, Any]:
    """The record of the run in a folder. Raises InputError when there is none or it cannot be used."""
    file = folder / RECORD
    if not folder.is_dir() or not file.exists():
        raise InputError(f"{folder}: holds no run ({RECORD} is missing); `asnlab compare` makes one")
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read as the record of a run; give another folder (--out)") from error
    if not isinstance(found, dict) or not {"key", "run", "results"} <= set(found):
        raise InputError(f"{file}: is not the record of a run; give another folder (--out)")
    if found.get("format") != FORMAT:
        raise InputError(f"{file}: format {found.get('format')}; this version reads format {FORMAT}: run it again")
    for name, kind in FIELDS.items():
        if not isinstance(found.get(name), kind):
            raise InputError(f"{file}: was edited: {name}: found {found.get(name)!r:.60}; restore it")
    if key_of(found["run"]) != found["key"]:
        raise InputError(f"{file}: was edited: what it says was run is not what its key names; restore it")
    return found


def changed(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """Results that are there and are not what was written."""
    files = record["results"].items()
    return [name for name, digest in files if (folder / name).exists() and sha256(folder / name) != digest]


def refuse_changed(folder: Path, record: Mapping[str, Any], again: str) -> None:
    """Raises InputError when a result is there and is not what was written. again: what makes it again."""
    for name in changed(folder, record):
        raise InputError(
            f"{folder / name}: changed since the run (its SHA-256 is not the one in {RECORD}); move it away, and "
            f"{again} makes it again"
        )


def remade_because(folder: Path, record: Mapping[str, Any], lang: str) -> Remade | None:
    """Why report and figures of a complete study have to be made again, None when they need not."""
    if record["complete"] and record["lang"] != lang:
        return Remade()
    missing = lost(folder, record)
    return Remade(missing[0]) if missing else None


def lost(folder: Path, record: Mapping[str, Any]) -> list[str]:
    """Results named in the record that are missing."""
    return [name for name in record["results"] if not (folder / name).exists()]


def same_sources(folder: Path, recorded: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raises InputError when the run was made with another engine, other estimates or another city than are installed now."""
    city = recorded["scenario"]["city"]
    names = [label.format(city=city) for name, label in SOURCES.items() if recorded[name] != now[name]]
    if names:
        raise InputError(
            f"{folder}: was made with other {' and '.join(names)} than are installed now, so its runs cannot be continued "
            f"or repeated; go back to those (asnlab {recorded['version']}), or compare again with another --out"
        )


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """A temporary folder whose files are moved into `folder`, the record last, once the block has ended.

    After an error or an interruption nothing of it is left; after a kill the next command removes it. To be used by who holds the lock.
    """
    partial = folder / FOLDER / UNPUBLISHED
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        for file in partial.rglob("*"):
            if file.is_file():
                sync(file)
        with kept_back():  # Ctrl-C waits for these few moves
            _move(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _move(partial: Path, target: Path) -> None:
    files = [p.relative_to(partial) for p in partial.rglob("*") if p.is_file()]
    # The record comes last: whoever finds it finds everything it names.
    for name in sorted(files, key=lambda f: f.name == RECORD):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (partial / name).replace(target / name)
        if name.name != RECORD:
            sync_folder((target / name).parent)


def write_record(folder: Path, content: Mapping[str, Any]) -> None:
    """Write run.json, whole or not at all."""
    with whole_file(folder / RECORD) as descriptor:
        write(descriptor, memoryview(canonical(content).encode()))
