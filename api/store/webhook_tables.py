"""Tables of webhooks: addresses to call, what is to be told, and what came of telling it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant
from api.store.tables import Base, Id

__all__ = ["DeliveryRow", "DeliveryState", "EventType", "MessageRow", "WebhookRow"]


class EventType(StrEnum):
    """What webhooks are told of."""

    PLAN_PUBLISHED = "plan.published"
    SHIFT_CHANGED = "shift.changed"
    RUN_FINISHED = "run.finished"


class DeliveryState(StrEnum):
    """What became of a delivery."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class WebhookRow(Base):
    """An address that is called when something happens."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(JSON)
    secret: Mapped[str]
    """Signs what is sent: kept as it is, since a digest could not sign."""
    created: Mapped[datetime] = mapped_column(Instant)
    ended: Mapped[datetime | None] = mapped_column(Instant)
    """When it was deleted, or its address said that it is gone."""


class MessageRow(Base):
    """Something that happened, as it is told; written in the transaction in which it happened."""

    __tablename__ = "webhook_messages"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    type: Mapped[str] = mapped_column(String(40))
    created: Mapped[datetime] = mapped_column(Instant, index=True)
    body: Mapped[str]
    """The very text that is signed and sent."""


class DeliveryRow(Base):
    """One message for one webhook."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id"), index=True)
    message_id: Mapped[str] = mapped_column(ForeignKey("webhook_messages.id"), index=True)
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    due: Mapped[datetime] = mapped_column(Instant)
    """When to try next; while one tries, when another would."""
    log: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """An entry an attempt: when, the HTTP status or what went wrong, seconds."""

    __table_args__ = (Index("ix_webhook_deliveries_state_due", "state", "due"),)
