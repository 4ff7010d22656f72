"""A study whose months are run by a class of the researcher's own: what its record says of the class, and who may go on with it.

No command ever imports code that a record names: the class is handed over in Python, and compared with the record by its source.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data.errors import InputError

if TYPE_CHECKING:
    from simulation import CityModel

__all__ = ["described", "same_model"]


def described(model: type[CityModel] | None) -> dict[str, Any]:
    """What the identity of a study says of a class: its name and the hash of its source; nothing where the engine runs the months.

    Raises: InputError for what is no subclass of CityModel, and for a class that lies in no file.
    """
    if model is None:
        return {}
    from simulation.mesa_face.own_process import checked_model, class_name, source_hash

    return {"model": {"class": class_name(checked_model(model)), "sha256": source_hash(model)}}


def same_model(folder: Path, run: Mapping[str, Any], model: type[CityModel] | None) -> None:
    """Raises InputError unless the class is the one that the study in a folder is run with. run: its identity, from the record."""
    recorded, given = run.get("model", {}), described(model).get("model", {})
    if recorded == given:
        return
    if not recorded:
        raise InputError(f"{folder}: is run by the engine, without {given['class']}; open it without model=")
    name = str(recorded["class"]).rpartition(":")[2]
    if not given:
        raise InputError(
            f"{folder}: is run with a class of one's own, {recorded['class']}; go on in Python: Study.open({str(folder)!r}, model={name})"
        )
    if recorded["class"] == given["class"]:
        raise InputError(
            f"{folder}: was run with another source or other values of {recorded['class']}; go back to those"
        )
    raise InputError(f"{folder}: is run with {recorded['class']}; found {given['class']}")
