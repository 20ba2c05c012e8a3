"""What the rota's shifts are paid beyond their hours, where a site's rule pack has premiums or overtime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from scheduler.checking.record import Record
from scheduler.pay.price import ShiftPay, price_shifts
from scheduler.rules.shipped import NO_RULES
from scheduler.workspace import Workspace

__all__ = ["price_records"]


def price_records(records: Sequence[Record], workspace: Workspace) -> Mapping[str, tuple[ShiftPay, ...]]:
    """Return the pay of each agent's shifts in the record's order; without a rule pack an agent has none.

    Only workspace and clock say which site, date and minutes a shift has: the rota may be wrong.
    """
    packed = [record for record in records if record.site.rules != NO_RULES]
    shifts = [
        replace(
            shift,
            agent=record.agent.name,
            site=record.site.name,
            local_date=duty.day,
            paid_minutes=duty.minutes,
        )
        for record in packed
        for duty, shift in record.plan
    ]
    book = packed[0].limit_book.book if packed else None
    pays = iter(price_shifts(shifts, workspace, book))
    return {record.agent.name: tuple(next(pays) for _ in record.plan) for record in packed}
