"""What an agent's days before the horizon leave behind: runs, rest, minutes of the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.agents import WorkedDay

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
    """

    run: int = 0
    free: bool = True
    end: datetime | None = None
    template: str | None = None
    week_minutes: int = 0
    week_days: int = 0


def _worked(row: WorkedDay) -> bool:
    return row.worked_minutes > 0 or row.end is not None or row.shift is not None


def read_past(rows: Sequence[WorkedDay], start: date) -> Past:
    """Return what the rows before a date leave behind."""
    by_day: Mapping[date, WorkedDay] = {row.day: row for row in rows if row.day < start}
    run = 0
    day = start - DAY
    while day in by_day and (run == 0 or _worked(by_day[day]) == (run > 0)):
        run += 1 if _worked(by_day[day]) else -1
        day -= DAY
    monday = start - start.weekday() * DAY
    week = [row for day, row in by_day.items() if day >= monday]
    before = by_day.get(start - DAY)
    return Past(
        run=run,
        free=day not in by_day,
        end=max((row.end for row in by_day.values() if row.end is not None), default=None),
        template=before.shift if before is not None else None,
        week_minutes=sum(row.worked_minutes for row in week),
        week_days=sum(_worked(row) for row in week),
    )
