"""How many digits of a number are written: fewer than those on which processors, Pythons and searches agree.

The rule has three steps, and each leaves room below it.

1. A fit has nine significant digits that are the same on every processor: it is solved in closed form, as a root in one dimension, or by
   Newton's steps with exact derivatives until they settle. A general search mostly does not do: where it stops is the processor's, and a
   tighter tolerance can make it worse. `tests/fits.py` computes every fit there is, and `make torture` holds them to this.
2. A file gets `WRITTEN` significant digits.
3. What people read goes to the second digit of its standard error, value and interval to the same place, and never beyond `WRITTEN`.
   What has no error of its own (a share, a p-value, a count) has the fixed decimals of its kind, see `Words`.

Numbers in the middle between two roundings are common (a mean of scores with two decimals): then the last bit of a sum would decide the
printed digit. So a number is taken to nine digits first, and a middle is rounded to the even digit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["AGREED", "CSV_FLOATS", "WRITTEN", "agreed", "places", "rounded", "to_error"]

AGREED = 9  # significant digits of a fit that are the same on every processor
WRITTEN = 6  # significant digits in files
CSV_FLOATS = f"%.{WRITTEN}g"  # `float_format` of a table's file
WITHOUT_ERROR = 2  # decimals where no error is known


def rounded(x: float) -> float:
    """`x` with the significant digits that a file gets."""
    return float(f"{float(x):.{WRITTEN - 1}e}")


def agreed(x: float) -> Decimal:
    """A finite number with the digits that are the same on every processor; whole numbers as they are. Formats as a float does."""
    return Decimal(int(x)) if float(x).is_integer() else Decimal(f"{x:.{AGREED - 1}e}")


def places(error: float, value: float = 0.0) -> int:
    """Decimals of a value with this standard error [same unit]: to the error's second digit, within `WRITTEN` digits of the value."""
    if not (math.isfinite(error) and error > 0.0):
        return WITHOUT_ERROR
    wanted = 1 - _exponent(error, 2)
    if math.isfinite(value) and value != 0.0:
        wanted = min(wanted, WRITTEN - 1 - _exponent(value, WRITTEN))
    return max(wanted, 0)


def _exponent(x: float, digits: int) -> int:
    """Power of ten of the first digit, once rounded to so many digits."""
    return int(f"{x:.{digits - 1}e}".partition("e")[2])


def to_error(
    table: pd.DataFrame, columns: Sequence[str] = ("estimate", "se", "low", "high"), error: str = "se"
) -> pd.DataFrame:
    """The table with these columns as text, each row to the second digit of its standard error. Columns that are not there are left out."""
    written = table.copy()
    decimals = [places(float(e), float(v)) for e, v in zip(table[error], table[columns[0]], strict=True)]
    for name in (c for c in columns if c in table):
        written[name] = [_cell(float(x), d) for x, d in zip(table[name], decimals, strict=True)]
    return written


def _cell(x: float, decimals: int) -> str:
    """Text of a number; a rounded zero has no sign."""
    return f"{agreed(x):z.{decimals}f}" if math.isfinite(x) else ""
