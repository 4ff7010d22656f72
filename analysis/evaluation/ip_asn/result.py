"""What a staff list gives: tables of hours, points and needs, none with a row about one person."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["OTHER_UNITS", "StaffResult"]

OTHER_UNITS = "other units"
"""Row of the units too small to be shown."""


@dataclass(frozen=True)
class StaffResult:
    """Result of one staff list.

    Attributes:
        table: one row a scope (all, status, unit) and name: n, scored, index_low, index_high (means of lowest and highest
            totals), pns, jp_known, below (PNS known to have fewer than 20 JP), without (none at all), share_below,
            jp_missing (hours to 20, summed), pppk_above (PPPK over 24 JP).
        dimensions: one row a dimension of the index: most, low, high (mean points) and lost (most less high).
        needs: one row a unit (all first) and domain: n, mean, below_68, from_68_to_80, from_80, share_below_80; empty without such columns.
        points_in_file: the points stood in the file; otherwise they follow from the rule of 2019.
        rise: points the index would gain by rule if each PNS known to be below 20 JP took a course of 20 JP; None where
            the points stood in the file.
        warning: why the qualification points cannot come from the rule of 2019, or None.
        small: units with fewer than five staff, put together as other units. joined: larger units that went with them, as the small
            ones were fewer than five staff even together.
        hidden: what is missing somewhere in the tables as it would rest on fewer than five people: scored (index), jp_known (hours),
            pppk_known (PPPK over 24 JP), needs. Statuses are left out where one has fewer than five staff.
    """

    table: pd.DataFrame
    dimensions: pd.DataFrame
    needs: pd.DataFrame
    points_in_file: bool
    rise: float | None
    warning: str | None
    small: int = 0
    joined: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tidy tables by name; only those that hold something. None has a row about one person."""
        found = {"staff": self.table, "dimensions": self.dimensions, "needs": self.needs}
        return {name: table for name, table in found.items() if len(table)}
