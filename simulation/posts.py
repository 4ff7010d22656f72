"""Posts of the civil service: how many each unit has, who holds which, and a part of them that is like the whole.

Policies act on shares of the staff: those who meet the public, managers, PNS and PPPK. So a city whose citizens are few keeps its civil
service, or a part that is large enough to have the same shares and no unit of one person.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from simulation.engine.records import Int64s, UInt8s

JOBS = ("jpt", "administrator", "pengawas", "fungsional_muda", "fungsional_madya", "fungsional_utama", "pelaksana")
MANAGERS = 3  # the first classes: posts of managers
# Share of the posts that is simulated of a city whose adults are fewer. Measured (docs/scale.md): at a quarter counters, managers and PNS
# have the shares of the whole city and the smallest unit has two people; at an eighth 14 units have one.
STAFF_SCALE = 0.25


class Posts(NamedTuple):
    """Posts of a city; rows of a unit lie together: first those who may meet the public, PNS and PPPK mixed, managers last."""

    size: Int64s  # (units): posts
    counter: Int64s  # (units): of them, that meet the public
    status: UInt8s  # (posts): PNS or PPPK
    job: UInt8s  # (posts): place in JOBS


def staff_share(scale: float) -> float:
    """Share of the posts that is simulated where nobody asks for another, at a scale of the adults."""
    return max(scale, STAFF_SCALE)


def apportion(total: int, shares: npt.ArrayLike) -> Int64s:
    """Whole numbers that add up to total in proportion to shares (largest remainders; ties to the first)."""
    parts = np.asarray(shares, dtype=float)
    exact = total * parts / parts.sum()
    whole: Int64s = np.floor(exact).astype(np.int64)
    for i in np.argsort(-(exact - whole), kind="stable")[: total - int(whole.sum())]:
        whole[i] += 1
    return whole


def deal(counts: npt.ArrayLike) -> Int64s:
    """Labels 0, 1, 2 ... as often as counts say, mixed as evenly as whole numbers allow, so that any stretch holds its share of each."""
    often = np.asarray(counts, dtype=np.int64)
    places = [(np.arange(n) + 0.5) / n for n in often if n > 0]
    labels = np.repeat(np.flatnonzero(often), often[often > 0])
    return labels[np.argsort(np.concatenate(places), kind="stable")] if places else np.zeros(0, dtype=np.int64)


def seat_managers(managers: int, pns: Int64s) -> Int64s:
    """Managers of each unit: one for every unit while they last, the largest first; the others in proportion to PNS."""
    first = np.zeros(len(pns), dtype=np.int64)
    led = [u for u in np.argsort(-pns, kind="stable") if pns[u] > 0][:managers]
    first[led] = 1
    room = np.maximum(pns - first, 0)
    return first + (apportion(managers - len(led), room) if managers > len(led) else 0)


def thinned(whole: Int64s, share: float) -> Int64s:
    """A share of every count, in whole numbers, so that any run of counts keeps its share to less than one.

    The sum so far is rounded, not each count: what one count lacks the next one gets, and units of a kind, which lie together, keep
    their share as the whole does.
    """
    ends = np.floor(np.cumsum(whole) * share + 0.5).astype(np.int64)
    part: Int64s = np.diff(ends, prepend=0)
    return part


def counters(whole: Int64s, size: Int64s, share: float) -> Int64s:
    """Posts that meet the public in each unit: at least one, at most all, and over the city their share of the whole where that allows."""
    found = np.clip(thinned(whole, share), 1, size)
    over = int(found.sum()) - round(float(whole.sum()) * share)
    step = 1 if over > 0 else -1
    for u in np.argsort(-size, kind="stable"):  # the largest units take what the bounds of small ones cost
        room = int(found[u] - 1 if over > 0 else size[u] - found[u])
        moved = min(abs(over), room)
        found[u] -= step * moved
        over -= step * moved
    return found


def posts_of(
    staff: Mapping[str, Any], pns_shares: npt.ArrayLike, pppk_shares: npt.ArrayLike, counter_shares: npt.ArrayLike, share: float
) -> Posts:  # fmt: skip
    """A share of a city's posts. Every unit keeps at least one, however small the share.

    Args:
        staff: the profile's block of that name; pns_shares, pppk_shares: of each unit in the city's, (units,); counter_shares: of those who
            meet the public in each unit's posts, (units,); share: of all posts, above 0; 1 is the whole civil service.
    """
    whole_pns, whole_pppk = (
        apportion(int(staff[s]), shares) for s, shares in (("pns", pns_shares), ("pppk", pppk_shares))
    )
    whole = whole_pns + whole_pppk
    whole_counter = np.clip(np.round(whole * np.asarray(counter_shares)).astype(np.int64), 1, np.maximum(whole, 1))
    pns, pppk = thinned(whole_pns, share), thinned(whole_pppk, share)
    pns = pns + (pns + pppk == 0)
    jobs = apportion(int(pns.sum()), [float(staff["job_shares"][j]) for j in JOBS])
    managers = seat_managers(int(jobs[:MANAGERS].sum()), pns)
    led = deal(jobs[:MANAGERS])
    front = deal(jobs[MANAGERS:]) + MANAGERS
    muda = round(int(pppk.sum()) * float(staff["pppk_fungsional_share"]))
    contracted = np.array([JOBS.index("fungsional_muda"), JOBS.index("pelaksana")])[
        deal([muda, int(pppk.sum()) - muda])
    ]
    status: list[Int64s] = []
    job: list[Int64s] = []
    for u in range(len(pns)):
        front_pns = int(pns[u] - managers[u])
        mixed = deal([front_pns, int(pppk[u])])
        mine = np.empty(len(mixed), dtype=np.int64)
        mine[mixed == 0], front = front[:front_pns], front[front_pns:]
        mine[mixed == 1], contracted = contracted[: int(pppk[u])], contracted[int(pppk[u]) :]
        heads, led = led[: int(managers[u])], led[int(managers[u]) :]
        status.append(np.concatenate([mixed, np.zeros(len(heads), dtype=np.int64)]))
        job.append(np.concatenate([mine, heads]))
    return Posts(
        pns + pppk, counters(whole_counter, pns + pppk, share),
        np.concatenate(status).astype(np.uint8), np.concatenate(job).astype(np.uint8),
    )  # fmt: skip
