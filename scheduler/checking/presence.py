"""Rules across agents: seats of a site, least and most people at work at once.

People are at work from a shift's start to its end, breaks and activities included; given work counts whenever
it lies.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate

from scheduler.checking.clock import Span, wall_span
from scheduler.checking.record import MINUTE, Record
from scheduler.checking.violation import Severity, Violation, wall_time
from scheduler.window import plan_window
from scheduler.workspace import Workspace

__all__ = ["presence_max", "presence_min", "seats"]

DAY = timedelta(days=1)
ALL_DAY = (0, 1440)


@dataclass(frozen=True)
class _Heads:
    """A time in which nobody comes or goes: people at work, and those of them whom given work keeps."""

    start: datetime
    end: datetime
    heads: int
    given: int


class _Group:
    """People at work over time, of some agents."""

    def __init__(self, records: Sequence[Record]) -> None:
        changes: dict[datetime, tuple[int, int]] = {}
        for record in records:
            for start, end, given in _at_work(record):
                for moment, step in ((start, 1), (end, -1)):
                    heads, of_them = changes.get(moment, (0, 0))
                    changes[moment] = heads + step, of_them + step * given
        self._moments = sorted(changes)
        self._heads = [*accumulate(changes[moment][0] for moment in self._moments)]
        self._given = [*accumulate(changes[moment][1] for moment in self._moments)]

    def during(self, window: Span) -> Iterator[_Heads]:
        """Yield who is at work in a window, one time after the other."""
        at, end = window
        place = bisect_right(self._moments, at) - 1
        while at < end:
            after = self._moments[place + 1] if place + 1 < len(self._moments) else end
            heads, given = (self._heads[place], self._given[place]) if place >= 0 else (0, 0)
            yield _Heads(at, min(after, end), heads, given)
            at, place = min(after, end), place + 1


@dataclass(frozen=True)
class _Most:
    """A greatest number of people, its rule's name and title, and the zone that tells its times."""

    name: str
    title: str
    limit: int
    zone: str


def _at_work(record: Record) -> Iterator[tuple[datetime, datetime, bool]]:
    for duty in record.duties:
        # History states an end and paid minutes: these lie before it.
        start = (
            duty.end - duty.minutes * MINUTE if duty.start is None and duty.end is not None else duty.start
        )
        if start is not None and duty.end is not None:
            yield start, duty.end, duty.given


def _dates_around(workspace: Workspace) -> Iterator[date]:
    """The plan's dates and two on each side: shifts end on later ones, and zones may be a day apart."""
    settings = workspace.settings
    return (settings.start + step * DAY for step in range(-2, settings.days + 2))


def _most(rule: _Most, group: _Group, windows: Iterator[tuple[date, Span]]) -> Iterator[Violation]:
    """Tell the worst of each window: what given work alone takes is reported."""
    for day, window in windows:
        over = [count for count in group.during(window) if count.heads > rule.limit]
        if not over:
            continue
        worst = max(over, key=lambda count: (count.heads > count.given, count.heads))
        severity = Severity.VIOLATION if worst.heads > worst.given else Severity.REPORTED
        text = f"{rule.title}, {day}: {worst.heads} at work {_times(worst, rule.zone)}"
        text += f", at most {rule.limit} may be"
        yield Violation(rule.name, "", day, worst.heads, rule.limit, text, severity)


def seats(workspace: Workspace, records: Sequence[Record]) -> Iterator[Violation]:
    """At no time are more people of a site at work than it has seats."""
    for site in workspace.sites.values():
        if site.seats is not None:
            zone = site.time_zone
            group = _Group([record for record in records if record.site.name == site.name])
            days = ((day, wall_span(zone, day, ALL_DAY)) for day in _dates_around(workspace))
            rule = _Most("seats", f"seats of site {site.name}", site.seats, zone)
            yield from _most(rule, group, days)


def presence_max(workspace: Workspace, records: Sequence[Record]) -> Iterator[Violation]:
    """In the windows of a row of presence.csv at most ``max`` of its people are at work."""
    for row in workspace.presence:
        if row.most is not None:
            group = _Group([record for record in records if row.counts(record.agent, workspace.queues)])
            windows = (
                (day, wall_span(row.zone, day, (row.from_minute, row.until_minute)))
                for day in _dates_around(workspace)
                if day.weekday() in row.weekdays
            )
            rule = _Most("presence_max", f"presence of {row.group}", row.most, row.zone)
            yield from _most(rule, group, windows)


def presence_min(workspace: Workspace, records: Sequence[Record]) -> Iterator[Violation]:
    """In the windows of the plan's dates at least ``min`` of a row's people are at work.

    Nothing is asked before the first possible start of a shift of theirs and after the last possible end.
    """
    for row in workspace.presence:
        if row.least is None:
            continue
        counted = [record for record in records if row.counts(record.agent, workspace.queues)]
        group = _Group(counted)
        agents = {record.agent.name: record.agent for record in counted}
        fixed = tuple(work for work in workspace.fixed if work.agent in agents)
        reach = plan_window(replace(workspace, agents=agents, fixed=fixed)) or plan_window(workspace)
        for day in workspace.settings.dates:
            if reach is None or day.weekday() not in row.weekdays:
                continue
            start, end = wall_span(row.zone, day, (row.from_minute, row.until_minute))
            few = [
                count
                for count in group.during((max(start, reach[0]), min(end, reach[1])))
                if count.heads < row.least
            ]
            if few:
                worst = min(few, key=lambda count: count.heads)
                text = f"presence of {row.group}, {day}: {worst.heads} at work {_times(worst, row.zone)}"
                text += f", at least {row.least} must be"
                yield Violation("presence_min", "", day, worst.heads, row.least, text)


def _times(count: _Heads, zone_name: str) -> str:
    return f"from {wall_time(count.start, zone_name)} to {wall_time(count.end, zone_name)}"
