"""Workspaces as they were uploaded, and edits of them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from api.errors import Conflict, NotFound
from api.store.audit import record
from api.store.database import Store, take_turns
from api.store.ids import new_id
from api.store.tables import PlanRow, RunRow, RunStatus, WorkspaceRow
from api.workspace.packed import pack, replaced, unpack

__all__ = [
    "AuditLine",
    "Changed",
    "Edit",
    "add_workspace",
    "delete_workspace",
    "edit_workspace",
    "forget_workspaces",
    "get_workspace",
    "kept_files",
    "list_workspaces",
    "newest_version",
    "newest_workspace",
    "offered_workspaces",
    "workspace_content",
    "workspace_files",
    "workspace_names",
]


AuditLine = tuple[str, dict[str, Any] | None, dict[str, Any] | None]
"""What was done, what was there before, and what is there now."""


@dataclass(frozen=True)
class Changed:
    """What an edit changes.

    Parameters
    ----------
    files
        By name, in place of the files of the same tables; none: nothing changes.
    lines
        For the audit log.
    summary
        What lists show of the workspace from now on; None: what they showed.
    """

    files: Mapping[str, bytes]
    lines: Sequence[AuditLine]
    summary: dict[str, Any] | None = None


Edit = Callable[[Session, WorkspaceRow], Changed]


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


def newest_workspace(store: Store, name: str | None = None) -> WorkspaceRow:
    """Return the newest version of a workspace: without a name, of the one uploaded last.

    Raises
    ------
    NotFound
        If there is none.
    """
    with store.reading() as session:
        return newest_version(session, name)


def newest_version(session: Session, name: str | None = None) -> WorkspaceRow:
    """Return the same within a session."""
    if name is None:
        # Someone's edit of another workspace does not make that one the newest.
        uploads = select(WorkspaceRow.name).where(WorkspaceRow.base_id.is_(None))
        name = session.scalar(uploads.order_by(WorkspaceRow.id.desc()).limit(1))
    if name is None:
        raise NotFound("there is no workspace yet: upload one first")
    versions = select(WorkspaceRow).where(WorkspaceRow.name == name)
    row = session.scalar(versions.order_by(WorkspaceRow.version.desc()).limit(1))
    if row is None:
        raise NotFound(f"there is no workspace {name}")
    return row


def list_workspaces(store: Store, *, limit: int, before: str | None = None) -> list[WorkspaceRow]:
    """Return workspaces, newest first, from the one after ``before`` on."""
    query = select(WorkspaceRow).order_by(WorkspaceRow.id.desc()).limit(limit)
    if before is not None:
        query = query.where(WorkspaceRow.id < before)
    with store.reading() as session:
        return list(session.scalars(query))


def offered_workspaces(store: Store, *, limit: int) -> list[WorkspaceRow]:
    """Return what one may want to plan, newest first: uploads, and edits without a later version."""
    offered = or_(WorkspaceRow.base_id.is_(None), ~_outdated())
    with store.reading() as session:
        query = select(WorkspaceRow).where(offered)
        return list(session.scalars(query.order_by(WorkspaceRow.id.desc()).limit(limit)))


def workspace_names(store: Store) -> list[str]:
    """Return the names of all workspaces."""
    with store.reading() as session:
        return list(session.scalars(select(WorkspaceRow.name).distinct().order_by(WorkspaceRow.name)))


def workspace_content(store: Store, workspace_id: str) -> bytes:
    """Return the ``.zip`` of a workspace.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        row = _existing(session, workspace_id)
        if row.base_id is None:
            return row.content
        files = workspace_files(session, row)
    return pack(files)


def workspace_files(
    session: Session, row: WorkspaceRow, tables: Collection[str] | None = None
) -> dict[str, bytes]:
    """Return the files of a workspace by name: of these tables only, where they are named."""
    files = unpack(row.content, tables)
    if row.base_id is None:
        return files
    base = session.scalars(select(WorkspaceRow.content).where(WorkspaceRow.id == row.base_id)).one()
    return replaced(unpack(base, tables), files)


def kept_files(store: Store, workspace_id: str, tables: Collection[str] | None = None) -> dict[str, bytes]:
    """Return the same of the workspace of this id.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        return workspace_files(session, _existing(session, workspace_id), tables)


def edit_workspace(store: Store, name: str | None, edit: Edit) -> WorkspaceRow:
    """Keep a workspace with other files in place of some as its next version; one edit after another.

    Parameters
    ----------
    name
        Of the workspace; None: the one uploaded last.
    edit
        Given the newest version and the session, returns what changes; nothing else may be edited meanwhile.

    Raises
    ------
    NotFound
    """
    now = store.clock()
    with store.writing() as session:
        name = newest_version(session, name).name
        take_turns(session, f"workspace {name}")
        row = newest_version(session, name)
        changed = edit(session, row)
        if not changed.files:
            return row
        files = changed.files if row.base_id is None else replaced(unpack(row.content), changed.files)
        content = pack(files)
        edited = WorkspaceRow(
            id=new_id(now),
            name=name,
            version=row.version + 1,
            created=now,
            summary=changed.summary or row.summary,
            digest=hashlib.sha256(content).hexdigest(),
            size_bytes=len(content),
            content=content,
            base_id=row.base_id or row.id,
        )
        session.add(edited)
        for action, before, after in changed.lines:
            record(session, now, action, f"workspaces/{edited.id}", before=before, after=after)
    return edited


def delete_workspace(store: Store, workspace_id: str) -> None:
    """Forget a workspace, with the runs of it that ended without a plan.

    Raises
    ------
    NotFound
    Conflict
        If a plan was made from it or a run is at work on it: a plan must stay explicable.
        If edits of it are kept: they rest on it.
    """
    with store.writing() as session:
        row = _existing(session, workspace_id, lock=True)
        take_turns(session, f"workspace {row.name}")
        if session.scalar(select(exists().where(WorkspaceRow.base_id == workspace_id))):
            raise Conflict(f"workspace {workspace_id} was edited since: later versions rest on it")
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


def forget_workspaces(store: Store, *, older_than_days: float) -> None:
    """Delete versions of long ago that are not the newest and that no run, plan or edit refers to."""
    limit = store.clock() - timedelta(days=older_than_days)
    with store.writing() as session:
        worked_on = exists().where(RunRow.workspace_id == WorkspaceRow.id)
        old = delete(WorkspaceRow).where(WorkspaceRow.created < limit, _outdated(), ~worked_on)
        session.execute(old.where(WorkspaceRow.base_id.is_not(None)))
        # Once edits are gone, the uploads on which they rested.
        edit = aliased(WorkspaceRow)
        rested_on = select(edit.base_id).where(edit.base_id.is_not(None))
        session.execute(old.where(WorkspaceRow.id.not_in(rested_on)))


def _outdated() -> ColumnElement[bool]:
    """Return whether a workspace has a later version."""
    later = aliased(WorkspaceRow)
    return exists().where(later.name == WorkspaceRow.name, later.version > WorkspaceRow.version)


def _existing(session: Session, workspace_id: str, *, lock: bool = False) -> WorkspaceRow:
    row = session.get(WorkspaceRow, workspace_id, with_for_update=lock)
    if row is None:
        raise NotFound(f"there is no workspace {workspace_id}")
    return row
