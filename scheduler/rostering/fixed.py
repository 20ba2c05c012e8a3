"""Work that stays as it is, by date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from forecasting.timegrid import local_date, to_local
from scheduler.agents import FixedWork
from scheduler.rostering.site_clock import is_night, touches_sunday
from scheduler.rules.labour_rules import LabourRules

__all__ = ["SHIFT", "FixedDay", "fixed_days"]

SHIFT = "shift"
"""Name of the activity that is a shift; every other one is a meeting, training, …"""


@dataclass(frozen=True)
class FixedDay:
    """An agent's fixed work on one local date.

    Parameters
    ----------
    start, end
        Minutes from the origin that hold all of it.
    wall
        Wall-clock minute of the start.
    night
        Whether it is a night shift, when worked alone.
    sunday
        Whether any of it is on a Sunday.
    """

    works: tuple[FixedWork, ...]
    start: int
    end: int
    wall: int
    night: bool
    sunday: bool

    @property
    def has_shift(self) -> bool:
        """Whether a shift is fixed, so that there is nothing left to choose on the date."""
        return any(work.activity == SHIFT for work in self.works)

    @property
    def shifts(self) -> tuple[FixedWork, ...]:
        """What makes a shift of its own when nothing else is worked: activities inside a shift do not."""
        kept = [work for work in self.works if work.activity == SHIFT]
        return tuple(
            work
            for work in self.works
            if work.activity == SHIFT
            or not any(shift.start <= work.start and work.end <= shift.end for shift in kept)
        )

    @property
    def activities(self) -> tuple[FixedWork, ...]:
        """Work other than shifts."""
        return tuple(work for work in self.works if work.activity != SHIFT)

    def row(self, templates: Sequence[str]) -> tuple[int, ...]:
        """Return the fixed work as one duty (:data:`scheduler.rostering.duties.COLUMNS`)."""
        names = [work.shift for work in self.shifts if work.shift in templates]
        template = templates.index(names[0]) if names and names[0] is not None else -1
        paid = sum(paid_minutes(work) for work in self.shifts)
        return (self.start, self.end, paid, int(self.night), self.wall, template, 1, int(self.sunday))


def paid_minutes(work: FixedWork) -> int:
    """Return what the row states, else elapsed minutes less unpaid breaks."""
    if work.paid_minutes is not None:
        return work.paid_minutes
    elapsed = (work.end - work.start).total_seconds()
    unpaid = sum((end - start).total_seconds() for start, end, paid in work.breaks if not paid)
    return int(elapsed - unpaid) // 60


def fixed_days(
    works: Sequence[FixedWork],
    zone_name: str,
    dates: Sequence[date],
    origin: datetime,
    rules: Sequence[LabourRules],
) -> dict[int, FixedDay]:
    """Group an agent's fixed work by the number of the local date on which it starts.

    ``rules``: those in force on each date.
    """
    by_date: dict[date, list[FixedWork]] = {}
    for work in sorted(works, key=lambda work: work.start):
        by_date.setdefault(local_date(work.start, zone_name), []).append(work)
    days = {}
    for number, day in enumerate(dates):
        if day not in by_date:
            continue
        group = by_date[day]
        start, end = group[0].start, max(work.end for work in group)
        local = to_local(start, zone_name)
        days[number] = FixedDay(
            works=tuple(group),
            start=int((start - origin).total_seconds()) // 60,
            end=int((end - origin).total_seconds()) // 60,
            wall=local.hour * 60 + local.minute,
            night=is_night(zone_name, day, start, end, rules[number]),
            sunday=touches_sunday(zone_name, start, end),
        )
    return days
