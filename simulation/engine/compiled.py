"""The decorators of the engine, and a compile cache that a changed rule cannot fool.

`rule` marks a scalar equation, `process` a step over the columns, `entry` the one function that Python calls.

Numba's cache on disk looks only at the file of the outer function: a changed rule in another file would silently keep the old
result. So the cache folder carries a hash of every source that is compiled; a new hash means a new folder and a fresh compile.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, SupportsInt, TypeVar, cast

import numpy as np

Given = ParamSpec("Given")
Found = TypeVar("Found")

KEPT_FOLDERS = 4
SOURCES = Path(__file__).resolve().parents[1]


# The sources that are compiled; the rest of the package may change without a new compile.
COMPILED = ("engine/", "practice.py", "schedule.py", "rules/", "processes/")


def sources_hash(parts: tuple[str, ...] = ("",)) -> str:
    """Hash of the Python sources of `simulation/` whose path starts with one of parts, by default of all (64 hex digits)."""
    digest = hashlib.sha256()
    for file in sorted(SOURCES.rglob("*.py")):
        name = file.relative_to(SOURCES).as_posix()
        if name.startswith(parts):
            digest.update(name.encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def cache_root() -> Path:
    """Folder that holds the compile caches: ASNLAB_CACHE, else the user's cache folder."""
    named = os.environ.get("ASNLAB_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "asnlab"


def usable(folder: Path) -> bool:
    """True when the folder exists or can be made, and a file can be written in it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def prune(root: Path, keep: int = KEPT_FOLDERS) -> None:
    """Remove all but the newest `keep` compile caches under root."""
    folders = sorted((f for f in root.glob("engine-*") if f.is_dir()), key=lambda f: f.stat().st_mtime, reverse=True)
    for old in folders[keep:]:
        shutil.rmtree(old, ignore_errors=True)


def cache_folder() -> Path:
    """The compile cache of these sources on this Python; a temporary folder where no home can be written."""
    name = f"engine-{sources_hash(COMPILED)[:16]}-py{sys.version_info.major}{sys.version_info.minor}"
    try:
        root = cache_root()
    except RuntimeError:  # no home folder at all
        root = Path(tempfile.gettempdir()) / "asnlab"
    folder = root / name
    if usable(folder):
        prune(root)
        return folder
    return Path(tempfile.mkdtemp(prefix="asnlab-engine-"))


def _point_numba(folder: Path) -> None:
    """Tell numba where to cache; Intel's vector maths library is off because its bits depend on the processor."""
    os.environ["NUMBA_DISABLE_INTEL_SVML"] = "1"
    os.environ.setdefault("NUMBA_OPT", "1")  # measured: as fast as 3 here, and compiled in five sixths of the time
    os.environ["NUMBA_CACHE_DIR"] = str(folder)
    if "numba" in sys.modules:  # the environment variable is read only at import
        sys.modules["numba"].config.CACHE_DIR = str(folder)


CACHE = cache_folder()
_point_numba(CACHE)

import numba  # noqa: E402  (numba reads the two variables above when it is imported)

JIT: Any = numba.njit  # its stubs leave out the wrappers
OPTIONS = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}

# A whole number of the one type that months and rows have: compiled code sees a bare number as a type of its own, and compiles anew.
int64 = cast(Callable[[SupportsInt], int], np.int64)
# An index that compiled code need not check for counting from the end.
index = cast(Callable[[SupportsInt], int], np.uint64)


def rule(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """Compile a scalar equation for use inside the engine and from Python (no cache of its own, no fastmath)."""
    return cast(Callable[Given, Found], JIT(**OPTIONS)(function))


def process(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """Compile a step that works on the columns, for use inside the engine only.

    Python cannot call it: taking a city apart for a call from Python is more code than most steps, and took over a quarter of the time to
    compile.
    """
    return cast(Callable[Given, Found], JIT(**OPTIONS, no_cpython_wrapper=True)(function))


def spliced(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """Like `process`, but pasted into its caller: for a step of a hot loop, or a large one that would be compiled anew with every caller.

    Passing the columns to a function that is called for each person costs about a microsecond (every array of the tuple is counted in and
    out), which is more than the step itself.
    """
    return cast(Callable[Given, Found], JIT(**OPTIONS, inline="always")(function))


def entry(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """Compile and cache the one function that Python calls; it releases the interpreter lock while it runs."""
    return cast(Callable[Given, Found], JIT(**OPTIONS, cache=True)(function))


def is_cold() -> bool:
    """True when no compiled engine is in the cache, so the first call will compile."""
    return not any(CACHE.rglob("*.nbi"))


def announce_compile() -> None:
    """Say once, on standard error, that the first run compiles the engine."""
    if is_cold():
        print("Compiling the engine for this machine: once, about half a minute ...", file=sys.stderr, flush=True)
