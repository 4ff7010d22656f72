"""The posterior of a city as a file: joint draws of its nuisance parameters, with hashes of everything they were made from.

The file is plain text: a line of JSON after `#`, then a CSV table with one row a draw. The line holds the number of draws and the SHA-256
of everything else, so that a file that was edited or cut short is refused. Whether it belongs to today's model is checked in
`simulation.posterior.checked`.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from data.errors import InputError
from simulation.engine.records import Float64s
from simulation.parameters import Joint, Parameters
from simulation.posterior.nuisance import CONTRACTED, NAMES
from simulation.whole_file import write_whole

__all__ = ["Posterior", "Taught", "read"]

FORMAT = 2
HASH = "sha256"


@dataclass(frozen=True)
class Taught:
    """Effects that a city's own evaluations taught, drawn beside the nuisance parameters.

    Attributes: names, of parameters, and of the luck of courses in the catalogue; draws, float64 (draws, names); prior, mean and SD of
    each parameter before; studies, what each evaluation found, as text.
    """

    names: tuple[str, ...]
    draws: Float64s
    prior: Mapping[str, tuple[float, float]]
    studies: tuple[str, ...]

    def moved(self, name: str) -> tuple[float, float, float, float]:
        """Mean and SD of an effect before, and after."""
        values = self.draws[:, self.names.index(name)]
        return *self.prior[name], float(values.mean()), float(values.std())

    def about(self) -> dict[str, Any]:
        """What the header of the file says of it."""
        return {
            "names": list(self.names), "studies": list(self.studies),
            "prior": {n: [round(x, 6) for x in pair] for n, pair in self.prior.items()},
        }  # fmt: skip


@dataclass(frozen=True)
class Posterior:
    """Joint draws of all nuisance parameters.

    Attributes: city; draws, float64 (draws, parameters) in the order of `NAMES`; contraction, of each parameter's spread;
    grounded, the same without assumed targets; stamps, hashes of model, priors, city, method; targets, hash; seed of the errors;
    edge, targets that stand where the table has few runs; taught, effects that own evaluations taught; stands_by, how it was found to
    fit today's model ("hash" or "canary", "" before
    that was checked), which is not stored in the file.
    """

    city: str
    draws: Float64s
    contraction: Mapping[str, float]
    grounded: Mapping[str, float]
    stamps: Mapping[str, str]
    targets: str
    seed: int
    edge: tuple[str, ...] = ()
    stands_by: str = ""
    taught: Taught | None = None

    @property
    def calibrated(self) -> tuple[str, ...]:
        """Parameters whose spread the targets narrowed by a tenth or more; the others keep their priors."""
        return tuple(n for n in NAMES if self.grounded[n] >= CONTRACTED)

    @property
    def sha256(self) -> str:
        """Hash of the file's content."""
        return hashlib.sha256(self.text().encode()).hexdigest()

    def interval(self, name: str, level: float = 0.9) -> tuple[float, float, float]:
        """Median and central interval of one parameter."""
        values = self.draws[:, NAMES.index(name)]
        low, middle, high = np.quantile(values, [(1 - level) / 2, 0.5, (1 + level) / 2])
        return float(middle), float(low), float(high)

    def text(self) -> str:
        """The content of the file."""
        about = {
            "format": FORMAT, "city": self.city, "seed": self.seed, "stamps": dict(self.stamps), "targets": self.targets,
            "contraction": {n: round(v, 4) for n, v in self.contraction.items()},
            "grounded": {n: round(v, 4) for n, v in self.grounded.items()},
            "draws": len(self.draws), "edge": list(self.edge),
        }  # fmt: skip
        names, draws = NAMES, self.draws
        if self.taught is not None:
            about["taught"] = self.taught.about()
            names, draws = (*NAMES, *self.taught.names), np.hstack([self.draws, self.taught.draws])
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([[f"{x:.5g}" for x in row] for row in draws.tolist()])
        body = out.getvalue()
        return "# " + _line(about | {HASH: _hash(about, body)}) + "\n" + body

    def write(self, file: Path) -> None:
        """Write the file, whole or not at all. Raises InputError."""
        write_whole(file, self.text().encode())

    def parameters(self, base: Parameters | None = None) -> Parameters:
        """Parameters with these draws for those that are calibrated, and priors for all others."""
        names = self.calibrated
        draws = self.draws[:, [NAMES.index(n) for n in names]]
        why = {n: f"Regression-adjusted ABC; spread narrowed by {100 * self.contraction[n]:.0f} %." for n in names}
        if self.taught is not None:
            names, draws = (*names, *self.taught.names), np.hstack([draws, self.taught.draws])
            why |= dict.fromkeys(
                self.taught.names, f"The prior, updated by {len(self.taught.studies)} evaluations of one's own."
            )
        if not names:
            return base or Parameters.load(self.city)
        return (base or Parameters.load(self.city)).with_posterior(Joint(names, draws, self.sha256), why)


