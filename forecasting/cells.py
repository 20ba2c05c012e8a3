"""Recorded rows of any length on one grid of UTC cells: finer ones summed, coarser ones split."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from forecasting.arrays import BoolArray, FloatArray, IntArray
from forecasting.errors import Fault, InvalidInput
from forecasting.queues import ChannelKind, Queue, QueueKey, Region
from forecasting.rows import EPOCH, MINUTE, QueueRows, row_ends
from forecasting.splitting import split_rows
from forecasting.timegrid import MINUTES_A_DAY, wall_clock

__all__ = ["grid_rows"]

SHORTEST_CELL_MINUTES = 5


def grid_rows(
    rows: Mapping[QueueKey, QueueRows],
    *,
    row_minutes: int,
    queues: Mapping[QueueKey, Queue],
    region: Region,
    start: int,
    cells: int,
    cell_minutes: int,
) -> FloatArray:
    """Return the contacts of each queue and cell, NaN where not recorded.

    Rows shorter than a cell are summed, where all of a cell's parts are recorded; longer ones are split
    (``split_rows``); rows out of step with the cells are both.

    Parameters
    ----------
    rows
        By queue, not empty.
    row_minutes
        Length of each row, a multiple of 5; see ``row_ends`` for days.
    start
        Start of the first cell, minutes since 1970.
    cells, cell_minutes
        Number of cells and length of each.

    Returns
    -------
    ndarray
        Shape (Q, cells), queues in the order of ``rows``.

    Raises
    ------
    InvalidInput
        If rows of a queue overlap, or do not start at whole 5 minutes.
    """
    phases = np.concatenate([each.minutes for each in rows.values()]) - start
    part_minutes = math.gcd(cell_minutes, row_minutes, int(np.gcd.reduce(np.unique(phases))))
    if part_minutes % SHORTEST_CELL_MINUTES:
        raise InvalidInput(Fault("contacts are counted from whole 5 minutes", column="interval_start"))
    together = cell_minutes // part_minutes
    parts = np.full((len(rows), cells * together), np.nan)
    for number, (key, each) in enumerate(rows.items()):
        first, values = _parts_of(each, row_minutes, part_minutes, queues[key], region)
        place = (first - start) // part_minutes
        inside = (place >= 0) & (place < parts.shape[1])
        parts[number, place[inside]] = values[inside]
    summed: FloatArray = parts.reshape(len(rows), cells, together).sum(axis=2)
    return summed


def _parts_of(
    rows: QueueRows, row_minutes: int, part_minutes: int, queue: Queue, region: Region
) -> tuple[IntArray, FloatArray]:
    """Return start (minutes since 1970) and contacts of each part of the rows of one queue."""
    ends = row_ends(rows, row_minutes, region.time_zone)
    late = np.flatnonzero(ends[:-1] > rows.minutes[1:])
    if len(late):
        rule = f"intervals of one queue must not overlap ({queue.key})"
        value = (EPOCH + int(rows.minutes[late[0] + 1]) * MINUTE).isoformat()
        raise InvalidInput(Fault(rule, column="interval_start", value=value, code="overlap"))
    if row_minutes == part_minutes:
        return rows.minutes, rows.contacts
    first_slot = wall_clock(rows.starts, region.time_zone).minute // part_minutes
    open_slots = _open_slots(queue, MINUTES_A_DAY // part_minutes)
    values, row = split_rows(rows.contacts, (ends - rows.minutes) // part_minutes, first_slot, open_slots)
    within = np.arange(len(row)) - np.searchsorted(row, row)
    return rows.minutes[row] + within * part_minutes, values


def _open_slots(queue: Queue, slots: int) -> BoolArray:
    """Tell in which slots of the day contacts may come: where a live queue is open on some weekday."""
    if queue.kind is ChannelKind.DEFERRED or queue.hours.always:
        return np.ones(slots, dtype=bool)
    step = MINUTES_A_DAY // slots
    minutes = range(0, MINUTES_A_DAY, step)
    return np.array(
        [
            any(queue.hours.is_open(day, minute, holiday=False, holiday_before=False) for day in range(7))
            for minute in minutes
        ]
    )
