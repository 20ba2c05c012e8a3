"""Reading what is in effect: by window, person, site and queue, or everything that changed since."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, or_, select

from api.errors import NotFound, SyncExpired
from api.store.database import Store
from api.store.feed import FEED_ID
from api.store.planned import queue_text
from api.store.publication_tables import FeedRow, PublishedShiftRow
from api.store.shift_columns import SHIFT_COLUMNS, shift_columns, written_columns

__all__ = [
    "PUBLISHED_COLUMNS",
    "PublishedShift",
    "Pulled",
    "ShiftFilter",
    "Sight",
    "SyncPosition",
    "find_published",
    "get_published",
    "pull_shifts",
    "stream_published",
]

PublishedShift = Row[Any]
"""A row of :data:`PUBLISHED_COLUMNS`; ``breaks`` is JSON text.

One that is pulled holds instants, dates and truths as JSON is written from them.
"""

_MARKS = ("id", "revision", "sequence", "cancelled", "updated", "workspace", "publication_id", "queues")
PUBLISHED_COLUMNS = (*_MARKS, *SHIFT_COLUMNS)


@dataclass(frozen=True)
class Sight:
    """What someone may see at most; empty and None limit nothing."""

    sites: tuple[str, ...] = ()
    agent: str | None = None
    workspace: str | None = None

    def shows(self, row: PublishedShift) -> bool:
        """Whether the shift is among it."""
        return self.shows_person(row.agent, row.site) and self.workspace in (None, row.workspace)

    def shows_person(self, agent: str, site: str) -> bool:
        """Whether an agent of a site is among it."""
        return (not self.sites or site in self.sites) and self.agent in (None, agent)


@dataclass(frozen=True)
class ShiftFilter:
    """Which published shifts; None does not filter.

    Parameters
    ----------
    window_from, window_until
        Only shifts that share some time with the half-open window [from, until).
    agents
        Only shifts of one of these.
    queue
        Region, language and channel of a queue that the shift serves.
    updated_since
        Only shifts that changed at or after it; cancelled ones too, which are left out otherwise.
    with_cancelled
        Whether cancelled ones are among them in any case.
    """

    workspace: str | None = None
    agent: str | None = None
    agents: tuple[str, ...] | None = None
    site: str | None = None
    queue: tuple[str, str, str] | None = None
    window_from: datetime | None = None
    window_until: datetime | None = None
    updated_since: datetime | None = None
    with_cancelled: bool = False
    sight: Sight = Sight()


@dataclass(frozen=True)
class SyncPosition:
    """How far a client has come: changes up to ``sequence`` of the feed that ``epoch`` names.

    ``begun`` is the feed's last number when the client began: what was cancelled before, it never had.
    """

    epoch: str
    sequence: int
    begun: int


@dataclass(frozen=True, eq=False)
class Pulled:
    """Shifts in the order of their newest change, the position after them, and whether there are more."""

    rows: Sequence[PublishedShift]
    position: SyncPosition
    more: bool


def get_published(store: Store, shift_id: str, sight: Sight) -> PublishedShift:
    """Return a published shift, cancelled or not.

    Raises
    ------
    NotFound
        If there is none, or it is out of sight.
    """
    with store.reading() as session:
        row = session.execute(_listed().where(PublishedShiftRow.id == shift_id)).one_or_none()
    if row is None or not sight.shows(row):
        raise NotFound(f"there is no published shift {shift_id}")
    return row


def find_published(
    store: Store, wanted: ShiftFilter, *, limit: int, after: tuple[datetime, str] | None = None
) -> Sequence[PublishedShift]:
    """Return published shifts by start and id, from the one after ``after`` on."""
    query = _wanted(wanted)
    if after is not None:
        row = PublishedShiftRow
        # Said twice, so that the index on starts is entered where the page begins.
        query = query.where(row.start >= after[0], or_(row.start > after[0], row.id > after[1]))
    with store.reading() as session:
        return session.execute(query.limit(limit)).all()


def stream_published(store: Store, wanted: ShiftFilter) -> Generator[PublishedShift, None, None]:
    """Return the same, all of them, read as they are asked for."""
    return store.stream(_wanted(wanted))


def _wanted(wanted: ShiftFilter) -> Select[Any]:
    row = PublishedShiftRow
    query = _listed()
    if wanted.updated_since is None and not wanted.with_cancelled:
        query = query.where(row.cancelled.is_(False))
    if wanted.updated_since is not None:
        query = query.where(row.updated >= wanted.updated_since)
    for column, value in (
        (row.workspace, wanted.workspace),
        (row.agent, wanted.agent),
        (row.site, wanted.site),
        (row.agent, wanted.sight.agent),
        (row.workspace, wanted.sight.workspace),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.agents is not None:
        query = query.where(row.agent.in_(wanted.agents))
    if wanted.sight.sites:
        query = query.where(row.site.in_(wanted.sight.sites))
    if wanted.queue is not None:
        query = query.where(row.queues.contains(queue_text(wanted.queue), autoescape=True))
    if wanted.window_from is not None:
        query = query.where(row.end > wanted.window_from)
    if wanted.window_until is not None:
        query = query.where(row.start < wanted.window_until)
    return query.order_by(row.start, row.id)


def pull_shifts(
    store: Store, position: SyncPosition | None, *, limit: int, workspace: str | None = None
) -> Pulled:
    """Return what changed after the position; without one, all that is in effect.

    Raises
    ------
    SyncExpired
        If cancellations after the position are no longer kept, or the store is another one.
    """
    row = PublishedShiftRow
    with store.reading() as session:
        feed = session.get_one(FeedRow, FEED_ID)
        if position is None:
            position = SyncPosition(feed.epoch, 0, feed.last)
        elif position.epoch != feed.epoch or feed.forgotten > max(position.sequence, position.begun):
            raise SyncExpired("changes since this sync token are no longer kept: pull everything without it")
        query = (
            select(*written_columns(row, *_MARKS))
            .where(
                row.sequence > position.sequence,
                or_(row.cancelled.is_(False), row.sequence > position.begun),
            )
            .order_by(row.sequence)
            .limit(limit + 1)
        )
        if workspace is not None:
            query = query.where(row.workspace == workspace)
        rows = session.connection().execute(query).all()
    shown = rows[:limit]
    reached = shown[-1].sequence if shown else position.sequence
    return Pulled(shown, SyncPosition(position.epoch, reached, position.begun), len(rows) > limit)


def _listed() -> Select[Any]:
    return select(*shift_columns(PublishedShiftRow, *_MARKS))
