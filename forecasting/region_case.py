"""One region's history and horizon, laid out for models, and their answers read back into UTC intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from forecasting.arrays import FloatArray, IntArray
from forecasting.calendars import Calendar, make_calendar
from forecasting.event_factors import event_factors
from forecasting.events import Event
from forecasting.history import DayMatrix, lay_out
from forecasting.queues import Queue, QueueKey, Region
from forecasting.rows import QueueRows
from forecasting.wallgrid import WallGrid, wall_slot_minutes

__all__ = ["LONGEST_MEMORY_DAYS", "RegionCase", "known_rows", "prepare"]

LONGEST_MEMORY_DAYS = 3 * 366
"""Older history is left out: three years show the yearly course."""


@dataclass(frozen=True, eq=False)
class RegionCase:
    """What models see of a region, and how to read them.

    Parameters
    ----------
    days
        History of Q queues.
    calendar
        Of the N dates of the horizon.
    grid
        The horizon's cells, ``cells_each`` to an interval.
    factors
        Of known events, shape (Q, cells); None where there are none.
    """

    days: DayMatrix
    calendar: Calendar
    grid: WallGrid
    cells_each: int
    factors: FloatArray | None

    def read_out(self, by_day: FloatArray) -> FloatArray:
        """Turn rates (Q, N, S) by date and slot into contacts (Q, n) by interval, with events applied."""
        cells = self.grid.from_days(by_day)
        if self.factors is not None:
            cells = cells * self.factors
        intervals: FloatArray = cells.reshape(len(cells), -1, self.cells_each).sum(axis=2)
        return intervals

    def of(self, chosen: IntArray) -> RegionCase:
        """Return the case of the queues of these numbers."""
        factors = None if self.factors is None else self.factors[chosen]
        return RegionCase(self.days.of(chosen), self.calendar, self.grid, self.cells_each, factors)


def known_rows(
    rows: Mapping[QueueKey, QueueRows],
    start: pd.Timestamp,
    *,
    row_minutes: int,
    region: Region,
    days: int = LONGEST_MEMORY_DAYS,
) -> dict[QueueKey, QueueRows]:
    """Return what is known at ``start`` of at most so many days before it, of the queues that have any."""
    since = start - pd.Timedelta(days=days)
    past = {key: each.within(since, start, row_minutes, region.time_zone) for key, each in rows.items()}
    return {key: each for key, each in past.items() if each.any_contacts}


def prepare(
    rows: Mapping[QueueKey, QueueRows],
    *,
    row_minutes: int,
    queues: Mapping[QueueKey, Queue],
    region: Region,
    events: Sequence[Event],
    index: pd.DatetimeIndex,
    interval_minutes: int,
) -> RegionCase:
    """Lay out a region's rows, which must all end before the intervals of ``index`` begin.

    Parameters
    ----------
    rows
        At least one queue with rows.
    index
        Starts of the consecutive intervals to forecast, UTC, not empty.

    Raises
    ------
    InvalidInput
        As ``lay_out`` and ``make_calendar`` say.
    """
    begin = min(each.starts[0] for each in rows.values())
    end = index[-1] + pd.Timedelta(minutes=interval_minutes)
    slot = wall_slot_minutes(region.time_zone, begin, end, interval_minutes)
    days = lay_out(
        rows,
        row_minutes=row_minutes,
        queues=queues,
        region=region,
        events=events,
        end=index[0],
        slot_minutes=slot,
    )
    cells = pd.date_range(index[0], end, freq=f"{slot}min", inclusive="left")
    grid = WallGrid.over(cells, region.time_zone, slot)
    calendar = make_calendar(region, grid.dates[0], len(grid.dates))
    return RegionCase(
        days, calendar, grid, interval_minutes // slot, event_factors(events, days.keys, cells, slot)
    )
