"""Workspaces as they were uploaded."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from api.errors import Conflict, NotFound
from api.store.audit import record
from api.store.database import Store, take_turns
from api.store.ids import new_id
from api.store.tables import PlanRow, RunRow, RunStatus, WorkspaceRow

__all__ = [
    "add_workspace",
    "delete_workspace",
    "get_workspace",
    "list_workspaces",
    "newest_workspace",
    "workspace_content",
]


def add_workspace(store: Store, *, name: str, summary: dict[str, Any], content: bytes) -> WorkspaceRow:
    """Keep a workspace that was read without a fault.

    Parameters
    ----------
    name
        What its planner calls it; given again, it becomes the next version of that name.
    summary
        What lists show of it, so that none needs to be read again for that.
    content
        The ``.zip`` of its files.
    """
    now = store.clock()
    with store.writing() as session:
        take_turns(session, f"workspace {name}")
        latest = session.scalar(select(func.max(WorkspaceRow.version)).where(WorkspaceRow.name == name))
        row = WorkspaceRow(
            id=new_id(now),
            name=name,
            version=(latest or 0) + 1,
            created=now,
            summary=summary,
            digest=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
            content=content,
        )
        session.add(row)
        after = {"name": name, "version": row.version, "digest": row.digest}
        record(session, now, "workspace.add", f"workspaces/{row.id}", after=after)
    return row


def get_workspace(store: Store, workspace_id: str) -> WorkspaceRow:
    """Return a workspace without its content.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        return _existing(session, workspace_id)


def newest_workspace(store: Store) -> WorkspaceRow:
    """Return the workspace uploaded last.

    Raises
    ------
    NotFound
        If there is none.
    """
    with store.reading() as session:
        row = session.scalar(select(WorkspaceRow).order_by(WorkspaceRow.id.desc()).limit(1))
    if row is None:
        raise NotFound("there is no workspace yet: upload one first")
    return row


def list_workspaces(store: Store, *, limit: int, before: str | None = None) -> list[WorkspaceRow]:
    """Return workspaces, newest first, from the one after ``before`` on."""
    query = select(WorkspaceRow).order_by(WorkspaceRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(WorkspaceRow.id < before)
    with store.reading() as session:
        return list(session.scalars(query))


def workspace_content(store: Store, workspace_id: str) -> bytes:
    """Return the ``.zip`` of a workspace.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        content = session.scalar(select(WorkspaceRow.content).where(WorkspaceRow.id == workspace_id))
    if content is None:
        raise NotFound(f"there is no workspace {workspace_id}")
    return content


def delete_workspace(store: Store, workspace_id: str) -> None:
    """Forget a workspace, with the runs of it that ended without a plan.

    Raises
    ------
    NotFound
    Conflict
        If a plan was made from it or a run is at work on it: a plan must stay explicable.
    """
    with store.writing() as session:
        row = _existing(session, workspace_id, lock=True)
        if session.scalar(select(exists().where(PlanRow.workspace_id == workspace_id))):
            raise Conflict(f"workspace {workspace_id} is the input of a plan that is kept")
        runs = list(session.scalars(select(RunRow).where(RunRow.workspace_id == workspace_id)))
        if any(run.status in (RunStatus.QUEUED, RunStatus.RUNNING) for run in runs):
            raise Conflict(f"a run is at work on workspace {workspace_id}: stop it first")
        for run in runs:
            session.delete(run)
        session.flush()
        session.delete(row)
        before = {"name": row.name, "version": row.version, "digest": row.digest}
        record(session, store.clock(), "workspace.delete", f"workspaces/{workspace_id}", before=before)


def _existing(session: Session, workspace_id: str, *, lock: bool = False) -> WorkspaceRow:
    row = session.get(WorkspaceRow, workspace_id, with_for_update=lock)
    if row is None:
        raise NotFound(f"there is no workspace {workspace_id}")
    return row
