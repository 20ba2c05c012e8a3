"""AHT by kind of day and hour, weighted by contacts."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from forecasting.timegrid import day_bounds, interval_grid, wall_clock
from tests.forecasting.factory import by_clock, queue, run, table

START = date(2025, 6, 2)
ZONE = "America/New_York"


def history(
    contacts: float, seconds: npt.NDArray[np.float64] | None = None, minutes: int = 30, days: int = 100
) -> tuple[pd.DatetimeIndex, npt.NDArray[np.float64]]:
    first = day_bounds(ZONE, START - timedelta(days=days))[0]
    index = interval_grid(first, day_bounds(ZONE, START)[0], minutes)
    return index, np.full(len(index), contacts)


def test_hours_and_weekends_have_their_own_aht_on_the_wall_clock() -> None:
    index, contacts = history(100)
    clock = wall_clock(index, ZONE)
    seconds = np.where(clock.minute >= 720, 300.0, 200.0) + np.where(clock.weekday >= 5, 60.0, 0.0)
    result = by_clock(run(table(index, contacts, aht=seconds), START, 7, time_zone=ZONE), ZONE)
    weekday = result["date"].dt.day_of_week
    expected = np.where(result["minute"] >= 720, 300.0, 200.0) + np.where(weekday >= 5, 60.0, 0.0)
    assert result["aht_seconds"].to_numpy() == pytest.approx(expected, rel=0.01)


def test_the_mean_is_weighted_by_contacts() -> None:
    index, contacts = history(1)
    seconds = np.full(len(index), 100.0)
    seconds[::2], contacts[::2] = 400.0, 3.0
    result = run(table(index, contacts, 30, aht=seconds), START, 7, time_zone=ZONE)
    assert result.forecast.frame["aht_seconds"].to_numpy() == pytest.approx(325, rel=0.01)


def test_few_contacts_are_drawn_to_the_queues_mean() -> None:
    index, contacts = history(0.05, days=40)
    seconds = np.full(len(index), 200.0)
    seconds[wall_clock(index, ZONE).minute // 60 == 3] = 2000.0
    result = by_clock(run(table(index, contacts, aht=seconds), START, 7, time_zone=ZONE), ZONE)
    assert result.loc[result["minute"] // 60 == 3, "aht_seconds"].max() < 350


def test_contacts_without_a_handle_time_leave_the_queues_own() -> None:
    index, contacts = history(5)
    result = run(table(index, contacts), START, 7, time_zone=ZONE, queues=(queue(aht_seconds=123.0),))
    assert result.forecast.frame["aht_seconds"].eq(123.0).all()


def test_recorded_handle_times_come_before_the_queues_own() -> None:
    index, contacts = history(500)
    result = run(
        table(index, contacts, aht=240.0), START, 7, time_zone=ZONE, queues=(queue(aht_seconds=90.0),)
    )
    assert result.forecast.frame["aht_seconds"].to_numpy() == pytest.approx(240.0)


def test_rows_of_a_day_do_not_pretend_to_know_the_hours() -> None:
    index, contacts = history(500, minutes=60)
    midnights = wall_clock(index, ZONE).minute == 0
    past = table(index[midnights], contacts[midnights], 1440, aht=250.0)
    result = run(past, START, 7, time_zone=ZONE)
    assert result.forecast.frame["aht_seconds"].to_numpy() == pytest.approx(250.0)
