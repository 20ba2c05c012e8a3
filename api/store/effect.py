"""What is in effect: made from the publications that stand, and compared with what was in effect before."""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Insert, Update, bindparam, false, insert, literal, select, true, update
from sqlalchemy.orm import Session

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
    new: list[dict[str, Any]] = []
    renewed: list[dict[str, Any]] = []
    cancelled: list[dict[str, Any]] = []
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
                given = {"its_id": new_id(now), "its_ordinal": place[2]}
                new.append(given | _of_plan(feed.last, wanted[place]))
            elif action is Action.CANCELLED:
                cancelled.append({"its_id": old.id, "its_sequence": feed.last})
            else:
                renewed.append({"its_id": old.id} | _of_plan(feed.last, wanted[place]))
        done.append((action, begin, feed.last))
    # By the connection: the session would take many rows for rows of values.
    connection = session.connection()
    for statement, rows in (
        (_copy_of_plan(publication, now), new),
        (_renewal(publication, now), renewed),
        (_cancellation(publication, now), cancelled),
    ):
        if rows:
            connection.execute(statement, rows)
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


def _of_plan(sequence: int, shift: PlannedShift) -> dict[str, Any]:
    return {
        "its_sequence": sequence,
        "its_queues": shift.said[-1],
        "of_plan": shift.plan_id,
        "of_number": shift.number,
    }


ITS_ID = bindparam("its_id", type_=PublishedShiftRow.id.type)
ITS_SEQUENCE = bindparam("its_sequence", type_=PublishedShiftRow.sequence.type)
ITS_ORDINAL = bindparam("its_ordinal", type_=PublishedShiftRow.ordinal.type)
ITS_QUEUES = bindparam("its_queues", type_=PublishedShiftRow.queues.type)
OF_PLAN = (ShiftRow.plan_id == bindparam("of_plan"), ShiftRow.number == bindparam("of_number"))


def _mark(publication: PublicationRow, now: datetime) -> dict[Any, Any]:
    """Return what this transaction writes to each row that it changes."""
    row = PublishedShiftRow
    return {
        row.sequence: ITS_SEQUENCE,
        row.publication_id: literal(publication.id),
        row.updated: literal(now, row.updated.type),
    }


def _copy_of_plan(publication: PublicationRow, now: datetime) -> Insert:
    """Return what puts a plan's shift into effect.

    The database copies it from the plan: thousands of them would take long by way of Python, while others
    wait.
    """
    row = PublishedShiftRow
    given = _mark(publication, now) | {
        row.id: ITS_ID,
        row.ordinal: ITS_ORDINAL,
        row.queues: ITS_QUEUES,
        row.revision: literal(1),
        row.cancelled: false(),
        row.workspace: literal(publication.workspace),
    }
    given |= {getattr(row, name): getattr(ShiftRow, name) for name in SHIFT_COLUMNS}
    return insert(row).from_select([column.key for column in given], select(*given.values()).where(*OF_PLAN))


def _renewal(publication: PublicationRow, now: datetime) -> Update:
    """Return what puts a plan's shift into the place of the one in effect there, or cancelled there."""
    row = PublishedShiftRow
    given = _mark(publication, now) | {row.queues: ITS_QUEUES, row.revision: row.revision + 1}
    given |= {row.cancelled: false()} | {getattr(row, name): getattr(ShiftRow, name) for name in CONTENT}
    return update(row).values(given).where(row.id == ITS_ID, row.agent == ShiftRow.agent, *OF_PLAN)


def _cancellation(publication: PublicationRow, now: datetime) -> Update:
    row = PublishedShiftRow
    given = _mark(publication, now) | {row.revision: row.revision + 1, row.cancelled: true()}
    return update(row).values(given).where(row.id == ITS_ID)


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
