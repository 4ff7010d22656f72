"""The mean effect over the programmes of a file, and that they differ: a mixed model of people within programmes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.evaluation.training.designs import Design
from analysis.evaluation.training.estimates import Estimate
from analysis.evaluation.training.fits import mixed

__all__ = ["over_programmes"]


def over_programmes(designs: Sequence[Design]) -> list[Estimate]:
    """Changes of all people: each programme has a change of its own without training, and effects differ between programmes at random.

    With three programmes or more of the same design of two occasions; otherwise, or without a fit, nothing. It weighs
    programmes about alike and speaks of programmes such as these; errors have programmes - 1 degrees of freedom. Without controls the
    change itself is what differs at random.
    """
    kinds = {d.kind for d in designs}
    if len(designs) < 3 or kinds not in ({"pre_post"}, {"pre_post_control"}):
        return []
    parts = []
    for design in designs:
        assert design.pre is not None
        change = design.y(design.post) - design.y(design.pre)
        parts.append(
            pd.DataFrame({"change": change, "arm": design.people["arm"].astype(float), "programme": design.programme})
        )
    table = pd.concat(parts, ignore_index=True)
    dropped = int(table["change"].isna().sum())
    table = table.dropna(subset="change")
    one_group = kinds == {"pre_post"}
    x = pd.DataFrame(index=table.index) if one_group else table[["arm"]]
    of = "const" if one_group else "arm"
    fit = mixed(table["change"].to_numpy(dtype=float), x, of, table["programme"], slope=not one_group)
    if fit is None:
        return []
    treated = int((table["arm"] > 0).sum())
    counts = (treated, len(table) - treated, dropped)
    return [
        Estimate(
            "pooled", "mixed_programme", designs[0].occasions[designs[0].post], fit, *counts,
            what="change" if one_group else "effect",
        )
    ]  # fmt: skip
