"""What is in effect: made from the publications that stand, and compared with what was in effect before."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Insert, bindparam, false, insert, literal, select, update
from sqlalchemy.orm import Session

from api.store.ids import new_id
from api.store.owners import owners, owners_of
from api.store.planned import PUBLISHED, PlannedShifts
from api.store.preparing import Prepared, published_on
from api.store.publication_tables import Action, ChangeRow, FeedRow, PublicationRow, PublishedShiftRow
from api.store.shift_changes import Place, Shift, compare_shifts, placed
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
    standing = {place: row for place, row in known.items() if not row["cancelled"]}
    changes = compare_shifts(standing, wanted, PUBLISHED)
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
                new.append(_new_row(new_id(now), feed.last, place, wanted[place]))
                continue
            mark = {
                "id": old["id"],
                "revision": old["revision"] + 1,
                "sequence": feed.last,
                "publication_id": publication.id,
                "updated": now,
                "cancelled": action is Action.CANCELLED,
            }
            if action is Action.CANCELLED:
                cancelled.append(mark)
            else:
                renewed.append(mark | _content(wanted[place]))
        done.append((action, begin, feed.last))
    if new:
        # By the connection: the session would take many rows for rows of values.
        session.connection().execute(_copy_of_plan(publication, now), new)
    for rows in (renewed, cancelled):
        if rows:
            session.execute(update(PublishedShiftRow), rows)
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


def _wanted(session: Session, publication: PublicationRow, planned: PlannedShifts) -> dict[Place, Shift]:
    """Return the shifts that the standing publications put on this one's dates."""
    found: dict[Place, Shift] = {}
    for plan_id, days in owners_of(session, publication).items():
        found |= placed(shift for shift in planned.of(session, plan_id) if shift["local_date"] in days)
    return found


def _new_row(shift_id: str, sequence: int, place: Place, shift: Shift) -> dict[str, Any]:
    return {
        "new_id": shift_id,
        "new_sequence": sequence,
        "new_ordinal": place[2],
        "new_queues": shift["queues"],
        "of_plan": shift["plan_id"],
        "of_number": shift["number"],
    }


def _copy_of_plan(publication: PublicationRow, now: datetime) -> Insert:
    """Return what puts a plan's shift (:func:`_new_row`) into effect.

    The database copies it from the plan: thousands of them would take long by way of Python, while others
    wait.
    """
    row = PublishedShiftRow
    given = {
        row.id: bindparam("new_id", type_=row.id.type),
        row.sequence: bindparam("new_sequence", type_=row.sequence.type),
        row.ordinal: bindparam("new_ordinal", type_=row.ordinal.type),
        row.queues: bindparam("new_queues", type_=row.queues.type),
        row.revision: literal(1),
        row.publication_id: literal(publication.id),
        row.updated: literal(now, row.updated.type),
        row.cancelled: false(),
        row.workspace: literal(publication.workspace),
    } | {getattr(row, name): getattr(ShiftRow, name) for name in SHIFT_COLUMNS}
    shift = select(*given.values()).where(
        ShiftRow.plan_id == bindparam("of_plan"), ShiftRow.number == bindparam("of_number")
    )
    return insert(row).from_select([column.key for column in given], shift)


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


def _content(shift: Shift) -> dict[str, Any]:
    return {name: shift[name] for name in PUBLISHED}


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
