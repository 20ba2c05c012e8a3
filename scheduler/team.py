"""Rules across agents: activities to place, least and most people present, rule packs' rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

__all__ = ["Activity", "Presence", "RuleRow"]


@dataclass(frozen=True)
class Activity:
    """A meeting or training to place where it costs least, inside its window of instants."""

    name: str
    minutes: int
    window_start: datetime
    window_end: datetime
    agents: tuple[str, ...] = ()
    site: str | None = None
    team: str | None = None
    skill: str | None = None
    together: bool = False


@dataclass(frozen=True)
class Presence:
    """Least and most people present in a daily wall-clock window of ``zone``."""

    from_minute: int
    until_minute: int
    weekdays: frozenset[int]
    least: int | None = None
    most: int | None = None
    zone: str | None = None
    site: str | None = None
    skill: str | None = None
    region: str | None = None
    language: str | None = None
    channel: str | None = None


@dataclass(frozen=True)
class RuleRow:
    """One dated value of a rule in a pack; :mod:`scheduler.rules` reads it.

    ``row`` is its place in ``rules.csv`` as a spreadsheet shows it, None where it comes from elsewhere.
    """

    pack: str
    rule: str
    value: str
    first_date: date | None = None
    last_date: date | None = None
    source: str | None = None
    row: int | None = field(default=None, compare=False)
