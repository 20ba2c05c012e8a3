"""Given work before and after the horizon, as rules that reach across its edges read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forecasting.timegrid import day_bounds, local_date, to_local
from scheduler.agents import FixedWork, WorkedDay
from scheduler.rostering.fixed import SHIFT, paid_minutes
from scheduler.rostering.site_clock import DAY, MINUTE, SUNDAY, dates_of

__all__ = ["Around", "GivenDay", "is_inside_shift", "read_around"]

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class GivenDay:
    """Work on a date outside the horizon.

    Parameters
    ----------
    start, end
        As weekly rest counts them: history states no start, and a day of it without an end is all day long.
    timed
        Whether start and end are those of fixed work.
    template
        Shift worked; None where it is no template.
    """

    day: date
    start: datetime
    end: datetime
    minutes: int
    timed: bool
    template: str | None = None


@dataclass(frozen=True)
class Around:
    """Work outside the horizon, by start.

    Parameters
    ----------
    earliest
        First date of which anything is known; None without any.
    """

    zone: str
    before: tuple[GivenDay, ...]
    after: tuple[GivenDay, ...]
    earliest: date | None

    def sundays(self, given: Sequence[GivenDay]) -> set[date]:
        """Return the Sundays on which any of the work lies."""
        days = {day for work in given for day in (work.day, *dates_of(self.zone, work.start, work.end))}
        return {day for day in days if day.weekday() == SUNDAY}

    def sundays_before(self, monday: date) -> int:
        """Return how many Sundays in a row up to a week have work before the horizon."""
        worked, count = self.sundays(self.before), 0
        while monday - DAY - count * WEEK in worked:
            count += 1
        return count

    def sundays_after(self, monday: date) -> int:
        """Return how many Sundays in a row from a week on have work after the horizon."""
        worked, count = self.sundays(self.after), 0
        while monday + 6 * DAY + count * WEEK in worked:
            count += 1
        return count

    def days_after(self, end: date) -> int:
        """Return how many dates in a row from one on are worked."""
        worked, count = {work.day for work in self.after}, 0
        while end + count * DAY in worked:
            count += 1
        return count

    def wall(self, work: GivenDay) -> int:
        """Return the wall-clock minute at which work starts."""
        local = to_local(work.start, self.zone)
        return local.hour * 60 + local.minute


def read_around(
    rows: Sequence[WorkedDay], fixed: Sequence[FixedWork], zone_name: str, start: date, end: date
) -> Around:
    """Read an agent's history, and fixed work before the horizon's ``start`` or from its ``end`` on.

    What history says of a date holds; an activity inside a fixed shift is part of it.
    """
    recorded = {row.day for row in rows if row.day < start}
    before = [_recorded(row, zone_name) for row in rows if row.day < start and _was_worked(row)]
    after: list[GivenDay] = []
    for work in fixed:
        day = local_date(work.start, zone_name)
        if start <= day < end or day in recorded or is_inside_shift(work, fixed):
            continue
        given = GivenDay(day, work.start, work.end, paid_minutes(work), timed=True, template=work.shift)
        (before if day < start else after).append(given)
    known = [*recorded, *(work.day for work in before)]
    return Around(
        zone_name,
        tuple(sorted(before, key=lambda work: work.start)),
        tuple(sorted(after, key=lambda work: work.start)),
        min(known, default=None),
    )


def _was_worked(row: WorkedDay) -> bool:
    return row.worked_minutes > 0 or row.end is not None or row.shift is not None


def _recorded(row: WorkedDay, zone_name: str) -> GivenDay:
    low, high = day_bounds(zone_name, row.day)
    if row.end is not None:
        low, high = row.end - row.worked_minutes * MINUTE, row.end
    return GivenDay(row.day, low, high, row.worked_minutes, timed=False, template=row.shift)


def is_inside_shift(work: FixedWork, fixed: Sequence[FixedWork]) -> bool:
    """Tell whether an activity is part of a fixed shift."""
    return work.activity != SHIFT and any(
        other.activity == SHIFT and other.start <= work.start and work.end <= other.end for other in fixed
    )
