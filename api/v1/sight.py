"""What the one who asks may see, and which queue they ask for: alike for shifts and for people."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.identity import me
from api.store.published import Sight
from api.team import workspace_in_sight
from forecasting.errors import Fault, InvalidInput

__all__ = ["QueueQuery", "own_sight", "own_workspace", "queue_of"]


class QueueQuery(BaseModel):
    """A queue."""

    region: str | None = Field(None, description="With language and channel: only what serves the queue.")
    language: str | None = None
    channel: str | None = None


def queue_of(query: QueueQuery) -> tuple[str, str, str] | None:
    """Return the queue that is asked for, if one is.

    Raises
    ------
    InvalidInput
        If only a part of it is named.
    """
    region, language, channel = query.region, query.language, query.channel
    if region and language and channel:
        return region, language, channel
    if region or language or channel:
        rule = "region, language and channel name a queue together"
        raise InvalidInput(Fault(rule, column="region", code="missing"))
    return None


def own_workspace(name: str | None) -> str | None:
    """Return which workspace is asked for: None is the one uploaded last.

    Raises
    ------
    NotFound
        If it is out of sight.
    """
    return workspace_in_sight(name, own_sight())


def own_sight() -> Sight:
    """Return what the one who asks may see at most."""
    asks = me()
    return Sight(asks.sites, asks.agent, asks.workspace)
