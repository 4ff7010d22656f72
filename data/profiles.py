"""A city's profile, from its own file and those it inherits from.

Every number is {value, source, note?, derived?}. What a profile says itself counts; the rest is its parent's. A list of rows (kecamatan,
units) given as a list replaces the parent's; given as a mapping it changes rows by their `kind` or `name`:

    units:
      kelurahan: {count: {value: 60, source: assumption}}

The name and code of a city are never inherited, nor a map of kecamatan that are not the city's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from data.errors import InputError, nearest
from data.lineage import Layer
from data.origins import Origins

__all__ = ["numbers_of", "origins_of", "profile_of"]

NEEDED, ALLOWED = ("value", "source"), ("value", "source", "note", "derived")
OF_ONE_CITY = ("name", "code")
ROWS_ARE_CALLED = ("kind", "name")
FROM = "from"  # city in whose file a number stands
ASSUMPTION = "assumption"


def profile_of(layers: Sequence[Layer]) -> dict[str, Any]:
    """The content of a profile, each number with the city it is from.

    Args: layers, the profile's own first.
    Raises: InputError for a number without a source, a key that the parent does not have, or a profile without a name.
    """
    content: dict[str, Any] = {}
    for layer in reversed(layers):
        own = _with_city(layer.content, layer)
        if "name" not in own:
            raise InputError(f"{layer.file}: name: missing; every city needs a name of its own")
        if not content:
            content = own
            continue
        base = {key: value for key, value in content.items() if key not in OF_ONE_CITY}
        if isinstance(own.get("kecamatan"), list):
            base.pop("map", None)
        alone = {key: own.pop(key) for key in (*OF_ONE_CITY, "map") if key in own}
        content = alone | _laid_over(base, own, layer.file, "")
    return content


def numbers_of(tree: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every number of a profile with its place, such as money.price_per_jp.klasikal or units.kelurahan.count."""
    if isinstance(tree, dict) and "value" in tree:
        yield place, tree
    elif isinstance(tree, dict):
        for key, branch in tree.items():
            yield from numbers_of(branch, _join(place, key))
    elif isinstance(tree, list):
        for k, branch in enumerate(tree):
            yield from numbers_of(branch, _join(place, _called(branch) or str(k)))


def origins_of(city: str, content: dict[str, Any]) -> Origins:
    """Where the numbers of a profile made by `profile_of` come from."""
    found = dict(numbers_of(content))
    assumed = frozenset(place for place, number in found.items() if number["source"] == ASSUMPTION)
    return Origins(city, {place: number[FROM] for place, number in found.items()}, assumed)


def _with_city(tree: Any, layer: Layer, place: str = "") -> Any:
    """A copy in which every number says the city whose file it is from. Raises InputError for a number that is not as it must be."""
    if isinstance(tree, dict) and "value" in tree:
        for key in tree:
            if key not in ALLOWED:
                raise InputError(f"{layer.file}: {place}.{key}: unknown key" + _hint(key, ALLOWED))
        for key in NEEDED:
            if key not in tree:
                raise InputError(f"{layer.file}: {place}: {key}: missing; a number needs value and source")
        if isinstance(tree["value"], bool) or not isinstance(tree["value"], int | float):
            raise InputError(f"{layer.file}: {place}.value: found {tree['value']!r}; a number is needed")
        return {**tree, FROM: layer.city}
    if isinstance(tree, dict):
        return {key: _with_city(branch, layer, _join(place, key)) for key, branch in tree.items()}
    if isinstance(tree, list):
        return [_with_city(branch, layer, _join(place, _called(branch) or str(k))) for k, branch in enumerate(tree)]
    if isinstance(tree, int | float) and not isinstance(tree, bool):
        raise InputError(
            f"{layer.file}: {place}: found {tree}; a number needs its source: {{value: {tree}, source: {ASSUMPTION}}}"
        )
    return tree


def _laid_over(base: Any, own: Any, file: str, place: str) -> Any:
    """The parent's part of a profile with what the own file says in its place. Raises InputError."""
    if isinstance(base, list):
        if isinstance(own, list):
            return own
        names = [_called(row) for row in base]
        if not isinstance(own, dict) or None in names:
            raise InputError(
                f"{file}: {place}: found {own!r}; a list of rows is needed, or a mapping of rows to change"
            )
        rows = dict(zip(map(str, names), base, strict=True))
        for name in own:
            if name not in rows:
                raise InputError(f"{file}: {_join(place, name)}: there is no such row to change" + _hint(name, rows))
        changed = {name: _laid_over(rows[name], own[name], file, _join(place, name)) for name in own}
        return [changed.get(name, row) for name, row in rows.items()]
    if isinstance(base, dict):
        if not isinstance(own, dict) or ("value" in base) != ("value" in own):
            needed = "a number with its source" if "value" in base else "a mapping of keys and values"
            raise InputError(f"{file}: {place}: found {_plain(own)!r}; {needed} is needed")
        if "value" in base:
            return own
        for key in own:
            if key not in base:
                raise InputError(f"{file}: {_join(place, key)}: unknown key" + _hint(key, base))
        return {
            key: _laid_over(value, own[key], file, _join(place, key)) if key in own else value
            for key, value in base.items()
        }
    if type(base) is not type(own):
        raise InputError(f"{file}: {place}: found {_plain(own)!r}; a word is needed, such as {base!r}")
    return own


def _plain(found: Any) -> Any:
    return {key: value for key, value in found.items() if key != FROM} if isinstance(found, dict) else found


def _called(row: Any) -> str | None:
    """What a row of a list is called, None where it has no name."""
    names = [row[key] for key in ROWS_ARE_CALLED if key in row] if isinstance(row, dict) else []
    return str(names[0]) if names else None


def _join(place: str, key: object) -> str:
    return f"{place}.{key}" if place else str(key)


def _hint(word: object, allowed: Any) -> str:
    close = nearest(str(word), allowed)
    return f"; did you mean '{close}'?" if close else f"; allowed: {', '.join(allowed)}"
