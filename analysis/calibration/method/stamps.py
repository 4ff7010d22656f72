"""What a reference table and a posterior were made from, as hashes: when one of them changes, the table or posterior is out of date.

Comments, docstrings and spaces do not count: the hash of the model is taken over the tokens of the sources that decide what a run does,
with the ends of statements and blocks, and over the policy that the runs are of. A posterior also carries the hash of the method.
"""

from __future__ import annotations

import hashlib
import io
import tokenize
from functools import cache
from pathlib import Path

import simulation
from analysis.calibration.method.summaries import REFERENCE
from simulation.city import load_profile
from simulation.parameters import Parameters

__all__ = ["MADE_OF", "METHOD", "method_hash", "model_hash", "priors_hash", "stamps", "token_text"]

# What decides a run and what is read off it. Names of parameters, units and reasons are not part of it; priors have their own hash.
MADE_OF = (
    "city.py", "declared.py", "engine/columns.py", "engine/draws.py", "engine/exact.py", "engine/memory.py", "lever.py", "levers.py",
    "outcomes.py", "parameters.py", "policy.py", "practice.py", "priors.py", "schedule.py", "processes/", "rules/",
)  # fmt: skip
READ_BY = ("moments.py", "summaries.py")
METHOD = ("checks.py", "fitting.py", "regression_abc.py")  # what makes a posterior of a table
LAYOUT = {tokenize.COMMENT, tokenize.NL, tokenize.ENCODING, tokenize.ENDMARKER}
MARKS = {tokenize.NEWLINE: ";", tokenize.INDENT: ">", tokenize.DEDENT: "<"}


def token_text(source: str) -> str:
    """The tokens of a source without comments, docstrings and spaces; a mark stands for the end of a statement and the ends of a block.

    Braces and spaces inside strings go too: Pythons differ in how they cut formatted strings into tokens.
    """
    kept: list[str] = []
    starts, documents = True, False  # a statement starts; the statement is a docstring
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in LAYOUT:
            continue
        if token.type == tokenize.STRING and starts:
            documents = True
        elif token.type == tokenize.NEWLINE and documents:
            documents = False
        else:
            kept.append(MARKS.get(token.type) or "".join(c for c in token.string if c not in "{}" and not c.isspace()))
        starts = token.type in MARKS
    return " ".join(kept) if not any("f'" in k or 'f"' in k for k in kept) else "".join(kept)


def model_hash(root: Path | None = None) -> str:
    """Hash of the sources that decide a run and its moments (64 hex digits). root: folder that holds the packages."""
    return _model_hash(root or Path(simulation.__file__).parents[1])


@cache
def _model_hash(root: Path) -> str:
    folder = root / "simulation"
    files = [f for f in sorted(folder.rglob("*.py")) if f.relative_to(folder).as_posix().startswith(MADE_OF)]
    files += [root / "analysis" / "calibration" / "method" / name for name in READ_BY]
    return _hash_of(files, root, REFERENCE.model_dump_json())


@cache
def method_hash(root: Path | None = None) -> str:
    """Hash of the sources that make a posterior of a table and targets (64 hex digits). root: as in `model_hash`."""
    root = root or Path(simulation.__file__).parents[1]
    return _hash_of([root / "analysis" / "calibration" / "method" / name for name in METHOD], root)


def _hash_of(files: list[Path], root: Path, *told: str) -> str:
    digest = hashlib.sha256("\n".join(told).encode())
    for file in files:
        digest.update(file.relative_to(root).as_posix().encode())
        digest.update(token_text(file.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()


def priors_hash(parameters: Parameters) -> str:
    """Hash of every prior and of the survey's thresholds."""
    told = [f"{name} {p.prior!r}" for name, p in sorted(parameters.table.items())]
    return hashlib.sha256("\n".join([*told, repr(parameters.skm)]).encode()).hexdigest()


def stamps(city: str, parameters: Parameters) -> dict[str, str]:
    """Hashes that a table of this city has to carry. parameters: with the priors of the table."""
    return {"model": model_hash(), "priors": priors_hash(parameters), "city": load_profile(city).sha256}
