"""A run from which moments are read, in a process of its own: no source of the project takes part that the hash does not cover."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from simulation.posterior.stamps import START, made_of
from tests import ROOT

# Files that are opened and modules that are there after moments were read. The audit sees every file, whoever opens it.
SCRIPT = f"""
import json, sys
from pathlib import Path
opened = set()
sys.addaudithook(lambda event, args: opened.add(str(args[0])) if event == "open" else None)
{{before}}
from importlib import import_module
runs = import_module("{START}")
moments = runs.MomentRuns("tangsel", 0.01, 0.02)
from simulation.parameters import Parameters
moments.draw(Parameters.load("tangsel"), 1, 2)
root = Path(sys.argv[1])
files = {{{{name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}}}}
inside = sorted(name for name, file in files.items() if file and Path(file).is_relative_to(root) and ".venv" not in file)
read = [Path(name) for name in opened if Path(name).is_relative_to(root)]
read = sorted(f.relative_to(root).as_posix() for f in read if f.suffix in (".yaml", ".csv", ".json", ".parquet"))
print(json.dumps([inside, [f for f in read if not f.startswith(".venv")]]))
"""


def executed(before: str = "") -> tuple[set[str], list[str]]:
    """Modules of the project that a run of moments executes, and the project's data files that it reads."""
    command = [sys.executable, "-c", SCRIPT.format(before=before), str(ROOT)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    modules, files = json.loads(done.stdout.splitlines()[-1])
    return {name for name in modules if name != "__main__"}, files


def test_nothing_outside_the_hash_takes_part() -> None:
    """Guards the hash: a source that moments depend on and that it leaves out would let an old posterior stand."""
    modules, files = executed()
    assert modules <= set(made_of()), modules - set(made_of())
    assert {"simulation.schedule", "simulation.rules.trust", "simulation.processes.service"} <= modules
    assert files == ["data/cities/tangsel.yaml", "data/estimates/tangsel.yaml"], "each has a hash of its own"


@pytest.mark.parametrize("before", ["import simulation.scenario", "import analysis.calibration.method.checks"])
def test_a_source_outside_it_is_seen(before: str) -> None:
    """Guards the test above: it would pass for ever if it saw nothing."""
    assert executed(before)[0] - set(made_of())


def test_files_of_the_closure_are_of_this_project() -> None:
    """Guards against a hash of nothing."""
    assert len(made_of()) > 30 and all(Path(f).is_relative_to(ROOT) for f in made_of().values())
