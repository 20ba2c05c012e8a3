"""What a rota breaks, in planners' words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from forecasting.timegrid import to_local

__all__ = ["Severity", "Violation", "duration", "wall_time"]


class Severity(StrEnum):
    """Whether the plan breaks the rule, or what was given (fixed work, days before the horizon) does."""

    VIOLATION = "violation"
    REPORTED = "reported"


@dataclass(frozen=True)
class Violation:
    """One rule that does not hold.

    Parameters
    ----------
    rule
        Stable name: a contract's column where it has one, e.g. ``min_rest_minutes``.
    agent, day
        Whose rota (empty: of a rule on several agents), and the local date (of a week or a plan: its first
        day); None where there is none.
    value, limit
        What is, and what may be, in the rule's unit (minutes, days, count); None where it is no number.
    message
        ``agent a12, 2026-03-28: 9 h 30 min of rest before this shift, 11 h are required``.
    """

    rule: str
    agent: str
    day: date | None
    value: float | None
    limit: float | None
    message: str
    severity: Severity = Severity.VIOLATION


def duration(minutes: float) -> str:
    """Return minutes as ``9 h 30 min``.

    Examples
    --------
    >>> duration(570), duration(660), duration(45), duration(0), duration(-90)
    ('9 h 30 min', '11 h', '45 min', '0 min', '-1 h 30 min')
    """
    sign = "-" if minutes < 0 else ""
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{hours:g} h"] if hours else []
    if rest or not hours:
        parts.append(f"{rest:g} min")
    return sign + " ".join(parts)


def wall_time(moment: datetime, zone_name: str) -> str:
    """Return the wall-clock time of an instant as ``HH:MM``."""
    return f"{to_local(moment, zone_name):%H:%M}"