def _line(about: Mapping[str, Any]) -> str:
    return json.dumps(about, sort_keys=True)


def _hash(about: Mapping[str, Any], body: str) -> str:
    """SHA-256 of the header's entries other than the hash itself, and of the table."""
    hashed = {key: value for key, value in about.items() if key != HASH}
    return hashlib.sha256(f"{_line(hashed)}\n{body}".encode()).hexdigest()


def read(file: Path, again: str | None = None) -> Posterior:
    """Read a posterior file.

    Args: again, what makes the file again, for the error; default the command that writes a posterior there.
    Raises: InputError when it is missing, is not a posterior, was edited or was cut short.
    """
    make = f"`asnlab calibrate --targets FILE --out {file}`"
    again = again or f"make it again with {make}"
    try:
        head, _, body = file.read_text(encoding="utf-8").partition("\n")
        about = json.loads(head.removeprefix("# "))
        if about["format"] != FORMAT:
            raise ValueError("another format")
        hashed = about[HASH] == _hash(about, body)
    except FileNotFoundError:
        raise InputError(f"{file}: no such file; write a posterior with {make}") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        fault = " ".join(str(error).split())[:80]
        raise InputError(f"{file}: is not a posterior of this version ({fault}); {again}") from error
    if not hashed:
        raise InputError(f"{file}: edited or cut short: its content is not what its hash says; {again}")
    try:
        return _parsed(about, body)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = " ".join(str(error).split())[:80]
        raise InputError(f"{file}: is not a posterior of this version ({fault}); {again}") from error


def _parsed(about: Mapping[str, Any], body: str) -> Posterior:
    """A posterior from header and table. Raises ValueError, KeyError, TypeError or AttributeError when they do not describe one."""
    names, *rows = list(csv.reader(io.StringIO(body)))
    draws = np.array([[float(x) for x in row] for row in rows])
    taught = about.get("taught")
    further = () if taught is None else tuple(str(name) for name in taught["names"])
    if tuple(names) != (*NAMES, *further) or draws.ndim != 2 or not np.isfinite(draws).all():
        raise ValueError("other parameters, or none")
    if len(draws) != about["draws"]:
        raise ValueError(f"{len(draws)} draws instead of {about['draws']}")
    return Posterior(
        str(about["city"]),
        draws[:, : len(NAMES)],
        _shares(about["contraction"]),
        _shares(about["grounded"]),
        {str(name): str(value) for name, value in about["stamps"].items()},
        str(about["targets"]),
        int(about["seed"]),
        tuple(str(name) for name in about["edge"]),
        taught=None if taught is None else _taught(taught, draws[:, len(NAMES) :]),
    )


def _taught(about: Mapping[str, Any], draws: Float64s) -> Taught:
    prior = {str(name): (float(mean), float(sd)) for name, (mean, sd) in about["prior"].items()}
    names = tuple(str(name) for name in about["names"])
    if not set(prior) <= set(names):
        raise ValueError("taught: other parameters")
    return Taught(names, draws, prior, tuple(str(study) for study in about["studies"]))


def _shares(found: Mapping[str, Any]) -> dict[str, float]:
    shares = {str(name): float(value) for name, value in found.items()}
    if set(shares) != set(NAMES) or not all(map(math.isfinite, shares.values())):
        raise ValueError("contraction: other parameters")
    return shares
