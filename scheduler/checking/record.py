"""All that the rules read of one agent: tables, shifts of the rota, days before and after."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from forecasting.timegrid import day_bounds, local_date, to_local
from scheduler.agents import Agent, Availability, FixedWork, TimeOff, Wish, WorkedDay
from scheduler.contracts import Contract
from scheduler.rota import Rota, Shift, Stretch
from scheduler.rules.resolve import RuleBook
from scheduler.rules.tighter import LimitBook, Limits
from scheduler.settings import PlanSettings
from scheduler.shifts import ShiftTemplate
from scheduler.sites import Site
from scheduler.team import Activity
from scheduler.workspace import Workspace

__all__ = ["SHIFT_ACTIVITY", "Duty", "Record", "build_records", "fixed_minutes", "holds", "paid_minutes"]

SHIFT_ACTIVITY = "shift"
"""Fixed work with this activity is the date's shift; any other is a meeting, training, …"""

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Row = TypeVar("Row")


@dataclass(frozen=True)
class Duty:
    """A stretch of work that limits count: a shift of the rota, or work outside the horizon.

    Parameters
    ----------
    day
        Local date of the start.
    start, end
        Instants; None where history does not state them.
    minutes
        Paid.
    given
        Whether it was given (fixed, or before the horizon) and not planned.
    given_day
        Whether given work makes the date a working day in any case, though a planned shift holds it.
    shift
        The rota's shift; None outside the horizon.
    wall
        Wall-clock minute of the start; None where it is not known.
    """

    day: date
    start: datetime | None
    end: datetime | None
    minutes: int
    template: str | None
    given: bool
    given_day: bool
    shift: Shift | None = None
    wall: int | None = None


@dataclass(frozen=True, eq=False)
class Record:
    """One agent's tables and rota.

    Parameters
    ----------
    duties
        All work by date and start, days before the horizon included.
    idle_days
        Dates outside the horizon on which it is known that nothing was worked.
    stretches
        Sorted by start.
    limit_book
        Contracts under the sites' rule packs.
    activities
        Rows of activities.csv in which the agent takes part.
    """

    agent: Agent
    site: Site
    contract: Contract
    settings: PlanSettings
    templates: Mapping[str, ShiftTemplate]
    duties: tuple[Duty, ...]
    idle_days: frozenset[date]
    stretches: tuple[Stretch, ...]
    availability: tuple[Availability, ...]
    time_off: tuple[TimeOff, ...]
    wishes: tuple[Wish, ...]
    fixed: tuple[FixedWork, ...]
    limit_book: LimitBook
    activities: tuple[Activity, ...] = ()

    @property
    def zone(self) -> str:
        """The site's zone."""
        return self.site.time_zone

    @property
    def plan(self) -> Iterator[tuple[Duty, Shift]]:
        """The rota's shifts with their duties."""
        return ((duty, duty.shift) for duty in self.duties if duty.shift is not None)

    def limits(self, day: date) -> Limits:
        """Return what contract and rule pack allow on a date; before the plan, on the plan's first date."""
        return self.limit_book.on(self.contract, self.site.rules, max(day, self.settings.start))

    def in_horizon(self, day: date) -> bool:
        """Tell whether a date is one of the plan's."""
        return self.settings.start <= day < self.settings.end

    def days_by_week(self) -> dict[date, list[Duty]]:
        """Group duties by the Monday of their week, for the weeks that the horizon touches."""
        settings = self.settings
        first = settings.start - settings.start.weekday() * DAY
        weeks: dict[date, list[Duty]] = {
            first + step * DAY: [] for step in range(0, (settings.end - first).days, 7)
        }
        for duty in self.duties:
            monday = duty.day - duty.day.weekday() * DAY
            if monday in weeks:
                weeks[monday].append(duty)
        return weeks

    def employed(self, day: date) -> bool:
        """Tell whether the agent is employed on a date."""
        agent = self.agent
        return (agent.first_date is None or agent.first_date <= day) and (
            agent.last_date is None or day <= agent.last_date
        )

    def away(self, day: date, *, paid: bool | None = None) -> bool:
        """Tell whether time off (paid, unpaid or any) takes a date whole."""
        low, high = day_bounds(self.zone, day)
        return any(
            day in absence.whole_days or (absence.start <= low and high <= absence.end)
            for absence in self.time_off
            if paid is None or absence.paid is paid
        )


