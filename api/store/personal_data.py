"""What is held of one person, all of it.

A person is an agent: who they are in rotas, in whatever version of whatever workspace, with the users who are
that agent.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from api.errors import NotFound
from api.store.database import Store
from api.store.identity_tables import AuditRow, Role, TokenKind, TokenRow, UserRow
from api.store.people_tables import PersonRow
from api.store.publication_tables import PublishedShiftRow
from api.store.shift_columns import SHIFT_COLUMNS
from api.store.tables import ShiftRow, WorkspaceRow
from api.workspace.person import rows_of_person

__all__ = ["export_person", "feeds_of", "if_packed", "mentioned", "users_of"]

LOGIN = ("id", "name", "role", "agent", "workspace", "disabled", "created")
FEED = ("id", "name", "created", "revoked")
PERSON = ("id", "user_name", "external_id", "left", "document", "created", "modified")
AUDIT = ("id", "created", "actor", "action", "resource", "before", "after")
PUBLISHED = ("id", "workspace", "revision", "cancelled", "updated", *SHIFT_COLUMNS)


def export_person(store: Store, agent: str) -> dict[str, Any]:
    """Return all that is held of an agent; of secrets only that they are there.

    Raises
    ------
    NotFound
        If nothing is.
    """
    with store.reading() as session:
        users = list(session.scalars(users_of(agent)))
        named = mentioned(agent, *(user.name for user in users))
        found: dict[str, Any] = {
            "directory": _rows(session, select(PersonRow).where(PersonRow.agent == agent), PERSON),
            "users": [_shown(user, LOGIN) for user in users],
            "feeds": _rows(session, select(TokenRow).where(*feeds_of(agent)), FEED),
            "workspaces": _workspaces(session, agent),
            "plan_shifts": _rows(
                session,
                select(ShiftRow).where(ShiftRow.agent == agent).order_by(ShiftRow.plan_id, ShiftRow.number),
                ("plan_id", *SHIFT_COLUMNS),
            ),
            "published_shifts": _rows(
                session,
                select(PublishedShiftRow)
                .where(PublishedShiftRow.agent == agent)
                .order_by(PublishedShiftRow.start),
                PUBLISHED,
            ),
            "audit": [
                entry
                for entry in _rows(session, select(AuditRow).order_by(AuditRow.id), AUDIT)
                if named.search(str(entry))
            ],
        }
    if not any(found.values()):
        raise NotFound(f"nothing is held of an agent {agent}")
    return {"agent": agent, "exported": store.clock(), **found}


def users_of(agent: str) -> Select[UserRow]:
    """Return who signs in as the agent."""
    return select(UserRow).where(UserRow.agent == agent, UserRow.role == Role.AGENT)


def feeds_of(agent: str) -> tuple[ColumnElement[bool], ...]:
    """Return what tells the agent's calendar feeds, revoked ones too."""
    return TokenRow.kind == TokenKind.FEED, TokenRow.agent == agent


def mentioned(*names: str) -> re.Pattern[str]:
    """Return what finds the names in text, not within other words."""
    return re.compile(rf"(?<![\w.-])(?:{'|'.join(re.escape(name) for name in sorted(set(names)))})(?![\w-])")


def _shown(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _rows(session: Session, query: Select[Any], names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [_shown(row, names) for row in session.scalars(query)]


def _workspaces(session: Session, agent: str) -> list[dict[str, Any]]:
    found = []
    for workspace in session.scalars(select(WorkspaceRow).order_by(WorkspaceRow.name, WorkspaceRow.version)):
        tables = if_packed(rows_of_person, workspace.content, agent)
        if tables:
            found.append({"name": workspace.name, "version": workspace.version, "tables": tables})
        session.expunge(workspace)
    return found


def if_packed(action: Callable[..., Any], content: bytes, *names: str) -> Any:
    """Do it with a workspace's content; None for what is no archive."""
    return action(content, *names) if content.startswith(b"PK") else None
