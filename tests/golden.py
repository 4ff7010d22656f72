"""Golden digests: short hashes of what a fixed study computes, kept in tests/golden.json.

    python -m tests.golden            print the digests of this machine as JSON
    python -m tests.golden --renew    write them to tests/golden.json (`make golden`)

A change of bits is thereby always deliberate: renew, and say in CHANGELOG.md what changed and why, in a line under Unreleased that names
the digest of them all. When that line is there already, renewing writes the new digest into it. Digests are kept by part, so that a
difference says where it is: the parameters drawn, month 0, each policy, each outcome.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

FILE = Path(__file__).with_name("golden.json")
ROOT = FILE.parents[1]
CHANGELOG, SCENARIO = ROOT / "CHANGELOG.md", ROOT / "scenarios" / "tangsel.yaml"
DRAWS, SCALE, MONTHS, SEED = 32, 0.01, 24, 1
STUDY = {"scenario": SCENARIO.name, "draws": DRAWS, "scale": SCALE, "months": MONTHS, "seed": SEED}
RENEW = "python -m tests.golden --renew"


def digest(numbers: Any) -> str:
    """First 16 hex digits of the SHA-256 of the bytes of an array, low byte first."""
    array = np.ascontiguousarray(numbers)
    return hashlib.sha256(array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()).hexdigest()[:16]


def rows_of_the_study(workers: int) -> tuple[Any, Any, list[str]]:
    """Rows of the study, float64 (policies, draws, months + 1, outcomes), the parameters drawn, and the names of the policies."""
    from simulation.ensembles.ensemble import Ensemble
    from simulation.outcomes import NAMES
    from simulation.scenario import Scenario

    scenario = Scenario.load(SCENARIO).with_(months=MONTHS)
    ensemble = Ensemble(scenario, draws=DRAWS, scale=SCALE, seed=SEED, workers=workers, parameters="prior")
    rows = ensemble.run()[list(NAMES)].to_numpy().reshape(len(ensemble.policies), DRAWS, MONTHS + 1, len(NAMES))
    natures = np.concatenate([ensemble.nature(draw) for draw in range(DRAWS)])
    return rows, natures, [policy.name for policy in ensemble.policies]


def digests(workers: int = 1) -> dict[str, Any]:
    """The study and its digests by part."""
    from simulation.outcomes import NAMES

    rows, natures, policies = rows_of_the_study(workers)
    assert np.isfinite(rows).all()
    parts = {"parameters": digest(natures), "start": digest(rows[:, :, 0])}
    parts |= {f"policy {name}": digest(rows[k]) for k, name in enumerate(policies)}
    parts |= {f"outcome {name}": digest(rows[..., k]) for k, name in enumerate(NAMES)}
    return {"study": STUDY, "digests": parts}


def kept() -> dict[str, Any]:
    """What tests/golden.json holds."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def apart(one: dict[str, Any], two: dict[str, Any]) -> list[str]:
    """Names of the digests that differ or that only one of the two has."""
    if one["study"] != two["study"]:
        return ["study"]
    mine, theirs = one["digests"], two["digests"]
    return [name for name in {**mine, **theirs} if mine.get(name) != theirs.get(name)]


def of_all(found: dict[str, Any]) -> str:
    """One digest of all of them."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:16]


def noted(text: str, old: str, new: str) -> str:
    """The changelog with the new digest of all in place of the old one, where that stands under Unreleased."""
    head, _, rest = text.partition("## [Unreleased]")
    latest, heading, released = rest.partition("\n## [")
    return head + "## [Unreleased]" + latest.replace(old, new) + heading + released


def renew(found: dict[str, Any]) -> list[str]:
    """Write tests/golden.json and the line of the changelog that names its digest; returns what changed."""
    before = kept() if FILE.exists() else {"study": STUDY, "digests": {}}
    FILE.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8", newline="\n")
    text = CHANGELOG.read_text(encoding="utf-8")
    CHANGELOG.write_text(noted(text, of_all(before), of_all(found)), encoding="utf-8", newline="\n")
    return apart(before, found)


def main(asked: list[str] | None = None) -> int:
    """Print the digests, or renew the file."""
    parser = argparse.ArgumentParser(prog="python -m tests.golden", description="Golden digests of a fixed study.")
    parser.add_argument("--renew", action="store_true", help="write tests/golden.json")
    parser.add_argument("--workers", type=int, default=1, help="threads; never changes a digest")
    given = parser.parse_args(asked)
    found = digests(given.workers)
    if not given.renew:
        print(json.dumps(found))
        return 0
    changed = renew(found)
    if changed:
        print(
            f"golden: {len(changed)} of {len(found['digests'])} digests changed: {', '.join(changed[:6])} ...",
            file=sys.stderr,
        )
    if of_all(found) not in CHANGELOG.read_text(encoding="utf-8"):
        line = f"**Changes results**: what changed and why. Golden digest {of_all(found)}."
        print(f"golden: add to CHANGELOG.md under Unreleased: {line}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
