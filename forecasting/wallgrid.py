"""UTC cells laid out as local dates and wall-clock slots, and back.

Customers live by the clock on their wall, so profiles are learned over (date, slot) of the region's zone
and read out into UTC. A 23-hour day lacks the slots that its clock skips; a 25-hour day passes some slots
twice, and each pass has the slot's full rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from forecasting.arrays import DateArray, FloatArray, IntArray
from forecasting.timegrid import MINUTES_A_DAY, utc_offset_minutes, wall_clock

__all__ = ["WallGrid", "wall_slot_minutes"]


def wall_slot_minutes(zone_name: str, start: datetime, end: datetime, interval_minutes: int) -> int:
    """Return the longest slot that fits both the UTC intervals and every clock of the window.

    It is the interval itself, unless the zone's offset changes by less: Lord Howe Island moves its clocks by
    30 minutes, so that hourly intervals begin at the full hour in winter and at half past in summer.
    """
    watched = pd.date_range(start, max(end, start + timedelta(days=1)), freq="6h")
    offsets = np.unique(utc_offset_minutes(watched, zone_name))
    return math.gcd(interval_minutes, *(int(step) for step in np.diff(offsets)))


@dataclass(frozen=True, eq=False)
class WallGrid:
    """n consecutive UTC cells and where they lie on a wall clock.

    Parameters
    ----------
    slot_minutes
        Length of each cell; slots a day S = 1440 / slot_minutes.
    index
        Starts of the cells, UTC, shape (n,).
    dates
        Consecutive local dates that the cells touch, shape (D,).
    day, slot
        Place of each cell in ``dates`` and in the day, shape (n,).
    phase
        Wall-clock minute at which slot 0 begins: not 0 where the zone is, say, 5:45 h from UTC.
    """

    slot_minutes: int
    index: pd.DatetimeIndex
    dates: DateArray
    day: IntArray
    slot: IntArray
    phase: int

    @classmethod
    def over(cls, index: pd.DatetimeIndex, zone_name: str, slot_minutes: int) -> WallGrid:
        """Lay out the cells of a non-empty UTC index with this step."""
        clock = wall_clock(index, zone_name)
        dates = np.arange(clock.day.min(), clock.day.max() + np.timedelta64(1, "D"))
        day = (clock.day - dates[0]).astype(np.int64)
        return cls(
            slot_minutes, index, dates, day, clock.minute // slot_minutes, int(clock.minute[0] % slot_minutes)
        )

    @property
    def slots(self) -> int:
        """Slots a day."""
        return MINUTES_A_DAY // self.slot_minutes

    def to_days(self, values: FloatArray) -> FloatArray:
        """Lay cells (Q, n) out as (Q, D, S): NaN where no cell is, the mean where a slot is passed twice."""
        flat = self.day * self.slots + self.slot
        laid = np.full((len(values), len(self.dates) * self.slots), np.nan)
        _, first = np.unique(flat, return_index=True)
        again = np.setdiff1d(np.arange(len(flat)), first)
        laid[:, flat[first]] = values[:, first]
        one, two = laid[:, flat[again]], values[:, again]
        both = np.where(np.isnan(one), two, np.where(np.isnan(two), one, (one + two) / 2))
        laid[:, flat[again]] = both
        return laid.reshape(len(values), len(self.dates), self.slots)

    def from_days(self, values: FloatArray) -> FloatArray:
        """Read cells (Q, n) out of rates (Q, D, S); a slot passed twice is read twice."""
        return values[:, self.day, self.slot]
