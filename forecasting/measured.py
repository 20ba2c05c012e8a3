"""What came in a window, as finely as both the plan's intervals and the recorded rows allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray, IntArray
from forecasting.cells import grid_rows
from forecasting.queues import Queue, Region
from forecasting.rows import QueueRows, minutes_of, row_ends
from forecasting.timegrid import wall_clock

__all__ = ["Measured", "local_days", "measure"]


@dataclass(frozen=True, eq=False)
class Measured:
    """k counts of one queue, and the intervals that each of them covers.

    Parameters
    ----------
    starts
        Of the counts, UTC, shape (k,).
    actual
        Contacts, shape (k,), NaN where not recorded.
    owner
        Which count covers each of the window's n intervals, −1 for none; shape (n,).
    """

    starts: pd.DatetimeIndex
    actual: FloatArray
    owner: IntArray

    def gather(self, contacts: FloatArray) -> FloatArray:
        """Sum a forecast (n,) by interval over the intervals of each count, shape (k,)."""
        covered = self.owner >= 0
        sums = np.bincount(self.owner[covered], weights=contacts[covered], minlength=len(self.actual))
        return np.asarray(sums, dtype=np.float64)


def measure(
    rows: QueueRows,
    *,
    row_minutes: int,
    queue: Queue,
    region: Region,
    index: pd.DatetimeIndex,
    interval_minutes: int,
) -> Measured:
    """Return what was recorded in the intervals of ``index``.

    Rows no longer than an interval are summed to intervals; of longer ones each is a count of its own, where
    the window holds it whole.

    Parameters
    ----------
    rows
        Of one queue, from any time.
    index
        Starts of consecutive intervals, UTC, not empty.
    """
    end = index[-1] + pd.Timedelta(minutes=interval_minutes)
    inside = rows.within(index[0], end, row_minutes, region.time_zone)
    intervals = np.arange(len(index))
    if row_minutes <= interval_minutes:
        if not len(inside.minutes):
            return Measured(index, np.full(len(index), np.nan), intervals)
        actual = grid_rows(
            {queue.key: inside},
            row_minutes=row_minutes,
            queues={queue.key: queue},
            region=region,
            start=minutes_of(index[0]),
            cells=len(index),
            cell_minutes=interval_minutes,
        )[0]
        return Measured(index, actual, intervals)
    starts = minutes_of(index[0]) + intervals * interval_minutes
    owner = np.searchsorted(inside.minutes, starts, side="right") - 1
    ends = row_ends(inside, row_minutes, region.time_zone)
    whole = (
        (owner >= 0) & (starts + interval_minutes <= ends[owner])
        if len(ends)
        else np.zeros(len(starts), bool)
    )
    return Measured(inside.starts, inside.contacts, np.where(whole, owner, -1))


def local_days(measured: Measured, region: Region) -> IntArray:
    """Return the local date of each count as days since 1970, shape (k,)."""
    return wall_clock(measured.starts, region.time_zone).day.astype(np.int64)
