"""The audit log: written in the transaction of the change that it tells of."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.store.database import Store
from api.store.identity_tables import AuditRow

__all__ = ["ACTOR", "SYSTEM", "Actor", "forget_audit", "list_audit", "record"]


@dataclass(frozen=True)
class Actor:
    """Who changes things, and the request in which they do."""

    name: str
    request_id: str | None = None


SYSTEM = Actor("system")
ACTOR: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)
"""Set anew for every request; whatever is done outside of one, the system does."""


def record(
    session: Session,
    now: datetime,
    action: str,
    resource: str,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Tell of a change, within its transaction.

    Parameters
    ----------
    action
        What was done, such as ``plan.publish``.
    resource
        Kind and id of what was changed, such as ``plans/01h…``.
    before, after
        What of it changed; never a secret.
    """
    actor = ACTOR.get()
    session.add(
        AuditRow(
            created=now,
            actor=actor.name,
            request_id=actor.request_id,
            action=action,
            resource=resource,
            before=before,
            after=after,
        )
    )


def list_audit(
    store: Store, *, limit: int, before: int | None = None, resource: str | None = None
) -> list[AuditRow]:
    """Return entries, newest first, from the one after id ``before`` on."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditRow.id < before)
    if resource is not None:
        query = query.where(AuditRow.resource == resource)
    with store.reading() as session:
        return list(session.scalars(query))


def forget_audit(store: Store, *, older_than_days: float) -> None:
    """Delete entries of long ago."""
    limit = store.clock() - timedelta(days=older_than_days)
    with store.writing() as session:
        session.execute(delete(AuditRow).where(AuditRow.created < limit))
