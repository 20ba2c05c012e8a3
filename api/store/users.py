"""People: made, changed, and let in by password."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from api.errors import Conflict, NotFound
from api.store.audit import record
from api.store.database import Store
from api.store.identity_tables import Role, TokenKind, TokenRow, UserRow
from api.store.ids import new_id
from forecasting.errors import Fault, InvalidInput

__all__ = [
    "MIN_PASSWORD",
    "add_user",
    "change_user",
    "check_password",
    "end_sessions",
    "find_user",
    "get_user",
    "has_users",
    "list_users",
    "one_time_password",
    "reset_password",
    "set_password",
    "unlock_user",
]

MIN_PASSWORD = 12
LOCK_AFTER = 5
LOCK_TIME = timedelta(minutes=15)
HASHER = PasswordHasher()
SHOWN = ("name", "role", "sites", "agent", "workspace")


def _shown(row: UserRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in SHOWN} | {"disabled": row.disabled is not None}


def _check(role: str, sites: list[str], agent: str | None) -> None:
    if role == Role.LEAD and not sites:
        raise InvalidInput(Fault("a lead needs the sites that they lead", column="sites", code="missing"))
    if role == Role.AGENT and not agent:
        raise InvalidInput(Fault("an agent needs their name in the rota", column="agent", code="missing"))
    if role == Role.INTEGRATION:
        raise InvalidInput(Fault("programs get a key, not a user", column="role", value=role, code="role"))


def add_user(
    store: Store,
    *,
    name: str,
    role: str,
    sites: list[str] | None = None,
    agent: str | None = None,
    workspace: str | None = None,
    password: str | None = None,
    issuer: str | None = None,
    subject: str | None = None,
) -> UserRow:
    """Make a user.

    Parameters
    ----------
    password
        Good for one sign-in, at which another is chosen; without one, only a link lets the user in.
    issuer, subject
        Who they are at an identity provider.

    Raises
    ------
    InvalidInput
    Conflict
        If the name is taken.
    """
    _check(role, sites or [], agent)
    now = store.clock()
    row = UserRow(
        id=new_id(now),
        name=name.strip().lower(),
        role=role,
        sites=sites or [],
        agent=agent,
        workspace=workspace,
        password=None if password is None else HASHER.hash(password),
        must_change=password is not None,
        failures=0,
        locked_until=None,
        disabled=None,
        created=now,
        last_sign_in=None,
        issuer=issuer,
        subject=subject,
    )
    try:
        with store.writing() as session:
            session.add(row)
            session.flush()
            record(session, now, "user.add", f"users/{row.id}", after=_shown(row))
    except IntegrityError:
        raise Conflict(f"there is a user {row.name} already") from None
    return row


def change_user(store: Store, user_id: str, **changes: Any) -> UserRow:
    """Change a user's role, sites, agent or workspace, or disable them; their sessions end.

    Raises
    ------
    NotFound
    InvalidInput
    Conflict
        If nobody would be left who may administer.
    """
    now = store.clock()
    disabled = changes.pop("disabled", None)
    with store.writing() as session:
        row = _held(session, user_id)
        before = _shown(row)
        for name, value in changes.items():
            setattr(row, name, value)
        if disabled is not None:
            row.disabled = now if disabled else None
        _check(row.role, row.sites, row.agent)
        session.flush()
        admins = select(func.count()).where(UserRow.role == Role.ADMIN, UserRow.disabled.is_(None))
        if before["role"] == Role.ADMIN and not session.scalar(admins):
            raise Conflict("nobody else could administer this service")
        end_sessions(session, user_id, now)
        record(session, now, "user.change", f"users/{user_id}", before=before, after=_shown(row))
    return row


def end_sessions(session: Session, user_id: str, now: datetime) -> None:
    """Have a user's sessions, and links that would let them in, be good no more."""
    session.execute(
        update(TokenRow)
        .where(
            TokenRow.user_id == user_id,
            TokenRow.kind.in_((TokenKind.SESSION, TokenKind.LINK)),
            TokenRow.revoked.is_(None),
        )
        .values(revoked=now)
    )


