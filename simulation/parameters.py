"""Parameters with estimates in place of priors, and joint draws of them for the engine.

`Parameters.load(city)` joins the registry with the city's estimates in `data/estimates/`; `draw(seed, k)` gives draw k as a packed
record. Draw k never depends on how many draws are asked for, and a parameter's draw depends only on its own name.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import InputError, nearest
from data.lineage import default_city
from data.notebook import table as notebook_table
from data.origins import EVERYWHERE, Origins
from simulation.engine.columns import DOMAINS, PEOPLE, PRICE, PROCESS
from simulation.engine.records import Float64s, Structured
from simulation.estimates import Estimates, estimates_in, estimates_of
from simulation.priors import NORMAL, Prior
from simulation.registry import REGISTRY, Parameter

ELEMENTS = tuple(f"U{i}" for i in range(1, 10))
FACTORS = {"process": PROCESS, "people": PEOPLE, "price": PRICE}
COURSES = 2 * DOMAINS + 1  # of the catalogue: agency and university by domain, then leadership
COURSE_LUCK = (
    "course_luck_"  # begins the names of a calibration's columns with the luck of a course: row, then 0 learning, 1 job
)
Root = tuple[tuple[float, ...], ...]  # a triangular matrix, by rows

NATURE = np.dtype(
    [(p.name, np.float64) for p in REGISTRY]
    + [
        ("factor_correlation", np.float64),
        ("loading", np.float64, 9),
        ("threshold", np.float64, (9, 3)),
        ("factor", np.float64, 9),
        ("course_luck", np.float64, (COURSES, 2)),
        ("course_open", np.float64, (COURSES, 2)),
    ]
)


def uniform_of(seed: int, draw: int, name: str) -> float:
    """The uniform number of a parameter in a draw: a hash of (seed, draw, name), in (0, 1)."""
    digest = hashlib.sha256(f"{seed}/{draw}/{name}".encode()).digest()
    return ((int.from_bytes(digest[:8], "big") >> 12) + 0.5) / 2.0**52


@dataclass(frozen=True)
class Joint:
    """Joint draws of some parameters from a calibration: names, draws float64 (draws, names), hash of their source."""

    names: tuple[str, ...]
    draws: Float64s
    sha256: str

    def row(self, u: float) -> dict[str, float]:
        """The draw at a place u in (0, 1), by name."""
        return dict(zip(self.names, self.draws[int(u * len(self.draws))].tolist(), strict=True))


@dataclass(frozen=True)
class Parameters:
    """All parameters with their present priors or estimates.

    Attributes: table, by name; skm, loadings and thresholds of the nine answers; covariance, blocks of jointly estimated parameters
    (on the scale where they are normal); source_hash, hash of the files of estimates; joint, draws of a calibration where there is one;
    origins, where the priors come from.
    """

    table: Mapping[str, Parameter]
    skm: Mapping[str, Any]
    covariance: tuple[tuple[tuple[str, ...], Root], ...]
    source_hash: str
    joint: Joint | None = None
    origins: Origins = field(default_factory=Origins)

    @classmethod
    def load(cls, city: str | None = None) -> Parameters:
        """Registry and the estimates of a city joined, without any calibration.

        Args: city, default the one of `data/default.yaml`.
        Raises: InputError when the city has no estimates, or its file names an unknown parameter or cannot be used.
        """
        return cls._joined(estimates_of(city or default_city(), (p.name for p in REGISTRY)))

    @classmethod
    def read(cls, file: Path) -> Parameters:
        """The same from a file of estimates of the user's own. Raises InputError."""
        return cls._joined(estimates_in(file, (p.name for p in REGISTRY)))

    @classmethod
    def _joined(cls, found: Estimates) -> Parameters:
        table = {p.name: p for p in REGISTRY}
        for name, row in found.rows.items():
            low, high = row.get("bounds") or [-math.inf, math.inf]
            low, high = (-math.inf if low is None else float(low)), (math.inf if high is None else float(high))
            prior = Prior(row["distribution"], float(row["value"]), float(row["se"]), low, high)
            table[name] = table[name].with_prior(prior, row["class"], tuple(row["evidence"]), row["method"])
        blocks = tuple((tuple(b["names"]), _root(b["matrix"])) for b in found.covariance)
        source = {name: found.source.get(name, EVERYWHERE) for name in table}
        assumed = frozenset(name for name, p in table.items() if p.klass == "assumed")
        return cls(table, found.skm, blocks, found.sha256, origins=Origins(found.city, source, assumed))

    def _repr_html_(self) -> str:
        classes = Counter(p.klass for p in self.table.values())
        counted = ", ".join(f"{n} {name}" for name, n in sorted(classes.items()))
        rows = [(p.name, f"{p.value:.3g}", p.unit, p.prior.words(), p.klass, p.why) for p in self.table.values()]
        note = f"Estimates {self.source_hash[:8]}" + (f"; joint draws {self.joint.sha256[:8]}." if self.joint else ".")
        heads = ["parameter", "median", "unit", "drawn from", "class", "why"]
        return notebook_table(f"{len(rows)} parameters: {counted}", heads, rows, note)

    def replace(self, **values: float) -> Parameters:
        """The same parameters with some fixed at a value, for tests and what-if questions. Raises InputError on an unknown name."""
        return self.with_priors({n: Prior("fixed", float(v)) for n, v in values.items()}, None, "fixed by the user")

    def with_priors(self, priors: Mapping[str, Prior], klass: str | None, why: str) -> Parameters:
        """The same parameters with other priors for some; their joint blocks are dropped. Raises InputError on an unknown name."""
        table = dict(self.table)
        for name, prior in priors.items():
            if name not in table:
                raise InputError(f"parameters: {name}: unknown parameter; did you mean '{nearest(name, table)}'?")
            table[name] = table[name].with_prior(prior, klass or table[name].klass, table[name].evidence, why)
        blocks = tuple(b for b in self.covariance if not set(b[0]) & set(priors))
        joint = self.joint
        if joint is not None:
            kept = [k for k, name in enumerate(joint.names) if name not in priors]
            joint = Joint(tuple(joint.names[k] for k in kept), joint.draws[:, kept], joint.sha256) if kept else None
        return replace(self, table=table, covariance=blocks, joint=joint)

    def with_posterior(self, joint: Joint, why: Mapping[str, str]) -> Parameters:
        """The same parameters with a calibration's joint draws for some. why: one sentence for each name."""
        table = dict(self.table)
        for k, name in enumerate(joint.names):
            if name.startswith(COURSE_LUCK):  # of one course of the catalogue, no parameter
                continue
            values = joint.draws[:, k]
            low, middle, high = np.quantile(values, [0.05, 0.5, 0.95])
            prior = Prior("posterior", float(middle), float(values.std()), float(low), float(high))
            table[name] = table[name].with_prior(prior, "calibrated", table[name].evidence, why[name])
        return replace(self, table=table, joint=joint)

    def without_effects(self) -> Parameters:
        """Every effect a policy works through set to zero: then no policy may make any difference."""
        return self.replace(**{p.name: 0.0 for p in self.table.values() if p.effect})

    def draw(self, seed: int, number: int) -> Structured:
        """Joint draw `number` as a NATURE record array of length one."""
        joint = self._of_joint(seed, number)
        luck = {name: value for name, value in joint.items() if name.startswith(COURSE_LUCK)}
        values = self.values(seed, number)
        return self._pack(values, lambda name: NORMAL.inv_cdf(uniform_of(seed, number, name)), luck)

    def _of_joint(self, seed: int, number: int) -> dict[str, float]:
        return {} if self.joint is None else self.joint.row(uniform_of(seed, number, "posterior"))

    def values(self, seed: int, number: int) -> dict[str, float]:
        """Joint draw `number` by name, before the structural switches act: what a sensitivity to each parameter is read from."""
        u = self.places(seed, number)
        values = {name: p.prior.value(u[name]) for name, p in self.table.items()}
        values.update({n: v for n, v in self._of_joint(seed, number).items() if not n.startswith(COURSE_LUCK)})
        return values

    def places(self, seed: int, number: int) -> dict[str, float]:
        """Where in its prior each parameter of a draw lies, in (0, 1); correlations count, a calibration's joint draws do not."""
        u = {name: uniform_of(seed, number, name) for name in self.table}
        for names, root in self.covariance:
            normal = [NORMAL.inv_cdf(u[n]) for n in names]
            u.update({n: NORMAL.cdf(_product(row, normal)) for n, row in zip(names, root, strict=True)})
        return u

    def median(self) -> Structured:
        """All parameters at their medians, as a NATURE record array of length one."""
        return self._pack({name: p.value for name, p in self.table.items()}, lambda name: 0.0, {})

    def draws(self, seed: int, numbers: Iterable[int]) -> Structured:
        """Several draws as one NATURE record array."""
        return np.concatenate([self.draw(seed, k) for k in numbers])

    def _pack(
        self, values: Mapping[str, float], noise: Callable[[str], float], luck: Mapping[str, float]
    ) -> Structured:
        """The record, rounded to nine digits: the last bits of the C library and of linear algebra differ by machine."""
        record = np.zeros(1, dtype=NATURE)
        for name, value in structural(values).items():
            record[name] = value
        record["course_open"] = 1.0
        for name, value in luck.items():
            course, which = map(int, name.removeprefix(COURSE_LUCK).split("_"))
            record["course_luck"][0, course, which], record["course_open"][0, course, which] = value, 0.0
        correlation = self.skm["factor_correlation"]
        record["factor_correlation"] = min(
            max(correlation["value"] + correlation["se"] * noise("factor_correlation"), -0.9), 0.9
        )
        for i, element in enumerate(ELEMENTS):
            row = self.skm["elements"][element]
            loading = row["loading"]["value"] + row["loading"]["se"] * noise(f"{element}.loading")
            record["loading"][0, i] = min(max(loading, 0.05), 0.97)
            steps = [t["value"] + t["se"] * noise(f"{element}.threshold{k}") for k, t in enumerate(row["thresholds"])]
            record["threshold"][0, i] = np.maximum.accumulate(steps)  # thresholds keep their order
            record["factor"][0, i] = FACTORS[row["factor"]]
        numbers = record.view(np.float64)
        numbers[:] = [float(f"{x:.9g}") for x in numbers.tolist()]
        return record


