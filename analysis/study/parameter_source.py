"""What a study draws its parameters from: the posterior shipped for the city, one of the user's own, or the priors alone."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from analysis.calibration.method.posterior import Posterior, checked, read, shipped_posterior
from analysis.study.folder import POSTERIOR
from data.errors import InputError
from simulation.ensembles.store import sha256
from simulation.parameters import Parameters

__all__ = ["PRIORS", "ParameterSource", "asked_for", "of_study"]

PRIORS = "none"  # what the record says where no posterior was used


class ParameterSource(NamedTuple):
    """Parameters; hash of the posterior they come from, or `PRIORS`; the posterior where it has to be kept with the run."""

    parameters: Parameters
    posterior: str
    own: Posterior | None = None

    def keep(self, folder: Path) -> bool:
        """Write the user's own posterior beside the run, so that the run can be resumed and repeated from its folder.

        Returns whether it had to be written: False when it is there as it was made, or there is none to keep.
        """
        if self.own is None:
            return False
        file = folder / POSTERIOR
        if file.is_file() and sha256(file) == self.posterior:
            return False
        self.own.write(file)
        return True


def asked_for(city: str, parameters: str | Path) -> ParameterSource:
    """What somebody asks for: "posterior" is the one shipped for the city, "prior" leaves every posterior out, a path names one's own.

    Raises:
        InputError: no posterior for the city, or one that is out of date.
    """
    if parameters == "prior":
        return ParameterSource(Parameters.load(), PRIORS)
    if parameters == "posterior":
        return _from(shipped_posterior(city), own=False)
    renew = f"`asnlab calibrate --targets FILE --out {parameters}`"
    return _from(checked(read(Path(parameters)), str(parameters), city, renew), own=True)


def of_study(folder: Path, city: str, posterior: str, repeat: str) -> ParameterSource:
    """What the study in a folder draws from, by the hash in its record. repeat: what repeats it, as the record has it.

    Raises:
        InputError: the posterior is neither in the folder nor the one shipped.
    """
    if posterior == PRIORS:
        return ParameterSource(Parameters.load(), PRIORS)
    own = "--posterior" in repeat.split() or "parameters='" in repeat
    kept = folder / POSTERIOR
    if own:
        typed = repeat.startswith("asnlab ")
        again = f"the same {'compare command' if typed else 'Study.create'} restores it: {repeat}"
        if not kept.exists():
            raise InputError(f"{kept}: is missing; {again}")
        renew = "the same compare command and a new posterior" if typed else "Study.create and a new posterior"
        found = _from(checked(read(kept, again), str(kept), city, renew), own=True)
    else:
        found = _from(shipped_posterior(city), own=False)
    if found.posterior == posterior:
        return found
    if own:
        raise InputError(f"{kept}: is another posterior than the run was made with; {again}")
    raise InputError(
        f"{folder}: was run with another posterior than the one shipped now; run it again into another folder"
    )


def _from(posterior: Posterior, own: bool) -> ParameterSource:
    return ParameterSource(posterior.parameters(), posterior.sha256, posterior if own else None)
