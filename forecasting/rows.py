"""Recorded rows of contact history, queue by queue, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray, IntArray
from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS, ContactHistory
from forecasting.timegrid import MINUTES_A_DAY, UTC, day_bounds, wall_clock

__all__ = ["EPOCH", "MINUTE", "QueueRows", "minutes_of", "row_ends", "rows_by_queue"]

EPOCH = pd.Timestamp(0, tz=UTC)
MINUTE = pd.Timedelta(minutes=1)


def minutes_of(instant: datetime) -> int:
    """Return whole minutes since 1970."""
    return int((pd.Timestamp(instant) - EPOCH) // MINUTE)


@dataclass(frozen=True, eq=False)
class QueueRows:
    """The recorded rows of one queue, by time.

    Parameters
    ----------
    minutes
        Minutes of each row's start since 1970, shape (n,).
    contacts, aht_seconds
        Shape (n,), NaN where not recorded.
    """

    minutes: IntArray
    contacts: FloatArray
    aht_seconds: FloatArray

    def within(self, first: datetime, end: datetime, row_minutes: int, zone_name: str) -> QueueRows:
        """Return the rows that start at ``first`` or later and end by ``end``."""
        ends = row_ends(self, row_minutes, zone_name)
        kept = (self.minutes >= minutes_of(first)) & (ends <= minutes_of(end))
        return QueueRows(self.minutes[kept], self.contacts[kept], self.aht_seconds[kept])

    @property
    def starts(self) -> pd.DatetimeIndex:
        """Starts of the rows, UTC."""
        return EPOCH + pd.to_timedelta(self.minutes, unit="min")

    @property
    def any_contacts(self) -> bool:
        """Whether a count was recorded at all."""
        return bool(np.isfinite(self.contacts).any())


def rows_by_queue(history: ContactHistory) -> dict[QueueKey, QueueRows]:
    """Return each queue's rows; one pass over the table, which is sorted by queue."""
    frame = history.frame
    firsts = frame.index[~frame.duplicated(QUEUE_COLUMNS)].to_numpy()
    names = frame.loc[firsts, QUEUE_COLUMNS].itertuples(index=False)
    minutes = np.asarray((pd.DatetimeIndex(frame["interval_start"]) - EPOCH) // MINUTE, dtype=np.int64)
    contacts = frame["contacts"].to_numpy(dtype=float, na_value=np.nan)
    aht = frame["aht_seconds"].to_numpy(dtype=float, na_value=np.nan)
    bounds = [*firsts, len(frame)]
    return {
        QueueKey(*name): QueueRows(minutes[low:high], contacts[low:high], aht[low:high])
        for name, low, high in zip(names, bounds[:-1], bounds[1:], strict=True)
    }


def row_ends(rows: QueueRows, row_minutes: int, zone_name: str) -> IntArray:
    """Return where rows end, in minutes since 1970.

    A row of 1440 minutes that begins at the zone's midnight is a local day and ends at the next midnight, 23
    to 25 hours later.
    """
    ends = rows.minutes + row_minutes
    if row_minutes == MINUTES_A_DAY:
        clock = wall_clock(rows.starts, zone_name)
        for number in np.flatnonzero(clock.minute == 0):
            ends[number] = minutes_of(day_bounds(zone_name, clock.day[number].item())[1])
    return ends
