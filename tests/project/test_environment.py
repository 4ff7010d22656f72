"""The three files that describe the environment say the same, for every Python that is promised.

Guards: a dependency added to pyproject.toml but not to the lock, a lock made for one Python only, a package without a
hash, a lock that tells where its maker lived, conda users who get other versions than everybody else.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

PYTHONS = ["3.11.7", "3.12.1", "3.13.0"]
SYSTEMS = ["linux", "darwin", "win32"]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@pytest.fixture(scope="module")
def pyproject(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def asked(pyproject: dict) -> list[Requirement]:
    """Everything pyproject asks for: what the program needs and what its checks need."""
    project = pyproject["project"]
    return [Requirement(line) for line in project["dependencies"] + project["optional-dependencies"]["dev"]]


def read_lock(file: Path) -> list[tuple[Requirement, int]]:
    """A lock as (requirement, number of hashes)."""
    text = file.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip()]
    return [(Requirement(line.split(" --hash=")[0].strip()), len(HASH.findall(line))) for line in lines]


@pytest.fixture(scope="module")
def lock(root: Path) -> list[tuple[Requirement, int]]:
    """The project's lock."""
    return read_lock(root / "requirements.lock")


def locked(lock: list[tuple[Requirement, int]], python: str, system: str = "linux") -> dict[str, Version]:
    """Versions that the lock gives one Python on one system; a name given twice is an error."""
    name = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system]
    place = {"python_full_version": python, "python_version": python.rpartition(".")[0], "sys_platform": system}
    place |= {"platform_system": name, "os_name": "nt" if system == "win32" else "posix", "extra": ""}
    found: dict[str, Version] = {}
    for requirement, _ in lock:
        if requirement.marker is None or requirement.marker.evaluate(place):
            key = canonicalize_name(requirement.name)
            assert key not in found, f"{key} is locked twice for Python {python} on {system}"
            found[key] = Version(str(requirement.specifier).removeprefix("=="))
    return found


def test_every_locked_package_has_one_exact_version_and_hashes(lock: list[tuple[Requirement, int]]) -> None:
    assert len(lock) > 100
    for requirement, hashes in lock:
        assert re.fullmatch(r"==[^*,]+", str(requirement.specifier)), f"{requirement} is not one exact version"
        assert requirement.url is None and hashes > 0, f"{requirement} has no hash"


def test_the_lock_tells_nothing_about_the_machine_that_made_it(root: Path) -> None:
    lines = (root / "requirements.lock").read_text(encoding="utf-8").splitlines()
    package = re.compile(r"[a-z0-9][a-z0-9._-]*==\S+( ; [a-z_ =!<>.'0-9A-Z()-]+)? \\")
    for number, line in enumerate(lines, start=1):
        known = package.fullmatch(line) or re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line)
        assert known, f"requirements.lock:{number}: neither a package nor a hash: {line}"


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_gives_what_pyproject_asks_for(
    asked: list[Requirement], lock: list[tuple[Requirement, int]], python: str, system: str
) -> None:
    versions = locked(lock, python, system)
    for requirement in asked:
        key = canonicalize_name(requirement.name)
        assert key in versions, f"pyproject.toml asks for {requirement}, requirements.lock does not have it: make lock"
        assert requirement.specifier.contains(versions[key]), (
            f"{key} is locked at {versions[key]}, asked: {requirement}"
        )


def test_packages_that_others_use_without_saying_so_are_named(asked: list[Requirement]) -> None:
    """Mesa imports networkx and (in SolaraViz) altair undeclared; SolaraViz breaks with ipyvuetify 3 and needs its assets offline."""
    names = {canonicalize_name(requirement.name): requirement for requirement in asked}
    assert {"networkx", "altair", "solara-assets", "ipyvuetify", "uv", "setuptools"} <= names.keys()
    assert not names["ipyvuetify"].specifier.contains("3.0.0")


