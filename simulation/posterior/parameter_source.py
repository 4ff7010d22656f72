"""What runs draw their parameters from: the posterior of their city, one of the user's own, the priors, or parameters made in Python."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import data
from data.errors import InputError, nearest
from simulation.parameters import Parameters, default
from simulation.posterior.checked import own_posterior, shipped_posterior
from simulation.posterior.places import shipped_posterior_file
from simulation.posterior.posterior_file import Posterior
from simulation.posterior.standing import CANARY

__all__ = [
    "DRAWN_FROM",
    "GIVEN",
    "NO_POSTERIOR",
    "OWN",
    "POSTERIOR",
    "PRIOR",
    "Asked",
    "ParameterSource",
    "own_source",
    "source_of",
]

POSTERIOR, OWN, PRIOR, GIVEN = "posterior", "own", "prior", "given"
NO_POSTERIOR = "none"  # in the place of a posterior's hash
DRAWN_FROM = "drawn_from"  # where a table says, among its `attrs`, what the parameters were drawn from
SHORT = 8  # digits of a hash that people read


@dataclass(frozen=True)
class ParameterSource:
    """What runs draw their parameters from; `str(source)` says it in words.

    Attributes: parameters; origin, POSTERIOR (the one shipped for the city), OWN (a posterior of the user's), PRIOR or GIVEN; city;
    posterior_hash, of the posterior, or NO_POSTERIOR; stands_by, "hash" or "canary" (see `simulation.posterior.standing`), "" where there
    is no posterior; posterior, where it has to be kept with a run.
    """

    parameters: Parameters
    origin: str
    city: str
    posterior_hash: str = NO_POSTERIOR
    stands_by: str = ""
    posterior: Posterior | None = None

    @property
    def canary(self) -> bool:
        """Whether the posterior is of an older model, and only runs of its canary say that it stands."""
        return self.stands_by == CANARY

    @property
    def short_hash(self) -> str:
        """The first digits of the posterior's hash."""
        return self.posterior_hash[:SHORT]

    def __str__(self) -> str:
        names = {
            POSTERIOR: f"posterior of {self.city}",
            OWN: f"own posterior of {self.city} ({self.short_hash})",
            PRIOR: "priors, without calibration",
            GIVEN: "parameters given in Python",
        }
        return names[self.origin] + (" (canary: runs alike, not proved)" if self.canary else "")

    def record(self) -> dict[str, str]:
        """For the record of a run: origin, and what the posterior stands by."""
        return {"origin": self.origin, "stands_by": self.stands_by or NO_POSTERIOR}


Asked = Parameters | ParameterSource | Path | str


def source_of(asked: Asked, city: str) -> ParameterSource:
    """What runs of a city draw from.

    Args:
        asked: "posterior", the one shipped for the city; "prior", the shipped priors and estimates without any calibration; the path of a
            posterior file; or `Parameters`, taken as they are.

    Raises: InputError for another word (with the nearest), a city without a posterior, or a posterior of another city or model.
    """
    if isinstance(asked, ParameterSource):
        return asked
    if isinstance(asked, Parameters):
        return ParameterSource(asked, GIVEN, city, asked.joint.sha256 if asked.joint is not None else NO_POSTERIOR)
    if asked == PRIOR:
        return ParameterSource(default(city), PRIOR, city)
    if asked == POSTERIOR:
        files = (shipped_posterior_file(city), data.path("targets", f"{city}.yaml"))
        return _shipped(city, tuple(_state(file) for file in files))
    if not isinstance(asked, str | Path) or not (Path(asked).suffix or Path(asked).exists()):
        close = nearest(str(asked), (POSTERIOR, PRIOR))
        hint = f"did you mean '{close}'?" if close else "the path of a posterior file ends in .csv"
        raise InputError(
            f"parameters: found {asked!r:.60}; allowed: 'posterior', 'prior', a posterior file or Parameters; {hint}"
        )
    return own_source(own_posterior(Path(asked), city))


def own_source(posterior: Posterior) -> ParameterSource:
    """A posterior of the user's own that was checked, as a source."""
    return _source(posterior, OWN)


def _source(posterior: Posterior, origin: str) -> ParameterSource:
    parameters = posterior.parameters(default(posterior.city))
    return ParameterSource(
        parameters, origin, posterior.city, posterior.sha256, posterior.stands_by, posterior if origin == OWN else None
    )


def _state(file: Path) -> tuple[str, int, int]:
    """The present state of a file, a key for the cache: reading and checking it again takes longer than a small run."""
    status = file.stat() if file.exists() else None
    return str(file), status.st_mtime_ns if status else 0, status.st_size if status else 0


@lru_cache(maxsize=8)
def _shipped(city: str, files: tuple[tuple[str, int, int], ...]) -> ParameterSource:
    return _source(shipped_posterior(city), POSTERIOR)
