"""What is in effect: made from the publications that stand, and compared with what was in effect before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
from pyarrow import BufferReader
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from api.store.ids import new_id
from api.store.publication_tables import Action, ChangeRow, FeedRow, PublicationRow, PublishedShiftRow
from api.store.shift_changes import CONTENT, Place, Shift, compare_shifts, placed
from api.store.tables import PlanFileRow, PlanRow, PlanState, ShiftRow

__all__ = ["owners", "plan_shifts", "put_into_effect", "queue_text"]

PUBLISHED = (*CONTENT, "queues")
QUEUE = ["region", "language", "channel"]


def queue_text(queue: tuple[str, str, str]) -> str:
    """Return a queue as the column ``queues`` holds it.

    Examples
    --------
    >>> queue_text(("eu", "de", "phone"))
    ';eu:de:phone;'
    """
    return f";{':'.join(queue)};"


def owners(session: Session, workspace: str) -> dict[date, str]:
    """Return the plan in effect on each date: the one published last of those that stand."""
    query = select(PublicationRow).where(
        PublicationRow.workspace == workspace, PublicationRow.reverted.is_(None)
    )
    found: dict[date, str] = {}
    for publication in session.scalars(query.order_by(PublicationRow.sequence)):
        found |= dict.fromkeys(_dates(publication.first_date, publication.last_date), publication.plan_id)
    return found


def plan_shifts(session: Session, plan_id: str) -> list[dict[str, Any]]:
    """Return a plan's shifts by agent and start, with what :data:`CONTENT` names."""
    columns = [getattr(ShiftRow, name) for name in ("agent", "local_date", *CONTENT)]
    query = select(*columns).where(ShiftRow.plan_id == plan_id).order_by(ShiftRow.number)
    return [dict(row) for row in session.execute(query).mappings()]


def put_into_effect(session: Session, feed: FeedRow, publication: PublicationRow) -> dict[str, int]:
    """Bring published shifts on the publication's dates to what the standing publications say.

    Parameters
    ----------
    feed
        Held by this transaction.
    publication
        Made or reverted by this transaction; flushed.

    Returns
    -------
    dict
        Counts of shifts added, changed, cancelled and left as they were.
    """
    wanted = _wanted(session, publication)
    known = _known(session, publication)
    standing = {place: row for place, row in known.items() if not row["cancelled"]}
    changes = compare_shifts(standing, wanted, PUBLISHED)
    now = publication.reverted or publication.created
    log: list[dict[str, Any]] = []
    new: list[dict[str, Any]] = []
    renewed: list[dict[str, Any]] = []
    cancelled: list[dict[str, Any]] = []
    for action, places in (
        (Action.ADDED, changes.added),
        (Action.CHANGED, changes.changed),
        (Action.CANCELLED, changes.cancelled),
    ):
        for place in places:
            feed.last += 1
            old = known.get(place)
            mark = {
                "id": new_id(now) if old is None else old["id"],
                "revision": 1 if old is None else old["revision"] + 1,
                "sequence": feed.last,
                "publication_id": publication.id,
                "updated": now,
                "cancelled": action is Action.CANCELLED,
            }
            shown: Shift = standing[place] if action is Action.CANCELLED else wanted[place]
            if action is Action.CANCELLED:
                cancelled.append(mark)
            elif old is None:
                new.append(mark | _placing(publication, place) | _content(shown))
            else:
                renewed.append(mark | _content(shown))
            log.append(
                {
                    "sequence": feed.last,
                    "created": now,
                    "publication_id": publication.id,
                    "action": action,
                    "shift_id": mark["id"],
                    "revision": mark["revision"],
                    "workspace": publication.workspace,
                    "agent": place[1],
                    "site": shown["site"],
                    "local_date": place[0],
                }
            )
    for statement, rows in (
        (insert(PublishedShiftRow), new),
        (update(PublishedShiftRow), renewed),
        (update(PublishedShiftRow), cancelled),
        (insert(ChangeRow), log),
    ):
        if rows:
            session.execute(statement, rows)
    _set_states(session, publication.workspace)
    return {
        "added": len(changes.added),
        "changed": len(changes.changed),
        "cancelled": len(changes.cancelled),
        "same": changes.same,
    }


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=day) for day in range((last - first).days + 1))


def _wanted(session: Session, publication: PublicationRow) -> dict[Place, Shift]:
    """Return the shifts that the standing publications put on this one's dates."""
    dates = set(_dates(publication.first_date, publication.last_date))
    by_plan: dict[str, set[date]] = {}
    for day, plan_id in owners(session, publication.workspace).items():
        if day in dates:
            by_plan.setdefault(plan_id, set()).add(day)
    found: dict[Place, Shift] = {}
    for plan_id, days in by_plan.items():
        served = _queues_served(session, plan_id)
        found |= placed(
            shift | {"queues": served.get((shift["agent"], shift["start"]), "")}
            for shift in plan_shifts(session, plan_id)
            if shift["local_date"] in days
        )
    return found


def _known(session: Session, publication: PublicationRow) -> dict[Place, Mapping[str, Any]]:
    row = PublishedShiftRow
    names = ("id", "local_date", "agent", "ordinal", "revision", "cancelled", *PUBLISHED)
    query = select(*(getattr(row, name) for name in names)).where(
        row.workspace == publication.workspace,
        row.local_date.between(publication.first_date, publication.last_date),
    )
    return {
        (found["local_date"], found["agent"], found["ordinal"]): dict(found)
        for found in session.execute(query).mappings()
    }


def _queues_served(session: Session, plan_id: str) -> dict[tuple[str, Any], str]:
    """Return the queues that the timeline has each shift serve, by agent and start."""
    content = session.scalar(
        select(PlanFileRow.content).where(PlanFileRow.plan_id == plan_id, PlanFileRow.name == "timeline")
    )
    if content is None:
        return {}
    timeline = pq.read_table(BufferReader(content), columns=["agent", "start", *QUEUE]).to_pandas()
    worked = timeline.dropna(subset=["region"]).sort_values("start")
    rows = session.execute(select(ShiftRow.agent, ShiftRow.start).where(ShiftRow.plan_id == plan_id))
    shifts = pd.DataFrame([tuple(row) for row in rows], columns=["agent", "begin"])
    if shifts.empty or worked.empty:
        return {}
    # Stretches tile their shift, so each belongs to the agent's shift that began last.
    shifts["begin"] = shifts["begin"].astype(worked["start"].dtype)
    joined = pd.merge_asof(
        worked, shifts.sort_values("begin"), left_on="start", right_on="begin", by="agent"
    ).drop_duplicates(["agent", "begin", *QUEUE])
    joined["queue"] = joined["region"] + ":" + joined["language"] + ":" + joined["channel"]
    texts = joined.sort_values("queue").groupby(["agent", "begin"])["queue"].agg(";".join)
    begins = pd.DatetimeIndex(texts.index.get_level_values("begin")).to_pydatetime()
    return {
        (agent, begin): f";{text};"
        for agent, begin, text in zip(texts.index.get_level_values("agent"), begins, texts, strict=True)
    }


def _placing(publication: PublicationRow, place: Place) -> dict[str, Any]:
    day, agent, ordinal = place
    return {"workspace": publication.workspace, "local_date": day, "agent": agent, "ordinal": ordinal}


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
