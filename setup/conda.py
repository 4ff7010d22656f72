"""Write the packages that the toolkit is built on into environment.yml, in the versions of requirements.lock (part of `make lock`).

The lines follow `-r requirements.lock` and ask for nothing that it does not give: they show a conda user what comes. A package that is
locked at several versions, by version of Python or by system, stands with the lowest and the highest of them.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
LOCKED = "      - -r requirements.lock\n"


def asked_for(pyproject: Path) -> list[str]:
    """Names of the packages that pyproject.toml asks for, those of its checks too, in alphabetical order."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + project["optional-dependencies"]["dev"]
    return sorted({canonicalize_name(Requirement(line).name) for line in lines})


def versions(lock: Path) -> dict[str, list[Version]]:
    """The versions at which each package is locked, from the lowest."""
    found: dict[str, set[Version]] = {}
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            requirement = Requirement(line.removesuffix("\\").strip())
            found.setdefault(canonicalize_name(requirement.name), set()).add(
                Version(str(requirement.specifier).removeprefix("=="))
            )
    return {name: sorted(several) for name, several in found.items()}


def lines(names: list[str], locked: dict[str, list[Version]]) -> list[str]:
    """A requirement for each name that agrees with every version of the lock."""
    ends = {name: (locked[name][0], locked[name][-1]) for name in names}
    return [f"{n}=={low}" if low == high else f"{n}>={low},<={high}" for n, (low, high) in ends.items()]


def main() -> None:
    """Write them."""
    file = ROOT / "environment.yml"
    head, _, _ = file.read_text(encoding="utf-8").partition(LOCKED)
    named = lines(asked_for(ROOT / "pyproject.toml"), versions(ROOT / "requirements.lock"))
    file.write_text(head + LOCKED + "".join(f"      - {line}\n" for line in named), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
