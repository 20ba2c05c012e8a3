"""Which intervals a queue is open in, on its region's wall clock."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pandas as pd

from forecasting.arrays import BoolArray, DateArray
from forecasting.calendars import public_holidays
from forecasting.hours import OpeningHours
from forecasting.queues import Region
from forecasting.timegrid import wall_clock

__all__ = ["open_intervals"]

CLOCK_STEP = 5
"""Minutes; opening times lie on whole five minutes or are read as if."""


def open_intervals(
    hours: OpeningHours, region: Region, starts: pd.DatetimeIndex, interval_minutes: int
) -> BoolArray:
    """Tell which intervals a queue is open in, wholly or in part, shape (n,).

    An interval of which only a part is open is open: contacts come in it. That happens where hours do not
    begin on the plan's intervals, and everywhere with hours of 60 minutes in Kathmandu (UTC+5:45).

    Parameters
    ----------
    starts
        UTC, shape (n,).
    """
    if hours.always or not len(starts):
        return np.ones(len(starts), dtype=bool)
    open_at = np.zeros(len(starts), dtype=bool)
    for offset in range(0, interval_minutes, CLOCK_STEP):
        clock = wall_clock(starts + pd.Timedelta(minutes=offset), region.time_zone)
        today = _on_holiday(region, clock.day)
        before = _on_holiday(region, clock.day - np.timedelta64(1, "D"))
        table = _open_minutes(hours)
        open_at |= table[clock.weekday, today.astype(np.int64), before.astype(np.int64), clock.minute]
    return open_at


def _on_holiday(region: Region, days: DateArray) -> BoolArray:
    first, last = days.min().item(), days.max().item()
    found = public_holidays(region.country, region.subdivision, first, last)
    return np.isin(days, np.array(sorted(found), dtype="datetime64[D]"))


@lru_cache(maxsize=256)
def _open_minutes(hours: OpeningHours) -> BoolArray:
    """Open or not by weekday, holiday, holiday before and minute of the day: shape (7, 2, 2, 1440)."""
    table = np.zeros((7, 2, 2, 1440), dtype=bool)
    for weekday in range(7):
        for today in (0, 1):
            for before in (0, 1):
                table[weekday, today, before] = [
                    hours.is_open(weekday, minute, holiday=bool(today), holiday_before=bool(before))
                    for minute in range(1440)
                ]
    return table
