"""How much is worked: minutes a week and a plan, days a week, nights, weekends, and how evenly it starts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from forecasting.calendars import weekend_days
from scheduler.checking.clock import night_minutes
from scheduler.checking.found import found, severity_of, severity_of_days, stated_by
from scheduler.checking.record import Duty, Record
from scheduler.checking.violation import Severity, Violation, duration

__all__ = [
    "days_a_week",
    "is_night",
    "nights",
    "plan_minutes",
    "start_tolerance",
    "week_minutes",
    "weekends_of",
    "weekends_off",
]

DAY = timedelta(days=1)


def week_minutes(record: Record) -> Iterator[Violation]:
    """Paid minutes of each week, Monday to Sunday ≤ max_week_minutes; days before the plan count."""
    for monday, duties in record.days_by_week().items():
        limits = record.limits(monday)
        limit = limits.contract.max_week_minutes
        minutes = sum(duty.minutes for duty in duties)
        if minutes > limit:
            said = stated_by(limits, "max_week_minutes")
            text = f"{duration(minutes)} are paid, at most {duration(limit)} may be{said}"
            yield _of_week(record, "max_week_minutes", monday, text, minutes, limit, severity_of(duties))


def days_a_week(record: Record) -> Iterator[Violation]:
    """Dates worked in each week ≤ max_days_a_week; days before the plan count."""
    for monday, duties in record.days_by_week().items():
        limits = record.limits(monday)
        limit = limits.contract.max_days_a_week
        days = len({duty.day for duty in duties})
        if days > limit:
            text = f"{days} days are worked, at most {limit} may be{stated_by(limits, 'max_days_a_week')}"
            yield _of_week(record, "max_days_a_week", monday, text, days, limit, severity_of_days(duties))


def _of_week(  # noqa: PLR0917
    record: Record, rule: str, monday: date, text: str, value: float, limit: float, severity: Severity
) -> Violation:
    return found(record, rule, monday, text, value=value, limit=limit, span="week of", severity=severity)


def _of_plan(  # noqa: PLR0917
    record: Record, rule: str, text: str, value: float, limit: float, severity: Severity
) -> Violation:
    start = record.settings.start
    return found(record, rule, start, text, value=value, limit=limit, span="plan of", severity=severity)


def plan_minutes(record: Record) -> Iterator[Violation]:
    """Paid minutes of the plan ≤ max_plan_minutes."""
    limit = record.contract.max_plan_minutes
    duties = [duty for duty, _ in record.plan]
    minutes = sum(duty.minutes for duty in duties)
    if limit is not None and minutes > limit:
        text = f"{duration(minutes)} are paid, at most {duration(limit)} may be"
        yield _of_plan(record, "max_plan_minutes", text, minutes, limit, severity_of(duties))


def is_night(record: Record, duty: Duty) -> bool:
    """Tell whether a shift is a night shift.

    It is with ``night_threshold_minutes`` elapsed minutes between ``night_from`` and ``night_until`` on the
    site's clock, as its rule pack states them: by default 3 h within 23:00–06:00.
    """
    if duty.start is None or duty.end is None:
        return False
    rules = record.limits(duty.day).rules
    minutes = night_minutes(record.zone, duty.day, duty.start, duty.end, rules.night_window)
    return minutes >= rules.night_shift_minutes


def nights(record: Record) -> Iterator[Violation]:
    """Night shifts of the plan ≤ max_nights."""
    limit = record.contract.max_nights
    if limit is None:
        return
    worked = [duty for duty, _ in record.plan if is_night(record, duty)]
    if len(worked) > limit:
        text = f"{len(worked)} night shifts, at most {limit} may be"
        yield _of_plan(record, "max_nights", text, len(worked), limit, severity_of(worked))


def weekends_of(record: Record) -> list[tuple[date, ...]]:
    """Return the weekends that lie wholly inside the plan; weekend days in a row are one weekend."""
    weekdays = weekend_days(record.site.country)
    whole: list[tuple[date, ...]] = []
    current: list[date] = []
    for day in (*record.settings.dates, record.settings.end):
        if day.weekday() in weekdays:
            current.append(day)
            continue
        if current and (current[0] - DAY).weekday() not in weekdays:
            whole.append(tuple(current))
        current = []
    # A weekend that the plan's end cuts is still open here and never counted.
    return whole


def weekends_off(record: Record) -> Iterator[Violation]:
    """Weekends inside the plan on which no shift starts ≥ min(weekends_off, weekends inside the plan)."""
    wanted = record.contract.weekends_off
    if wanted is None:
        return
    weekends = weekends_of(record)
    limit = min(wanted, len(weekends))
    free = _free(weekends, [duty for duty, _ in record.plan])
    if free < limit:
        given = _free(weekends, [duty for duty, _ in record.plan if duty.given_day])
        text = f"{free} of {len(weekends)} weekends are free, at least {limit} must be"
        # Weekends that given work takes are gone; the plan may take no more of them.
        severity = Severity.REPORTED if free == given else Severity.VIOLATION
        yield _of_plan(record, "weekends_off", text, free, limit, severity)


def _free(weekends: Sequence[tuple[date, ...]], duties: Sequence[Duty]) -> int:
    worked = {duty.day for duty in duties}
    return sum(not worked.intersection(weekend) for weekend in weekends)


def start_tolerance(record: Record) -> Iterator[Violation]:
    """Latest less earliest wall-clock start of each week ≤ start_tolerance_minutes."""
    limit = record.contract.start_tolerance_minutes
    if limit is None:
        return
    for monday, duties in record.days_by_week().items():
        spread = _spread(duties)
        if spread > limit:
            text = f"shifts start {duration(spread)} apart, at most {duration(limit)} are allowed"
            given = _spread([duty for duty in duties if duty.given])
            severity = Severity.REPORTED if spread == given else Severity.VIOLATION
            rule = "start_tolerance_minutes"
            yield _of_week(record, rule, monday, text, spread, limit, severity)


def _spread(duties: Sequence[Duty]) -> int:
    walls = [duty.wall for duty in duties if duty.wall is not None]
    return max(walls) - min(walls) if walls else 0
