"""What a study draws its parameters from: how it is requested, kept in the study's folder, and found again through its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.study.folder import POSTERIOR as KEPT
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

__all__ = ["asked_for", "keep", "of_study", "stated"]


def asked_for(parameters: str | Path, city: str) -> ParameterSource:
    """The requested source: "posterior" is the one shipped for the city, "prior" leaves every posterior out, a path names one's own.

    Raises:
        InputError: another word, no posterior for the city, one that is out of date, or parameters that no folder can keep.
    """
    if isinstance(parameters, Path):
        return own_source(own_posterior(parameters, city))
    if not isinstance(parameters, str):
        raise InputError(
            "parameters: found parameters made in Python; a study draws from what its folder can keep: 'posterior', 'prior' or a "
            "posterior file; Ensemble takes any"
        )
    return source_of(parameters, city)


def keep(source: ParameterSource, folder: Path) -> bool:
    """Write the user's own posterior beside the runs, so that the study can be resumed and repeated from its folder.

    Returns whether it had to be written: False when it is there as it was made, or there is none to keep.
    """
    if source.posterior is None:
        return False
    file = folder / KEPT
    if file.is_file() and sha256(file) == source.posterior_hash:
        return False
    source.posterior.write(file)
    return True


def of_study(folder: Path, city: str, posterior: str, repeat: str) -> ParameterSource:
    """The source that the study in a folder draws from, found by the hash in its record. repeat: what repeats it, as the record has it.

    Raises:
        InputError: the posterior is neither in the folder nor the one shipped.
    """
    if posterior == NO_POSTERIOR:
        return source_of(PRIOR, city)
    own = "--posterior" in repeat.split() or "parameters='" in repeat
    kept = folder / KEPT
    if own:
        maker = "compare command" if repeat.startswith("asnlab ") else "Study.create"
        again = f"the same {maker} restores it: {repeat}"
        if not kept.exists():
            raise InputError(f"{kept}: is missing; {again}")
        found = own_source(checked(read(kept, again), str(kept), city, f"the same {maker} and a new posterior"))
    else:
        found = source_of(POSTERIOR, city)
    if found.posterior_hash == posterior:
        return found
    if own:
        raise InputError(f"{kept}: is another posterior than the run was made with; {again}")
    raise InputError(
        f"{folder}: was run with another posterior than the one shipped now; run it again into another folder"
    )


def stated(record: Mapping[str, Any]) -> str:
    """What the record of a study says about its source, worded like `str(ParameterSource)`; empty for records of older versions."""
    if "drawn_from" not in record:
        return ""
    run, said = record["run"], record["drawn_from"]
    source = source_of(PRIOR, run["scenario"]["city"])
    return str(replace(source, origin=said["origin"], posterior_hash=run["posterior"], stands_by=said["stands_by"]))
