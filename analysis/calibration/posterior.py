"""The posterior of a city: joint draws of its nuisance parameters, with hashes of everything they were made from.

The file is plain text: a line of JSON after `#`, then a CSV table with one row a draw. A posterior made from another model, other priors or
another profile than today's is refused.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import data
from analysis.calibration.nuisance import CONTRACTED, NAMES, table_parameters
from analysis.calibration.stamps import stamps
from data.errors import InputError
from simulation.parameters import Joint, Parameters

__all__ = ["RENEW", "Posterior", "calibrated", "checked", "read", "shipped_file", "shipped_posterior"]

FORMAT = 1
RENEW = "make posterior"


@dataclass(frozen=True)
class Posterior:
    """Joint draws of all nuisance parameters.

    Attributes: city; draws, float64 (draws, parameters) in the order of `NAMES`; contraction, of each parameter's spread;
    grounded, the same without assumed targets; stamps, hashes of model, priors, city; targets, hash; seed of the errors.
    """

    city: str
    draws: Any
    contraction: Mapping[str, float]
    grounded: Mapping[str, float]
    stamps: Mapping[str, str]
    targets: str
    seed: int

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
        }  # fmt: skip
        out = io.StringIO()
        out.write("# " + json.dumps(about, sort_keys=True) + "\n")
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(NAMES)
        writer.writerows([[f"{x:.5g}" for x in row] for row in self.draws.tolist()])
        return out.getvalue()

    def write(self, file: Path) -> None:
        """Write the file under a temporary name, then move it."""
        part = file.with_name(file.name + ".part")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(self.text(), encoding="utf-8", newline="\n")
            part.replace(file)
        except OSError as error:
            raise InputError(f"{file}: cannot be written: {error.strerror or error}") from error
        finally:
            part.unlink(missing_ok=True)

    def parameters(self, base: Parameters | None = None) -> Parameters:
        """Parameters with these draws for those that are calibrated, and priors for all others."""
        names = self.calibrated
        if not names:
            return base or Parameters.load()
        columns = [NAMES.index(n) for n in names]
        why = {n: f"Regression-adjusted ABC; spread narrowed by {100 * self.contraction[n]:.0f} %." for n in names}
        return (base or Parameters.load()).with_posterior(Joint(names, self.draws[:, columns], self.sha256), why)


def read(file: Path) -> Posterior:
    """Read a posterior file. Raises InputError when it is missing or is none."""
    try:
        head, _, body = file.read_text(encoding="utf-8").partition("\n")
        about = json.loads(head.removeprefix("# "))
        names, *rows = list(csv.reader(io.StringIO(body)))
        draws = np.array([[float(x) for x in row] for row in rows])
        if about["format"] != FORMAT or tuple(names) != NAMES or draws.ndim != 2 or not np.isfinite(draws).all():
            raise ValueError("other parameters or another format")
        if any(set(about[key]) != set(NAMES) for key in ("contraction", "grounded")):
            raise ValueError("other parameters")
        return Posterior(
            about["city"],
            draws,
            about["contraction"],
            about["grounded"],
            about["stamps"],
            about["targets"],
            int(about["seed"]),
        )
    except FileNotFoundError:
        raise InputError(
            f"{file}: no such file; write a posterior with `asnlab calibrate --targets FILE --out {file}`"
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{file}: is not a posterior of this version ({' '.join(str(error).split())[:80]})") from error


def shipped_file(city: str) -> Path:
    """Where the posterior shipped for a city lies."""
    return data.path("posterior", f"{city}.csv")


def checked(posterior: Posterior, name: str, city: str, renew: str) -> Posterior:
    """The same posterior when it is of this city and of today's model. Raises InputError with the command that renews it."""
    if posterior.city != city:
        raise InputError(
            f"{name}: is a posterior of city '{posterior.city}', not of '{city}'; "
            f"make that city's own table: `asnlab calibrate --table --city {city}`"
        )
    now = stamps(city, table_parameters())
    stale = [key for key in now if posterior.stamps.get(key) != now[key]]
    if stale:
        raise InputError(
            f"{name}: out of date, made from another {' and '.join(stale)} than today's; renew it with `{renew}`, "
            "or leave it out with --prior"
        )
    return posterior


def shipped_posterior(city: str) -> Posterior:
    """The posterior shipped for a city, checked. Raises InputError when there is none or it is out of date."""
    file = shipped_file(city)
    if not file.exists():
        raise InputError(
            f"city '{city}': no posterior; make its own table with `asnlab calibrate --table --city {city}`, then "
            "`asnlab calibrate --targets FILE --out POSTERIOR`; or leave it out with --prior"
        )
    return checked(read(file), f"posterior/{file.name}", city, RENEW)


def calibrated(city: str = "tangsel") -> Parameters:
    """Parameters of a city with its shipped posterior."""
    return shipped_posterior(city).parameters()
