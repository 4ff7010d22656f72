"""Record arrays with static names: a field is declared once, for numpy, for compiled code and for the type checker.

    class Post(Generic[Whole, Real]):
        age: Int16[Whole]  # months
        integrity: Float32[Real]  # [SD]

    class Posts(Post[Ints, Floats], Records[Post[int, float]]): ...

`record_type(Post)` is the numpy type of a row. In the table of all rows `posts.age` is a column, in one row `posts[3].age` is a number,
and a name that is not declared fails the type check in both. What is declared here costs compiled code nothing: numba looks at values.
"""

from __future__ import annotations

from typing import Annotated, Generic, NamedTuple, TypeVar, cast, get_type_hints

import numpy as np
import numpy.typing as npt

UInt8s = npt.NDArray[np.uint8]
Int8s = npt.NDArray[np.int8]
UInt16s = npt.NDArray[np.uint16]
UInt64s = npt.NDArray[np.uint64]
Int64s = npt.NDArray[np.int64]
Float32s = npt.NDArray[np.float32]
Float64s = npt.NDArray[np.float64]
Ints = npt.NDArray[np.integer]  # of any width, as a field may be
Floats = npt.NDArray[np.floating]
Structured = npt.NDArray[np.void]  # rows by names that are not known to the type checker

Whole = TypeVar("Whole")  # a field of whole numbers: int in a row, Ints in a table
Real = TypeVar("Real")  # a field of numbers: float in a row, Floats in a table
UInt8 = Annotated[Whole, np.uint8]
Int8 = Annotated[Whole, np.int8]
Int16 = Annotated[Whole, np.int16]
Int32 = Annotated[Whole, np.int32]
Int64 = Annotated[Whole, np.int64]
Float32 = Annotated[Real, np.float32]
Float64 = Annotated[Real, np.float64]

Row = TypeVar("Row", covariant=True)
Table = TypeVar("Table")
Names = TypeVar("Names", bound=NamedTuple)


class Records(Generic[Row]):
    """What a numpy record array is to the type checker: rows by number; its columns come from the class of the fields.

    This class is never instantiated: tables are always numpy record arrays, in compiled code too.
    """

    @property
    def size(self) -> int:
        """Number of rows."""
        raise NotImplementedError

    @property
    def nbytes(self) -> int:
        """Memory [bytes]."""
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def __getitem__(self, row: int) -> Row:
        raise NotImplementedError


class Grid(Generic[Row]):
    """The same with two axes."""

    @property
    def shape(self) -> tuple[int, int]:
        """Lengths of the axes."""
        raise NotImplementedError

    def __getitem__(self, place: tuple[int, int]) -> Row:
        raise NotImplementedError

    def __setitem__(self, place: tuple[int, int], row: object) -> None:
        raise NotImplementedError


def record_type(fields: type) -> np.dtype[np.void]:
    """The numpy type of a row that is declared by annotations, in their order."""
    declared = get_type_hints(fields, include_extras=True)
    return np.dtype([(name, hint.__metadata__[0]) for name, hint in declared.items()], align=True)


def table_of(kind: type[Table], /, **columns: npt.ArrayLike) -> Table:
    """A table made of its columns. kind: such as `Posts` above."""
    rows = np.zeros(np.size(next(iter(columns.values()))), dtype=record_type(kind))
    for name, values in columns.items():
        rows[name] = values
    return as_table(kind, rows)


def as_table(kind: type[Table], rows: Structured) -> Table:
    """The same memory, with its columns as attributes."""
    return cast(Table, rows.view(np.recarray))


def numbered(names: type[Names]) -> Names:
    """Names for the places of an array: a tuple of 0, 1, 2 ..., which compiled code sees as constants."""
    return names._make(range(len(names._fields)))
