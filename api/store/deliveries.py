"""Deliveries of messages to webhooks: taken by one worker at a time, tried again, logged, replayed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, delete, select

from api.errors import NotFound
from api.store.audit import record
from api.store.database import Store
from api.store.webhook_tables import DeliveryRow, DeliveryState, MessageRow, WebhookRow
from api.store.webhooks import finish

__all__ = [
    "RETRY_SECONDS",
    "DueDelivery",
    "Outcome",
    "forget_deliveries",
    "list_deliveries",
    "replay_delivery",
    "settle_delivery",
    "take_delivery",
]

RETRY_SECONDS = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
"""Pauses after each attempt that failed (the convention's recommendation); after the last it is given up."""
HOLD_SECONDS = 120.0
GONE = 410


@dataclass(frozen=True)
class DueDelivery:
    """A message to be sent now by whoever took it."""

    id: str
    message_id: str
    url: str
    secret: str
    body: str


@dataclass(frozen=True)
class Outcome:
    """What came of an attempt: the HTTP status, or in words why there is none."""

    status: int | None
    error: str | None
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether the message was received."""
        return self.status is not None and 200 <= self.status < 300


def take_delivery(store: Store) -> DueDelivery | None:
    """Take the delivery that is due longest, if any is; nobody else has it for two minutes."""
    now = store.clock()
    due: ColumnElement[bool] = and_(DeliveryRow.state == DeliveryState.PENDING, DeliveryRow.due <= now)
    with store.reading() as session:
        if session.scalar(select(DeliveryRow.id).where(due).limit(1)) is None:
            return None
    with store.writing() as session:
        row = session.scalar(
            select(DeliveryRow)
            .where(due)
            .order_by(DeliveryRow.due)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        webhook = session.get_one(WebhookRow, row.webhook_id)
        message = session.get_one(MessageRow, row.message_id)
        row.attempts += 1
        row.due = now + timedelta(seconds=HOLD_SECONDS)
        return DueDelivery(row.id, message.id, webhook.url, webhook.secret, message.body)


def settle_delivery(store: Store, delivery_id: str, outcome: Outcome) -> None:
    """Store what came of an attempt: received, to be tried again, or given up.

    An address that answers 410 (gone) is called no more.
    """
    now = store.clock()
    with store.writing() as session:
        row = session.get_one(DeliveryRow, delivery_id, with_for_update=True)
        entry = {
            "at": now.isoformat(),
            "status": outcome.status,
            "error": outcome.error,
            "seconds": round(outcome.seconds, 3),
        }
        row.log = [*row.log, entry]
        if outcome.is_good:
            row.state = DeliveryState.DELIVERED
        elif outcome.status == GONE or row.attempts > len(RETRY_SECONDS):
            row.state = DeliveryState.FAILED
        else:
            row.due = now + timedelta(seconds=RETRY_SECONDS[row.attempts - 1])
        if outcome.status == GONE:
            finish(session, session.get_one(WebhookRow, row.webhook_id), now)


def list_deliveries(
    store: Store, webhook_id: str, *, limit: int, before: str | None = None
) -> list[tuple[DeliveryRow, str]]:
    """Return a webhook's deliveries with their events, newest first, from the one after id ``before`` on."""
    query = (
        select(DeliveryRow, MessageRow.type)
        .join(MessageRow, MessageRow.id == DeliveryRow.message_id)
        .where(DeliveryRow.webhook_id == webhook_id)
    )
    if before is not None:
        query = query.where(DeliveryRow.id < before)
    with store.reading() as session:
        rows = session.execute(query.order_by(DeliveryRow.id.desc()).limit(limit)).all()
    return [(row, event) for row, event in rows]


def replay_delivery(store: Store, webhook_id: str, delivery_id: str) -> None:
    """Have a message sent again, now, with its old id: who has seen it knows it.

    Raises
    ------
    NotFound
    """
    now = store.clock()
    with store.writing() as session:
        row = session.get(DeliveryRow, delivery_id, with_for_update=True)
        if row is None or row.webhook_id != webhook_id:
            raise NotFound(f"there is no delivery {delivery_id} of webhook {webhook_id}")
        before = {"state": row.state}
        row.state, row.attempts, row.due = DeliveryState.PENDING, 0, now
        record(session, now, "webhook.replay", f"webhooks/{webhook_id}", before=before)


def forget_deliveries(store: Store, *, older_than_days: float) -> None:
    """Delete messages and what became of them, and the webhooks that ended before."""
    limit = store.clock() - timedelta(days=older_than_days)
    old = select(MessageRow.id).where(MessageRow.created < limit)
    with store.writing() as session:
        session.execute(delete(DeliveryRow).where(DeliveryRow.message_id.in_(old)))
        session.execute(delete(MessageRow).where(MessageRow.created < limit))
        told = select(DeliveryRow.webhook_id)
        session.execute(delete(WebhookRow).where(WebhookRow.ended < limit, WebhookRow.id.not_in(told)))
