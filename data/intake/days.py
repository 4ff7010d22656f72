"""A user's list of days, such as public holidays."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from data.errors import InputError

__all__ = ["read_days"]


def read_days(file: Path) -> list[dt.date]:
    """Days of a text file, one a line; what follows the day in a line is left alone."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{file}: the public holidays cannot be read ({getattr(error, 'strerror', 'not UTF-8 text')})"
        ) from None
    days = []
    for number, line in enumerate(lines, start=1):
        found = re.match(r"\s*\"?(\d{4}-\d{2}-\d{2})", line)
        try:
            if found:
                days.append(dt.date.fromisoformat(found[1]))
            elif line.strip() and number > 1:  # the first line may be a header
                raise ValueError
        except ValueError:
            raise InputError(f"{file}:{number}: no day; allowed: one a line, such as 2026-08-17") from None
    if not days:
        raise InputError(f"{file}: no days; one a line is needed, such as 2026-08-17")
    return days
