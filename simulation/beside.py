"""Makes sure that asnlab's own packages are imported where the user's folder holds something of the same name.

Python looks in the current folder first. A notebook beside a folder `data/` would import that folder in place of the package `data`, and
one beside an `analysis.py` that file. The first case is corrected here, because nobody means to import a folder without code; the second is
reported.
"""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any

__all__ = ["PACKAGES", "look_here_first"]

PACKAGES = ("data", "analysis", "app")
HOME = Path(__file__).resolve().parents[1]


class _Beside(MetaPathFinder):
    """Finds the packages where they lie, unless something else is found first that has code."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """The package's place. Raises ImportError, one line that names the file which hides it."""
        if name not in PACKAGES:
            return None
        own = HOME / name / "__init__.py"
        found = PathFinder.find_spec(name)
        if found is not None and found.origin is not None and Path(found.origin).resolve() != own:
            raise ImportError(
                f"{found.origin}: hides asnlab's own package '{name}'; rename it, or work in another folder"
            )
        return spec_from_file_location(name, own, submodule_search_locations=[str(own.parent)])


def look_here_first() -> None:
    """From now on packages are found as described above; calling it again changes nothing."""
    if not any(isinstance(finder, _Beside) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Beside())
