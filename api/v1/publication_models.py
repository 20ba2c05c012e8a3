"""Bodies of publications, published shifts and changes."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.v1.forms import ROW_CONTENT
from api.v1.models import NEXT_CURSOR, PlanModel, ShiftModel
from api.v1.times import Instant

__all__ = [
    "ChangeModel",
    "ChangePage",
    "DifferenceModel",
    "PublicationList",
    "PublicationModel",
    "PublishRequest",
    "PublishedPage",
    "PublishedShiftModel",
    "QueueModel",
    "ShiftDifferenceModel",
    "SyncPage",
]


class PublishRequest(BaseModel):
    """How to publish a plan."""

    model_config = ConfigDict(extra="forbid")

    reason: str | None = Field(
        None, min_length=3, max_length=1000, description="Why, where the plan breaks rules; kept with it."
    )


class PublicationModel(BaseModel):
    """A plan put into effect on its dates."""

    id: str
    plan_id: str
    workspace: str = Field(description="Name of the workspace: what was in effect there is replaced.")
    first_date: date
    last_date: date
    created: Instant
    reason: str | None
    violations: int
    counts: dict[str, int] = Field(description="Shifts added, changed, cancelled, same.")
    reverted: Instant | None


class PublicationList(BaseModel):
    """Publications, newest first."""

    items: list[PublicationModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class QueueModel(BaseModel):
    """A queue."""

    region: str
    language: str
    channel: str


class PublishedShiftModel(ShiftModel):
    """A shift in effect. It keeps its id while its agent works on that local date, whatever is published."""

    id: str
    revision: int = Field(description="Counts its changes from 1.")
    state: Literal["published", "cancelled"]
    updated: Instant
    workspace: str
    publication_id: str = Field(description="That changed it last.")
    queues: list[QueueModel] = Field(description="Served in it.")


class PublishedPage(BaseModel):
    """Published shifts by start."""

    model_config = ConfigDict(openapi_extra=ROW_CONTENT)  # type: ignore[typeddict-unknown-key]

    items: list[PublishedShiftModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class SyncPage(BaseModel):
    """Shifts in the order of their newest change; cancelled ones are to be deleted from the copy."""

    items: list[PublishedShiftModel]
    sync_token: str = Field(description="To be kept, and sent with the next pull.")
    more: bool = Field(description="Whether there is more to pull at once.")


class ChangeModel(BaseModel):
    """A change of a published shift."""

    sequence: int
    created: Instant
    publication_id: str
    action: Literal["added", "changed", "cancelled"]
    shift_id: str
    revision: int
    workspace: str
    agent: str
    site: str
    local_date: date


class ChangePage(BaseModel):
    """Changes, oldest first."""

    items: list[ChangeModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class ShiftDifferenceModel(BaseModel):
    """A shift before and after; null where there is none."""

    kind: Literal["added", "changed", "cancelled"]
    agent: str
    local_date: date
    changed: list[str] = Field(description="Names of what is not the same.")
    before: ShiftModel | None
    after: ShiftModel | None


class DifferenceModel(BaseModel):
    """What leads from one plan to another."""

    before: PlanModel
    after: PlanModel
    counts: dict[str, int] = Field(description="Shifts added, changed, cancelled, same.")
    figures: dict[str, dict[str, Any]] = Field(description="Of the plans' summaries: before and after.")
    items: list[ShiftDifferenceModel] = Field(description="By local date and agent.")
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)
