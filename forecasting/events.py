"""Known events that raise or lower contacts: campaigns, launches, outages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from forecasting.queues import QueueKey

__all__ = ["Event"]


@dataclass(frozen=True)
class Event:
    """A window in which contacts are ``factor`` times what they would be.

    ``region``, ``language`` and ``channel`` narrow it; None means all. Past events are taken out of what
    is learned, future ones are applied to what is forecast.
    """

    start: datetime
    end: datetime
    factor: float
    region: str | None = None
    language: str | None = None
    channel: str | None = None
    name: str | None = None

    def touches(self, key: QueueKey) -> bool:
        """Tell whether the event concerns this queue."""
        return (
            self.region in (None, key.region)
            and self.language in (None, key.language)
            and self.channel in (None, key.channel)
        )
