"""The interval at which a history was recorded, found in its instants."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from api.workspace.faults import FaultList
from api.workspace.parse import ParsedTable
from forecasting.tables import QUEUE_COLUMNS

__all__ = ["INTERVALS", "check_history_interval", "history_interval", "minutes_since_epoch"]

INTERVALS = (60, 30, 20, 15, 10, 5)
"""Lengths that a history may have, in minutes."""
ALIGNED_SHARE = 0.9
"""Rows that must lie on an interval for it to be the file's. A complete history of any shorter interval has
at most half of its rows there."""
MANY_ROWS = 24
"""Rows of a queue from which on two neighbours must be one interval apart."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
MINUTES_A_YEAR = 525_600
_OFF_GRID = 1
"""Stands for instants with seconds: on no whole 5 minutes."""


def minutes_since_epoch(values: list[Any]) -> npt.NDArray[np.int64]:
    """Return minutes since the epoch of each instant; a number on no grid for None and for odd seconds."""
    return np.array([_minutes(value) for value in values], dtype=np.int64)


def _minutes(instant: datetime | None) -> int:
    if instant is None or instant.second or instant.microsecond:
        return _OFF_GRID
    return (instant - _EPOCH) // _MINUTE


def history_interval(table: ParsedTable) -> int:
    """Return the longest interval on whole multiples of which (UTC) nearly all rows lie."""
    starts = table.columns["interval_start"]
    minutes = minutes_since_epoch(starts.values)[starts.codes]
    for interval in INTERVALS:
        if (minutes % interval == 0).mean() >= ALIGNED_SHARE:
            return interval
    return INTERVALS[-1]


def check_history_interval(table: ParsedTable, plan_minutes: int | None, faults: FaultList) -> None:
    """Check that every row lies on the file's interval, that every queue has it, and that the plan's fits."""
    starts = table.columns["interval_start"]
    interval = history_interval(table)
    off = minutes_since_epoch(starts.values) % interval != 0
    rule = f"interval_start must lie on whole {interval} minutes of UTC, the interval of the file"
    reasons = {int(place): rule for place in np.flatnonzero(off & starts.good)}
    table.blame_values(faults, "interval_start", reasons, "off_interval")
    _check_spacing(table, interval, faults)
    if plan_minutes is not None and interval % plan_minutes and plan_minutes % interval:
        faults.add(
            f"the interval of the file must be a multiple or a part of the plan's {plan_minutes} minutes",
            file=table.file,
            column="interval_start",
            value=f"{interval} minutes",
            code="off_interval",
        )


def _check_spacing(table: ParsedTable, interval: int, faults: FaultList) -> None:
    """Refuse a queue recorded less often than the file's interval: its counts would be misread."""
    starts = table.columns["interval_start"]
    places = np.flatnonzero(table.sound)
    minutes = minutes_since_epoch(starts.values)[starts.codes][places]
    queues = table.numbered(QUEUE_COLUMNS)[places]
    order = np.lexsort((minutes, queues))
    for rows in np.split(order, np.flatnonzero(np.diff(queues[order])) + 1):
        gap = np.diff(minutes[rows]).min(initial=MINUTES_A_YEAR)
        if len(rows) >= MANY_ROWS and gap > interval:
            place = int(places[rows.min()])
            key = "/".join(table.columns[name].value(place) for name in QUEUE_COLUMNS)
            table.blame(
                faults,
                place,
                "interval_start",
                f"{key} must have a row for every {interval} minutes, the interval of the file, 0 where "
                f"nothing came; its rows are {gap} minutes apart or more",
                "off_interval",
            )
