"""Secrets: given out once, kept as digests, found again, revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from api.errors import NotFound
from api.store.audit import record
from api.store.database import Store
from api.store.identity_tables import TokenKind, TokenRow, UserRow
from api.store.ids import new_id

__all__ = [
    "Found",
    "find_token",
    "forget_tokens",
    "get_token",
    "issue_token",
    "list_tokens",
    "revoke_token",
    "use_link",
]

PREFIX = "sunrota_"
AUDITED = (TokenKind.KEY, TokenKind.FEED)


@dataclass(frozen=True, eq=False)
class Found:
    """A secret that is good, and its user if it is one's."""

    token: TokenRow
    user: UserRow | None


def _digest(secret: str) -> str:
    # The secret is random and long: nothing is gained by a slow hash.
    return hashlib.sha256(secret.encode()).hexdigest()


def issue_token(
    store: Store,
    kind: TokenKind,
    *,
    name: str = "",
    user_id: str | None = None,
    key_id: str | None = None,
    permissions: Iterable[str] = (),
    workspace: str | None = None,
    agent: str | None = None,
    lifetime: timedelta | None = None,
) -> tuple[TokenRow, str]:
    """Return a new token, and its secret, which is told this once."""
    now = store.clock()
    secret = PREFIX + secrets.token_urlsafe(32)
    row = TokenRow(
        id=new_id(now),
        kind=kind,
        digest=_digest(secret),
        name=name,
        user_id=user_id,
        key_id=key_id,
        permissions=sorted(permissions),
        csrf=secrets.token_urlsafe(24) if kind is TokenKind.SESSION else None,
        workspace=workspace,
        agent=agent,
        created=now,
        expires=None if lifetime is None else now + lifetime,
        revoked=None,
    )
    with store.writing() as session:
        session.add(row)
        session.flush()
        if kind in AUDITED:
            after = {"name": name, "permissions": row.permissions, "agent": agent, "workspace": workspace}
            record(session, now, f"{kind}.add", f"{kind}s/{row.id}", after=after)
    return row, secret


def find_token(store: Store, secret: str, kinds: Sequence[TokenKind]) -> Found | None:
    """Return the token of this secret if it is of one of the kinds and good now."""
    with store.reading() as session:
        return _good(session, secret, kinds, store.clock())


def _good(session: Session, secret: str, kinds: Sequence[TokenKind], now: datetime) -> Found | None:
    row = session.scalar(
        select(TokenRow).where(
            TokenRow.digest == _digest(secret),
            TokenRow.kind.in_(kinds),
            TokenRow.revoked.is_(None),
            or_(TokenRow.expires.is_(None), TokenRow.expires > now),
        )
    )
    if row is None:
        return None
    if row.key_id is not None:
        key = session.get_one(TokenRow, row.key_id)
        if key.revoked is not None or (key.expires is not None and key.expires <= now):
            return None
    user = None if row.user_id is None else session.get(UserRow, row.user_id)
    return None if user is not None and user.disabled is not None else Found(row, user)


def use_link(store: Store, secret: str) -> UserRow | None:
    """Return the user whom a sign-in link lets in, this once."""
    now = store.clock()
    with store.writing() as session:
        found = _good(session, secret, [TokenKind.LINK], now)
        if found is None or found.user is None:
            return None
        # Two who follow it at the same moment: the row is held by the first.
        held = session.get_one(TokenRow, found.token.id, with_for_update=True, populate_existing=True)
        if held.revoked is not None:
            return None
        held.revoked = found.user.last_sign_in = now
        record(session, now, "user.sign_in", f"users/{found.user.id}")
        return found.user


def get_token(store: Store, token_id: str, kind: TokenKind) -> TokenRow:
    """Return a token that is not revoked.

    Raises
    ------
    NotFound
    """
    with store.reading() as session:
        row = session.get(TokenRow, token_id)
    if row is None or row.kind != kind or row.revoked is not None:
        raise NotFound(f"there is no {kind} {token_id}")
    return row


def list_tokens(
    store: Store, kind: TokenKind, *, limit: int, before: str | None = None, agent: str | None = None
) -> list[TokenRow]:
    """Return tokens that are not revoked, newest first, from the one after id ``before`` on."""
    query = select(TokenRow).where(TokenRow.kind == kind, TokenRow.revoked.is_(None))
    if before is not None:
        query = query.where(TokenRow.id < before)
    if agent is not None:
        query = query.where(TokenRow.agent == agent)
    with store.reading() as session:
        return list(session.scalars(query.order_by(TokenRow.id.desc()).limit(limit)))


def revoke_token(store: Store, token_id: str, kind: TokenKind) -> None:
    """End a token.

    Raises
    ------
    NotFound
    """
    with store.writing() as session:
        row = session.get(TokenRow, token_id, with_for_update=True)
        if row is None or row.kind != kind or row.revoked is not None:
            raise NotFound(f"there is no {kind} {token_id}")
        row.revoked = store.clock()
        if kind in AUDITED:
            record(session, row.revoked, f"{kind}.revoke", f"{kind}s/{row.id}", before={"name": row.name})


def forget_tokens(store: Store, *, older_than_days: float) -> None:
    """Delete sessions, links and access tokens that ended so long ago."""
    limit = store.clock() - timedelta(days=older_than_days)
    short_lived = (TokenKind.SESSION, TokenKind.LINK, TokenKind.ACCESS)
    with store.writing() as session:
        session.execute(delete(TokenRow).where(TokenRow.kind.in_(short_lived), TokenRow.expires < limit))
