"""Blocks of a YAML file as frozen objects, and the dotted names of what is in them."""

from __future__ import annotations

from typing import Any, Self, cast

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic._internal._model_construction import ModelMetaclass

from data.errors import InputError
from simulation.files import explained, tuples


class MadeInPython(ModelMetaclass):
    """Turns the faults of a block that is made by calling its class into one line; reading a file validates without that call."""

    def __call__(cls, *args: Any, **fields: Any) -> Any:
        """The block. Lists become tuples. Raises InputError: the block, the field, what is allowed, the nearest right name."""
        try:
            return super().__call__(*args, **tuples(fields))
        except ValidationError as error:
            raise InputError(f"{cls.__name__}: {explained(cast(type[BaseModel], cls), error, '')}") from None


class Block(BaseModel, metaclass=MadeInPython):
    """Common behaviour: frozen, no unknown keys, no silent conversion of text to numbers.

    Raises: InputError, in one line with the nearest right name, when the class is called with a field or value that is not allowed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Shares(Block):
    """Shares that must add up to one."""

    @model_validator(mode="after")
    def adds_up(self) -> Self:
        """Raises ValueError unless the shares sum to 1 within 1e-6."""
        total = sum(getattr(self, name) for name in type(self).model_fields)
        if abs(total - 1.0) > 1e-6:
            raise ValueError(f"shares add up to {total:g}; they must add up to 1")
        return self


def flatten(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Dotted names and values of a nested mapping."""
    pairs: list[tuple[str, Any]] = []
    for key, value in tree.items():
        pairs += flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return pairs


def unflatten(pairs: dict[str, Any]) -> dict[str, Any]:
    """Nested mapping from dotted names."""
    tree: dict[str, Any] = {}
    for dotted, value in pairs.items():
        *parents, last = dotted.split(".")
        node = tree
        for parent in parents:
            node = node.setdefault(parent, {})
        node[last] = value
    return tree
