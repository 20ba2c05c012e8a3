"""Publishing plans, and taking that back; each is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from api.errors import Conflict, NotFound, RulesBroken
from api.store.audit import record
from api.store.database import Store
from api.store.effect import put_into_effect
from api.store.ids import new_id
from api.store.owners import owners
from api.store.preparing import plan_dates, prepare_plan, prepare_revert
from api.store.publication_tables import PublicationRow
from api.store.tables import PlanRow, WorkspaceRow
from api.store.webhook_tables import EventType
from api.store.webhooks import tell

__all__ = ["get_publication", "list_publications", "publish_plan", "revert_publication"]

TOLD = ("plan_id", "workspace", "first_date", "last_date", "counts")


def publish_plan(
    store: Store,
    plan_id: str,
    *,
    reason: str | None = None,
    require: Callable[[PlanRow], None] = lambda _: None,
) -> PublicationRow:
    """Put a plan into effect on its dates, in place of whatever was in effect there, all or nothing.

    Parameters
    ----------
    reason
        Why the plan is to be published although it breaks rules.
    require
        Raises where the plan is not as the caller has seen it.

    Raises
    ------
    NotFound
    RulesBroken
        If the plan breaks rules and there is no reason.
    Conflict
        If it has no rota, or is in effect already on all of its dates.
    """
    prepared = prepare_plan(store, plan_id)
    with store.writing() as session:
        feed = prepared.hold_feed(session)
        plan = session.get(PlanRow, plan_id)
        if plan is None:
            raise NotFound(f"there is no plan {plan_id}")
        require(plan)
        violations = plan.summary.get("violations")
        if violations is None:
            raise Conflict(f"plan {plan_id} has no rota to publish")
        if violations and reason is None:
            rule = "rule is" if violations == 1 else "rules are"
            raise RulesBroken(
                f"{violations} {rule} broken by plan {plan_id}: say why it is published all the same"
            )
        workspace = session.get_one(WorkspaceRow, plan.workspace_id).name
        first, last = plan_dates(session, plan)
        in_effect = owners(session, workspace)
        days = (last - first).days + 1
        if all(in_effect.get(first + timedelta(days=day)) == plan_id for day in range(days)):
            raise Conflict(f"plan {plan_id} is in effect already")
        now = store.clock()
        feed.last += 1
        publication = PublicationRow(
            id=new_id(now),
            sequence=feed.last,
            plan_id=plan_id,
            workspace=workspace,
            first_date=first,
            last_date=last,
            created=now,
            reason=reason if violations else None,
            violations=violations,
            counts={},
        )
        session.add(publication)
        session.flush()
        before = plan.state
        publication.counts = put_into_effect(session, feed, publication, prepared)
        told = {name: getattr(publication, name) for name in TOLD}
        tell(session, now, EventType.PLAN_PUBLISHED, {"publication_id": publication.id, **told})
        record(
            session,
            now,
            "plan.publish",
            f"plans/{plan_id}",
            before={"state": before},
            after={"state": plan.state, "publication": publication.id, "reason": publication.reason},
        )
    return publication


def revert_publication(
    store: Store, publication_id: str, *, require: Callable[[PublicationRow], None] = lambda _: None
) -> PublicationRow:
    """Bring back what would be in effect had the publication never been.

    Raises
    ------
    NotFound
    Conflict
        If it was reverted before.
    """
    prepared = prepare_revert(store, publication_id)
    with store.writing() as session:
        feed = prepared.hold_feed(session)
        publication = session.get(PublicationRow, publication_id)
        if publication is None:
            raise NotFound(f"there is no publication {publication_id}")
        require(publication)
        if publication.reverted is not None:
            raise Conflict(f"publication {publication_id} was reverted before")
        publication.reverted = store.clock()
        session.flush()
        counts = put_into_effect(session, feed, publication, prepared)
        record(
            session,
            publication.reverted,
            "publication.revert",
            f"publications/{publication_id}",
            before={"plan": publication.plan_id, "reverted": None},
            after={"reverted": publication.reverted.isoformat(), "counts": counts},
        )
    return publication


def get_publication(store: Store, publication_id: str) -> PublicationRow:
    """Return a publication.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        row = session.get(PublicationRow, publication_id)
    if row is None:
        raise NotFound(f"there is no publication {publication_id}")
    return row


def list_publications(
    store: Store, *, limit: int, before: int | None = None, plan_id: str | None = None
) -> list[PublicationRow]:
    """Return publications, newest first, from the one after sequence ``before`` on."""
    query = select(PublicationRow).order_by(PublicationRow.sequence.desc()).limit(limit)
    if before is not None:
        query = query.where(PublicationRow.sequence < before)
    if plan_id is not None:
        query = query.where(PublicationRow.plan_id == plan_id)
    with store.reading() as session:
        return list(session.scalars(query))
