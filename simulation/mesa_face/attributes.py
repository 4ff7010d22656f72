"""Attributes of agents that are columns: one descriptor that reads and writes a row, or many rows at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from data.errors import InputError, nearest
from simulation.mesa_face.host import At, Column, HasRow, Host, Values

UNIT = re.compile(r"\[([^\];]+)")  # in brackets; what follows a semicolon says more
Read = Callable[[Host, At], Values]
Write = Callable[[Host, At, Values], None]


class Attribute:
    """An attribute of one kind of agent, kept in the columns of the city.

    Args:
        doc: what it is, with its unit in brackets.
        read: (model, row or rows) -> value or array; written with array operations, so that one row and many take the same path.
        write: (model, row or rows, value or array); None when the engine computes the value anew each month.
        low, high: smallest and largest number that may be written.
        words: the words that stand for the codes 0, 1, 2 ... of the column.
        yes_no: only true and false may be written.
    """

    def __init__(
        self, doc: str, read: Read, write: Write | None = None, *, low: float = -np.inf, high: float = np.inf,
        words: tuple[str, ...] = (),
        yes_no: bool = False,
    ) -> None:  # fmt: skip
        self.__doc__ = doc
        self.name = ""
        self.writable = write is not None
        self._read, self._write, self._low, self._high = read, write, low, high
        self._words, self._yes_no = np.array(words), yes_no

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, view: None, owner: type) -> Attribute: ...

    @overload
    def __get__(self, view: HasRow, owner: type | None = None) -> Any: ...  # a number, a word, or true or false

    def __get__(self, view: HasRow | None, owner: type | None = None) -> Any:
        if view is None:
            return self
        value = self._in_words(self._read(view.model, view.row))
        return value.item() if isinstance(value, np.generic) else value

    def __set__(self, view: HasRow, value: object) -> None:
        self.put(view.model, view.row, value)

    @property
    def unit(self) -> str:
        """Its unit, as the text about it says; "" where it has none."""
        found = UNIT.search(self.__doc__ or "")
        return found.group(1) if found else ""

    def values(self, model: Host, rows: At) -> Column:
        """Values of many rows as an array; numbers with a fraction as float64, whatever the column is."""
        found = np.asarray(self._in_words(self._read(model, rows)))
        return found.astype(np.float64) if found.dtype.kind == "f" else found

    def put(self, model: Host, rows: At, value: object) -> None:
        """Write one value to a row or to all of many rows, or an array with one value a row.

        Raises: AttributeError when the attribute cannot be written; InputError for an unknown word, text in place of a number, or a
        number outside the bounds. Nothing is written then.
        """
        if self._write is None:
            raise AttributeError(f"{self.name} cannot be set: the city works it out every month")
        self._write(model, rows, self._codes(value) if self._words.size else self._numbers(value))

    def _in_words(self, found: Values) -> Values:
        return self._words[found] if self._words.size else found

    def _codes(self, value: object) -> Values:
        code = {str(word): i for i, word in enumerate(self._words)}
        for word in np.atleast_1d(np.asarray(value, dtype=object)):
            if word not in code:
                close = nearest(str(word), code)
                hint = f"; did you mean '{close}'?" if close else ""
                raise InputError(f"{self.name}: found {word!r}; allowed: {', '.join(code)}{hint}")
        return np.array([code[w] for w in value]) if isinstance(value, list | np.ndarray) else code[str(value)]

    def _numbers(self, value: object) -> npt.NDArray[np.float64]:
        try:
            numbers = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            raise InputError(f"{self.name}: found {value!r}; a number is needed") from None
        if self._yes_no and not np.isin(numbers, (0, 1)).all():
            raise InputError(f"{self.name}: found {value!r}; allowed: True, False")
        wrong = ~((numbers >= self._low) & (numbers <= self._high) & np.isfinite(numbers))
        if wrong.any():
            found = np.atleast_1d(numbers)[np.atleast_1d(wrong)][0]
            raise InputError(f"{self.name}: found {found:g}; allowed: {self._low:g} to {self._high:g}")
        return numbers


def column(
    path: str, doc: str, *, writable: bool = True, low: float = -np.inf, high: float = np.inf, per: float = 1.0
) -> Attribute:
    """A number taken straight from a column, such as `staff.integrity`, divided by `per` for display (months as years with per=12)."""
    group, name = path.split(".")

    def read(model: Host, rows: At) -> Values:
        found = getattr(getattr(model.engine.state, group), name)[rows]
        return found if per == 1.0 else found / per

    def write(model: Host, rows: At, value: Values) -> None:
        cells = getattr(getattr(model.engine.state, group), name)
        numbers = value * per
        cells[rows] = np.rint(numbers) if cells.dtype.kind in "iu" else numbers

    return Attribute(doc, read, write if writable else None, low=low, high=high)


def coded(path: str, words: tuple[str, ...], doc: str) -> Attribute:
    """A word that a column holds as its number in `words`."""
    group, name = path.split(".")

    def read(model: Host, rows: At) -> Values:
        return getattr(getattr(model.engine.state, group), name)[rows]

    def write(model: Host, rows: At, value: Values) -> None:
        getattr(getattr(model.engine.state, group), name)[rows] = value

    return Attribute(doc, read, write, words=words)


def flag(path: str, doc: str) -> Attribute:
    """A yes or no that a column holds as 1 or 0."""
    group, name = path.split(".")

    def read(model: Host, rows: At) -> Values:
        return getattr(getattr(model.engine.state, group), name)[rows] != 0

    def write(model: Host, rows: At, value: Values) -> None:
        getattr(getattr(model.engine.state, group), name)[rows] = value

    return Attribute(doc, read, write, yes_no=True)
