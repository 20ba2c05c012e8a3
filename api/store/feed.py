"""The feed: one number after another for every change of what is in effect."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.store.database import Store
from api.store.publication_tables import ChangeRow, FeedRow, PublishedShiftRow

__all__ = ["FEED_ID", "forget_changes", "hold_feed", "list_changes"]

FEED_ID = 1


def hold_feed(session: Session) -> FeedRow:
    """Return the feed; nobody else numbers changes until the transaction ends.

    To be asked for before anything else is read, so that all of it is as the last one left it.
    """
    return session.get_one(FeedRow, FEED_ID, with_for_update=True)


def list_changes(
    store: Store, *, limit: int, after: int = 0, shift_id: str | None = None, workspace: str | None = None
) -> list[ChangeRow]:
    """Return changes, oldest first, from the one after number ``after`` on."""
    query = select(ChangeRow).where(ChangeRow.sequence > after)
    if shift_id is not None:
        query = query.where(ChangeRow.shift_id == shift_id)
    if workspace is not None:
        query = query.where(ChangeRow.workspace == workspace)
    with store.reading() as session:
        return list(session.scalars(query.order_by(ChangeRow.sequence).limit(limit)))


def forget_changes(store: Store, *, older_than_days: float) -> int:
    """Delete old changes, and shifts that were cancelled so long ago; return how many changes."""
    limit = store.clock() - timedelta(days=older_than_days)
    with store.writing() as session:
        feed = hold_feed(session)
        newest = session.scalar(select(func.max(ChangeRow.sequence)).where(ChangeRow.created < limit))
        if newest is None:
            return 0
        feed.forgotten = max(feed.forgotten, newest)
        result = session.execute(delete(ChangeRow).where(ChangeRow.sequence <= newest))
        session.execute(
            delete(PublishedShiftRow).where(PublishedShiftRow.cancelled, PublishedShiftRow.sequence <= newest)
        )
        return int(result.rowcount)  # type: ignore[attr-defined]
