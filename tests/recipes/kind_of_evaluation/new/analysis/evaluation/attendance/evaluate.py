"""A file of training hours evaluated: share of the planned hours that was attended, with its error, over all and by programme."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from scipy.stats import t as student

from analysis.evaluation.privacy import too_few
from data.arguments import argument
from data.errors import InputError
from data.intake.personal import quotable
from data.rows import row_numbers

__all__ = ["AttendanceResult", "evaluate_attendance"]


@dataclass(frozen=True)
class AttendanceResult:
    """Result of one file.

    Attributes:
        table: one row a scope (all, programme) and name: n (participants), planned, attended [hours], share, low, high (95 %),
            reached (share of participants who attended enough); programmes of fewer than five people show no share.
        least: share of the planned hours that is enough.
    """

    table: pd.DataFrame
    least: float

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tidy tables by name."""
        return {"attendance": self.table}


def evaluate_attendance(frame: pd.DataFrame, *, least: float = 0.8) -> AttendanceResult:
    """Evaluate attendance.

    Args:
        frame: one row a participant and programme: hours_planned and hours_attended [hours], and programme where known.
        least: share of the planned hours that each participant should attend, 0 to 1.

    Raises:
        InputError: no hours are planned, more hours attended than planned, or `least` outside 0 to 1.
    """
    if not 0.0 <= least <= 1.0:
        raise InputError(f"{argument('least')}: {least}; allowed: 0 to 1")
    more = (frame["hours_attended"] > frame["hours_planned"]).to_numpy().nonzero()[0]
    if more.size:
        found = quotable(float(frame["hours_attended"].iloc[more[0]]))
        raise InputError(
            f"attendance: row {row_numbers(frame)[more[0]]}: {found} hours attended, more than were planned"
        )
    frame = frame[frame["hours_planned"] > 0]
    if frame.empty:
        raise InputError("attendance: no hours are planned; at least one row with planned hours is needed")
    rows = [_row("all", "all", frame, least)]
    if "programme" in frame:
        rows += [_row("programme", str(name), own, least) for name, own in frame.groupby("programme")]
    table = pd.DataFrame(rows)
    few = table.groupby("scope")["n"].transform(too_few)
    table[["attended", "share", "low", "high", "reached"]] = table[
        ["attended", "share", "low", "high", "reached"]
    ].mask(few)
    return AttendanceResult(table, least)


def _row(scope: str, name: str, frame: pd.DataFrame, least: float) -> dict[str, object]:
    """Share of one group: a ratio of sums, whose error is that of its residuals, a participant each (Cochran 1977, 6.4)."""
    planned, attended = frame["hours_planned"], frame["hours_attended"]
    n, share = len(frame), float(attended.sum() / planned.sum())
    low = high = math.nan
    if n > 1:
        residuals = attended - share * planned
        error = math.sqrt(n / (n - 1) * float((residuals**2).sum())) / float(planned.sum())
        half = float(student.ppf(0.975, n - 1)) * error
        low, high = max(0.0, share - half), min(1.0, share + half)
    return {
        "scope": scope,
        "name": name,
        "n": n,
        "planned": float(planned.sum()),
        "attended": float(attended.sum()),
        "share": share,
        "low": low,
        "high": high,
        "reached": float((attended >= least * planned).mean()),
    }
