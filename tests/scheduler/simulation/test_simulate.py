"""Replications: their number, their order, their randomness, and how they are watched and stopped."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scheduler.progress import ProgressReport
from scheduler.simulation.kernels.records import MEASURES
from scheduler.simulation.routing import room_needed
from scheduler.simulation.simulate import simulate
from tests.scheduler.simulation.centres import Line, Person, centre

CENTRE = centre(
    [Line(40.0, patience=200.0), Line(10.0, deferred=True, limit=3600.0)],
    [Person((1.0, 1.0), present=((0.0, 8.0), (8.5, 16.0)), absence=0.1)] * 3,
    day_variance=0.05,
    days=2,
)


def test_threads_change_nothing() -> None:
    one, three = simulate(CENTRE, replications=7, workers=1), simulate(CENTRE, replications=7, workers=3)
    np.testing.assert_array_equal(one.days, three.days)
    np.testing.assert_array_equal(one.moments, three.moments)
    np.testing.assert_array_equal(one.overrun_seconds, three.overrun_seconds)


def test_seeds_and_replications_differ() -> None:
    one, two = simulate(CENTRE, replications=2, seed=1), simulate(CENTRE, replications=2, seed=2)
    again = simulate(CENTRE, replications=2, seed=1)
    np.testing.assert_array_equal(one.days, again.days)
    assert (one.days != two.days).any()
    assert (one.days[0] != one.days[1]).any()


def test_more_replications_begin_with_the_same() -> None:
    few, many = simulate(CENTRE, replications=2), simulate(CENTRE, replications=4)
    np.testing.assert_array_equal(few.days, many.days[:2])


def test_room_for_waiting_contacts_grows() -> None:
    # Far more wait than there is room for at first; the result is that of a centre with room from the start.
    system = centre([Line(3000.0)], [Person()], days=3)
    assert room_needed(system) < 10_000
    result = simulate(system, replications=2)
    assert result.measure("left").sum(axis=2).min() > 200_000
    parts = sum(result.measure(name) for name in ("answered", "abandoned", "left"))
    np.testing.assert_array_equal(result.measure("arrived"), parts)


def test_days_vary_by_their_own_factor() -> None:
    # Variance of a day's contacts: mean + variance of the factor × mean².
    system = centre([Line(50.0)], [], days=4, interval_minutes=60, day_variance=0.09)
    arrived = simulate(system, replications=400).measure("arrived")[:, 0]
    assert arrived.mean() == pytest.approx(1200, rel=0.02)
    assert arrived.var(axis=0).mean() == pytest.approx(1200 + 0.09 * 1200**2, rel=0.12)
    assert abs(np.corrcoef(arrived[:, 0], arrived[:, 1])[0, 1]) < 0.15


def test_intervals_vary_by_their_own_factor() -> None:
    system = centre([Line(50.0)], [], days=20, interval_minutes=60, interval_variance=0.25)
    result = simulate(system, replications=40)
    arrived = result.moments[:, 0, 2]
    variance = (arrived[:, 4] - arrived[:, 1] ** 2 / 40) / 39
    assert variance.mean() == pytest.approx(50 + 0.25 * 50**2, rel=0.1)


def test_sample_paths_are_followed_in_turn() -> None:
    paths = np.zeros((2, 1, 24), dtype=np.float32)
    paths[0, 0, :12] = 30.0
    paths[1, 0, 12:] = 60.0
    system = centre([Line(999.0)], [], interval_minutes=60, paths=paths)
    result = simulate(system, replications=4)
    assert result.measure("arrived")[:, 0, 0] == pytest.approx([360, 720, 360, 720], rel=0.15)
    assert result.moments[:12, 0, 2, 1] == pytest.approx(np.full(12, 60), abs=35)


def test_progress_is_told_and_ends_at_one() -> None:
    told: list[ProgressReport] = []
    simulate(CENTRE, replications=3, on_progress=told.append)
    assert [report.done for report in told] == pytest.approx([1 / 3, 2 / 3, 1.0])
    assert {report.stage for report in told} == {"simulate"}


def test_stopped_early_it_tells_what_it_has() -> None:
    asked = iter([False, False, True, True, True, True, True])
    result = simulate(CENTRE, replications=50, should_stop=lambda: next(asked))
    assert 1 <= result.replications <= 3
    assert len(result.days) == result.replications
    full = simulate(CENTRE, replications=result.replications)
    np.testing.assert_array_equal(result.moments, full.moments)


def test_stopped_at_once_it_knows_nothing() -> None:
    result = simulate(CENTRE, replications=5, should_stop=lambda: True)
    assert result.replications == 0
    assert np.isnan(result.of_days("service_level").mean).all()
    assert np.isnan(result.chance_of_target().mean).all()


@pytest.mark.parametrize(("replications", "workers"), [(0, 1), (1, 0)])
def test_nothing_to_do_is_refused(replications: int, workers: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        simulate(CENTRE, replications=replications, workers=workers)


@pytest.mark.parametrize("seed", [-1, 2**63])
def test_seeds_out_of_range_are_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="seed"):
        simulate(CENTRE, seed=seed)


def test_whole_numbers_are_numbers() -> None:
    agents, demand = CENTRE.agents, CENTRE.demand
    whole = dataclasses.replace(
        CENTRE,
        agents=dataclasses.replace(
            agents, speed=agents.speed.astype(np.int64), segments=agents.segments.astype(np.int64)
        ),
        demand=dataclasses.replace(
            demand, contacts=demand.contacts.astype(np.int64), aht_seconds=demand.aht_seconds.astype(np.int64)
        ),
    )
    rounded = dataclasses.replace(
        CENTRE, demand=dataclasses.replace(demand, contacts=np.floor(demand.contacts))
    )
    np.testing.assert_array_equal(
        simulate(whole, replications=2).days, simulate(rounded, replications=2).days
    )


def test_contacts_without_a_date_are_not_counted_in_any() -> None:
    day = CENTRE.demand.day.copy()
    day[0, :48] = -1
    system = dataclasses.replace(CENTRE, demand=dataclasses.replace(CENTRE.demand, day=day))
    result = simulate(system, replications=3)
    counted = result.days[:, 0, 0, MEASURES.index("arrived")].sum()
    assert counted == result.moments[48:96, 0, 2, 1].sum() > 0
    assert len(result.interval_table()) == 2 * 192 - 48
