"""Activities that the plan places: everyone attends once, in the window, and those together at one time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from forecasting.timegrid import day_bounds, local_date
from scheduler.checking.clock import Span
from scheduler.checking.found import found
from scheduler.checking.record import MINUTE, Record
from scheduler.checking.violation import Violation, wall_time
from scheduler.team import Activity
from scheduler.workspace import Workspace

__all__ = ["activities", "together"]

DAY = timedelta(days=1)


def activities(record: Record) -> Iterator[Violation]:
    """Who takes part attends once, for all of the minutes at a stretch, inside the window.

    Nothing is asked of who is away or not employed in all of the window, or where it misses the plan.
    """
    for activity in record.activities:
        times = _times(record, activity)
        if not times:
            day = max(local_date(activity.window_start, record.zone), record.settings.start)
            if not _excused(record, activity):
                text = f"{activity.name} of {activity.minutes} minutes is not in the timeline"
                yield found(record, "activity_attended", day, text, value=0, limit=1)
            continue
        day = local_date(times[0][0], record.zone)
        if len(times) > 1:
            text = f"{activity.name} is in the timeline {len(times)} times"
            yield found(record, "activity_attended", day, text, value=len(times), limit=1)
            continue
        start, end = times[0]
        minutes = (end - start) // MINUTE
        at = f"{wall_time(start, record.zone)}-{wall_time(end, record.zone)}"
        if minutes != activity.minutes:
            text = f"{activity.name} at {at} is to last {activity.minutes} minutes"
            yield found(record, "activity_minutes", day, text, value=minutes, limit=activity.minutes)
        if start < activity.window_start or end > activity.window_end:
            yield found(record, "activity_window", day, f"{activity.name} at {at} lies outside its window")


def together(workspace: Workspace, records: Sequence[Record]) -> Iterator[Violation]:
    """All who attend an activity together begin at the same time."""
    for activity in workspace.activities:
        if not activity.together:
            continue
        starts: dict[datetime, list[str]] = {}
        for record in records:
            if activity in record.activities:
                for start, _ in _times(record, activity)[:1]:
                    starts.setdefault(start, []).append(record.agent.name)
        if len(starts) > 1:
            told = "; ".join(
                f"{len(names)} from {start:%Y-%m-%dT%H:%MZ}" for start, names in sorted(starts.items())
            )
            text = f"{activity.name} is attended together, yet begins at {len(starts)} times: {told}"
            yield Violation("together", "", min(starts).date(), len(starts), 1, text)


def _times(record: Record, activity: Activity) -> list[Span]:
    """Return when the agent attends, stretches that touch joined; fixed work of the same name aside."""
    times: list[Span] = []
    for stretch in record.stretches:
        given = any(
            work.activity == activity.name and work.start <= stretch.start and stretch.end <= work.end
            for work in record.fixed
        )
        if stretch.activity == activity.name and not given:
            if times and times[-1][1] == stretch.start:
                times[-1] = times[-1][0], stretch.end
            else:
                times.append((stretch.start, stretch.end))
    return times


def _excused(record: Record, activity: Activity) -> bool:
    """Tell whether absence, no employment and the plan's ends leave nothing of the window."""
    absences = sorted((absence.start, absence.end) for absence in record.time_off)
    at = activity.window_start
    while at < activity.window_end:
        day: date = local_date(at, record.zone)
        later = max((end for start, end in absences if start <= at < end), default=at)
        if later == at and not (record.in_horizon(day) and record.employed(day)):
            later = day_bounds(record.zone, day)[1]
        if later == at:
            return False
        at = later
    return True
