"""A staff list evaluated: IP ASN with what the list leaves open, the gap to 20 JP, and training needs by domain and unit.

A list of all staff is no sample, so nothing here has a sampling error. What is uncertain is what the list does not say, and that is
carried as a lowest and a highest value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.evaluation.ip_asn import qualification_warning, score, total_from_parts
from analysis.evaluation.ip_asn_rules import DIMENSIONS, JOBS, components_of
from data.errors import InputError
from data.rows import ROW, row_numbers

__all__ = ["DOMAINS", "PNS_LEAST", "PPPK_MOST", "SMALLEST", "StaffResult", "evaluate_staff"]

PNS_LEAST, PPPK_MOST = (
    20.0,
    24.0,
)  # JP a year: PP 17/2020 art. 203(4); at most, for PPPK (rows R046 and R047 of rules.csv)
MEETS, STILL_MEETS = 80.0, 68.0  # job-person match [percent] (rows R054 and R055)
SMALLEST = 5  # staff below which a unit is not shown alone: its row would be about persons
SMALL = "small units"
DOMAINS = ("managerial", "sociocultural", "technical", "digital")
POINTS = {name: f"{name}_points" for name in DIMENSIONS}


@dataclass(frozen=True)
class StaffResult:
    """Result of one staff list.

    Attributes:
        table: one row a scope (all, status, unit) and name: n, scored, index_low, index_high (means of lowest and highest
            totals), pns, jp_known, below (PNS known to have fewer than 20 JP), without (none at all), share_below,
            jp_missing (hours to 20, summed), pppk_above (PPPK over 24 JP).
        dimensions: one row a dimension of the index: most, low, high (mean points) and lost (most less high).
        needs: one row a unit (all first) and domain: n, mean, below_68, from_68_to_80, from_80, share_below_80; empty without such columns.
        given: the points stood in the file; otherwise they follow from the rule of 2019.
        rise: points the index would gain by rule if each PNS known to be below 20 JP took a course of 20 JP; None when it was given.
        warning: why the qualification points cannot come from the rule of 2019, or None.
    """

    table: pd.DataFrame
    dimensions: pd.DataFrame
    needs: pd.DataFrame
    given: bool
    rise: float | None
    warning: str | None

    def tables(self) -> dict[str, pd.DataFrame]:
        """Tidy tables by name; only those that hold something. None has a row about one person."""
        found = {"staff": self.table, "dimensions": self.dimensions, "needs": self.needs}
        return {name: table for name, table in found.items() if len(table)}

    def words(self, lang: str = "en") -> str:
        """The result in plain words, paragraphs parted by empty lines."""
        from analysis.evaluation.ip_asn_words import words

        return words(self, lang)

    def figure(self, lang: str = "en") -> Figure:
        """Hours by unit, and needs by domain or points by dimension."""
        from analysis.evaluation.ip_asn_figure import figure

        return figure(self, lang)


def evaluate_staff(frame: pd.DataFrame) -> StaffResult:
    """Evaluate a staff list.

    Args:
        frame: one row a civil servant: status and, where known, unit, jp_last_12_months, job and degree (with course,
            months_since_technical, months_since_seminar, performance, punishment) or the points of the four dimensions, and job-person
            match [percent] by domain. As `data.intake.read_file` gives it.

    Raises:
        InputError: no rows, or a cell that the scoring rule does not know (see `ip_asn.score`).
    """
    if frame.empty:
        raise InputError("staff list: no rows; at least one row is needed")
    frame = frame if frame.index.name == ROW else frame.reset_index(drop=True)
    given = set(POINTS.values()) <= set(frame.columns) and bool(frame[list(POINTS.values())].notna().all(axis=1).any())
    scores = _given(frame) if given else _scored(frame)
    if not (given or {"job", "degree"} <= set(frame.columns)) and "jp_last_12_months" not in frame:
        raise InputError("staff list: neither job and degree, nor points, nor jp_last_12_months; one of them is needed")
    hours = _hours(frame)
    people = pd.concat([scores, hours], axis=1).assign(status=frame["status"], unit=_units(frame))
    rows = [_row("all", "all", people)]
    rows += [_row("status", str(s), own) for s, own in people.groupby("status") if len(own) >= SMALLEST]
    if people["unit"].nunique() > 1:
        rows += [_row("unit", str(u), own) for u, own in people.groupby("unit") if len(own) >= SMALLEST]
    return StaffResult(
        pd.DataFrame(rows),
        _dimensions(people),
        _needs(frame, people["unit"]),
        given,
        None if given else _rise(frame, people),
        qualification_warning(float(people["qualification_low"].mean())) if given else None,
    )


def _units(frame: pd.DataFrame) -> pd.Series:
    """Units; those with fewer than five staff are put together, and left out where they are too few even then."""
    if "unit" not in frame:
        return pd.Series("all", index=frame.index)
    units = frame["unit"].fillna("–").astype(str)
    return units.where(units.map(units.value_counts()) >= SMALLEST, SMALL)


def _given(frame: pd.DataFrame) -> pd.DataFrame:
    """Totals from points that stand in the file."""
    points = frame[list(POINTS.values())].set_axis(list(POINTS), axis=1).astype(float)
    whole = points.notna().all(axis=1)
    totals = [total_from_parts({str(k): float(v) for k, v in row.items()}) for _, row in points[whole].iterrows()]
    total = pd.Series(totals, index=points.index[whole], dtype=float).reindex(points.index)
    ends = {f"{name}_{end}": points[name].where(whole) for name in DIMENSIONS for end in ("low", "high")}
    return pd.DataFrame({"low": total, "high": total, **ends})


def _scored(frame: pd.DataFrame) -> pd.DataFrame:
    """Lowest and highest points by the rule of 2019; missing where the degree is."""
    names = ["low", "high", *(f"{name}_{end}" for name in DIMENSIONS for end in ("low", "high"))]
    if not {"job", "degree"} <= set(frame.columns):
        return pd.DataFrame(np.nan, index=frame.index, columns=names)
    used = [c for c in frame.columns if c not in ("staff", "unit", *DOMAINS)]
    found = []
    for number, (_, row) in zip(row_numbers(frame), frame[used].iterrows(), strict=True):
        if pd.isna(row["degree"]) or pd.isna(row["job"]):
            found.append([np.nan] * len(names))
            continue
        try:
            own = score({str(k): v for k, v in row.items()})
        except InputError as error:
            raise InputError(f"staff list: row {number}: {error}") from None
        found.append([own.low, own.high, *(end for name in DIMENSIONS for end in own.parts[name])])
    return pd.DataFrame(found, index=frame.index, columns=names, dtype=float)


def _hours(frame: pd.DataFrame) -> pd.DataFrame:
    empty = pd.Series(np.nan, index=frame.index)
    jp = frame["jp_last_12_months"].astype(float) if "jp_last_12_months" in frame else empty
    pns, pppk = frame["status"] == "PNS", frame["status"] == "PPPK"
    return pd.DataFrame(
        {
            "pns": pns,
            "jp": jp,
            "known": pns & jp.notna(),
            "below": pns & (jp < PNS_LEAST),
            "none": pns & (jp == 0),
            "missing": np.where(pns, (PNS_LEAST - jp).clip(lower=0), np.nan),
            "above": pppk & (jp > PPPK_MOST),
        }
    )


def _row(scope: str, name: str, people: pd.DataFrame) -> dict[str, object]:
    known = int(people["known"].sum())
    return {
        "scope": scope,
        "name": name,
        "n": len(people),
        "scored": int(people["low"].notna().sum()),
        "index_low": float(people["low"].mean()),
        "index_high": float(people["high"].mean()),
        "pns": int(people["pns"].sum()),
        "jp_known": known,
        "below": int(people["below"].sum()),
        "without": int(people["none"].sum()),
        "share_below": float(people["below"].sum() / known) if known else float("nan"),
        "jp_missing": float(people["missing"].sum()),
        "pppk_above": int(people["above"].sum()),
    }


def _dimensions(people: pd.DataFrame) -> pd.DataFrame:
    scored = people[people["low"].notna()]
    if scored.empty:
        return pd.DataFrame()
    rows = [
        {
            "dimension": name,
            "most": most,
            "low": float(scored[f"{name}_low"].mean()),
            "high": float(scored[f"{name}_high"].mean()),
        }
        for name, most in DIMENSIONS.items()
    ]
    return pd.DataFrame(rows).assign(lost=lambda t: t["most"] - t["high"])


def _needs(frame: pd.DataFrame, units: pd.Series) -> pd.DataFrame:
    found = []
    for domain in [d for d in DOMAINS if d in frame and frame[d].notna().any()]:
        values = frame[domain].astype(float)
        scopes = [("all", values)] + (
            [(str(u), own) for u, own in values.groupby(units)] if units.nunique() > 1 else []
        )
        for unit, own in scopes:
            own = own.dropna()
            if len(own) == 0 or (unit != "all" and len(own) < SMALLEST):
                continue
            below, still = int((own < STILL_MEETS).sum()), int(((own >= STILL_MEETS) & (own < MEETS)).sum())
            found.append(
                {
                    "unit": unit,
                    "domain": domain,
                    "n": len(own),
                    "mean": float(own.mean()),
                    "below_68": below,
                    "from_68_to_80": still,
                    "from_80": len(own) - below - still,
                    "share_below_80": (below + still) / len(own),
                }
            )
    return pd.DataFrame(found)


def _rise(frame: pd.DataFrame, people: pd.DataFrame) -> float | None:
    """Points by rule from a course of 20 JP for each PNS known to be below, as a mean over everyone who was scored."""
    scored = people["low"].notna()
    short = scored & people["below"]
    if not short.any():
        return None
    points = {
        job: next(c.points for c in components_of(kind, "competence") if c.name == "technical_course")
        for job, kind in JOBS.items()
    }
    return float(frame.loc[short, "job"].map(points).sum() / scored.sum())