def columns_of(drawn: Structured) -> dict[str, Float64s]:
    """NATURE records as columns by name, float64 (draws,); arrays spelled out: loading_U1, threshold_U1_1, factor_U1."""
    columns: dict[str, Float64s] = {}
    for name in NATURE.names or ():
        values = drawn[name].reshape(len(drawn), -1)
        shape = NATURE[name].shape
        labels = _course_labels if name.startswith("course_") else _labels
        ends = ["".join(f"_{part}" for part in labels(place)) for place in np.ndindex(*shape)]
        columns.update({name + end: values[:, k].copy() for k, end in enumerate(ends)})
    return columns


def _labels(place: tuple[int, ...]) -> list[str]:
    """An element of the survey, and a threshold counted from 1."""
    return [ELEMENTS[place[0]], *(str(k + 1) for k in place[1:])] if place else []


def _course_labels(place: tuple[int, ...]) -> list[str]:
    """Row of the catalogue counted from 0, and on what the course works."""
    return [str(place[0]), ("learning", "job")[place[1]]]


def structural(values: Mapping[str, float]) -> dict[str, float]:
    """Apply the structural switches: a form that is switched off sets the parameters it governs to zero."""
    v = dict(values)
    if v["trust_form"] == 0.0:
        v["lasting_share"] = 0.0
    if v["aptitude_form"] == 0.0:
        v["aptitude_slope"] = 0.0
    if v["cover_form"] == 0.0:
        v["cover"] = 1.0
    if v["complaint_learning"] == 0.0:
        v.update({name: 0.0 for name in v if name.startswith("complaint_to_")})
    if v["revision_may_harm"] == 0.0:
        v["revision_mean"] = abs(v["revision_mean"])
    return v


def _root(covariance: Sequence[Sequence[float]]) -> Root:
    """Square root of the correlation behind a covariance, so that unit normals become correlated unit normals (Cholesky, by rows).

    Plain arithmetic, one operation after another: libraries for matrices choose theirs by the processor, and the last bit differs.
    """
    sd = [math.sqrt(float(row[i])) for i, row in enumerate(covariance)]
    root: list[list[float]] = []
    for i, row in enumerate(covariance):
        new = [0.0] * len(sd)
        for j in range(i + 1):
            rest = float(row[j]) / (sd[i] * sd[j]) - _product(new[:j], root[j] if j < i else new)
            new[j] = math.sqrt(rest) if i == j else rest / root[j][j]
        root.append(new)
    return tuple(tuple(row) for row in root)


def _product(one: Sequence[float], other: Sequence[float]) -> float:
    """Sum of products, from the left; the built-in sum rounds otherwise from Python 3.12 on."""
    total = 0.0
    for x, y in zip(one, other, strict=False):
        total += x * y
    return total


@lru_cache(maxsize=8)
def default(city: str | None = None) -> Parameters:
    """The shipped priors and estimates of a city, default the one of `data/default.yaml`; without any calibration by the model."""
    return Parameters.load(city)
