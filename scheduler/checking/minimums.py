"""Paid time that a contract promises and the rota does not give: a price, never a broken rule."""

from __future__ import annotations

from datetime import timedelta

from scheduler.checking.record import Record

__all__ = ["missing_minutes"]

DAY = timedelta(days=1)


def missing_minutes(record: Record) -> float:
    """Return the paid minutes missing from the weeks' minima and from the plan's, each on its own.

    For a week of which d dates lie in the plan, b of them blocked (whole-day unpaid time off, or outside
    employment) and p of them paid leave:

        floor = min_week_minutes × (d − b) / 7 − p × min_week_minutes / max_days_a_week

    and for the plan ``min_plan_minutes`` less the same credit for every date of paid leave. Only the
    rota's own paid minutes count, since the floors are those of the plan's dates.
    """
    contract = record.contract
    if not contract.min_week_minutes and not contract.min_plan_minutes:
        return 0.0
    credit = contract.min_week_minutes / contract.max_days_a_week if contract.max_days_a_week else 0.0
    missing = 0.0
    leave_days = 0
    for monday, duties in record.days_by_week().items():
        dates = [day for day in (monday + step * DAY for step in range(7)) if record.in_horizon(day)]
        free = [day for day in dates if record.employed(day) and not record.away(day, paid=False)]
        leave = sum(record.away(day, paid=True) for day in free)
        leave_days += leave
        floor = contract.min_week_minutes * len(free) / 7 - credit * leave
        paid = sum(duty.minutes for duty in duties if duty.shift is not None)
        missing += max(0.0, floor - paid)
    floor = (contract.min_plan_minutes or 0) - credit * leave_days
    paid = sum(duty.minutes for duty, _ in record.plan)
    return missing + max(0.0, floor - paid)
