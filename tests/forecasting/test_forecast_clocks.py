"""Profiles live on the wall clock; intervals do not."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pytest

from forecasting.timegrid import WallClock
from tests.forecasting.factory import by_clock, recorded, run

CHANGES = [
    ("Europe/London", date(2025, 3, 30)),
    ("Europe/London", date(2025, 10, 26)),
    ("America/New_York", date(2025, 3, 9)),
    ("America/New_York", date(2025, 11, 2)),
    ("Australia/Lord_Howe", date(2025, 4, 6)),
    ("Australia/Lord_Howe", date(2025, 10, 5)),
]


def nine_to_ten(clock: WallClock) -> npt.NDArray[np.float64]:
    return np.where((clock.minute >= 540) & (clock.minute < 600), 60.0, 4.0)


@pytest.mark.parametrize(("zone", "change"), CHANGES)
@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_the_peak_keeps_its_wall_clock_hour_when_the_clock_changes(
    zone: str, change: date, minutes: int
) -> None:
    past = recorded(nine_to_ten, zone, change - timedelta(days=101), 98, minutes=15)
    result = by_clock(run(past, change - timedelta(days=3), 7, time_zone=zone, minutes=minutes), zone)
    # A quarter hour has 60 contacts in the peak and 4 outside, wherever the interval's start lies.
    wall = [
        sum(60.0 if 540 <= start + part < 600 else 4.0 for part in range(0, minutes, 15))
        for start in result["minute"]
    ]
    assert result["contacts"].to_numpy() == pytest.approx(np.array(wall), rel=1e-6)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "Pacific/Chatham"])
def test_hourly_intervals_out_of_step_with_the_wall_clock_count_what_they_cover(zone: str) -> None:
    past = recorded(nine_to_ten, zone, date(2025, 5, 1), 90, minutes=15)
    result = by_clock(run(past, date(2025, 7, 30), 3, time_zone=zone, minutes=60), zone)
    covering = result[(result["minute"] < 600) & (result["minute"] + 60 > 540)]
    assert len(covering) == 3 * 2
    assert covering.groupby("date")["contacts"].sum().to_numpy() == pytest.approx(
        np.full(3, 4 * 60.0 + 4 * 4.0), rel=1e-6
    )


def test_the_repeated_hour_has_its_full_rate_in_both_passes_and_the_skipped_one_is_absent() -> None:
    zone = "Europe/London"

    def rate(clock: WallClock) -> npt.NDArray[np.float64]:
        return (1 + clock.minute // 60).astype(np.float64)

    autumn = recorded(rate, zone, date(2025, 6, 30), 115, minutes=60)
    long_day = by_clock(run(autumn, date(2025, 10, 26), 1, time_zone=zone, minutes=60), zone)
    assert long_day["contacts"].to_numpy() == pytest.approx(np.r_[1, 2, 2, 3:25], rel=1e-6)
    spring = recorded(rate, zone, date(2024, 12, 1), 115, minutes=60)
    short_day = by_clock(run(spring, date(2025, 3, 30), 1, time_zone=zone, minutes=60), zone)
    assert short_day["contacts"].to_numpy() == pytest.approx(np.r_[1, 3:25], rel=1e-6)


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"])
def test_the_horizon_is_the_regions_own_dates_on_both_sides_of_the_date_line(zone: str) -> None:
    past = recorded(nine_to_ten, zone, date(2025, 5, 1), 30, minutes=60)
    result = by_clock(run(past, date(2025, 5, 31), 2, time_zone=zone, minutes=60), zone)
    assert [str(day) for day in result["date"].dt.date.unique()] == ["2025-05-31", "2025-06-01"]
    assert len(result) == 48
