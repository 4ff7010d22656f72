"""The sources a table carries in `attrs["sources"]`."""

from __future__ import annotations

from typing import Any

import pandas as pd

__all__ = ["Sources"]


class Sources(pd.DataFrame):
    """Sources of a table's rows: a DataFrame that compares as a whole and is shared, never copied.

    pandas copies and compares `attrs` whenever tables are sliced or joined; a plain DataFrame in
    there makes `pd.concat` fail, because its `==` answers cell by cell.
    """

    def __eq__(self, other: object) -> Any:
        return self is other or (isinstance(other, pd.DataFrame) and self.equals(other))

    __hash__ = None

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Sources:
        return self
