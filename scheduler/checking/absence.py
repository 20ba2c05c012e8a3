"""When an agent may be at work: availability, time off, the site's hours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scheduler.checking.clock import Span, available_spans, inside
from scheduler.checking.found import found, severity_of
from scheduler.checking.record import Record
from scheduler.checking.violation import Violation, wall_time
from scheduler.rota import Shift

__all__ = ["availability", "site_hours", "time_off"]


def _from_to(record: Record, shift: Shift) -> str:
    return f"{wall_time(shift.start, record.zone)}-{wall_time(shift.end, record.zone)}"


def availability(record: Record) -> Iterator[Violation]:
    """The whole shift lies inside the union of the agent's windows."""
    spans = available_spans(record.availability, record.zone, record.settings.dates)
    if spans is None:
        return
    for duty, shift in record.plan:
        if not inside(spans, shift.start, shift.end):
            text = f"the shift {_from_to(record, shift)} is not within the agent's availability"
            yield found(record, "availability", duty.day, text, severity=severity_of([duty]))


def time_off(record: Record) -> Iterator[Violation]:
    """No shift overlaps time off: shift end ≤ absence start or absence end ≤ shift start."""
    for duty, shift in record.plan:
        for absence in record.time_off:
            if absence.start < shift.end and shift.start < absence.end:
                text = f"the shift {_from_to(record, shift)} falls into {absence.kind}"
                yield found(record, "time_off", duty.day, text, severity=severity_of([duty]))


def site_hours(record: Record, spans: Sequence[Span] | None) -> Iterator[Violation]:
    """The whole shift lies inside the site's hours.

    Parameters
    ----------
    spans
        When the site is open, joined; None: always.
    """
    if spans is None:
        return
    for duty, shift in record.plan:
        if not inside(spans, shift.start, shift.end):
            text = f"site {record.site.name} is closed during part of the shift {_from_to(record, shift)}"
            yield found(record, "site_hours", duty.day, text, severity=severity_of([duty]))
