"""Work that was given is kept exactly."""

from __future__ import annotations

from collections.abc import Iterator

from forecasting.timegrid import local_date
from scheduler.agents import FixedWork
from scheduler.checking.found import found
from scheduler.checking.record import SHIFT_ACTIVITY, Record, holds
from scheduler.checking.timeline import Laid
from scheduler.checking.violation import Violation, wall_time
from scheduler.rota import Shift

__all__ = ["fixed_work", "nothing_invented"]


def fixed_work(record: Record, laid: list[Laid]) -> Iterator[Violation]:
    """Each fixed row of the plan is in the rota.

    A fixed shift is the rota's, with the same instants, template and breaks. Another activity lies inside
    the one shift of its date, whose timeline shows it and whose breaks avoid it; or it stands alone, as a
    shift without a template.
    """
    for work in record.fixed:
        day = local_date(work.start, record.zone)
        if record.in_horizon(day):
            fault = _fault(work, laid, record)
            if fault is not None:
                low, high = wall_time(work.start, record.zone), wall_time(work.end, record.zone)
                yield found(record, "fixed", day, f"the fixed {work.activity} {low}-{high} {fault}")


def _fault(work: FixedWork, laid: list[Laid], record: Record) -> str | None:
    """Say what is wrong with the rota's copy of fixed work; None: nothing."""
    alone = next((piece for piece in laid if _is_copy(piece.shift, work)), None)
    if alone is not None:
        return _difference(alone, work, laid)
    if work.activity == SHIFT_ACTIVITY:
        return "is not in the rota"
    holder = next((piece for piece in laid if holds(piece.shift, work)), None)
    if holder is None:
        day = local_date(work.start, record.zone)
        beside = any(piece.duty.day == day and not piece.duty.given for piece in laid)
        return "is not wholly inside the shift of its date" if beside else "is not in the rota"
    if any(pause.start < work.end and work.start < pause.end for pause in holder.shift.breaks):
        return "meets a break of the shift around it"
    minutes = sum(
        (min(stretch.end, work.end) - max(stretch.start, work.start)).total_seconds()
        for stretch in holder.stretches
        if stretch.activity == work.activity and stretch.start < work.end and work.start < stretch.end
    )
    return None if minutes == (work.end - work.start).total_seconds() else "is not in the timeline"


def _is_copy(shift: Shift, work: FixedWork) -> bool:
    return (shift.start, shift.end) == (work.start, work.end)


def _difference(alone: Laid, work: FixedWork, laid: list[Laid]) -> str | None:
    shift = alone.shift
    wanted = work.shift if work.activity == SHIFT_ACTIVITY else None
    if shift.template != wanted:
        return f"is shift {wanted or 'without a template'}, the rota has {shift.template or 'none'}"
    if not shift.fixed:
        return "is not marked as fixed in the rota"
    if sorted(work.breaks) != sorted((pause.start, pause.end, pause.paid) for pause in shift.breaks):
        return "has other breaks in the rota"
    others = (piece for piece in laid if piece.duty.day == alone.duty.day and not piece.duty.given)
    if work.activity != SHIFT_ACTIVITY and any(others):
        return "has a shift beside it that does not contain it"
    return None


def nothing_invented(record: Record) -> Iterator[Violation]:
    """A shift that the rota marks as fixed is a row of fixed.csv."""
    for duty, shift in record.plan:
        if shift.fixed and not duty.given:
            message = (
                f"agent {record.agent.name}, {duty.day}: the rota marks a shift as fixed that was not given"
            )
            yield Violation("fixed", record.agent.name, duty.day, None, None, message)
