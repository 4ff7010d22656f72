"""Evaluations of a city's own, read from folders that `asnlab evaluate --out` wrote, as studies of effects in SD."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analysis.calibration.own_evaluation.bias import BIAS, bias_of
from analysis.calibration.own_evaluation.levels import ANSWERS, LEVELS
from data.errors import InputError, nearest
from simulation.engine.columns import DomainPlaces
from simulation.registry import REGISTRY

__all__ = ["CATALOGUE", "FILE", "KINDS_OF_COURSE", "Study", "read_studies"]

FILE = "evidence.csv"
COLUMNS = ("kind", "course", "level", "design", "estimate", "se", "sd", "reliability", "low", "high", "rival")
ASSUMED_RELIABILITY = 0.8  # of a test or rating whose reliability nobody said; assumed
PROVIDERS = ("agency", "university")
CATALOGUE = tuple(f"{domain.lower()}/{provider}" for domain in DomainPlaces._fields for provider in PROVIDERS)
"""Courses of the catalogue at the start, in the order of the model's programmes; leadership is the last."""
KINDS_OF_COURSE = (*CATALOGUE, "leadership", *PROVIDERS)
"""What a course may be said to be: one of the catalogue, leadership, or one outside the catalogue by its provider."""
CAPACITY = re.compile(r"capacity\*(\d+(?:\.\d+)?)")  # complaints: so many times the money for handling them
WHAT_CHANGED = {
    "skm": "a course that the staff of these units took, such as --course skm=agency",
    "complaints": "how many times the money for handling complaints, such as --course complaints=capacity*1.5",
}  # of files with units that changed
WHY_NOT = {
    "level_only": "a level after training; a comparison is needed",
    "no_baseline": "people who chose themselves, seen once; scores from before or a lottery are needed",
    "single_unit": "one of its arms is a single unit, which cannot be told from training",
    "trend_before": "its arms were already drifting apart before training",
    "lottery_doubtful": "its lottery is doubtful, and no score from before corrects it",
}


@dataclass(frozen=True)
class Study:
    """One estimate of the effect of one course.

    Attributes: course, its name; is_a, one of `KINDS_OF_COURSE`; level, one of `levels.LEVELS`; design, one of `bias.BIAS`; value and
    error [SD of true scores]; bias and bias_sd, mean and SD of what the design may add [the same]; sha256 of the file.
    """

    course: str
    is_a: str
    level: str
    design: str
    value: float
    error: float
    bias: float
    bias_sd: float
    sha256: str = ""

    @property
    def leadership(self) -> bool:
        return self.is_a == "leadership"

    @property
    def university(self) -> bool:
        return self.is_a.endswith("university")


def read_studies(folders: Sequence[Path], courses: Mapping[str, str]) -> tuple[Study, ...]:
    """Studies of several folders.

    Args: courses, name of a course in the files -> one of `KINDS_OF_COURSE`; a course that is not named is one of an agency outside the
    catalogue, unless its name is one of the catalogue.

    Raises:
        InputError: a folder that holds no evaluation, another kind or level, a design that is no comparison, no error or no spread, a
            folder given twice, a course that no folder holds, or one that cannot be what it is said to be.
    """
    found: list[Study] = []
    seen: dict[str, Path] = {}
    for folder in folders:
        table, digest = _table(folder)
        if digest in seen:
            raise InputError(f"{folder}: the same evaluation as {seen[digest]}; each is counted once")
        seen[digest] = folder
        found += [_study(folder, row, courses, digest) for row in table.to_dict("records")]
    names = {study.course for study in found}
    for name, is_a in courses.items():
        if name not in names:
            near = nearest(name, names)
            hint = f"did you mean '{near}'?" if near else f"there are {', '.join(sorted(names))}"
            raise InputError(f"course '{name}': none of the evaluations holds it; {hint}")
        if is_a not in KINDS_OF_COURSE and not CAPACITY.fullmatch(is_a):
            near = nearest(is_a, KINDS_OF_COURSE)
            hint = f"did you mean '{near}'?" if near else f"allowed: {', '.join(KINDS_OF_COURSE)}"
            raise InputError(f"course '{name}': '{is_a}' is no course of the model; {hint}")
    return tuple(found)


