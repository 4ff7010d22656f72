"""The model with its draws dealt out one after another, as most models have them: for comparison only, in a copy of the sources.

Two ways of dealing, both common:
    run      one generator for the whole run: a draw is the next number, whoever asks;
    process  one generator for each decision and month: a draw is the next number of that decision in that month.

Four functions of `simulation/engine/draws.py` are written anew in the copy, nothing else. They count in memory that compiled code
knows by its address, so a copy is used by one process and one thread, and its compiled code is never kept.
"""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
REPLACED = ("stream", "of_area", "bits", "fill")

COUNTING = """
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

COUNTS = np.zeros(128, dtype=np.uint64)  # next number of each generator; from 64 on the month it is in
ADDRESS = COUNTS.ctypes.data


def _place(context, builder, which):
    offset = builder.mul(which, context.get_constant(types.uint64, 8))
    place = builder.add(context.get_constant(types.uint64, ADDRESS), offset)
    return builder.inttoptr(place, ir.IntType(64).as_pointer())


@intrinsic
def look(typing, which):
    def code(context, builder, signature, args):
        return builder.load(_place(context, builder, args[0]))

    return types.uint64(types.uint64), code


@intrinsic
def put(typing, which, value):
    def code(context, builder, signature, args):
        builder.store(args[1], _place(context, builder, args[0]))
        return context.get_dummy_value()

    return types.void(types.uint64, types.uint64), code


@rule
def of_area(shared, area):
    return shared


@rule
def next_of(which):
    count = look(which)
    put(which, count + np.uint64(1))
    return count


def restart():
    COUNTS[:] = 0


@rule
def fill(k, first, n, out):
    for j in range(n):
        out[j] = bits(k, first)
"""

STREAMS = {
    "run": """
@rule
def bits(k, place):
    return mix(k ^ (next_of(np.uint64(0)) * G))


@rule
def stream(seed, decision, month):
    return mix(np.uint64(seed) + G)
""",
    "process": """
@rule
def bits(k, place):
    return mix(k ^ (next_of(k & np.uint64(63)) * G))


@rule
def stream(seed, decision, month):
    which = np.uint64(decision)
    now = np.uint64(month) + np.uint64(1)
    if look(which + np.uint64(64)) != now:
        put(which + np.uint64(64), now)
        put(which, np.uint64(0))
    k = mix(mix(mix(np.uint64(seed) + G) ^ (which * G)) ^ (now * G))
    return (k & ~np.uint64(63)) | which
""",
}


def functions(source: str) -> dict[str, ast.FunctionDef]:
    """Functions of a module by name."""
    return {node.name: node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)}


def names_in(node: ast.AST) -> set[str]:
    """Every name that stands in a piece of code."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def check(package: Path) -> None:
    """Raises RuntimeError when hashes are made elsewhere than in the functions that are written anew."""
    own = functions((package / "engine" / "draws.py").read_text(encoding="utf-8"))
    hashing = {name for name, node in own.items() if name != "mix" and "mix" in names_in(node)}
    if hashing != set(REPLACED):
        raise RuntimeError(f"draws.py: functions that hash: found {sorted(hashing)}, known {sorted(REPLACED)}")
    for file in package.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "simulation.engine.draws":
                taken = {alias.name for alias in node.names} & {"mix", "G", "M1", "M2"}
                if taken:
                    raise RuntimeError(f"{file.name} hashes by itself: it imports {sorted(taken)}")


def dealt_out(source: str, stream: str) -> str:
    """`draws.py` with draws dealt out by this kind of stream."""
    lines = source.splitlines()
    for node in functions(source).values():
        if node.name in REPLACED:
            start = min(d.lineno for d in node.decorator_list) - 1
            lines[start : node.end_lineno] = [""] * ((node.end_lineno or start) - start)
    # What is written anew stands last but its callers are compiled later, when they are called.
    return "\n".join(lines) + "\n" + STREAMS[stream].strip() + "\n\n\n" + COUNTING.strip() + "\n"


def copy_of_the_model(folder: Path, stream: str) -> None:
    """The model in a folder, with draws dealt out."""
    check(ROOT / "simulation")
    for name in ("simulation", "data", "docs", "scenarios"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    file = folder / "simulation" / "engine" / "draws.py"
    file.write_text(dealt_out(file.read_text(encoding="utf-8"), stream), encoding="utf-8")


def run_there(stream: str, cases: list[str]) -> dict[str, Any]:
    """What `python -m docs.replications` finds for these cases when draws are dealt out."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_of_the_model(folder, stream)
        out = folder / "out.npz"
        environment = {**os.environ, "PYTHONPATH": str(folder), "ASNLAB_CACHE": str(folder / "cache")}
        command = [sys.executable, "-m", "docs.replications", str(out), *cases]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(done.stderr)
        with np.load(out) as found:
            return {case: found[case] for case in cases}
