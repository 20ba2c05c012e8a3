"""Someone signed in, without the way through the sign-in page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from api.identity import COOKIE, CSRF_HEADER
from api.permissions import KEY_PERMISSIONS
from api.store.database import Store
from api.store.identity_tables import Role, TokenKind
from api.store.tokens import find_token, issue_token
from api.store.users import add_user, find_user

__all__ = ["bearer", "session_of", "sign_in"]

A_DAY = timedelta(days=1)


def session_of(store: Store, role: Role = Role.ADMIN, **limits: Any) -> tuple[str, str]:
    """Return a session's secret and the token that its forms send back."""
    name = f"the {role}"
    defaults: dict[Role, dict[str, Any]] = {Role.LEAD: {"sites": ["Berlin"]}, Role.AGENT: {"agent": "ann"}}
    given = defaults.get(role, {})
    user = find_user(store, name) or add_user(store, name=name, role=role, **(given | limits))
    _, secret = issue_token(store, TokenKind.SESSION, user_id=user.id, lifetime=A_DAY)
    found = find_token(store, secret, [TokenKind.SESSION])
    assert found is not None
    assert found.token.csrf is not None
    return secret, found.token.csrf


def sign_in(client: FlaskClient, store: Store, role: Role = Role.ADMIN, **limits: Any) -> FlaskClient:
    """Let a client in, and have it send the session's token."""
    secret, csrf = session_of(store, role, **limits)
    client.set_cookie(COOKIE, secret)
    client.environ_base[f"HTTP_{CSRF_HEADER.upper().replace('-', '_')}"] = csrf
    return client


def bearer(store: Store, *permissions: str) -> dict[str, str]:
    """Return the header of a program's key, with all permissions where none are named."""
    given = permissions or tuple(KEY_PERMISSIONS)
    _, secret = issue_token(store, TokenKind.KEY, name="test", permissions=given, lifetime=A_DAY)
    return {"Authorization": f"Bearer {secret}"}
