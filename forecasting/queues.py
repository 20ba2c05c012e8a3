"""Regions, channels and queues: whose contacts they are, and what was promised to them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from forecasting.hours import ALWAYS_OPEN, OpeningHours

__all__ = ["KIND_OF_CHANNEL", "ChannelKind", "Queue", "QueueKey", "Region", "Translation"]


class ChannelKind(StrEnum):
    """Whether a contact must be answered at once or may wait for its deadline."""

    LIVE = "live"
    DEFERRED = "deferred"


KIND_OF_CHANNEL = {
    "phone": ChannelKind.LIVE,
    "chat": ChannelKind.LIVE,
    "email": ChannelKind.DEFERRED,
    "social": ChannelKind.DEFERRED,
}
"""Kinds of the channels that everyone has; others state theirs."""


class QueueKey(NamedTuple):
    """Name of a queue: the unit of forecast and of coverage. Sorts by region, language, channel."""

    region: str
    language: str
    channel: str

    def __str__(self) -> str:
        return "/".join(self)


@dataclass(frozen=True)
class Region:
    """A customer market: its own time zone and public holidays."""

    name: str
    time_zone: str
    country: str | None = None
    subdivision: str | None = None


@dataclass(frozen=True)
class Translation:
    """Agents with this language may serve the queue with machine translation, at this speed."""

    language: str
    speed: float


@dataclass(frozen=True)
class Queue:
    """One queue and its targets.

    Parameters
    ----------
    key
        Region, language (canonical BCP 47) and channel.
    kind
        Live or deferred.
    service_level
        Share of contacts to be answered within the threshold (live) or the deadline (deferred), 0–1.
    answer_within_seconds
        The threshold: the "20" of 80/20. Not the mean wait, which is ASA.
    respond_within_minutes
        The deadline of deferred contacts, from their arrival.
    aht_seconds
        Average handle time where history has none.
    patience_seconds
        Mean time a customer waits before abandoning; None: nobody abandons.
    concurrency
        Contacts that one agent holds at once.
    max_occupancy
        Highest share of available time that agents may be busy, (0, 1].
    deflection, repeat_rate
        Share of contacts resolved without an agent; share that comes back. [0, 1).
    hours
        On the region's wall clock.
    min_agents
        Agents present whenever the queue is open.
    priority
        Weight of an agent-hour missing here.
    """

    key: QueueKey
    kind: ChannelKind
    service_level: float = 0.8
    answer_within_seconds: float = 20.0
    respond_within_minutes: int = 240
    aht_seconds: float | None = None
    patience_seconds: float | None = None
    concurrency: int = 1
    max_occupancy: float = 0.9
    deflection: float = 0.0
    repeat_rate: float = 0.0
    hours: OpeningHours = ALWAYS_OPEN
    min_agents: int = 0
    priority: float = 1.0
    translation: tuple[Translation, ...] = ()
