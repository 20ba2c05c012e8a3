"""Drafts that nobody wants any more."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, exists, select

from api.errors import Conflict, NotFound
from api.store.audit import record
from api.store.database import Store
from api.store.publication_tables import PublicationRow
from api.store.tables import PlanRow, RunRow, RunStatus

__all__ = ["delete_plan", "forget_drafts"]


def delete_plan(store: Store, plan_id: str) -> None:
    """Delete a draft: with its shifts and tables.

    Raises
    ------
    NotFound
    Conflict
        If it was ever published (what was in effect must stay explicable), or a run begins from it.
    """
    with store.writing() as session:
        row = session.get(PlanRow, plan_id, with_for_update=True)
        if row is None:
            raise NotFound(f"there is no plan {plan_id}")
        if session.scalar(select(exists().where(PublicationRow.plan_id == plan_id))):
            raise Conflict(f"plan {plan_id} was published: what was in effect is kept")
        waiting = select(RunRow.options).where(RunRow.status.in_((RunStatus.QUEUED, RunStatus.RUNNING)))
        if any(options.get("from_plan") == plan_id for options in session.scalars(waiting)):
            raise Conflict(f"a run begins from plan {plan_id}: stop it first")
        before = {"workspace": row.workspace_id, "run": row.run_id, "settings": row.settings}
        session.delete(row)
        record(session, store.clock(), "plan.delete", f"plans/{plan_id}", before=before)


def forget_drafts(store: Store, *, older_than_days: float) -> None:
    """Delete plans of long ago that were never published, with their forecasts and shifts."""
    limit = store.clock() - timedelta(days=older_than_days)
    published = select(PublicationRow.plan_id)
    with store.writing() as session:
        session.execute(delete(PlanRow).where(PlanRow.created < limit, PlanRow.id.not_in(published)))
