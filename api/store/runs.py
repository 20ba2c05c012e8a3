"""Runs, as those who ask for them see them; :mod:`api.store.claims` is the workers' side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.errors import NotFound
from api.store.audit import record
from api.store.database import Store
from api.store.ids import new_id
from api.store.tables import PlanRow, RunRow, RunStatus, WorkspaceRow
from api.store.webhooks import tell_of_run

__all__ = [
    "ENDED",
    "STOP_ASKED",
    "ask_to_stop",
    "create_run",
    "get_run",
    "list_runs",
    "plan_of_run",
    "plans_of_runs",
]

ENDED = frozenset({RunStatus.DONE, RunStatus.FAILED, RunStatus.STOPPED})
STOP_ASKED = "asked"


def create_run(store: Store, *, workspace_id: str, options: dict[str, Any]) -> RunRow:
    """Put a run into the queue: from now on it will be worked on, whatever else fails.

    Raises
    ------
    NotFound
        If there is no such workspace.
    """
    now = store.clock()
    with store.writing() as session:
        # Held until the run is there, so that nobody deletes the workspace in between.
        if session.get(WorkspaceRow, workspace_id, with_for_update={"read": True, "key_share": True}) is None:
            raise NotFound(f"there is no workspace {workspace_id}")
        row = RunRow(
            id=new_id(now),
            workspace_id=workspace_id,
            options=options,
            status=RunStatus.QUEUED,
            created=now,
            updated=now,
            attempt=0,
            progress=0.0,
            stage="queued",
            message="Waiting for a worker",
        )
        session.add(row)
        after = {"workspace": workspace_id, "options": options}
        record(session, now, "run.add", f"runs/{row.id}", after=after)
    return row


def get_run(store: Store, run_id: str) -> RunRow:
    """Return a run.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        return _existing(session, run_id)


def list_runs(store: Store, *, limit: int, before: str | None = None) -> list[RunRow]:
    """Return runs, newest first, from the one after ``before`` on."""
    query = select(RunRow).order_by(RunRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(RunRow.id < before)
    with store.reading() as session:
        return list(session.scalars(query))


def plans_of_runs(store: Store, run_ids: Sequence[str]) -> dict[str, str]:
    """Return the ids of the plans that these runs made, by run."""
    query = select(PlanRow.run_id, PlanRow.id).where(PlanRow.run_id.in_(run_ids))
    with store.reading() as session:
        return dict(session.execute(query).all())


def plan_of_run(store: Store, run_id: str) -> str | None:
    """Return the id of the plan that the run made, if it has made one."""
    with store.reading() as session:
        return session.scalar(select(PlanRow.id).where(PlanRow.run_id == run_id))


def ask_to_stop(store: Store, run_id: str, reason: str = STOP_ASKED) -> RunRow:
    """Ask a run to end. One that waits ends at once; one at work hands in its best result first.

    A run that has ended stays as it is.

    Raises
    ------
    NotFound
    """
    now = store.clock()
    with store.writing() as session:
        row = _existing(session, run_id, lock=True)
        before = {"status": row.status}
        if row.status == RunStatus.QUEUED:
            row.status, row.finished, row.updated = RunStatus.STOPPED, now, now
            row.stage, row.message = "stopped", "Stopped before it began"
            tell_of_run(session, now, row)
        elif row.status == RunStatus.RUNNING and row.stop_asked is None:
            row.stop_reason, row.stop_asked, row.updated = reason, now, now
        else:
            return row
        record(session, now, "run.stop", f"runs/{run_id}", before=before, after={"status": row.status})
        return row


def _existing(session: Session, run_id: str, *, lock: bool = False) -> RunRow:
    row = session.get(RunRow, run_id, with_for_update=lock)
    if row is None:
        raise NotFound(f"there is no run {run_id}")
    return row
