"""A rota: every shift, and what each agent does minute by minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from forecasting.queues import QueueKey

__all__ = ["IDLE", "ON_BREAK", "WORK", "Break", "Rota", "Shift", "Stretch"]

WORK = "work"
IDLE = "idle"
ON_BREAK = "break"


@dataclass(frozen=True, slots=True)
class Break:
    """A break of a shift, as instants."""

    start: datetime
    end: datetime
    paid: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """A dated shift of one agent.

    Parameters
    ----------
    template
        Name of the shift template; None for fixed work without one.
    start, end
        UTC; the minutes between them are elapsed, breaks included.
    local_date
        The site's date at the start: the date that the shift belongs to.
    paid_minutes
        Elapsed less unpaid breaks, or as the fixed row states.
    fixed
        Whether it was given and is kept as it is.
    """

    agent: str
    site: str
    template: str | None
    start: datetime
    end: datetime
    local_date: date
    time_zone: str
    paid_minutes: int
    breaks: tuple[Break, ...] = ()
    fixed: bool = False

    @property
    def minutes(self) -> int:
        """Elapsed minutes."""
        return int((self.end - self.start).total_seconds()) // 60

    @property
    def unpaid_minutes(self) -> int:
        """Elapsed minutes that are not paid."""
        return self.minutes - self.paid_minutes


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time in which an agent does one thing: ``work`` on a queue, ``break``, ``idle`` or an activity.

    Work that found no queue in need is ``idle``: paid, present and free.
    """

    agent: str
    start: datetime
    end: datetime
    activity: str
    queue: QueueKey | None = None
    translated: bool = False


@dataclass(frozen=True)
class Rota:
    """All tours of a plan: shifts sorted by agent and start, stretches that fill them likewise."""

    shifts: tuple[Shift, ...]
    stretches: tuple[Stretch, ...]