def fixed_minutes(work: FixedWork) -> int:
    """Return the paid minutes of fixed work: as stated, else elapsed less unpaid breaks."""
    if work.paid_minutes is not None:
        return work.paid_minutes
    unpaid = sum(((end - start) // MINUTE for start, end, paid in work.breaks if not paid), 0)
    return (work.end - work.start) // MINUTE - unpaid


def paid_minutes(shift: Shift, fixed: FixedWork | None) -> int:
    """Return the paid minutes that a shift of the rota must have."""
    if fixed is not None:
        return fixed_minutes(fixed)
    return shift.minutes - sum(
        (pause.end - pause.start) // MINUTE for pause in shift.breaks if not pause.paid
    )


def build_records(workspace: Workspace, rota: Rota) -> list[Record]:
    """Gather the record of every agent of the workspace, by name."""
    shifts = _by_agent(rota.shifts)
    stretches = _by_agent(rota.stretches)
    availability, time_off = _by_agent(workspace.availability), _by_agent(workspace.time_off)
    wishes, fixed, worked = (
        _by_agent(workspace.wishes),
        _by_agent(workspace.fixed),
        _by_agent(workspace.worked),
    )
    limit_book = LimitBook(RuleBook(workspace.rules))
    records = []
    for name in sorted(workspace.agents):
        agent = workspace.agents[name]
        zone = workspace.sites[agent.site].time_zone
        before = [row for row in worked[name] if row.day < workspace.settings.start]
        duties = [
            *_from_history(before),
            *_from_rota(shifts[name], fixed[name], zone),
            *_outside(fixed[name], zone, workspace.settings, {row.day for row in before}),
        ]
        records.append(
            Record(
                agent=agent,
                site=workspace.sites[agent.site],
                contract=workspace.contracts[agent.contract],
                settings=workspace.settings,
                templates=workspace.shifts,
                duties=tuple(sorted(duties, key=_place)),
                idle_days=frozenset(row.day for row in before if not _was_worked(row)),
                stretches=tuple(sorted(stretches[name], key=lambda stretch: stretch.start)),
                availability=tuple(availability[name]),
                time_off=tuple(time_off[name]),
                wishes=tuple(wishes[name]),
                fixed=tuple(fixed[name]),
                limit_book=limit_book,
                activities=tuple(each for each in workspace.activities if each.takes_part(agent)),
            )
        )
    return records


def _by_agent(rows: Iterable[Row]) -> dict[Hashable, list[Row]]:
    grouped: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.agent].append(row)  # type: ignore[attr-defined]
    return grouped


def _place(duty: Duty) -> tuple[date, float]:
    return duty.day, duty.start.timestamp() if duty.start is not None else 0.0


def _was_worked(row: WorkedDay) -> bool:
    return row.worked_minutes > 0 or row.end is not None or row.shift is not None


def _from_history(rows: Iterable[WorkedDay]) -> Iterator[Duty]:
    for row in rows:
        if _was_worked(row):
            yield Duty(row.day, None, row.end, row.worked_minutes, row.shift, given=True, given_day=True)


def _from_rota(shifts: Iterable[Shift], fixed: Sequence[FixedWork], zone_name: str) -> Iterator[Duty]:
    works = {(work.start, work.end): work for work in fixed}
    dates = {local_date(work.start, zone_name) for work in fixed}
    for shift in shifts:
        # Only the workspace says what is fixed, and only the clock which date: the rota may be wrong.
        work = works.get((shift.start, shift.end))
        local = to_local(shift.start, zone_name)
        yield Duty(
            local.date(),
            shift.start,
            shift.end,
            paid_minutes(shift, work),
            shift.template,
            given=work is not None,
            given_day=local.date() in dates,
            shift=shift,
            wall=local.hour * 60 + local.minute,
        )


def _outside(
    fixed: Sequence[FixedWork], zone_name: str, settings: PlanSettings, recorded: set[date]
) -> Iterator[Duty]:
    """Fixed work before or after the horizon: no part of the rota, but counted by what reaches there.

    What history records of the same date says it already, and an activity inside a shift is part of it.
    """
    for work in fixed:
        day = local_date(work.start, zone_name)
        if settings.start <= day < settings.end or day in recorded:
            continue
        if work.activity != SHIFT_ACTIVITY and any(holds(other, work) for other in fixed):
            continue
        local = to_local(work.start, zone_name)
        yield Duty(
            local.date(),
            work.start,
            work.end,
            fixed_minutes(work),
            work.shift,
            given=True,
            given_day=True,
            wall=local.hour * 60 + local.minute,
        )


def holds(shift: FixedWork | Shift, work: FixedWork) -> bool:
    """Tell whether a shift wholly contains another fixed activity."""
    is_shift = isinstance(shift, Shift) or shift.activity == SHIFT_ACTIVITY
    return is_shift and shift.start <= work.start and work.end <= shift.end
