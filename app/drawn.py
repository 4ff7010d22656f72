"""What a comparison draws its parameters from, by the options of the command or by the record of a run."""

from __future__ import annotations

from pathlib import Path

from app.run_folder import POSTERIOR as KEPT
from data.errors import InputError
from simulation.ensembles.store import sha256
from simulation.posterior.checked import checked, own_posterior
from simulation.posterior.parameter_source import (
    NO_POSTERIOR,
    POSTERIOR,
    PRIOR,
    ParameterSource,
    own_source,
    source_of,
)
from simulation.posterior.posterior_file import read

__all__ = ["asked_for", "keep", "of_run"]


def keep(source: ParameterSource, folder: Path) -> bool:
    """Write the user's own posterior beside the run, so that the run can be resumed and repeated from its folder.

    Returns whether it had to be written: False when it is there as it was made, or there is none to keep.
    """
    if source.posterior is None:
        return False
    file = folder / KEPT
    if file.is_file() and sha256(file) == source.posterior_hash:
        return False
    source.posterior.write(file)
    return True


def asked_for(city: str, prior: bool, file: Path | None) -> ParameterSource:
    """What the options --prior and --posterior ask for.

    Raises:
        InputError: both options, no posterior for the city, or one that is out of date.
    """
    if prior and file is not None:
        raise InputError("--prior and --posterior: only one of them; --prior leaves every posterior out")
    return own_source(own_posterior(file, city)) if file is not None else source_of(PRIOR if prior else POSTERIOR, city)


def of_run(folder: Path, city: str, posterior: str, command: str) -> ParameterSource:
    """What the run in a folder drew from, by the hash in its record. command: the one in the record, that repeats the run.

    Raises:
        InputError: the posterior is neither in the folder nor the one shipped.
    """
    if posterior == NO_POSTERIOR:
        return source_of(PRIOR, city)
    own = "--posterior" in command.split()
    kept = folder / KEPT
    if own:
        again = f"the same compare command restores it: {command}"
        if not kept.exists():
            raise InputError(f"{kept}: is missing; {again}")
        renew = "the same compare command and a new posterior"
        found = own_source(checked(read(kept, again), str(kept), city, renew))
    else:
        found = source_of(POSTERIOR, city)
    if found.posterior_hash == posterior:
        return found
    if own:
        raise InputError(f"{kept}: is another posterior than the run was made with; {again}")
    raise InputError(
        f"{folder}: was run with another posterior than the one shipped now; run it again into another folder"
    )
