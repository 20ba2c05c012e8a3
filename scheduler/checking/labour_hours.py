"""Rule packs on hours: of a shift, a day, a night, and on average over weeks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduler.checking.amounts import is_night
from scheduler.checking.found import found, severity_of, stated_by
from scheduler.checking.record import Duty, Record
from scheduler.checking.violation import Violation, duration
from scheduler.rules.tighter import Limits

__all__ = [
    "average_week",
    "day_minutes",
    "night_average",
    "night_shift_minutes",
    "shift_minutes",
]

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def shift_minutes(record: Record) -> Iterator[Violation]:
    """Elapsed minutes of a shift ≤ max_shift_minutes."""
    for duty, shift in record.plan:
        limits = record.limits(duty.day)
        limit = limits.rules.max_shift_minutes
        yield from _at_most(
            record, duty, limits, "max_shift_minutes", "the shift lasts", shift.minutes, limit
        )


def day_minutes(record: Record) -> Iterator[Violation]:
    """Paid minutes of a date's shift ≤ max_day_minutes."""
    for duty, _ in record.plan:
        limits = record.limits(duty.day)
        limit = limits.rules.max_day_minutes
        yield from _at_most(record, duty, limits, "max_day_minutes", "the day has", duty.minutes, limit)


def night_shift_minutes(record: Record) -> Iterator[Violation]:
    """Paid minutes of a night shift ≤ max_night_shift_minutes."""
    for duty, _ in record.plan:
        limits = record.limits(duty.day)
        limit = limits.rules.max_night_shift_minutes
        if limit is not None and is_night(record, duty):
            rule = "max_night_shift_minutes"
            yield from _at_most(record, duty, limits, rule, "the night shift has", duty.minutes, limit)


def _at_most(  # noqa: PLR0917
    record: Record, duty: Duty, limits: Limits, rule: str, what: str, value: int, limit: int | None
) -> Iterator[Violation]:
    if limit is not None and value > limit:
        text = f"{what} {duration(value)}, at most {duration(limit)} are allowed{stated_by(limits, rule)}"
        yield found(record, rule, duty.day, text, value=value, limit=limit, severity=severity_of([duty]))


@dataclass(frozen=True)
class _Period:
    """Consecutive known weeks that end with a week of the plan."""

    first: date
    last: date
    days: int
    duties: tuple[Duty, ...]


def average_week(record: Record) -> Iterator[Violation]:
    """Paid minutes of a reference period ≤ average_week_minutes × its days / 7, days away left out."""
    weeks = list(record.days_by_week())
    for monday in weeks:
        limits = record.limits(monday)
        average = limits.rules.average_week_minutes
        if average is not None:
            period = _period(record, weeks, monday, limits.rules.reference_weeks)
            if period is not None:
                yield from _on_average(record, period, limits, "average_week_minutes", average)


def night_average(record: Record) -> Iterator[Violation]:
    """Like :func:`average_week`, with night_average_week_minutes, for periods with a night of the plan."""
    weeks = list(record.days_by_week())
    for monday in weeks:
        limits = record.limits(monday)
        average = limits.rules.night_average_week_minutes
        if average is not None:
            period = _period(record, weeks, monday, limits.rules.night_weeks)
            if period is not None and any(
                duty.shift is not None and is_night(record, duty) for duty in period.duties
            ):
                yield from _on_average(record, period, limits, "night_average_week_minutes", average)


def _period(record: Record, weeks: Sequence[date], monday: date, length: int) -> _Period | None:
    """Return the period of so many weeks that ends with this one; if fewer are known, all up to the last.

    Known weeks begin with that of the first date of which history or fixed work says anything.
    """
    known = [*record.idle_days, *(duty.day for duty in record.duties), weeks[0]]
    earliest = min(known) - min(known).weekday() * DAY
    first = monday - (length - 1) * WEEK
    if first < earliest:
        if monday != weeks[-1]:
            return None
        first = earliest
    dates = [first + step * DAY for step in range((monday + WEEK - first).days)]
    days = sum(record.employed(day) and not record.away(day) for day in dates)
    duties = tuple(duty for duty in record.duties if first <= duty.day <= dates[-1])
    return _Period(first, dates[-1], days, duties)


def _on_average(
    record: Record, period: _Period, limits: Limits, rule: str, average: int
) -> Iterator[Violation]:
    minutes = sum(duty.minutes for duty in period.duties)
    limit = average * period.days / 7
    if minutes > limit:
        text = (
            f"{duration(minutes)} are paid until {period.last}, {duration(round(limit))} are "
            f"{duration(average)} a week on average{stated_by(limits, rule)}"
        )
        yield found(
            record,
            rule,
            period.first,
            text,
            value=minutes,
            limit=limit,
            span="weeks from",
            severity=severity_of(period.duties),
        )
