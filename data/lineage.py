"""A city's own file of a kind (profile, estimates, targets) and those it inherits from, the own one first.

A file that begins with `inherits: <other city>` takes from that city's file of the same kind whatever it does not say itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from data.errors import InputError, nearest
from data.shipped import shipped_yaml
from data.tables import path

__all__ = [
    "INHERITS",
    "Layer",
    "cities",
    "combined_hash",
    "default_city",
    "label",
    "lineage",
    "lineage_of_file",
    "no_such_city",
]

INHERITS = "inherits"


@dataclass(frozen=True)
class Layer:
    """One file of a lineage.

    Attributes: city whose file it is; file, its path inside the project or as the user gave it; sha256 of its bytes; content, without the
        line that says what it inherits.
    """

    city: str
    file: str
    sha256: str
    content: dict[str, Any]


@cache
def default_city() -> str:
    """The city that is taken where none is named, from `data/default.yaml`."""
    return str(shipped_yaml(path("default.yaml").read_bytes())["city"])


def cities(kind: str = "cities") -> list[str]:
    """Names of the cities that have a file of a kind (cities, estimates, targets, recipes), in alphabetical order."""
    return sorted(file.stem for file in path(kind).glob("*.yaml"))


def label(kind: str, city: str) -> str:
    """How messages and records name a city's file, for example data/cities/tangsel.yaml."""
    return f"data/{kind}/{city}.yaml"


def lineage(kind: str, city: str, missing: Callable[[], InputError] | None = None) -> tuple[Layer, ...]:
    """The files of a kind that a city is made of, the own one first.

    Args: kind, folder in `data`; missing, makes the error for a city that has no file of the kind.
    Raises: InputError when there is no such file, a parent does not exist, or the files inherit from each other in a circle.
    """
    if city not in cities(kind):
        raise missing() if missing is not None else InputError(f"{label(kind, city)}: no such file" + _hint(kind, city))
    return _upwards(kind, [(city, path(kind, f"{city}.yaml"), label(kind, city))])


def lineage_of_file(kind: str, file: Path) -> tuple[Layer, ...]:
    """The same for a file of the user's own, which may inherit from a city's file of the kind. Raises InputError as `lineage`."""
    return _upwards(kind, [("", file, str(file))])


def _upwards(kind: str, places: list[tuple[str, Path, str]]) -> tuple[Layer, ...]:
    layers: list[Layer] = []
    while len(layers) < len(places):
        city, file, file_label = places[len(layers)]
        raw, content = _read(file, file_label)
        parent = content.pop(INHERITS, None)
        layers.append(Layer(city, file_label, hashlib.sha256(raw).hexdigest(), content))
        if parent is None:
            continue
        if not isinstance(parent, str):
            raise InputError(f"{file_label}: {INHERITS}: found {parent!r}; the name of one city is needed")
        names = [name for name, _, _ in places]
        if parent in names:
            raise InputError(f"{file_label}: {INHERITS}: goes in a circle: {', '.join([*names, parent])}")
        if parent not in cities(kind):
            raise InputError(f"{file_label}: {INHERITS}: there is no data/{kind}/{parent}.yaml" + _hint(kind, parent))
        places.append((parent, path(kind, f"{parent}.yaml"), label(kind, parent)))
    return tuple(layers)


def _read(file: Path, file_label: str) -> tuple[bytes, dict[str, Any]]:
    import yaml

    try:
        raw = file.read_bytes()
        content = shipped_yaml(raw)
    except OSError as error:
        raise InputError(f"{file_label}: cannot be read: {error.strerror}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark else ""
        fault = " ".join(str(getattr(error, "problem", None) or error).split())
        raise InputError(f"{file_label}{line}: not valid YAML: {fault}") from None
    if not isinstance(content, dict):
        raise InputError(f"{file_label}: found {type(content).__name__}; a mapping of keys and values is needed")
    return raw, content


def _hint(kind: str, name: str) -> str:
    known = cities(kind)
    close = nearest(name, known)
    return f"; did you mean '{close}'?" if close else f"; there are: {', '.join(known)}"


def no_such_city(name: str) -> InputError:
    """The error for a city without a profile, with the nearest name."""
    close = nearest(name, known := cities())
    hint = f"did you mean '{close}'?" if close else f"known: {', '.join(known)}"
    return InputError(f"city {name!r}: no profile of that name; {hint}")


def combined_hash(layers: Sequence[Layer]) -> str:
    """Hash of a lineage (64 hex digits): of one file that of its bytes, of several a hash of theirs."""
    if len(layers) == 1:
        return layers[0].sha256
    return hashlib.sha256("\n".join(layer.sha256 for layer in layers).encode()).hexdigest()
