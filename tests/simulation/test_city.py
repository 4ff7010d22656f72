"""The synthetic city: totals, who belongs where, and shares that hold at every scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import InputError
from simulation.city import SERVICES, build_city, counter_share_difference, load_profile, plain, unit_rows
from simulation.engine.columns import BLOCK, SLOTS
from simulation.posts import JOBS, apportion, deal, thinned
from simulation.processes import start

few = settings(max_examples=80, deadline=None)
SCALES = [1.0, 0.1, 0.01]


@pytest.fixture(scope="module")
def numbers() -> Any:
    """Numbers of the shipped profile."""
    return load_profile("tangsel").numbers


def test_totals_of_the_whole_city(numbers: Any) -> None:
    """Guards: people lost to rounding: 1,058,127 adults, 4,500 PNS and 6,200 PPPK, 54 kelurahan in seven kecamatan, 113 units."""
    city = build_city("tangsel", 1.0)
    assert int(city.areas.adults.sum()) == 1_058_127
    assert len(city.status) == 10_700 and int((city.status == 0).sum()) == 4_500
    assert int(city.units.staff.sum()) == 10_700
    assert len(city.areas.adults) == 54
    assert np.bincount(city.areas.kecamatan).tolist() == [9, 7, 11, 7, 6, 8, 6]
    kinds: dict[str, int] = {}
    for row in unit_rows(numbers):
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + 1
    assert kinds == {"dukcapil": 1, "dpmptsp": 1, "dinsos": 1, "other_opd": 35, "kecamatan": 7, "kelurahan": 54, "puskesmas": 7,
                     "school": 7}  # fmt: skip
    assert sum(kinds[k] for k in ("dukcapil", "dpmptsp", "dinsos", "other_opd")) == 38
    assert len(city.units) == 113


@pytest.mark.parametrize("scale", SCALES)
def test_blocks_of_citizens(scale: float) -> None:
    """Guards: areas that overlap or leave rows to nobody; a block that is too long, is cut short, or mixes kecamatan."""
    city = build_city("tangsel", scale)
    ends = city.areas.first + city.areas.adults
    assert city.areas.first[0] == 0 and (ends[:-1] == city.areas.first[1:]).all()
    assert city.blocks.first[0] == 0 and city.blocks.rows.max() <= BLOCK
    assert (city.blocks.first[1:] == np.cumsum(city.blocks.rows)[:-1]).all() and city.blocks.rows.sum() == ends[-1]
    for block in city.blocks:
        inside = np.flatnonzero((city.areas.first < block.first + block.rows) & (ends > block.first))
        assert (block.area, block.areas) == (inside[0], inside[-1] + 1)
        assert set(city.areas.kecamatan[inside]) == {block.kecamatan}
    assert (city.areas.adults > 0).all()
    assert int(city.areas.adults.sum()) == round(1_058_127 * scale)


@pytest.mark.parametrize("scale", SCALES)
def test_blocks_of_staff(scale: float) -> None:
    """Guards: an OPD without anybody at a small scale, a counter larger than its office, rows of two units mixed."""
    city = build_city("tangsel", scale)
    assert (city.units.staff >= 1).all()
    assert ((city.units.counter >= 1) & (city.units.counter <= city.units.staff)).all()
    assert (np.diff(city.units.first) == city.units.staff[:-1]).all() and city.units.first[0] == 0
    assert len(city.status) == len(city.job) == city.units.staff.sum()
    assert city.figures.people_per_post == pytest.approx(10_700 / len(city.status))
    assert city.figures.people_per_adult == pytest.approx(1_058_127 / city.areas.adults.sum())


def test_scale_keeps_shares() -> None:
    """Guards: a small city of another kind: kecamatan, PNS at a tenth, and the survey's share as in the whole."""
    whole, tenth = build_city("tangsel", 1.0), build_city("tangsel", 0.1)
    assert np.bincount(tenth.areas.kecamatan, tenth.areas.adults) * 10 == pytest.approx(
        np.bincount(whole.areas.kecamatan, whole.areas.adults), rel=0.002
    )
    assert (tenth.status == 0).mean() == pytest.approx((whole.status == 0).mean(), abs=0.02)
    # The official sample of the SKM does not shrink with the city that is simulated.
    assert tenth.figures.survey == pytest.approx(10 * whole.figures.survey, rel=0.01)
    assert np.array_equal(tenth.visits, whole.visits)


