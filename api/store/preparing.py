"""What publishing needs, read before its lock is taken: whoever else writes waits the less."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.store.database import Store
from api.store.feed import FEED_ID, hold_feed
from api.store.owners import owners_of
from api.store.planned import PlannedShifts
from api.store.publication_tables import FeedRow, PublicationRow, PublishedShiftRow
from api.store.shift_changes import CONTENT, Place
from api.store.shift_columns import kept_columns
from api.store.tables import PlanRow, ShiftRow, WorkspaceRow

__all__ = ["Known", "KnownShift", "Prepared", "plan_dates", "prepare_plan", "prepare_revert", "published_on"]


class KnownShift(NamedTuple):
    """A published shift; ``said`` is as in :class:`~api.store.planned.PlannedShift`."""

    id: str
    revision: int
    cancelled: bool
    said: tuple[Any, ...]


Known = Mapping[Place, KnownShift]
"""Published shifts by place."""


@dataclass(eq=False)
class Prepared:
    """Shifts of plans, and what is published on the dates in question; ``known`` is None if not known.

    Parameters
    ----------
    position
        Where the feed stood before ``known`` was read.
    """

    planned: PlannedShifts
    known: Known | None = None
    position: tuple[int, int] | None = None

    def hold_feed(self, session: Session) -> FeedRow:
        """Take the lock, and drop what may have changed before it was had."""
        feed = hold_feed(session)
        if _position(feed) != self.position:
            self.known = None
        return feed


def prepare_plan(store: Store, plan_id: str) -> Prepared:
    """Read what publishing the plan needs; nothing where there is no such plan."""

    def needs(session: Session) -> _Needs | None:
        plan = session.get(PlanRow, plan_id)
        if plan is None:
            return None
        workspace = session.get_one(WorkspaceRow, plan.workspace_id).name
        return _Needs(workspace, plan_dates(session, plan), [plan_id])

    return _prepare(store, needs)


def prepare_revert(store: Store, publication_id: str) -> Prepared:
    """Read what reverting the publication needs; nothing where there is no such publication."""

    def needs(session: Session) -> _Needs | None:
        row = session.get(PublicationRow, publication_id)
        if row is None:
            return None
        plans = owners_of(session, row, without=publication_id)
        return _Needs(row.workspace, (row.first_date, row.last_date), plans)

    return _prepare(store, needs)


class _Needs(NamedTuple):
    """What is to be read: what is published on these dates, and these plans."""

    workspace: str
    dates: tuple[date, date]
    plans: Iterable[str]


def _prepare(store: Store, needs: Callable[[Session], _Needs | None]) -> Prepared:
    prepared = Prepared(PlannedShifts())
    with store.reading() as session:
        needed = needs(session)
        if needed is not None:
            # The position first: what is published between the two readings is then known to be missing.
            prepared.position = _position(session.get_one(FeedRow, FEED_ID))
            prepared.known = published_on(session, needed.workspace, *needed.dates)
            for plan_id in needed.plans:
                prepared.planned.of(session, plan_id)
    return prepared


def _position(feed: FeedRow) -> tuple[int, int]:
    return feed.last, feed.forgotten


def published_on(session: Session, workspace: str, first: date, last: date) -> Known:
    """Return what was ever published on these dates and is kept."""
    row = PublishedShiftRow
    columns = (row.local_date, row.agent, row.ordinal, row.id, row.revision, row.cancelled)
    query = select(*columns, *kept_columns(row, *CONTENT), row.queues).where(
        row.workspace == workspace, row.local_date.between(first, last)
    )
    return {
        (day, agent, ordinal): KnownShift(shift_id, revision, cancelled, tuple(said))
        for day, agent, ordinal, shift_id, revision, cancelled, *said in session.connection().execute(query)
    }


def plan_dates(session: Session, plan: PlanRow) -> tuple[date, date]:
    """Return the first and last date of the plan."""
    first = date.fromisoformat(plan.settings["start"])
    last = first + timedelta(days=int(plan.settings["days"]) - 1)
    earliest, latest = session.execute(
        select(func.min(ShiftRow.local_date), func.max(ShiftRow.local_date)).where(
            ShiftRow.plan_id == plan.id
        )
    ).one()
    return min(first, earliest or first), max(last, latest or last)
