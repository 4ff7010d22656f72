"""A staff list evaluated: IP ASN with what the list leaves open, the gap to 20 JP, and training needs by domain and unit.

A list of all staff is no sample, so nothing here has a sampling error. What is uncertain is what the list does not say, and that is
carried as a lowest and a highest value.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from analysis.evaluation.ip_asn.index import qualification_warning, score_staff, total_from_parts
from analysis.evaluation.ip_asn.result import OTHER_UNITS, StaffResult
from analysis.evaluation.ip_asn.rules import DIMENSIONS, JOBS, components_of
from analysis.evaluation.privacy import SMALLEST, too_few
from data.errors import InputError
from data.rows import ROW

__all__ = ["DOMAINS", "PNS_LEAST", "PPPK_MOST", "evaluate_staff"]

PNS_LEAST, PPPK_MOST = 20.0, 24.0  # JP a year, PP 17/2020 art. 203(4); at most, for PPPK (R046 and R047 of rules.csv)
MEETS, STILL_MEETS = 80.0, 68.0  # job-person match [percent] (rows R054 and R055)
RESTS_ON = {
    "scored": ["index_low", "index_high"],
    "jp_known": ["below", "without", "share_below", "jp_missing"],
    "pppk_known": ["pppk_above"],
}  # people a number rests on -> columns
DOMAINS = ("managerial", "sociocultural", "technical", "digital")
POINTS = {name: f"{name}_points" for name in DIMENSIONS}


def evaluate_staff(frame: pd.DataFrame) -> StaffResult:
    """Evaluate a staff list.

    `analysis.evaluation.show(result)` shows it in a notebook.

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
    in_file = set(POINTS.values()) <= set(frame.columns) and bool(
        frame[list(POINTS.values())].notna().all(axis=1).any()
    )
    scores = _totals_in_file(frame) if in_file else _scored(frame)
    if not (in_file or {"job", "degree"} <= set(frame.columns)) and "jp_last_12_months" not in frame:
        raise InputError("staff list: neither job and degree, nor points, nor jp_last_12_months; one of them is needed")
    units, small, joined = _units(frame)
    people = pd.concat([scores, _hours(frame)], axis=1).assign(status=frame["status"], unit=units)
    apart = units.nunique() > 1
    table, hidden = _rows(people, apart)
    needs, few_needs = _needs(frame, units, apart)
    enough = "scored" not in hidden or bool(table["index_low"].notna()[0])
    return StaffResult(
        table,
        _dimensions(people) if enough else pd.DataFrame(),
        needs,
        in_file,
        None if in_file or not enough else _rise(frame, people),
        qualification_warning(float(people["qualification_low"].mean())) if in_file and enough else None,
        small,
        joined,
        (*hidden, *(["needs"] if few_needs else [])),
    )


def _units(frame: pd.DataFrame) -> tuple[pd.Series, int, tuple[str, ...]]:
    """Units, with those too small to be shown put together; how many these are, and larger ones that had to go with them."""
    if "unit" not in frame:
        return pd.Series("all", index=frame.index), 0, ()
    units = frame["unit"].fillna("–").astype(str)
    sizes = units.value_counts().sort_index()
    merged = sizes[too_few(sizes)]
    joined = tuple(str(name) for name in merged.index[merged >= SMALLEST])
    return units.where(~units.isin(merged.index), OTHER_UNITS), len(merged) - len(joined), joined


def _totals_in_file(frame: pd.DataFrame) -> pd.DataFrame:
    """Totals from points that stand in the file."""
    points = frame[list(POINTS.values())].set_axis(list(POINTS), axis=1).astype(float)
    whole = points.notna().all(axis=1)
    totals = [total_from_parts({str(k): float(v) for k, v in row.items()}) for _, row in points[whole].iterrows()]
    total = pd.Series(totals, index=points.index[whole], dtype=float).reindex(points.index)
    ends = {f"{name}_{end}": points[name].where(whole) for name in DIMENSIONS for end in ("low", "high")}
    return pd.DataFrame({"low": total, "high": total, **ends})


def _scored(frame: pd.DataFrame) -> pd.DataFrame:
    """Lowest and highest points by the rule of 2019; missing where the degree is."""
    try:
        return score_staff(frame[[c for c in frame.columns if c not in ("staff", "unit", *DOMAINS)]])
    except InputError as error:
        raise InputError(f"staff list: {error}") from None


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
            "pppk_known": pppk & jp.notna(),
            "above": pppk & (jp > PPPK_MOST),
        }
    )


def _rows(people: pd.DataFrame, units: bool) -> tuple[pd.DataFrame, list[str]]:
    """All staff, statuses and units; and the sets of numbers of which some rest on too few people and are left out."""
    rows = [_row("all", "all", people)]
    statuses = people.groupby("status")
    if not too_few(statuses.size()).any():
        rows += [_row("status", str(name), own) for name, own in statuses]
    if units:
        rows += [_row("unit", str(name), own) for name, own in people.groupby("unit")]
    table, hidden = pd.DataFrame(rows), []
    for base, columns in RESTS_ON.items():
        few = table.groupby("scope")[base].transform(too_few)
        if few.any():
            table[columns] = table[columns].mask(few)
            hidden.append(base)
    return table.drop(columns="pppk_known"), hidden


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
        "pppk_known": int(people["pppk_known"].sum()),
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


def _needs(frame: pd.DataFrame, units: pd.Series, apart: bool) -> tuple[pd.DataFrame, bool]:
    """Needs by domain, for all and by unit; and whether some rest on too few people and are left out."""
    found, hidden = [], False
    for domain in [d for d in DOMAINS if d in frame and frame[d].notna().any()]:
        values = frame[domain].astype(float).dropna()
        few = too_few(pd.Series({"all": len(values)}))["all"]
        by_unit = values.groupby(units.loc[values.index])
        sparse = too_few(by_unit.size())
        groups = [("all", values)] + [(str(u), own) for u, own in by_unit if apart and not sparse[u]]
        hidden |= bool(few or (apart and sparse.any()))
        found += [] if few else [_need(unit, domain, own) for unit, own in groups]
    return pd.DataFrame(found), hidden


def _need(unit: str, domain: str, values: pd.Series) -> dict[str, object]:
    below, still = int((values < STILL_MEETS).sum()), int(((values >= STILL_MEETS) & (values < MEETS)).sum())
    return {
        "unit": unit,
        "domain": domain,
        "n": len(values),
        "mean": float(values.mean()),
        "below_68": below,
        "from_68_to_80": still,
        "from_80": len(values) - below - still,
        "share_below_80": (below + still) / len(values),
    }


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
