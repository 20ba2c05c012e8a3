"""From one shift to the next: rest, and templates that must not follow each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

from scheduler.checking.found import found, severity_of, stated_by
from scheduler.checking.record import Duty, Record
from scheduler.checking.violation import Violation, duration

__all__ = ["forbidden_next", "rest"]

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def rest(record: Record) -> Iterator[Violation]:
    """Elapsed minutes from one shift's end to the next one's start ≥ min_rest_minutes.

    Days before the horizon count with the end that history states. Two shifts of one date are another
    rule's matter.
    """
    last: Duty | None = None
    for duty in record.duties:
        limits = record.limits(duty.day)
        limit = limits.contract.min_rest_minutes
        minutes = _rest_between(last, duty)
        if last is not None and minutes is not None and minutes < limit:
            said = stated_by(limits, "min_rest_minutes")
            text = f"{duration(minutes)} of rest before this shift, {duration(limit)} are required{said}"
            severity = severity_of([last, duty])
            yield found(
                record, "min_rest_minutes", duty.day, text, value=minutes, limit=limit, severity=severity
            )
        if duty.end is not None and (last is None or last.end is None or duty.end >= last.end):
            last = duty


def _rest_between(last: Duty | None, duty: Duty) -> float | None:
    """Return minutes; None where they are not known or no matter of this plan."""
    if last is None or last.end is None or duty.start is None or duty.day == last.day:
        return None
    return (duty.start - last.end) / MINUTE if duty.shift is not None or last.shift is not None else None


def forbidden_next(record: Record) -> Iterator[Violation]:
    """On consecutive dates no pair (template, template) of forbidden_next is worked."""
    pairs = set(record.contract.forbidden_next)
    if not pairs:
        return
    by_day: dict[date, list[Duty]] = defaultdict(list)
    for duty in record.duties:
        by_day[duty.day].append(duty)
    for duty in record.duties:
        for before in by_day.get(duty.day - DAY, ()):
            in_plan = duty.shift is not None or before.shift is not None
            if in_plan and (before.template or "", duty.template or "") in pairs:
                text = (
                    f"shift {duty.template} on the date after {before.template}, which the contract forbids"
                )
                severity = severity_of([before, duty])
                yield found(record, "forbidden_next", duty.day, text, severity=severity)
