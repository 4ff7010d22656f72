"""The options --prior and --posterior, turned into the `parameters` argument of studies and cities in Python."""

from __future__ import annotations

from pathlib import Path

from data.errors import InputError

__all__ = ["parameters_asked"]


def parameters_asked(prior: bool, posterior: Path | None) -> str | Path:
    """The word "prior", the file, or the word "posterior" where neither option was given. Raises InputError for both."""
    if prior and posterior is not None:
        raise InputError("--prior and --posterior: only one of them; --prior leaves every posterior out")
    return "prior" if prior else posterior or "posterior"
