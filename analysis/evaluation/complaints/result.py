"""What a file of complaints gives: volumes, shares answered in time, times to answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pandas as pd

from analysis.evaluation.changed_units import ChangedUnits

__all__ = ["ComplaintsResult"]


@dataclass(frozen=True)
class ComplaintsResult:
    """Result of one file.

    Attributes:
        table: one row a scope (all, type, channel, unit) and name: n, answered, open, overdue (open beyond the limit), due (old enough to
            judge), in_time, share_in_time, low, high (95 %, Wilson), median_days, p_holm and distinguishable (units with ten due, against
            the rest).
        months: one row a month: received, answered, open_at_end.
        survival: Kaplan-Meier by type: type, days, open (share still open), low, high; its last row is where the data end.
        until: day up to which the file is complete. untyped: complaints without a class, held to the limit of not_supervisory.
        holidays: public holidays taken out. changed: units that changed against the others, where the file says which [log rate].
    """

    table: pd.DataFrame
    months: pd.DataFrame
    survival: pd.DataFrame
    until: dt.date
    untyped: int
    holidays: int
    changed: ChangedUnits | None = None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tidy tables by name."""
        found = {"complaints": self.table, "months": self.months, "time_to_answer": self.survival}
        if self.changed is not None:
            found["evidence"] = self.changed.evidence("complaints", "rate of answering", "answers", 1.0)
        return found
