"""What is in effect: made from the publications that stand, and compared with what was in effect before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Dialect,
    Integer,
    Text,
    cast,
    column,
    false,
    func,
    insert,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

from api.store.ids import new_id
from api.store.owners import owners, owners_of
from api.store.planned import PlannedShift, PlannedShifts
from api.store.preparing import Prepared, published_on
from api.store.publication_tables import Action, ChangeRow, FeedRow, PublicationRow, PublishedShiftRow
from api.store.shift_changes import CONTENT, Place, compare_shifts
from api.store.shift_columns import SHIFT_COLUMNS
from api.store.tables import PlanRow, PlanState, ShiftRow
from api.store.webhooks import tell_of_changes

__all__ = ["put_into_effect"]


def put_into_effect(
    session: Session, feed: FeedRow, publication: PublicationRow, prepared: Prepared
) -> dict[str, int]:
    """Bring published shifts on the publication's dates to what the standing publications say.

    Parameters
    ----------
    feed
        Held by this transaction.
    publication
        Made or reverted by this transaction; flushed.
    prepared
        What it does not hold is read now.

    Returns
    -------
    dict
        Counts of shifts added, changed, cancelled and left as they were.
    """
    wanted = _wanted(session, publication, prepared.planned)
    known = prepared.known
    if known is None:
        dates = publication.first_date, publication.last_date
        known = published_on(session, publication.workspace, *dates)
    standing = {place: row for place, row in known.items() if not row.cancelled}
    changes = compare_shifts(standing, wanted, attrgetter("said"))
    now = publication.reverted or publication.created
    new: list[tuple[Any, ...]] = []
    renewed: list[tuple[Any, ...]] = []
    cancelled: list[tuple[Any, ...]] = []
    before = feed.last
    done: list[tuple[Action, int, int]] = []
    for action, places in (
        (Action.ADDED, changes.added),
        (Action.CHANGED, changes.changed),
        (Action.CANCELLED, changes.cancelled),
    ):
        begin = feed.last
        for place in places:
            feed.last += 1
            old = known.get(place)
            if old is None:
                new.append((new_id(now), feed.last, place[2], *_of_plan(wanted[place])))
            elif action is Action.CANCELLED:
                cancelled.append((old.id, feed.last, place[2], "", "", 0))
            else:
                renewed.append((old.id, feed.last, place[2], *_of_plan(wanted[place])))
        done.append((action, begin, feed.last))
    for write, rows in ((_copy_of_plan, new), (_renewal, renewed), (_cancellation, cancelled)):
        if rows:
            session.connection().execute(write(_Given(rows, session.connection().dialect), publication, now))
    for action, begin, end in done:
        _log(session, action, begin, end)
    tell_of_changes(session, publication, now, before)
    _set_states(session, publication.workspace)
    return {
        "added": len(changes.added),
        "changed": len(changes.changed),
        "cancelled": len(changes.cancelled),
        "same": changes.same,
    }


def _wanted(
    session: Session, publication: PublicationRow, planned: PlannedShifts
) -> dict[Place, PlannedShift]:
    """Return the shifts that the standing publications put on this one's dates."""
    return {
        place: shift
        for plan_id, days in owners_of(session, publication).items()
        for place, shift in planned.of(session, plan_id).items()
        if place[0] in days
    }


def _of_plan(shift: PlannedShift) -> tuple[str, str, int]:
    return shift.said[-1], shift.plan_id, shift.number


class _Given:
    """Rows as a table of the database's, handed over at once.

    One statement for all of them: for each statement the thread waits for its turn among those that answer
    other requests, while others wait for what it has locked.
    """

    def __init__(self, rows: Sequence[tuple[Any, ...]], dialect: Dialect) -> None:
        elements = func.json_array_elements if dialect.name == "postgresql" else func.json_each
        self._row = elements(literal(rows, JSON)).table_valued(column("value", JSON)).c.value
        self.id = self._row[0].as_string()
        self.sequence = self._cast(1, BigInteger())
        self.ordinal = self._cast(2, Integer())
        self.queues = self._row[3].as_string()
        planned = (ShiftRow.plan_id == self._row[4].as_string(), ShiftRow.number == self._cast(5, Integer()))
        self.planned = planned
        """What finds the plan's shift."""

    def _cast(self, place: int, kind: Integer) -> ColumnElement[int]:
        return cast(cast(self._row[place].as_string(), Text), kind)

    def mark(self, publication: PublicationRow, now: datetime) -> dict[Any, Any]:
        """Return what this transaction writes to each row that it changes."""
        row = PublishedShiftRow
        return {
            row.sequence: self.sequence,
            row.publication_id: literal(publication.id),
            row.updated: literal(now, row.updated.type),
        }


def _copy_of_plan(given: _Given, publication: PublicationRow, now: datetime) -> UpdateBase:
    """Return what puts shifts of plans into effect; the database copies them."""
    row = PublishedShiftRow
    values = given.mark(publication, now) | {
        row.id: given.id,
        row.ordinal: given.ordinal,
        row.queues: given.queues,
        row.revision: literal(1),
        row.cancelled: false(),
        row.workspace: literal(publication.workspace),
    }
    values |= {getattr(row, name): getattr(ShiftRow, name) for name in SHIFT_COLUMNS}
    shifts = select(*values.values()).where(*given.planned)
    return insert(row).from_select([each.key for each in values], shifts)


def _renewal(given: _Given, publication: PublicationRow, now: datetime) -> UpdateBase:
    """Return what puts shifts of plans into the places of those in effect there, or cancelled there."""
    row = PublishedShiftRow
    values = given.mark(publication, now) | {row.queues: given.queues, row.revision: row.revision + 1}
    values |= {row.cancelled: false()} | {getattr(row, name): getattr(ShiftRow, name) for name in CONTENT}
    return update(row).values(values).where(row.id == given.id, *given.planned)


def _cancellation(given: _Given, publication: PublicationRow, now: datetime) -> UpdateBase:
    row = PublishedShiftRow
    values = given.mark(publication, now) | {row.revision: row.revision + 1, row.cancelled: true()}
    return update(row).values(values).where(row.id == given.id)


def _log(session: Session, action: Action, after: int, last: int) -> None:
    """Write into the feed what this transaction has just done, by the numbers that it gave."""
    row = PublishedShiftRow
    told = {
        ChangeRow.sequence: row.sequence,
        ChangeRow.created: row.updated,
        ChangeRow.publication_id: row.publication_id,
        ChangeRow.action: literal(action.value),
        ChangeRow.shift_id: row.id,
        ChangeRow.revision: row.revision,
        ChangeRow.workspace: row.workspace,
        ChangeRow.agent: row.agent,
        ChangeRow.site: row.site,
        ChangeRow.local_date: row.local_date,
    }
    shifts = select(*told.values()).where(row.sequence > after, row.sequence <= last)
    session.execute(insert(ChangeRow).from_select([column.key for column in told], shifts))


def _set_states(session: Session, workspace: str) -> None:
    session.flush()
    in_effect = set(owners(session, workspace).values())
    of_workspace = select(PublicationRow.plan_id).where(PublicationRow.workspace == workspace)
    standing = set(session.scalars(of_workspace.where(PublicationRow.reverted.is_(None))))
    for plan in session.scalars(select(PlanRow).where(PlanRow.id.in_(of_workspace))):
        if plan.id in in_effect:
            plan.state = PlanState.PUBLISHED
        else:
            plan.state = PlanState.SUPERSEDED if plan.id in standing else PlanState.DRAFT
