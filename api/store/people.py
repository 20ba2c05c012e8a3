"""People as the company's directory provisions them, and what their leaving ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.errors import Conflict, NotFound, PreconditionFailed
from api.store.audit import record
from api.store.database import Store
from api.store.identity_tables import Role, TokenKind, TokenRow, UserRow
from api.store.ids import new_id
from api.store.people_tables import PersonRow
from api.store.users import end_sessions

__all__ = [
    "PersonState",
    "add_person",
    "change_person",
    "delete_person",
    "find_people",
    "get_person",
    "people_of_rotas",
]

ROWS = 500


@dataclass(frozen=True)
class PersonState:
    """What the directory says of someone.

    Parameters
    ----------
    agent
        Who they are in the rota.
    document
        All of it, in the words of SCIM; never a password.
    """

    user_name: str
    external_id: str | None
    agent: str
    active: bool
    document: Mapping[str, Any]


def add_person(store: Store, state: PersonState) -> PersonRow:
    """Keep someone new; who comes back after the directory deleted them is someone new too.

    Raises
    ------
    Conflict
        If someone else has their user name, or is that agent.
    """
    now = store.clock()
    row = PersonRow(id=new_id(now), version=0, created=now, left=None)
    with _unique(state), store.writing() as session:
        _forget_gone(session, state.agent)
        _write(row, state, now)
        session.add(row)
        session.flush()
        if row.left is not None:
            _shut_out(session, row, now)
        record(session, now, "person.add", f"people/{row.id}", after=_shown(row))
    return row


def change_person(
    store: Store, person_id: str, state: PersonState, *, version: int | None = None
) -> PersonRow:
    """Keep what the directory says of someone now; who leaves is shut out at once, who returns let in again.

    Parameters
    ----------
    version
        Which they must still have.

    Raises
    ------
    NotFound
    PreconditionFailed
    Conflict
        If someone else has their user name, or is that agent.
    """
    now = store.clock()
    with _unique(state), store.writing() as session:
        row = _held(session, person_id, version)
        before, left = _shown(row), row.left
        if left is not None and state.active:
            _let_in(session, row, now)
        _forget_gone(session, state.agent)
        _write(row, state, now)
        session.flush()
        if left is None and row.left is not None:
            _shut_out(session, row, now)
        record(session, now, "person.change", f"people/{person_id}", before=before, after=_shown(row))
    return row


def delete_person(store: Store, person_id: str, *, version: int | None = None) -> None:
    """Forget all of someone but who they were in the rota, and since when they are gone.

    Raises
    ------
    NotFound
    PreconditionFailed
    """
    now = store.clock()
    with store.writing() as session:
        row = _held(session, person_id, version)
        before = _shown(row)
        if row.left is None:
            row.left = now
            _shut_out(session, row, now)
        row.user_name, row.external_id, row.document, row.modified = None, None, {}, now
        row.version += 1
        record(session, now, "person.delete", f"people/{person_id}", before=before)


def get_person(store: Store, person_id: str) -> PersonRow:
    """Return someone whom the directory knows.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        return _existing(session, person_id)


def find_people(
    store: Store, *, user_name: str | None = None, external_id: str | None = None
) -> Iterator[PersonRow]:
    """Yield those whom the directory knows, in the order in which it told of them."""
    query = select(PersonRow).where(PersonRow.user_name.is_not(None)).order_by(PersonRow.id)
    if user_name is not None:
        query = query.where(PersonRow.user_name == user_name.lower())
    if external_id is not None:
        query = query.where(PersonRow.external_id == external_id)
    with store.reading() as session:
        yield from session.scalars(query, execution_options={"yield_per": ROWS})


def people_of_rotas(store: Store) -> list[PersonRow]:
    """Return everyone of whom plans must know, also who is gone, by who they are in the rota."""
    with store.reading() as session:
        return list(session.scalars(select(PersonRow).order_by(PersonRow.agent)))


@contextmanager
def _unique(state: PersonState) -> Iterator[None]:
    """Turn what the database refuses as doubled into words."""
    try:
        yield
    except IntegrityError:
        rule = f"someone else has the user name {state.user_name} or is the agent {state.agent}"
        raise Conflict(rule) from None


def _existing(session: Session, person_id: str) -> PersonRow:
    row = session.get(PersonRow, person_id)
    if row is None or row.user_name is None:
        raise NotFound(f"there is no person {person_id}")
    return row


def _held(session: Session, person_id: str, version: int | None) -> PersonRow:
    row = _existing(session, person_id)
    session.refresh(row, with_for_update=True)
    if version is not None and version != row.version:
        raise PreconditionFailed("the person was changed since: read them again, then decide")
    return row


def _forget_gone(session: Session, agent: str) -> None:
    """Forget that an agent is gone whom the directory tells of anew."""
    session.execute(delete(PersonRow).where(PersonRow.agent == agent, PersonRow.user_name.is_(None)))


def _write(row: PersonRow, state: PersonState, now: datetime) -> None:
    row.user_name, row.external_id = state.user_name.lower(), state.external_id
    row.agent, row.document, row.modified = state.agent, dict(state.document), now
    row.version += 1
    if state.active:
        row.left = None
    elif row.left is None:
        row.left = now


def _shown(row: PersonRow) -> dict[str, Any]:
    return {"user_name": row.user_name, "agent": row.agent, "active": row.left is None}


def _logins(row: PersonRow) -> ColumnElement[bool]:
    """Return which users are this person; never an admin, whom only admins shut out."""
    same_agent = and_(UserRow.role == Role.AGENT, UserRow.agent == row.agent)
    return and_(UserRow.role != Role.ADMIN, or_(UserRow.name == row.user_name, same_agent))


def _shut_out(session: Session, row: PersonRow, now: datetime) -> None:
    """Disable the person's logins and revoke their calendar feeds."""
    for user in session.scalars(select(UserRow).where(_logins(row), UserRow.disabled.is_(None))):
        user.disabled = row.left
        end_sessions(session, user.id, now)
        record(session, now, "user.change", f"users/{user.id}", after={"disabled": True, "person": row.id})
    feeds = (TokenRow.kind == TokenKind.FEED, TokenRow.agent == row.agent, TokenRow.revoked.is_(None))
    for feed_id in list(session.scalars(select(TokenRow.id).where(*feeds))):
        session.execute(update(TokenRow).where(TokenRow.id == feed_id).values(revoked=now))
        record(session, now, "feed.revoke", f"feeds/{feed_id}", after={"person": row.id})


def _let_in(session: Session, row: PersonRow, now: datetime) -> None:
    """Enable the logins that the person's leaving disabled, and no others."""
    for user in session.scalars(select(UserRow).where(_logins(row), UserRow.disabled == row.left)):
        user.disabled = None
        record(session, now, "user.change", f"users/{user.id}", after={"disabled": False, "person": row.id})
