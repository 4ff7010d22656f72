"""Records that are declared by annotations: the type of a row, tables made of columns, names of places."""

from __future__ import annotations

from typing import Generic, NamedTuple

import numpy as np
import pytest

from simulation.engine.records import (
    Float32,
    Floats,
    Int16,
    Ints,
    Real,
    Records,
    UInt8,
    Whole,
    numbered,
    record_type,
    table_of,
)


class Row(Generic[Whole, Real]):
    """A row for these tests."""

    code: UInt8[Whole]
    months: Int16[Whole]
    score: Float32[Real]


class Rows(Row[Ints, Floats], Records[Row[int, float]]):
    """Its table."""


class Places(NamedTuple):
    """Places of an array for these tests."""

    FIRST: int
    SECOND: int


def test_a_row_has_the_fields_that_are_declared() -> None:
    """Guards: fields in another order, of another width, or not aligned; a table whose rows are of another type."""
    found = record_type(Row)
    assert found.names == ("code", "months", "score")
    assert [found[name] for name in found.names] == [np.dtype(t) for t in (np.uint8, np.int16, np.float32)]
    assert found.isalignedstruct and found.itemsize == 8
    assert record_type(Rows) == found


def test_a_table_is_its_columns_and_its_rows() -> None:
    """Guards: a column in place of another, and a row that is a copy."""
    table = table_of(Rows, months=[7, -300], score=[0.5, 0.25], code=[1, 255])
    assert table.months.tolist() == [7, -300] and table.code.tolist() == [1, 255] and len(table) == table.size == 2
    table[1].months += 1
    assert table.months[1] == -299 and table[1].score == 0.25


def test_a_column_that_is_not_declared_is_refused() -> None:
    """Guards: a misspelt column that is dropped without a word."""
    with pytest.raises(ValueError, match="mnths"):
        table_of(Rows, mnths=[1])


def test_places_are_numbered_as_they_stand() -> None:
    """Guards: two names for one place."""
    assert numbered(Places) == Places(0, 1)
