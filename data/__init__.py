"""Published figures that asnlab rests on: tidy tables, their sources and a loader that checks them.

Importing this package is cheap: pandas and pandera are imported inside the functions that need them.
"""

from __future__ import annotations

from data.errors import InputError, nearest
from data.lineage import default_city
from data.shipped import shipped_yaml
from data.tables import load, names, path, read_csv_for_people

__all__ = ["InputError", "default_city", "load", "names", "nearest", "path", "read_csv_for_people", "shipped_yaml"]
