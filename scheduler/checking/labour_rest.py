"""Rule packs on rest: the weekly rest, Sundays and public holidays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from forecasting.calendars import public_holidays
from forecasting.timegrid import day_bounds, local_date
from scheduler.checking.clock import Span
from scheduler.checking.found import found, severity_of, stated_by
from scheduler.checking.record import Duty, Record
from scheduler.checking.violation import Violation, duration

__all__ = ["holiday_ban", "sunday_ban", "sundays_running", "weekly_rest"]

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
SUNDAY = 6
SHARE_IN_WEEK = 1440
"""Minutes of a weekly rest that must lie in the week, or all of it where it is to be shorter."""

FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def weekly_rest(record: Record) -> Iterator[Violation]:
    """Each week has a share in an uninterrupted rest of at least min_weekly_rest_minutes.

    A gap between two pieces of work counts if it is long enough and min(24 h, the rest) of it lie between
    Monday 00:00 and the next. Before the first known work and after the last one is rest.
    """
    work: list[tuple[Span, Duty]] | None = None
    for monday in record.days_by_week():
        limits = record.limits(monday)
        limit = limits.rules.min_weekly_rest_minutes
        if limit is None:
            continue
        work = _work(record) if work is None else work
        low, high = day_bounds(record.zone, monday)[0], day_bounds(record.zone, monday + WEEK)[0]
        longest = _longest_rest(_gaps([span for span, _ in work]), low, high, min(limit, SHARE_IN_WEEK))
        if longest < limit:
            said = stated_by(limits, "min_weekly_rest_minutes")
            text = f"the longest rest is {duration(longest)}, {duration(limit)} are required{said}"
            duties = [duty for (start, end), duty in work if start < high and low < end]
            yield found(
                record,
                "min_weekly_rest_minutes",
                monday,
                text,
                value=longest,
                limit=limit,
                span="week of",
                severity=severity_of(duties),
            )


def _work(record: Record) -> list[tuple[Span, Duty]]:
    """Return all work as spans, sorted.

    History states no starts: a day of it was worked for its minutes before its end, or all day long.
    """
    return sorted(((_span(record, duty), duty) for duty in record.duties), key=lambda item: item[0])


def _span(record: Record, duty: Duty) -> Span:
    if duty.start is not None and duty.end is not None:
        return duty.start, duty.end
    if duty.end is not None:
        return duty.end - duty.minutes * MINUTE, duty.end
    return day_bounds(record.zone, duty.day)


def _gaps(spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the time between spans sorted by start, from the first instant there is to the last."""
    free = FIRST
    for start, end in spans:
        if start > free:
            yield free, start
        free = max(free, end)
    yield free, LAST


def _longest_rest(gaps: Iterator[Span], low: datetime, high: datetime, share: int) -> float:
    """Return the longest gap of which enough lies in the week; without one, the most that lies in it."""
    inside = {gap: (min(gap[1], high) - max(gap[0], low)) / MINUTE for gap in gaps}
    enough = [(end - start) / MINUTE for (start, end), minutes in inside.items() if minutes >= share]
    return max(enough) if enough else max(0.0, *inside.values())


def sunday_ban(record: Record) -> Iterator[Violation]:
    """Where sunday_ban is true, no minute of a shift lies on a Sunday."""
    yield from _ban(record, "sunday_ban", lambda day: "Sunday" if day.weekday() == SUNDAY else None)


def holiday_ban(record: Record) -> Iterator[Violation]:
    """Where holiday_ban is true, no minute of a shift lies on a public holiday of the site."""
    first, last = record.settings.start, record.settings.end + DAY
    known = public_holidays(record.site.country, record.site.subdivision, first, last)
    yield from _ban(record, "holiday_ban", known.get)


def _ban(record: Record, rule: str, banned: Callable[[date], str | None]) -> Iterator[Violation]:
    for duty, _ in record.plan:
        limits = record.limits(duty.day)
        if not getattr(limits.rules, rule):
            continue
        for day in _dates(record, duty):
            name = banned(day)
            if name is not None:
                text = f"there is work on {name}, which is forbidden{stated_by(limits, rule)}"
                yield found(record, rule, day, text, severity=severity_of([duty]))


def _dates(record: Record, duty: Duty) -> list[date]:
    """Return the local dates that have a minute of the work."""
    if duty.end is None:
        return [duty.day]
    last = local_date(duty.end - MINUTE, record.zone)
    return [duty.day + step * DAY for step in range(max(0, (last - duty.day).days) + 1)]


def sundays_running(record: Record) -> Iterator[Violation]:
    """Sundays in a row that have work ≤ max_sundays_running, those before the plan included."""
    worked: dict[date, list[Duty]] = {}
    for duty in record.duties:
        for day in _dates(record, duty):
            if day.weekday() == SUNDAY:
                worked.setdefault(day, []).append(duty)
    for last in sorted(worked):
        if last + WEEK in worked:
            continue
        run = [last]
        while run[0] - WEEK in worked:
            run.insert(0, run[0] - WEEK)
        duties = [duty for day in run for duty in worked[day]]
        limits = record.limits(min(last, record.settings.end - DAY))
        limit = limits.rules.max_sundays_running
        in_plan = any(duty.shift is not None for duty in duties)
        if limit is not None and in_plan and len(run) > limit:
            said = stated_by(limits, "max_sundays_running")
            text = f"{len(run)} Sundays in a row have work, at most {limit} may{said}"
            yield found(
                record,
                "max_sundays_running",
                run[0],
                text,
                value=len(run),
                limit=limit,
                severity=severity_of(duties),
            )
