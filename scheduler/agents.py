"""Agents, and what is known of their days before a rota is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from forecasting.queues import Queue

__all__ = [
    "ANY_CHANNEL",
    "Agent",
    "Availability",
    "FixedWork",
    "Skill",
    "TimeOff",
    "Wish",
    "WishKind",
    "WorkedDay",
]

ANY_CHANNEL = "*"


@dataclass(frozen=True)
class Skill:
    """A language on a channel (``*``: every channel), with speed relative to a full agent's."""

    language: str
    channel: str
    speed: float = 1.0


@dataclass(frozen=True)
class Agent:
    """The person rostered.

    Parameters
    ----------
    name
        Stable id.
    regions
        Regions that may be served; None: all.
    hourly_cost
        Per paid hour, in the site's currency.
    wish_factor
        Weight of this agent's wishes beside others'.
    first_date, last_date
        Local dates of employment, inclusive.
    """

    name: str
    site: str
    contract: str
    skills: tuple[Skill, ...]
    display_name: str | None = None
    email: str | None = None
    team: str | None = None
    regions: frozenset[str] | None = None
    hourly_cost: float = 0.0
    wish_factor: float = 1.0
    first_date: date | None = None
    last_date: date | None = None

    def speed(self, region: str, language: str, channel: str) -> float:
        """Return the speed at which the agent serves a queue; 0 without the skill."""
        if self.regions is not None and region not in self.regions:
            return 0.0
        return max(
            (
                skill.speed
                for skill in self.skills
                if skill.language == language and skill.channel in (channel, ANY_CHANNEL)
            ),
            default=0.0,
        )

    def translating_speed(self, queue: Queue) -> float:
        """Return the speed at which the agent serves a queue by machine translation; 0 if not at all.

        Who knows the queue's own language does not translate.
        """
        region, _, channel = queue.key
        if not queue.translation or self.speed(*queue.key) > 0:
            return 0.0
        return max(
            (each.speed for each in queue.translation if self.speed(region, each.language, channel) > 0),
            default=0.0,
        )


@dataclass(frozen=True)
class Availability:
    """A wall-clock window of the site in which the agent may work: on a weekday, or on one date.

    ``until_minute`` is beyond 1440 where the window crosses midnight.
    """

    agent: str
    weekday: int | None
    day: date | None
    from_minute: int
    until_minute: int


@dataclass(frozen=True)
class TimeOff:
    """Absence, as instants; ``whole_days`` holds the local dates it blocks where it was given in dates."""

    agent: str
    start: datetime
    end: datetime
    whole_days: tuple[date, ...] = ()
    kind: str = "leave"
    paid: bool = True


class WishKind(StrEnum):
    """What an agent may ask for."""

    DAY_OFF = "day_off"
    WORK = "work"
    SHIFT = "shift"
    START_BEFORE = "start_before"
    START_AFTER = "start_after"


@dataclass(frozen=True)
class Wish:
    """A wish for one date, or for every date of a weekday.

    ``shift`` names the template for SHIFT, ``minute`` the wall-clock time for START_BEFORE / START_AFTER.
    """

    agent: str
    kind: WishKind
    day: date | None = None
    weekday: int | None = None
    shift: str | None = None
    minute: int | None = None
    weight: float = 1.0


@dataclass(frozen=True)
class FixedWork:
    """Work that stays as it is. ``activity`` is ``shift`` or the name of a meeting, training, …

    ``breaks`` are (start, end, paid); ``paid_minutes`` None means elapsed less unpaid breaks.
    """

    agent: str
    start: datetime
    end: datetime
    activity: str
    shift: str | None = None
    breaks: tuple[tuple[datetime, datetime, bool], ...] = ()
    paid_minutes: int | None = None


@dataclass(frozen=True)
class WorkedDay:
    """A local date before the horizon, as it was worked (or not: no minutes)."""

    agent: str
    day: date
    worked_minutes: int = 0
    end: datetime | None = None
    shift: str | None = None
    night: bool | None = None
    weekend: bool | None = None
