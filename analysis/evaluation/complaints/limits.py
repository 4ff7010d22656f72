"""Classes of complaints and the longest time to answer each (PermenPANRB 62/2018; rules.csv R056 to R059)."""

from __future__ import annotations

from functools import cache

import data

__all__ = ["TYPES", "limits"]

RULES = {"not_supervisory": "R056", "supervisory": "R057", "information": "R058", "aspiration": "R059"}
TYPES = tuple(RULES)


@cache
def limits() -> dict[str, int]:
    """Longest time to answer by class [working days]."""
    rules = data.load("rules").set_index("id")
    return {name: int(float(str(rules.loc[row, "value"]))) for name, row in RULES.items()}
