"""The template that a shift follows: which, when it may start, how long it is."""

from __future__ import annotations

from collections.abc import Iterator

from forecasting.hours import WEEKDAYS
from forecasting.timegrid import wall_to_instant
from scheduler.checking.found import found, severity_of
from scheduler.checking.record import Duty, Record
from scheduler.checking.violation import Violation, duration, wall_time
from scheduler.rota import Shift
from scheduler.shifts import ShiftTemplate

__all__ = ["allowed_template", "length", "patterned", "start_grid", "weekday"]


def patterned(record: Record) -> Iterator[tuple[Duty, Shift, ShiftTemplate]]:
    """Return the shifts that follow a known template. Fixed work may stand without one."""
    for duty, shift in record.plan:
        template = record.templates.get(shift.template or "")
        if template is not None:
            yield duty, shift, template


def allowed_template(record: Record) -> Iterator[Violation]:
    """A shift's template is one of its contract's: template ∈ contract.shifts. Fixed work may have none."""
    for duty, shift in record.plan:
        if shift.template in record.contract.shifts or (shift.template is None and duty.given):
            continue
        text = f"contract {record.contract.name} has no shift {shift.template or 'without a template'}"
        yield found(record, "shifts", duty.day, text, severity=severity_of([duty]))


def weekday(record: Record) -> Iterator[Violation]:
    """A shift starts on one of its template's weekdays, on the site's calendar."""
    for duty, shift, template in patterned(record):
        if duty.day.weekday() not in template.weekdays:
            text = f"shift {shift.template} is not worked on {WEEKDAYS[duty.day.weekday()]}"
            yield found(record, "weekdays", duty.day, text, severity=severity_of([duty]))


def start_grid(record: Record) -> Iterator[Violation]:
    """A shift starts when the wall clock first shows one of its template's starts on its date.

    start = instant(date, m mod 24 h), m ∈ {earliest, earliest + every, …, latest}: a start beyond midnight
    belongs to the next date; a time that a clock change repeats means the first, one it skips is no start.
    """
    for duty, shift, template in patterned(record):
        minute = duty.wall or 0
        on_grid = minute in template.starts or minute + 1440 in template.starts
        if not on_grid or wall_to_instant(record.zone, duty.day, minute) != shift.start:
            at = f"{wall_time(shift.start, record.zone)} ({shift.start:%Y-%m-%dT%H:%M}Z)"
            text = f"shift {shift.template} does not start at {at}"
            yield found(record, "start", duty.day, text, value=minute, severity=severity_of([duty]))


def length(record: Record) -> Iterator[Violation]:
    """A shift is as long as its template allows: elapsed ∈ {min, min + step, …, max}."""
    for duty, shift, template in patterned(record):
        elapsed = (shift.end - shift.start).total_seconds() / 60
        if elapsed not in template.lengths:
            text = (
                f"the shift is {duration(elapsed)} long, {shift.template} has "
                f"{duration(template.min_minutes)} to {duration(template.max_minutes)} in steps of "
                f"{duration(template.length_step_minutes)}"
            )
            limit = template.max_minutes if elapsed > template.max_minutes else template.min_minutes
            severity = severity_of([duty])
            yield found(record, "length", duty.day, text, value=elapsed, limit=limit, severity=severity)