def _table(folder: Path) -> tuple[pd.DataFrame, str]:
    file = folder / FILE
    try:
        content = file.read_bytes()
        table = pd.read_csv(file, dtype={"course": str, "kind": str, "level": str, "design": str})
    except FileNotFoundError:
        raise InputError(
            f"{folder}: holds no {FILE}; give a folder that `asnlab evaluate training FILE --out {folder}` wrote"
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{file}: cannot be read ({' '.join(str(error).split())[:80]})") from error
    missing = [name for name in COLUMNS if name not in table]
    if missing or table.empty:
        fault = f"column '{missing[0]}' is missing" if missing else "no rows"
        raise InputError(f"{file}: {fault}; write it again with `asnlab evaluate`")
    return table.fillna({"kind": "", "course": "", "level": "", "design": ""}), hashlib.sha256(content).hexdigest()


def _study(folder: Path, row: Mapping[object, object], courses: Mapping[str, str], digest: str) -> Study:
    course, level, design = (str(row[name]) for name in ("course", "level", "design"))
    place = f"{folder}: course '{course}'"
    kind = str(row["kind"])
    if kind not in ("training", *WHAT_CHANGED):
        raise InputError(
            f"{folder}: an evaluation of '{kind}' teaches no effect yet; allowed: training, {', '.join(WHAT_CHANGED)}"
        )
    if kind in WHAT_CHANGED and course not in courses:
        raise InputError(f"{folder}: what the units changed is not known; say {WHAT_CHANGED[kind]}")
    if level not in LEVELS:
        what = {"reaction": "satisfaction", "self_rated": "what people say of themselves"}.get(
            level, "a column of its own"
        )
        raise InputError(
            f"{place}: its outcome is {what}, which is no effect of the model; allowed: {', '.join(LEVELS)}"
        )
    if design not in BIAS:
        why = WHY_NOT.get(design, f"unknown design '{design}'")
        raise InputError(f"{place}: {why}; allowed: {', '.join(BIAS)}")
    if kind == "complaints" and not _factor(courses[course]):
        raise InputError(f"{folder}: '{courses[course]}'; say {WHAT_CHANGED[kind]}")
    is_a = courses.get(course, course if course in (*CATALOGUE, "leadership") else "agency")
    if level != ANSWERS and _factor(is_a):
        raise InputError(f"{place}: '{is_a}' is about complaints; allowed: {', '.join(KINDS_OF_COURSE)}")
    if not parameter_of(level, is_a == "leadership"):
        raise InputError(f"{place}: level '{level}': the model has no effect of such a course at it")
    value, error, spread = (_number(row[name]) for name in ("estimate", "se", "sd"))
    if not spread > 0.0:
        raise InputError(
            f"{place}: its scores have no spread, so its effect has no size; people with different scores are needed"
        )
    if not (error > 0.0 and math.isfinite(value)):
        raise InputError(f"{place}: its estimate has no error; more people are needed")
    said = _number(row["reliability"])
    if not math.isnan(said) and not 0.0 < said <= 1.0:
        raise InputError(f"{place}: reliability {said:g}; allowed: above 0, up to 1")
    if level == ANSWERS:
        spread = math.log(_factor(is_a))  # an elasticity: relative change of the rate over that of the money
    unit = spread * math.sqrt(ASSUMED_RELIABILITY if math.isnan(said) else said)  # SD of true scores
    low, high, rival = (_number(row[name]) for name in ("low", "high", "rival"))
    if math.isinf(low) or math.isinf(high):
        raise InputError(f"{place}: so many left that who left decides everything; it teaches nothing")
    leavers = 0.0 if math.isnan(low) or math.isnan(high) else (high - low) / unit
    rivals = 0.0 if math.isnan(rival) else abs(rival - value) / unit
    bias = bias_of(design, leavers, rivals)
    # the widths of the bias are in SD of an outcome; a rate of answering has none, and a logarithm is as good a unit
    scale = 1.0 / unit if level == ANSWERS else 1.0
    return Study(course, is_a, level, design, value / unit, error / unit, scale * bias.mean, scale * bias.sd, digest)


def _factor(is_a: str) -> float:
    """How many times the money, in "capacity*1.5"; 0 where it is no such change, or none that could be seen."""
    found = CAPACITY.fullmatch(is_a)
    factor = float(found.group(1)) if found else 0.0
    return factor if factor > 1.0 else 0.0


def parameter_of(level: str, leadership: bool) -> str:
    """The parameter that is the mean effect at a level; empty where the model has none."""
    name = LEVELS[level].leadership if leadership else LEVELS[level].course
    return name if name in {p.name for p in REGISTRY} else ""


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return math.nan
