"""A subclass of CityModel with a process of its own: where it lies, what it is made of, and one run of it."""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from types import CodeType
from typing import Any

from data.errors import InputError
from simulation.mesa_face.model import CityModel
from simulation.policy import Policy
from simulation.posterior.parameter_source import Asked
from simulation.scenario import Scenario

__all__ = ["checked_model", "class_name", "importable", "lived", "needs_a_file", "source_hash"]


def checked_model(model: object) -> type[CityModel]:
    """The class, when it is CityModel or a subclass of it. Raises InputError."""
    if not isinstance(model, type) or not issubclass(model, CityModel):
        raise InputError(
            f"model: found {model!r:.80}; a subclass of simulation.CityModel is needed (the class, not a model)"
        )
    return model


def class_name(model: type) -> str:
    """Module and name of a class: `mentoring:Mentoring`."""
    return f"{model.__module__}:{model.__qualname__}"


def own_classes(model: type[CityModel]) -> list[type]:
    """The class and its bases up to CityModel."""
    return [c for c in model.__mro__ if c not in CityModel.__mro__]


def importable(model: type[CityModel]) -> bool:
    """Whether another process can import the class and its bases: each has a file, and its module has it under its name."""
    return all(_in_a_file(owner) for owner in own_classes(model))


def _in_a_file(model: type) -> bool:
    module = sys.modules.get(model.__module__)
    if module is None or model.__module__ == "__main__" or not Path(getattr(module, "__file__", None) or "").is_file():
        return False
    try:
        return attrgetter(model.__qualname__)(module) is model
    except AttributeError:
        return False


def needs_a_file(model: type, why: str) -> InputError:
    """The refusal of a class that lies in no file. why: what a file is needed for."""
    name = model.__name__
    file = name.lower() if name.isascii() else "process"
    return InputError(
        f"model: {name} is in no file that can be imported, and {why}; put the class into a file, such as {file}.py, and "
        f"import it: from {file} import {name}"
    )


def source_hash(model: type[CityModel]) -> str:
    """Hash of what a class adds to CityModel (64 hex digits): the files of the class and of its bases up to CityModel, and their values.

    Values are the numbers, words and switches among the attributes of the classes, as they are now. What the files import is not covered.

    Raises: InputError for a class in no file, or in one that was changed after it was imported.
    """
    digest = hashlib.sha256(class_name(model).encode())
    for owner in own_classes(model):
        if not _in_a_file(owner):
            raise needs_a_file(owner, "what it does could not be recorded")
        file = Path(str(sys.modules[owner.__module__].__file__))
        source = file.read_bytes()
        if _changed(owner, source, file):
            raise InputError(
                f"model: {file.name} was changed after {owner.__name__} was imported; import it again (restart the kernel)"
            )
        digest.update(source)
        digest.update(json.dumps(_values(owner), sort_keys=True).encode())
    return digest.hexdigest()


def _values(owner: type) -> dict[str, Any]:
    return {n: v for n, v in vars(owner).items() if not n.startswith("__") and isinstance(v, bool | int | float | str)}


def _changed(owner: type, source: bytes, file: Path) -> bool:
    """Whether a method that runs is not the one in the file."""
    try:
        there = set(_codes(compile(source, str(file), "exec", dont_inherit=True)))
    except SyntaxError:
        return True
    for value in vars(owner).values():
        function = inspect.unwrap(getattr(value, "fget", None) or getattr(value, "__func__", value))
        code = getattr(function, "__code__", None)
        if isinstance(code, CodeType) and Path(code.co_filename) == file and code not in there:
            return True
    return False


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def lived(
    model: type[CityModel], scenario: Scenario, policy: Policy, *, draw: int, seed: int, scale: float, parameters: Asked
) -> CityModel:
    """The model of one run at the end of the horizon. Raises InputError when its `step` does not run one month."""
    found = model(scenario, policy, draw=draw, seed=seed, scale=scale, parameters=parameters)
    for month in range(1, scenario.months + 1):
        found.step()
        if found.month != month:
            raise InputError(
                f"model: {model.__name__}.step ran {found.month - month + 1} months; call super().step() in it, once"
            )
    return found
