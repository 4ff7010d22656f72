"""Arms of a trial: the civil servants, units or areas that are treated, and those they are compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from data.errors import InputError, nearest
from simulation.engine.columns import PNS, PPPK, City
from simulation.engine.records import Int64s
from simulation.mesa_face.own_luck import uniform
from simulation.posts import JOBS, MANAGERS

__all__ = ["AMONG", "KINDS", "Arm", "Bools", "Kind", "arms_of", "at_counter", "unit_of_staff"]

Bools = npt.NDArray[np.bool_]
Kind = Literal["staff", "units", "areas"]
KINDS: tuple[Kind, ...] = get_args(Kind)
AMONG = {
    "staff": ("counter", "managers", "pns", "pppk", *JOBS),
    "units": ("counter", "managers"),
    "areas": (),
}
DECISION = "arm of a trial"  # name of the stream that arms are drawn from


@dataclass(frozen=True, eq=False)
class Arm:
    """Whom an arm holds: a share that is drawn anew in every draw, or given rows.

    Attributes:
        kind: "staff" (civil servants), "units" (units with all their staff) or "areas" (kelurahan with all their adults).
        share: of the eligible, drawn by lot, above 0 up to 1; in whole numbers, at least one.
        mask: true for each row that belongs to the arm, bool (staff,), (units,) or (areas,), in the order of `build_city`.
        among: who is eligible: of staff "counter" (who may meet the public), "managers", "pns", "pppk" or a class of post such as
            "pelaksana"; of units "counter" (that have encounters) or "managers" (that have one); default everybody.

    Exactly one of share and mask is given.
    Raises: InputError for another kind or word (with the nearest), a share out of bounds, or both or neither of share and mask.
    """

    kind: Kind = "staff"
    share: float | None = None
    mask: npt.ArrayLike | None = None
    among: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise _not_allowed("kind", self.kind, KINDS)
        if (self.share is None) == (self.mask is None):
            found = "neither" if self.share is None else "both"
            raise InputError(f"Arm: found {found} of share and mask; allowed: exactly one of them")
        if self.share is not None and not 0.0 < float(self.share) <= 1.0:
            raise InputError(f"Arm: share: found {self.share:g}; allowed: above 0 and at most 1")
        if self.among is not None and self.among not in AMONG[self.kind]:
            raise _not_allowed("among", self.among, AMONG[self.kind])

    def rows(self, city: City, luck: int) -> Bools:
        """Who is in the arm: bool (staff,), (units,) or (areas,). luck: of the draw, by which a share is drawn.

        Raises: InputError for a mask of another length, or an arm without anybody.
        """
        eligible = _eligible(self.kind, self.among, city)
        if self.mask is not None:
            given = np.asarray(self.mask)
            if given.dtype != np.bool_ or given.shape != eligible.shape:
                raise InputError(
                    f"Arm: mask: found {given.dtype} {given.shape}; a bool for each of {len(eligible)} {self.kind} is needed"
                )
            chosen = given & eligible
        else:
            rows = np.flatnonzero(eligible)
            lots = uniform(luck, DECISION, 0, np.full(len(rows), KINDS.index(self.kind)), rows)
            wanted = min(max(round(float(self.share or 0.0) * len(rows)), 1), len(rows))
            chosen = np.zeros_like(eligible)
            chosen[rows[np.argsort(lots, kind="stable")[:wanted]]] = True
        if not chosen.any():
            raise InputError(f"Arm: nobody is in it: found 0 {self.kind}; at least 1 is needed")
        return chosen


def arms_of(treated: Arm, control: Arm | None, city: City, luck: int) -> tuple[Bools, Bools]:
    """Rows of the treated and of the control arm; without a control everybody eligible who is not treated, perhaps nobody.

    Raises: InputError for arms of two kinds, arms that overlap, or an arm without anybody.
    """
    mine = treated.rows(city, luck)
    if control is None:
        return mine, _eligible(treated.kind, treated.among, city) & ~mine
    if control.kind != treated.kind:
        raise InputError(
            f"Trial: control: found kind '{control.kind}'; allowed: that of the treated arm, '{treated.kind}'"
        )
    others = control.rows(city, luck)
    both = int((mine & others).sum())
    if both:
        raise InputError(f"Trial: arms overlap: found {both} {treated.kind} in both; each may be in one arm only")
    return mine, others


def unit_of_staff(city: City) -> Int64s:
    """Row of the unit of every post, int64 (staff,)."""
    return np.repeat(np.arange(len(city.units)), np.asarray(city.units.staff))


def at_counter(city: City) -> Bools:
    """Who may meet the public, bool (staff,)."""
    place = np.arange(len(city.status)) - np.asarray(city.units.first)[unit_of_staff(city)]
    counter: Bools = place < np.asarray(city.units.counter)[unit_of_staff(city)]
    return counter


def managers(city: City) -> Bools:
    """Who holds a post of a manager, bool (staff,)."""
    found: Bools = city.job < MANAGERS
    return found


def _eligible(kind: Kind, among: str | None, city: City) -> Bools:
    """Rows that an arm may hold."""
    if kind == "areas":
        return np.ones(len(city.areas), dtype=np.bool_)
    if kind == "units":
        if among == "counter":
            return np.isin(np.arange(len(city.units)), city.visits)
        if among == "managers":
            return np.bincount(unit_of_staff(city), managers(city), len(city.units)) > 0
        return np.ones(len(city.units), dtype=np.bool_)
    if among == "counter":
        return at_counter(city)
    if among == "managers":
        return managers(city)
    if among in ("pns", "pppk"):
        return np.asarray(city.status == (PNS if among == "pns" else PPPK))
    if among is not None:
        return np.asarray(city.job == JOBS.index(among))
    return np.ones(len(city.status), dtype=np.bool_)


def _not_allowed(field: str, found: object, allowed: tuple[str, ...]) -> InputError:
    close = nearest(str(found), allowed)
    hint = f"; did you mean '{close}'?" if close else ""
    return InputError(f"Arm: {field}: found {found!r:.40}; allowed: {', '.join(allowed) or 'nothing'}{hint}")
