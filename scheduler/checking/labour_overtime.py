"""Rule packs on overtime: its minutes in a month and in a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from scheduler.checking.found import found, severity_of, stated_by
from scheduler.checking.record import Duty, Record
from scheduler.checking.violation import Violation, duration
from scheduler.pay.price import ShiftPay
from scheduler.rules.values import Tiers

__all__ = ["overtime_of_months", "overtime_of_years"]

DAY = timedelta(days=1)
MONTH, YEAR = "max_overtime_month_minutes", "max_overtime_year_minutes"


def overtime_of_months(record: Record, pays: Sequence[ShiftPay]) -> Iterator[Violation]:
    """Minutes of overtime of a calendar month's shifts ≤ max_overtime_month_minutes, history included."""
    yield from _of_periods(record, pays, MONTH, lambda day: day.replace(day=1))


def overtime_of_years(record: Record, pays: Sequence[ShiftPay]) -> Iterator[Violation]:
    """Minutes of overtime of a calendar year's shifts ≤ max_overtime_year_minutes, history included."""
    yield from _of_periods(record, pays, YEAR, lambda day: day.replace(month=1, day=1))


def _of_periods(
    record: Record, pays: Sequence[ShiftPay], rule: str, begin: Callable[[date], date]
) -> Iterator[Violation]:
    """Check the periods with overtime of the plan; ``pays`` are those of its shifts, in order."""
    minutes: dict[date, int] = defaultdict(int)
    duties: dict[date, list[Duty]] = defaultdict(list)
    for (duty, _), pay in zip(record.plan, pays, strict=True):
        minutes[begin(duty.day)] += pay.overtime_minutes
        if pay.overtime_minutes:
            duties[begin(duty.day)].append(duty)
    for day, overtime in _before_plan(record):
        minutes[begin(day)] += overtime
    for first in sorted(duties):
        limits = record.limits(first)
        limit: int | None = getattr(limits.rules, rule)
        if limit is not None and minutes[first] > limit:
            text = (
                f"{duration(minutes[first])} of overtime, at most {duration(limit)} are allowed"
                f"{stated_by(limits, rule)}"
            )
            yield found(
                record,
                rule,
                first,
                text,
                value=minutes[first],
                limit=limit,
                span="month from" if rule == MONTH else "year from",
                severity=severity_of(duties[first]),
            )


def _before_plan(record: Record) -> Iterator[tuple[date, int]]:
    """Yield the overtime of days before the plan: beyond their day's threshold, then beyond their week's."""
    ordinary: dict[date, int] = defaultdict(int)
    for duty in record.duties:
        if duty.shift is not None or duty.day >= record.settings.start:
            continue
        rules = record.limits(duty.day).rules
        monday = duty.day - duty.day.weekday() * DAY
        of_day = _beyond(rules.overtime_day_premium, duty.minutes)
        before = _beyond(rules.overtime_week_premium, ordinary[monday])
        ordinary[monday] += duty.minutes - of_day
        yield duty.day, of_day + _beyond(rules.overtime_week_premium, ordinary[monday]) - before


def _beyond(tiers: Tiers, minutes: int) -> int:
    return max(0, minutes - tiers[0].threshold) if tiers else 0