def test_kecamatan_hold_their_people(numbers: Any) -> None:
    """Guards: people moved between kecamatan: shares of adults equal shares of the population to one in ten thousand."""
    city = build_city("tangsel", 1.0)
    people = np.array([k["population"] for k in numbers["kecamatan"]], dtype=float)
    adults = np.bincount(city.areas.kecamatan, city.areas.adults)
    assert adults / adults.sum() == pytest.approx(people / people.sum(), abs=1e-4)


def test_visits_follow_demand(numbers: Any) -> None:
    """Guards: encounters at the wrong unit: in every area the slots of a kind are its demand within a slot for each unit."""
    city, rows = build_city("tangsel", 1.0), unit_rows(numbers)
    demand = {u["kind"]: u["demand"] for u in numbers["units"]}
    total = sum(demand.values())
    assert city.visits.shape == (54, SLOTS)
    for area in range(54):
        counts = np.bincount(city.visits[area], minlength=len(rows))
        for u, row in enumerate(rows):
            local = row["level"] == "city" or row["kecamatan"] == city.areas.kecamatan[area]
            if row["level"] == "kelurahan":
                local = row["area"] == area
            units = row["count"] if row["level"] == "city" else 1
            expected = SLOTS * demand[row["kind"]] / units / total if local else 0.0
            assert abs(counts[u] - expected) < 1.0, (area, u)
            if not local:
                assert counts[u] == 0, "an encounter at an office of another place"


def test_jobs_of_pns(numbers: Any) -> None:
    """Guards: job shares lost when small units round: over the whole city within 2 points."""
    city = build_city("tangsel", 1.0)
    jobs = city.job[city.status == 0]
    for i, name in enumerate(JOBS):
        assert (jobs == i).mean() == pytest.approx(numbers["staff"]["job_shares"][name], abs=0.02), name


def test_tables_of_jobs_and_degrees() -> None:
    """Guards: people who are pensioned before they enter, and degree shares that do not reach one."""
    city = build_city("tangsel", 1.0)
    assert (city.jobs.youngest < city.jobs.oldest).all()
    assert (city.jobs.oldest < city.jobs.pension).all()
    assert (city.jobs.pension / 12).tolist() == [60, 58, 58, 58, 60, 65, 58]
    assert (np.diff(city.degrees, axis=1) >= 0).all() and (city.degrees[:, -1] == 1.0).all()
    assert city.weights.sum(axis=1) == pytest.approx(np.ones(6))


@few
@given(total=st.integers(0, 5000), shares=st.lists(st.floats(0.01, 10), min_size=1, max_size=40))
def test_apportion_gives_whole_numbers_that_add_up(total: int, shares: list[float]) -> None:
    """Guards: a person lost or invented, or a part that differs from its share by one or more."""
    parts = apportion(total, shares)
    assert parts.sum() == total
    assert (np.abs(parts - total * np.array(shares) / sum(shares)) < 1.0 + 1e-9).all()


@few
@given(total=st.integers(1, 500), shares=st.lists(st.floats(0.01, 10), min_size=2, max_size=20))
def test_apportion_gives_more_to_larger_shares(total: int, shares: list[float]) -> None:
    """Guards: a smaller area with more people than a larger one."""
    parts = apportion(total, shares)
    order = np.argsort(shares, kind="stable")
    assert (np.diff(parts[order]) >= 0).all() or len(set(shares)) < len(shares)


def test_unknown_city_names_the_nearest() -> None:
    """Guards: a traceback for a misspelt city."""
    with pytest.raises(InputError, match="'tangsell': no profile of that name; did you mean 'tangsel'"):
        load_profile("tangsell")


def test_unknown_price_names_the_nearest() -> None:
    """Guards: a KeyError deep in a run for a profile with a misspelt price."""
    with pytest.raises(InputError, match=r"money\.price_audits: missing; did you mean 'price_audit'"):
        load_profile("tangsel").money("price_audits")


def test_plain_takes_values_out_of_their_sources() -> None:
    """Guards: a note read as a number."""
    tree = {
        "a": {"value": 3, "source": "F1"},
        "b": [{"c": {"value": 0.5, "source": "assumption", "note": "n"}}],
        "d": "x",
    }
    assert plain(tree) == {"a": 3, "b": [{"c": 0.5}], "d": "x"}