@pytest.mark.parametrize("python", PYTHONS)
def test_mesa_is_the_newest_that_each_python_can_have(lock: list[tuple[Requirement, int]], python: str) -> None:
    mesa = locked(lock, python)["mesa"]
    assert (mesa.major, mesa.minor) == (3, 3) if python.startswith("3.11") else mesa >= Version("3.4")
    assert mesa.major == 3


def test_the_build_backend_is_in_the_lock(pyproject: dict, lock: list[tuple[Requirement, int]]) -> None:
    """The project is installed without build isolation: its backend must already be there."""
    for line in pyproject["build-system"]["requires"]:
        requirement = Requirement(line)
        for python in PYTHONS:
            assert requirement.specifier.contains(locked(lock, python)[canonicalize_name(requirement.name)])


def test_pythons_promised_are_the_pythons_tested(pyproject: dict) -> None:
    promised = SpecifierSet(pyproject["project"]["requires-python"])
    assert all(promised.contains(python) for python in PYTHONS)
    assert not promised.contains("3.10.14") and not promised.contains("3.14.0")


def test_conda_users_get_the_same_packages_and_see_which(
    root: Path, pyproject: dict, asked: list[Requirement], lock: list[tuple[Requirement, int]]
) -> None:
    """Guards environment.yml: every direct dependency by name, no version that the lock does not give, and none left out that it gives."""
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    assert environment["name"] == pyproject["project"]["name"]
    conda = [entry for entry in environment["dependencies"] if isinstance(entry, str)]
    (pip,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    # conda gives Python and pip only; whatever else it gave would have no hash and another version.
    assert sorted(re.split(r"[<>=,]", entry)[0] for entry in conda) == ["pip", "python"]
    (python,) = [entry for entry in conda if entry.startswith("python")]
    assert SpecifierSet(python.removeprefix("python")) == SpecifierSet(pyproject["project"]["requires-python"])
    # The lock comes first: pip takes the hashes of a package from the line that names it first.
    assert pip[0] == "-r requirements.lock"
    named = {canonicalize_name(entry.name): entry.specifier for entry in map(Requirement, pip[1:])}
    assert len(named) == len(pip) - 1
    assert {"jupyterlab", "pandas", "statsmodels", "mesa", "matplotlib", "pytest", "nbval"} <= named.keys()
    assert named.keys() == {canonicalize_name(entry.name) for entry in asked}, "make lock writes environment.yml again"
    for name, specifier in named.items():
        found = {Version(str(entry.specifier)[2:]) for entry, _ in lock if canonicalize_name(entry.name) == name}
        low, high = min(found), max(found)
        assert specifier == SpecifierSet(f"=={low}" if low == high else f">={low},<={high}"), name


@pytest.mark.slow
def test_what_pyproject_asks_for_is_installed_and_starts(asked: list[Requirement]) -> None:
    """Mesa was once installed without the networkx it imports: installed is not yet usable."""
    no_code = {"solara-assets", "pandas-stubs", "types-openpyxl", "types-pyyaml", "types-tqdm"}
    other_name = {"pyyaml": "yaml", "salib": "SALib", "pytest-xdist": "xdist"}
    names = [other_name.get(entry.name, entry.name.replace("-", "_")) for entry in asked if entry.name not in no_code]
    run = subprocess.run(
        [sys.executable, "-c", "import " + ", ".join(names)], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_running_environment_is_the_locked_one(lock: list[tuple[Requirement, int]]) -> None:
    """A forgotten `make setup`, or a package updated by hand, makes numbers that nobody else gets."""
    versions = locked(lock, ".".join(map(str, sys.version_info[:3])), sys.platform)
    differ = {name: version(name) for name in versions if Version(version(name)) != versions[name]}
    assert not differ, f"other versions than requirements.lock: {differ}"


def test_citation_names_this_version_and_licence(root: Path, pyproject: dict) -> None:
    citation = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert citation["version"] == pyproject["project"]["version"]
    assert citation["license"] == pyproject["project"]["license"]
    assert citation["authors"] == pyproject["project"]["authors"]
