"""The interval at which a history was recorded, found in its instants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from api.workspace.faults import FaultList
from api.workspace.parse import ParsedTable
from forecasting.tables import QUEUE_COLUMNS
from forecasting.timegrid import MINUTES_A_DAY, wall_clock

__all__ = ["INTERVALS", "check_history_interval", "history_interval", "minutes_since_epoch"]

INTERVALS = tuple(length for length in range(MINUTES_A_DAY, 0, -5) if MINUTES_A_DAY % length == 0)
"""Lengths that a history's interval may have: multiples of 5 minutes that divide a day, longest first."""
MANY_ROWS = 24
"""Rows of a queue from which on two neighbours must be one interval apart."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_OFF_GRID = 1
"""Stands for instants with seconds: on no whole 5 minutes."""

Ints = npt.NDArray[np.int64]


def minutes_since_epoch(values: list[Any]) -> Ints:
    """Return minutes since the epoch of each instant; a number on no grid for None and for odd seconds."""
    return np.array([_minutes(value) for value in values], dtype=np.int64)


def _minutes(instant: datetime | None) -> int:
    if instant is None or instant.second or instant.microsecond:
        return _OFF_GRID
    return (instant - _EPOCH) // _MINUTE


@dataclass(frozen=True)
class _Rows:
    """Sound rows by queue, then instant; each array has shape (n,).

    Attributes
    ----------
    place
        Of the row in its table.
    minute
        Minutes since the epoch.
    local
        Minutes after midnight on the region's clock.
    gap
        Minutes since the queue's row before; 0 for its first. From midnight to midnight on the region's
        clock a day counts 1440, whatever the clock did.
    queue
        Number of the queue.
    """

    place: Ints
    minute: Ints
    local: Ints
    gap: Ints
    queue: Ints


def _rows(table: ParsedTable, zones: Mapping[str, str]) -> _Rows:
    starts = table.columns["interval_start"]
    place = np.flatnonzero(table.sound)
    minute = minutes_since_epoch(starts.values)[starts.codes][place]
    queue = table.numbered(QUEUE_COLUMNS)[place]
    order = np.lexsort((minute, queue))
    place, minute, queue = place[order], minute[order], queue[order]
    local = _local(table, zones, place, minute)
    gap = np.diff(minute, prepend=minute[:1])
    midnight = local == 0
    of_days = midnight & np.roll(midnight, 1)
    gap[of_days] = np.round(gap[of_days] / MINUTES_A_DAY).astype(np.int64) * MINUTES_A_DAY
    gap[np.diff(queue, prepend=-1) != 0] = 0
    return _Rows(place, minute, local, gap, queue)


def _local(table: ParsedTable, zones: Mapping[str, str], place: Ints, minute: Ints) -> Ints:
    """Return minutes after midnight on the clock of each row's region; UTC where the region is unknown."""
    local = minute % MINUTES_A_DAY
    regions = table.columns["region"]
    code = regions.codes[place]
    for number, region in enumerate(regions.values):
        if region in zones:
            here = code == number
            index = pd.Timestamp(_EPOCH) + pd.to_timedelta(minute[here], unit="min")
            local[here] = wall_clock(index, zones[region]).minute
    return local


def history_interval(table: ParsedTable, zones: Mapping[str, str], plan_minutes: int) -> int:
    """Return the history's interval.

    It is the most frequent distance between a queue's neighbouring rows, or the longest allowed length that
    divides it; the plan's interval where no queue has two rows.

    Parameters
    ----------
    zones
        Time zone of each region.
    """
    return _interval(_rows(table, zones), plan_minutes)


def _interval(rows: _Rows, plan_minutes: int) -> int:
    gaps, counts = np.unique(rows.gap[rows.gap > 0], return_counts=True)
    if not len(gaps):
        return plan_minutes
    usual = gaps[np.argmax(counts)]
    return next((length for length in INTERVALS if usual % length == 0), INTERVALS[-1])


def check_history_interval(
    table: ParsedTable, zones: Mapping[str, str], plan_minutes: int, faults: FaultList
) -> None:
    """Check that every row lies on the history's interval, that rows do not overlap, and that no queue is
    recorded less often than the others, which would be misread as gaps."""
    rows = _rows(table, zones)
    interval = _interval(rows, plan_minutes)
    off = (rows.minute % interval != 0) & (rows.local % interval != 0)
    rule = f"interval_start must lie on whole {interval} minutes of UTC or of the region's clock"
    _blame(table, rows.place[off], f"{rule}, the interval of the file", faults)
    rows = _rows(table, zones)
    overlapping = (rows.gap > 0) & (rows.gap < interval)
    rule = f"rows of one queue must be {interval} minutes apart, the interval of the file"
    _blame(table, rows.place[overlapping], rule, faults)
    for queue in np.split(np.arange(len(rows.queue)), np.flatnonzero(np.diff(rows.queue)) + 1):
        gap = rows.gap[queue[1:]].min(initial=np.iinfo(np.int64).max)
        if len(queue) >= MANY_ROWS and gap > interval:
            place = rows.place[queue].min()
            key = "/".join(table.columns[name].value(int(place)) for name in QUEUE_COLUMNS)
            rule = (
                f"{key} must have a row for every {interval} minutes, the interval of the file, 0 where "
                f"nothing came; its rows are {gap} minutes apart or more"
            )
            _blame(table, np.array([place]), rule, faults)


def _blame(table: ParsedTable, places: Ints, rule: str, faults: FaultList) -> None:
    table.sound[places] = False
    for told, place in enumerate(np.sort(places)):
        if faults.full:
            faults.count_untold(len(places) - told)
            return
        table.blame(faults, int(place), "interval_start", rule, "off_interval")
