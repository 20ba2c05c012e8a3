from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from forecasting.wallgrid import WallGrid, wall_slot_minutes


@pytest.mark.parametrize(
    ("zone", "interval", "slot"),
    [
        ("Europe/London", 60, 60),
        ("Australia/Lord_Howe", 60, 30),
        ("Australia/Lord_Howe", 15, 15),
        ("Asia/Kathmandu", 60, 60),
        ("America/St_Johns", 60, 60),
    ],
)
def test_slots_are_finer_than_intervals_only_where_the_offset_changes_by_less(
    zone: str, interval: int, slot: int
) -> None:
    year = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    assert wall_slot_minutes(zone, *year, interval) == slot


def test_without_a_clock_change_in_the_window_the_interval_is_the_slot() -> None:
    month = datetime(2025, 5, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)
    assert wall_slot_minutes("Australia/Lord_Howe", *month, 60) == 60


def test_skipped_slots_are_unknown_and_repeated_ones_averaged() -> None:
    spring = pd.date_range("2025-03-30", "2025-03-30T23:00", freq="60min", inclusive="left", tz=UTC)
    grid = WallGrid.over(spring, "Europe/London", 60)
    laid = grid.to_days(np.arange(23.0)[None])
    assert np.isnan(laid[0, 0, 1])
    assert laid[0, 0, [0, 2, 23]].tolist() == [0, 1, 22]
    autumn = pd.date_range("2025-10-25T23:00", "2025-10-27", freq="60min", inclusive="left", tz=UTC)
    grid = WallGrid.over(autumn, "Europe/London", 60)
    values = np.arange(25.0)[None]
    assert grid.to_days(values)[0, 0, :3].tolist() == [0, 1.5, 3]
    values[0, 2] = np.nan
    assert grid.to_days(values)[0, 0, :3].tolist() == [0, 1, 3]
    assert grid.from_days(np.arange(24.0)[None, None])[0, :4].tolist() == [0, 1, 1, 2]


def test_cells_out_of_step_with_the_clock_belong_to_the_date_of_their_start() -> None:
    index = pd.date_range("2025-06-01T18:00", periods=25, freq="60min", tz=UTC)
    grid = WallGrid.over(index, "Asia/Kathmandu", 60)
    assert grid.phase == 45
    assert [str(day) for day in grid.dates] == ["2025-06-01", "2025-06-02"]
    assert (grid.day[0], grid.slot[0]) == (0, 23)
    assert (grid.day[1], grid.slot[1]) == (1, 0)
