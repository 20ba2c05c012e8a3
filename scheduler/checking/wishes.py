"""Which wishes a rota refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scheduler.agents import Wish, WishKind
from scheduler.checking.record import Duty, Record

__all__ = ["refused_weight", "refused_wishes"]


def refused_wishes(record: Record) -> Iterator[tuple[date, Wish]]:
    """Return each wish with each date of the plan on which it is refused.

    - ``day_off``: a shift starts that date;
    - ``work``: none does;
    - ``shift NAME``: that template is not worked;
    - ``start_before HH:MM``, ``start_after HH:MM``: a shift starts later, earlier; equal is granted.

    A wish for a weekday is one for each such date. Wishes to work are void on dates that time off takes
    whole and outside employment.
    """
    by_day: dict[date, list[Duty]] = {}
    for duty, _ in record.plan:
        by_day.setdefault(duty.day, []).append(duty)
    for wish in record.wishes:
        dates = [
            day
            for day in record.settings.dates
            if (wish.day == day if wish.day is not None else wish.weekday == day.weekday())
        ]
        for day in dates:
            if _refused(record, wish, day, by_day.get(day, [])):
                yield day, wish


def _refused(record: Record, wish: Wish, day: date, duties: list[Duty]) -> bool:
    walls = [duty.wall for duty in duties if duty.wall is not None]
    minute = wish.minute or 0
    match wish.kind:
        case WishKind.DAY_OFF:
            return bool(duties)
        case WishKind.WORK | WishKind.SHIFT:
            if not duties:
                return record.employed(day) and not record.away(day)
            return wish.kind is WishKind.SHIFT and all(duty.template != wish.shift for duty in duties)
        case WishKind.START_BEFORE:
            return any(wall > minute for wall in walls)
        case WishKind.START_AFTER:
            return any(wall < minute for wall in walls)


def refused_weight(record: Record) -> float:
    """Return Σ weight of refused wishes × the agent's wish factor."""
    return sum((wish.weight for _, wish in refused_wishes(record)), 0.0) * record.agent.wish_factor
