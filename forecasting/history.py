"""Contact history laid out densely: queue x local date x wall-clock slot, NaN where nothing was recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray, IntArray
from forecasting.calendars import Calendar, make_calendar
from forecasting.cells import grid_rows
from forecasting.event_factors import event_factors
from forecasting.events import Event
from forecasting.queues import Queue, QueueKey, Region
from forecasting.rows import EPOCH, MINUTE, QueueRows, minutes_of
from forecasting.wallgrid import WallGrid

__all__ = ["DayMatrix", "lay_out"]


@dataclass(frozen=True, eq=False)
class DayMatrix:
    """The history of Q queues of one region over D consecutive local dates of S slots each.

    Parameters
    ----------
    keys
        The queues.
    contacts
        Shape (Q, D, S): contacts per slot, known events divided out; NaN where not recorded.
    calendar
        Of the D dates.
    slot_minutes
        Length of a slot.
    block_slots
        Slots that one recorded row covers: above 1, slots share one count and are no measurements of their
        own.
    """

    keys: tuple[QueueKey, ...]
    contacts: FloatArray
    calendar: Calendar
    slot_minutes: int
    block_slots: int = 1

    def before(self, day: int) -> DayMatrix:
        """Return what was known before date number ``day``."""
        return DayMatrix(
            self.keys, self.contacts[:, :day], self.calendar.part(0, day), self.slot_minutes, self.block_slots
        )

    def of(self, chosen: IntArray) -> DayMatrix:
        """Return the queues of these numbers, rising."""
        if len(chosen) == len(self.keys):
            return self
        keys = tuple(self.keys[number] for number in chosen)
        return DayMatrix(keys, self.contacts[chosen], self.calendar, self.slot_minutes, self.block_slots)


def lay_out(
    rows: Mapping[QueueKey, QueueRows],
    *,
    row_minutes: int,
    queues: Mapping[QueueKey, Queue],
    region: Region,
    events: Sequence[Event],
    end: pd.Timestamp,
    slot_minutes: int,
) -> DayMatrix:
    """Lay the rows of a region's queues out over its wall clock, up to an instant.

    Slots of an event with factor 0 teach nothing and count as not recorded.

    Parameters
    ----------
    rows
        At least one queue with rows; all end by ``end``.
    row_minutes
        Length of each row, a multiple of 5.
    end
        Start of the first cell to be forecast; the matrix ends with the date before its local one.
    slot_minutes
        Length of a slot, from ``wall_slot_minutes``.

    Raises
    ------
    InvalidInput
        As ``grid_rows`` says.
    """
    keys = tuple(sorted(rows))
    last = minutes_of(end)
    start = min(int(each.minutes[0]) for each in rows.values())
    start -= (start - last) % slot_minutes
    counts = grid_rows(
        {key: rows[key] for key in keys},
        row_minutes=row_minutes,
        queues=queues,
        region=region,
        start=start,
        cells=(last - start) // slot_minutes,
        cell_minutes=slot_minutes,
    )
    index = pd.date_range(EPOCH + start * MINUTE, end, freq=f"{slot_minutes}min", inclusive="left")
    factors = event_factors(events, keys, index, slot_minutes)
    if factors is not None:
        counts = np.divide(counts, factors, out=np.full_like(counts, np.nan), where=factors > 0)
    grid = WallGrid.over(index, region.time_zone, slot_minutes)
    return DayMatrix(
        keys,
        grid.to_days(counts),
        make_calendar(region, grid.dates[0], len(grid.dates)),
        slot_minutes,
        max(1, row_minutes // slot_minutes),
    )
