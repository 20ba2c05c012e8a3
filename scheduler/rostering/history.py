"""What an agent's days before the horizon leave behind: runs, rest, minutes of the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forecasting.timegrid import local_date, to_local
from scheduler.agents import FixedWork, WorkedDay
from scheduler.rostering.fixed import paid_minutes

__all__ = ["Past", "read_past"]

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Past:
    """State of an agent at the horizon's start.

    Parameters
    ----------
    run
        Days worked (> 0) or off (< 0) in a row up to the day before; 0: not known.
    free
        Whether the run's beginning is not known, so that it may have been long enough.
    end
        End of the last shift.
    template
        Shift worked on the day before.
    week_minutes, week_days
        Worked in the week that the horizon starts in.
    walls
        Wall-clock minutes of the starts in that week, as far as they are known.
    """

    run: int = 0
    free: bool = True
    end: datetime | None = None
    template: str | None = None
    week_minutes: int = 0
    week_days: int = 0
    walls: tuple[int, ...] = ()


def _worked(row: WorkedDay) -> bool:
    return row.worked_minutes > 0 or row.end is not None or row.shift is not None


def _of_fixed(work: FixedWork, zone_name: str) -> WorkedDay:
    day = local_date(work.start, zone_name)
    return WorkedDay(work.agent, day, paid_minutes(work), work.end, work.shift)


def read_past(rows: Sequence[WorkedDay], fixed: Sequence[FixedWork], zone_name: str, start: date) -> Past:
    """Return what history, and fixed work of dates that it does not tell of, leave behind at a date."""
    by_day: dict[date, WorkedDay] = {row.day: row for row in rows if row.day < start}
    monday = start - start.weekday() * DAY
    walls = []
    for work in sorted(fixed, key=lambda work: work.start):
        row = _of_fixed(work, zone_name)
        if row.day < start and row.day not in by_day:
            by_day[row.day] = row
            local = to_local(work.start, zone_name)
            walls += [local.hour * 60 + local.minute] * (row.day >= monday)
    run = 0
    day = start - DAY
    while day in by_day and (run == 0 or _worked(by_day[day]) == (run > 0)):
        run += 1 if _worked(by_day[day]) else -1
        day -= DAY
    week = [row for day, row in by_day.items() if day >= monday]
    before = by_day.get(start - DAY)
    return Past(
        run=run,
        free=day not in by_day,
        end=max((row.end for row in by_day.values() if row.end is not None), default=None),
        template=before.shift if before is not None else None,
        week_minutes=sum(row.worked_minutes for row in week),
        week_days=sum(_worked(row) for row in week),
        walls=tuple(walls),
    )
