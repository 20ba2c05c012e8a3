"""Webhooks, and the messages for them: written in the transaction in which something happens."""

from __future__ import annotations

import secrets
from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from api.errors import NotFound
from api.store.audit import record
from api.store.database import Store
from api.store.ids import new_id
from api.store.publication_tables import ChangeRow, PublicationRow
from api.store.tables import RunRow
from api.store.webhook_tables import DeliveryRow, DeliveryState, EventType, MessageRow, WebhookRow

__all__ = [
    "SECRET_PREFIX",
    "add_webhook",
    "end_webhook",
    "finish",
    "get_webhook",
    "list_webhooks",
    "tell",
    "tell_of_changes",
    "tell_of_run",
]

SECRET_PREFIX = "whsec_"  # noqa: S105 - not a secret
SECRET_BYTES = 32
SHOWN_CHANGES = 100
TOLD_OF_CHANGES = ("sequence", "action", "shift_id", "revision", "agent", "site", "local_date")


def add_webhook(store: Store, *, url: str, events: Iterable[EventType]) -> WebhookRow:
    """Keep an address; its secret is made here."""
    now = store.clock()
    row = WebhookRow(
        id=new_id(now),
        url=url,
        events=sorted(set(events)),
        secret=SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode(),
        created=now,
        ended=None,
    )
    with store.writing() as session:
        session.add(row)
        record(session, now, "webhook.add", f"webhooks/{row.id}", after={"url": url, "events": row.events})
    return row


def get_webhook(store: Store, webhook_id: str) -> WebhookRow:
    """Return a webhook that has not ended.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        return _standing(session, webhook_id)


def _standing(session: Session, webhook_id: str) -> WebhookRow:
    row = session.get(WebhookRow, webhook_id)
    if row is None or row.ended is not None:
        raise NotFound(f"there is no webhook {webhook_id}")
    return row


def list_webhooks(store: Store, *, limit: int, before: str | None = None) -> list[WebhookRow]:
    """Return webhooks that have not ended, newest first, from the one after id ``before`` on."""
    query = select(WebhookRow).where(WebhookRow.ended.is_(None))
    if before is not None:
        query = query.where(WebhookRow.id < before)
    with store.reading() as session:
        return list(session.scalars(query.order_by(WebhookRow.id.desc()).limit(limit)))


def end_webhook(store: Store, webhook_id: str) -> None:
    """Call the address no more.

    Raises
    ------
    NotFound
    """
    with store.writing() as session:
        finish(session, _standing(session, webhook_id), store.clock())


def finish(session: Session, row: WebhookRow, now: datetime) -> None:
    """End a webhook, and what still waits to be told to it."""
    row.ended = now
    waiting = (DeliveryRow.webhook_id == row.id) & (DeliveryRow.state == DeliveryState.PENDING)
    session.execute(update(DeliveryRow).where(waiting).values(state=DeliveryState.FAILED))
    record(session, now, "webhook.end", f"webhooks/{row.id}", before={"url": row.url})


def tell(session: Session, now: datetime, event: EventType, data: Mapping[str, Any]) -> None:
    """Have every webhook that asked for such events told of one, should the transaction be kept."""
    standing = session.scalars(select(WebhookRow).where(WebhookRow.ended.is_(None)))
    wanting = [row for row in standing if event in row.events]
    if not wanting:
        return
    # As the convention has it: https://www.standardwebhooks.com, payload structure.
    body = orjson.dumps({"type": event, "timestamp": now, "data": data}, option=orjson.OPT_UTC_Z).decode()
    message = MessageRow(id=new_id(now), type=event, created=now, body=body)
    session.add(message)
    session.flush()
    session.add_all(
        DeliveryRow(
            id=new_id(now),
            webhook_id=row.id,
            message_id=message.id,
            state=DeliveryState.PENDING,
            attempts=0,
            due=now,
            log=[],
        )
        for row in wanting
    )


def tell_of_run(session: Session, now: datetime, row: RunRow, plan_id: str | None = None) -> None:
    """Tell that the run has ended."""
    data = {"run_id": row.id, "workspace_id": row.workspace_id, "status": row.status, "plan_id": plan_id}
    tell(session, now, EventType.RUN_FINISHED, data)


def tell_of_changes(session: Session, publication: PublicationRow, now: datetime, after: int) -> None:
    """Tell of the changes numbered after ``after``: how many, and the first of them.

    One message for all: a publication changes thousands of shifts, which receivers pull by their sync token.
    """
    change = ChangeRow
    columns = [getattr(change, name) for name in TOLD_OF_CHANGES]
    query = select(*columns).where(change.sequence > after).order_by(change.sequence)
    rows = session.execute(query.limit(SHOWN_CHANGES)).mappings().all()
    count = session.scalar(select(func.count()).where(change.sequence > after))
    if count:
        data = {
            "publication_id": publication.id,
            "workspace": publication.workspace,
            "count": count,
            "changes": [dict(row) for row in rows],
        }
        tell(session, now, EventType.SHIFT_CHANGED, data)