def get_user(store: Store, user_id: str) -> UserRow:
    """Return a user.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        row = session.get(UserRow, user_id)
    if row is None:
        raise NotFound(f"there is no user {user_id}")
    return row


def find_user(store: Store, name: str) -> UserRow | None:
    """Return the user of this name, if there is one."""
    with store.reading() as session:
        return session.scalar(select(UserRow).where(UserRow.name == name.strip().lower()))


def has_users(store: Store) -> bool:
    """Whether anybody was made yet."""
    with store.reading() as session:
        return session.scalar(select(UserRow.id).limit(1)) is not None


def list_users(store: Store, *, limit: int, after: str | None = None) -> list[UserRow]:
    """Return users by name, from the one after ``after`` on."""
    query = select(UserRow).order_by(UserRow.name).limit(limit)
    if after is not None:
        query = query.where(UserRow.name > after)
    with store.reading() as session:
        return list(session.scalars(query))


def check_password(store: Store, name: str, password: str) -> UserRow | None:
    """Return the user whom name and password name; None for whatever reason they do not.

    Five failures in a row lock the user out for a quarter of an hour, for whoever knows the password too.
    """
    found = find_user(store, name)
    nobody = _hash_of_nobody()
    fits = _fits(nobody if found is None or found.password is None else found.password, password)
    if found is None:
        return None
    now = store.clock()
    with store.writing() as session:
        row = session.get_one(UserRow, found.id, with_for_update=True)
        if row.disabled is not None or (row.locked_until is not None and row.locked_until > now):
            return None
        if fits and row.password is not None and row.password == found.password:
            row.failures, row.locked_until, row.last_sign_in = 0, None, now
            record(session, now, "user.sign_in", f"users/{row.id}")
            return row
        row.failures += 1
        if row.failures >= LOCK_AFTER:
            row.failures, row.locked_until = 0, now + LOCK_TIME
            record(session, now, "user.lock_out", f"users/{row.id}")
    return None


def set_password(store: Store, user_id: str, password: str) -> None:
    """Give a user the password that they chose.

    Raises
    ------
    InvalidInput
        If it is too short.
    """
    if not MIN_PASSWORD <= len(password) <= 1000:
        rule = f"a password must have at least {MIN_PASSWORD} characters"
        raise InvalidInput(Fault(rule, column="password", code="too_short"))
    hashed = HASHER.hash(password)
    with store.writing() as session:
        row = session.get_one(UserRow, user_id, with_for_update=True)
        row.password, row.must_change, row.failures, row.locked_until = hashed, False, 0, None
        record(session, store.clock(), "user.password", f"users/{user_id}")


def one_time_password() -> str:
    """Return a new password to be told once, and good for one sign-in."""
    return secrets.token_urlsafe(12)


def reset_password(store: Store, user_id: str) -> str:
    """Return a new password that is good for one sign-in; the old one and all sessions end.

    Raises
    ------
    NotFound
    """
    password = one_time_password()
    hashed, now = HASHER.hash(password), store.clock()
    with store.writing() as session:
        row = _held(session, user_id)
        row.password, row.must_change, row.failures, row.locked_until = hashed, True, 0, None
        end_sessions(session, user_id, now)
        record(session, now, "user.reset", f"users/{user_id}")
    return password


def unlock_user(store: Store, user_id: str) -> None:
    """Let a user try again whom failures had locked out.

    Raises
    ------
    NotFound
    """
    with store.writing() as session:
        row = _held(session, user_id)
        row.failures, row.locked_until = 0, None
        record(session, store.clock(), "user.unlock", f"users/{user_id}")


def _held(session: Session, user_id: str) -> UserRow:
    row = session.get(UserRow, user_id, with_for_update=True)
    if row is None:
        raise NotFound(f"there is no user {user_id}")
    return row


@cache
def _hash_of_nobody() -> str:
    """Return what is checked where there is no such user, so that the time of the answer does not tell."""
    return HASHER.hash("nobody has this password")


def _fits(hashed: str, password: str) -> bool:
    try:
        return HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False
