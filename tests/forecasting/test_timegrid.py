"""Wall clocks and instants across clock changes, the date line and odd offsets."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from forecasting.errors import InvalidInput
from forecasting.timegrid import day_bounds, interval_grid, parse_instant, wall_clock, wall_to_instant, zone


@pytest.mark.parametrize(
    ("zone_name", "day", "hours"),
    [
        ("Europe/London", date(2026, 3, 29), 23),
        ("Europe/London", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
        ("Pacific/Kiritimati", date(2026, 3, 29), 24),
        ("Pacific/Pago_Pago", date(2026, 3, 29), 24),
        ("America/Sao_Paulo", date(2018, 11, 4), 23),
    ],
)
def test_length_of_a_local_day(zone_name: str, day: date, hours: float) -> None:
    start, end = day_bounds(zone_name, day)
    assert (end - start).total_seconds() == hours * 3600


def test_a_skipped_wall_clock_time_is_no_instant() -> None:
    assert wall_to_instant("Europe/London", date(2026, 3, 29), 90) is None
    assert wall_to_instant("Australia/Lord_Howe", date(2026, 10, 4), 125) is None


def test_a_repeated_wall_clock_time_is_the_first_of_the_two() -> None:
    assert wall_to_instant("Europe/London", date(2026, 10, 25), 90) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_minutes_beyond_midnight_lie_on_the_next_date() -> None:
    assert wall_to_instant("Asia/Kolkata", date(2026, 1, 31), 1440 + 60) == datetime(
        2026, 1, 31, 19, 30, tzinfo=UTC
    )


def test_half_hours_of_a_short_day_in_wall_clock() -> None:
    grid = interval_grid(*day_bounds("Europe/London", date(2026, 3, 29)), 30)
    clock = wall_clock(grid, "Europe/London")
    assert len(grid) == 46
    assert not np.isin([60, 90], clock.minute).any()
    assert set(clock.day) == {np.datetime64("2026-03-29")}


def test_intervals_are_aligned_in_utc_where_the_offset_is_not() -> None:
    grid = interval_grid(*day_bounds("Asia/Kathmandu", date(2026, 1, 1)), 60)
    assert (grid.minute == 0).all()
    assert len(grid) == 24


def test_unknown_zone_and_naive_instant_are_refused() -> None:
    with pytest.raises(InvalidInput, match="Mars/Base"):
        zone("Mars/Base")
    with pytest.raises(ValueError, match="offset"):
        parse_instant("2026-03-29T01:00:00")
