"""Where past forecasts start: windows that follow each other up to the end of the history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np

from forecasting.arrays import IntArray
from forecasting.errors import NotEnoughHistory
from forecasting.queues import QueueKey, Region
from forecasting.rows import QueueRows
from forecasting.timegrid import wall_clock

__all__ = ["rolling_origins"]

LEAST_HISTORY_DAYS = 14
LEAST_RECORDED = 0.5
"""Share of a usual window's rows that a window needs to be worth forecasting."""


def rolling_origins(
    rows: Mapping[QueueKey, QueueRows],
    regions: Mapping[str, Region],
    *,
    horizon_days: int,
    most: int,
    every_days: int | None = None,
) -> list[date]:
    """Return the first dates of at most so many windows, the earliest first.

    Windows begin every so many days, by default end to end, back from the last recorded date. One with
    less than half the rows of the median window is skipped: a month that was not recorded scores nothing.

    Raises
    ------
    NotEnoughHistory
        If there is no window after two weeks of history.
    """
    days = _local_days(rows, regions)
    if len(days):
        first, end = int(days.min()), int(days.max()) + 1
        last = end - horizon_days
        starts = np.arange(last, first - 1, -(every_days or horizon_days))
        per_day = np.cumsum(np.r_[0, np.bincount(days - first, minlength=end - first)])
        count = per_day[starts + horizon_days - first] - per_day[starts - first]
        usual = np.median(count[count > 0]) if count.any() else 0.0
        recorded = starts[count >= LEAST_RECORDED * usual]
        chosen = [int(start) for start in recorded if start >= first + LEAST_HISTORY_DAYS][:most]
        if chosen:
            return sorted(date(1970, 1, 1) + timedelta(days=start) for start in chosen)
    raise NotEnoughHistory(
        f"a backtest needs {LEAST_HISTORY_DAYS} days of history before a window of {horizon_days} days"
    )


def _local_days(rows: Mapping[QueueKey, QueueRows], regions: Mapping[str, Region]) -> IntArray:
    """Return the local date of every recorded row as days since 1970."""
    parts = [
        wall_clock(each.starts[np.isfinite(each.contacts)], regions[key.region].time_zone).day.astype(
            np.int64
        )
        for key, each in rows.items()
    ]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
