"""The weeks that agents' shifts lie in, with what history knows of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from scheduler.agents import WorkedDay
from scheduler.rota import Shift

__all__ = ["Weeks"]

DAYS_A_WEEK = 7


class Weeks:
    """The weeks of agents that shifts, sorted by agent and start, lie in.

    Attributes
    ----------
    number
        Number of each shift's week, (n,): rising, for every agent has weeks of its own.
    mondays
        First date of each week.
    earlier
        What history knows of each week.
    rest_day
        Whether a shift is that of the seventh date worked of its week, (n,).
    """

    def __init__(self, shifts: Sequence[Shift], worked: Mapping[str, Sequence[WorkedDay]]) -> None:
        keys = [(shift.agent, _monday(shift.local_date)) for shift in shifts]
        distinct = {key: at for at, key in enumerate(dict.fromkeys(keys))}
        self.number: npt.NDArray[np.int64] = np.array([distinct[key] for key in keys], dtype=np.int64)
        self.mondays = [monday for _, monday in distinct]
        self.earlier: list[list[WorkedDay]] = [
            [row for row in worked.get(agent, ()) if row.worked_minutes and _monday(row.day) == monday]
            for agent, monday in distinct
        ]
        dates = [{row.day for row in rows} for rows in self.earlier]
        for shift, week in zip(shifts, self.number, strict=True):
            dates[week].add(shift.local_date)
        self.rest_day: npt.NDArray[np.bool_] = np.array(
            [
                len(dates[week]) == DAYS_A_WEEK and shift.local_date == max(dates[week])
                for shift, week in zip(shifts, self.number, strict=True)
            ],
            dtype=bool,
        )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
