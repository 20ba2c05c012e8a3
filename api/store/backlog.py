"""What waits, and who is there to do it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from api.store.database import Store
from api.store.feed import FEED_ID
from api.store.publication_tables import FeedRow
from api.store.tables import RunRow, RunStatus
from api.store.webhook_tables import DeliveryRow, DeliveryState
from api.store.workers import living_workers

__all__ = ["Backlog", "read_backlog"]


@dataclass(frozen=True)
class Backlog:
    """Figures of one moment.

    Parameters
    ----------
    runs
        Counts of the runs that are kept, by status.
    longest_wait
        Seconds that the oldest waiting run has waited; 0 where none waits.
    deliveries
        Messages that webhooks are still to be told.
    changes
        Number of the newest change of a published shift.
    """

    runs: dict[str, int]
    workers: int
    longest_wait: float
    deliveries: int
    changes: int


def read_backlog(store: Store, *, within_seconds: float) -> Backlog:
    """Return the figures; workers count that were heard of within so many seconds."""
    with store.reading() as session:
        counts = dict(session.execute(select(RunRow.status, func.count()).group_by(RunRow.status)).all())
        oldest = session.scalar(select(func.min(RunRow.created)).where(RunRow.status == RunStatus.QUEUED))
        pending = select(func.count()).where(DeliveryRow.state == DeliveryState.PENDING)
        deliveries = session.scalar(pending) or 0
        changes = session.get_one(FeedRow, FEED_ID).last
    return Backlog(
        runs={str(status): counts.get(status, 0) for status in RunStatus},
        workers=living_workers(store, within_seconds=within_seconds),
        longest_wait=0.0 if oldest is None else (store.clock() - oldest).total_seconds(),
        deliveries=deliveries,
        changes=changes,
    )
