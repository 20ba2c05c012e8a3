"""Rules across agents: activities to place, least and most people present, rule packs' rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from forecasting.queues import QueueKey
from scheduler.agents import ANY_CHANNEL, Agent

__all__ = ["Activity", "Presence", "RuleRow", "knows"]


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

    def takes_part(self, agent: Agent) -> bool:
        """Tell whether an agent is asked to attend."""
        if self.site is not None:
            return agent.site == self.site
        if self.team is not None:
            return agent.team == self.team
        return knows(agent, self.skill) if self.skill is not None else agent.name in self.agents


@dataclass(frozen=True)
class Presence:
    """Least and most people present in a daily wall-clock window of ``zone``."""

    from_minute: int
    until_minute: int
    weekdays: frozenset[int]
    zone: str
    least: int | None = None
    most: int | None = None
    site: str | None = None
    skill: str | None = None
    region: str | None = None
    language: str | None = None
    channel: str | None = None

    def counts(self, agent: Agent, queues: Iterable[QueueKey]) -> bool:
        """Tell whether an agent is among the people that the row speaks of.

        Those of its site; who knows its skill (``lv:*``: Latvian on any channel); or who serves, of these
        queues and by a skill of their own, one of its region, language and channel.
        """
        if self.site is not None:
            return agent.site == self.site
        if self.skill is not None:
            return knows(agent, self.skill)
        return any(
            key.region == self.region
            and self.language in (None, key.language)
            and self.channel in (None, key.channel)
            and agent.speed(*key) > 0
            for key in queues
        )

    @property
    def group(self) -> str:
        """Whom the row speaks of, in words."""
        if self.site is not None:
            return f"site {self.site}"
        if self.skill is not None:
            return f"skill {self.skill}"
        parts = [part for part in (self.region, self.language, self.channel) if part is not None]
        return f"region {'/'.join(parts)}"


def knows(agent: Agent, skill: str) -> bool:
    """Tell whether an agent has a skill such as ``lv:phone``; ``lv:*``: the language on any channel."""
    language, channel = skill.split(":")
    return any(
        own.language == language and (channel == ANY_CHANNEL or own.channel in (channel, ANY_CHANNEL))
        for own in agent.skills
    )


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