def test_counts_must_fit_the_level(numbers: Any) -> None:
    """Guards: a profile of another city with one kelurahan too many that is cut off silently."""
    units = [{**u, "count": 53} if u["kind"] == "kelurahan" else u for u in numbers["units"]]
    with pytest.raises(InputError, match=r"units\.kelurahan: count 53 .* the city has 54"):
        unit_rows({**numbers, "units": units})


def test_jpt_are_not_at_the_counter() -> None:
    """Guards: citizens who meet the head of the office while PPPK sit behind."""
    city = build_city("tangsel", 1.0)
    seated = np.concatenate([np.arange(u.first, u.first + u.counter) for u in city.units])
    assert not np.isin(city.job[seated], (0, 1, 2)).any()
    assert (city.status[seated] == 1).mean() > 0.4


@pytest.mark.parametrize("scale", [0.01, 0.02, 0.05, 0.1, 0.25, 0.5])
def test_a_small_city_has_the_staff_of_the_whole_one(scale: float) -> None:
    """Guards: levers that are aimed at counters, managers or PPPK and act on another share of the staff in a small city."""
    whole, small = build_city("tangsel", 1.0), build_city("tangsel", scale)
    assert abs(counter_share_difference("tangsel", scale)) < 0.1
    assert small.units.staff.min() > 1 and whole.units.staff.min() > 1
    for share in (
        lambda c: np.isin(c.job, (0, 1, 2)).mean(),
        lambda c: (c.status == 1).mean(),
        lambda c: _seated(c, c.status == 1),
    ):
        assert share(small) == pytest.approx(share(whole), abs=0.005)
    kinds = np.array([row["kind"] for row in unit_rows(load_profile("tangsel").numbers)])
    for kind in set(kinds):
        parts = [c.units[kinds == kind].staff.sum() / len(c.status) for c in (small, whole)]
        assert parts[0] == pytest.approx(parts[1], abs=0.001), kind
        seats = [c.units[kinds == kind].counter.sum() / c.units[kinds == kind].staff.sum() for c in (small, whole)]
        assert seats[0] == pytest.approx(seats[1], abs=0.02), kind


def _seated(city: Any, who: Any) -> float:
    """Share of those at counters who are such."""
    seated = np.concatenate([np.arange(u.first, u.first + u.counter) for u in city.units])
    return float(np.asarray(who)[seated].mean())


def test_staff_that_shrink_with_the_citizens_are_another_city() -> None:
    """Guards: a measure of the difference that sees nothing: at two in a hundred posts nearly half of the staff would meet the public."""
    assert counter_share_difference("tangsel", 0.02, 0.02) > 20.0
    assert counter_share_difference("tangsel", 1.0) == 0.0
    assert counter_share_difference("tangsel", 0.02, 1.0) == 0.0


@few
@given(whole=st.lists(st.integers(0, 200), min_size=1, max_size=60), share=st.floats(0.01, 1.0))
def test_a_part_of_counts_keeps_every_run_of_them(whole: list[int], share: float) -> None:
    """Guards: rounding that adds up over the units of a kind or a kecamatan."""
    counts = np.array(whole, dtype=np.int64)
    part = thinned(counts, share)
    assert (part >= 0).all() and np.array_equal(thinned(counts, 1.0), counts)
    sums, parts = np.concatenate([[0], np.cumsum(counts)]), np.concatenate([[0], np.cumsum(part)])
    gaps = (parts[:, None] - parts[None, :]) - share * (sums[:, None] - sums[None, :])
    assert (np.abs(gaps) <= 1.0 + 1e-9).all()


@pytest.mark.parametrize("scale", [1.0, 0.1, 0.01])
def test_managers_at_every_scale(scale: float) -> None:
    """Guards: a small city without managers, in which leadership courses do nothing."""
    city = build_city("tangsel", scale)
    assert 0.02 < np.isin(city.job, (0, 1, 2)).mean() < 0.08


def test_deal_mixes_evenly() -> None:
    """Guards: all of one kind in the first units and none in the last."""
    labels = deal([6, 3, 1])
    assert np.bincount(labels).tolist() == [6, 3, 1]
    assert set(labels[:4]) == {0, 1} or set(labels[:4]) == {0, 1, 2}
    assert deal([0, 0]).size == 0


def test_services_have_the_numbers_that_side_payments_are_set_by() -> None:
    """Guards: a service that is added before others, so that the surveyed level of one is given to another."""
    named = [SERVICES[code] for code in (start.CIVIL_REGISTRATION, start.SCHOOL, start.HEALTH)]
    assert named == ["civil_registration", "school", "health"]
