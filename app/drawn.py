"""What a comparison draws its parameters from: the posterior shipped for the city, one of the user's own, or the priors alone."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from analysis.calibration.method.posterior import Posterior, checked, read, shipped_posterior
from app.run_folder import POSTERIOR
from data.errors import InputError
from simulation.ensembles.store import sha256
from simulation.parameters import Parameters

__all__ = ["PRIORS", "Drawn", "asked_for", "of_run"]

PRIORS = "none"  # what the record says where no posterior was used


class Drawn(NamedTuple):
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


def asked_for(city: str, prior: bool, file: Path | None) -> Drawn:
    """What the options of `compare` ask for.

    Raises:
        InputError: both options, no posterior for the city, or one that is out of date.
    """
    if prior and file is not None:
        raise InputError("--prior and --posterior: only one of them; --prior leaves every posterior out")
    if prior:
        return Drawn(Parameters.load(city), PRIORS)
    if file is None:
        return _from(shipped_posterior(city), own=False)
    renew = f"`asnlab calibrate --targets FILE --out {file}`"
    return _from(checked(read(file), str(file), city, renew), own=True)


def of_run(folder: Path, city: str, posterior: str, command: str) -> Drawn:
    """What the run in a folder drew from, by the hash in its record. command: the one in the record, that repeats the run.

    Raises:
        InputError: the posterior is neither in the folder nor the one shipped.
    """
    if posterior == PRIORS:
        return Drawn(Parameters.load(city), PRIORS)
    own = "--posterior" in command.split()
    kept = folder / POSTERIOR
    if own:
        again = f"the same compare command restores it: {command}"
        if not kept.exists():
            raise InputError(f"{kept}: is missing; {again}")
        renew = "the same compare command and a new posterior"
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


def _from(posterior: Posterior, own: bool) -> Drawn:
    return Drawn(posterior.parameters(), posterior.sha256, posterior if own else None)
