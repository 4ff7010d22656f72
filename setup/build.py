"""The shipped scenarios travel with the package: scenarios/ of the project is packed as data/scenarios."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

from setuptools.command.build_py import build_py


class BuildWithScenarios(build_py):
    """The usual step, and the scenarios beside it. A clone installed as editable reads them where they lie."""

    def run(self) -> None:
        """Copy packages and scenarios into the folder that is packed."""
        super().run()
        if not self.editable_mode:
            copytree("scenarios", Path(self.build_lib) / "data" / "scenarios", dirs_exist_ok=True)
