"""The first way in: an admin made at the first start, and links that let someone in once."""

from __future__ import annotations

from datetime import timedelta

from api.store.database import Store
from api.store.identity_tables import Role, TokenKind, UserRow
from api.store.tokens import issue_token
from api.store.users import add_user, find_user, has_users, one_time_password

__all__ = ["ADMIN", "LINK_LIFETIME", "SESSION_LIFETIME", "ensure_admin", "make_admin", "sign_in_link"]

ADMIN = "admin"
LINK_LIFETIME = timedelta(hours=24)
SESSION_LIFETIME = timedelta(hours=12)


def make_admin(store: Store) -> str | None:
    """Make an admin where nobody was made yet; return the password that is good for one sign-in."""
    if has_users(store):
        return None
    password = one_time_password()
    add_user(store, name=ADMIN, role=Role.ADMIN, password=password)
    return password


def ensure_admin(store: Store) -> UserRow:
    """Return the first admin, made without a password where nobody was made yet."""
    found = find_user(store, ADMIN)
    return add_user(store, name=ADMIN, role=Role.ADMIN) if found is None else found


def sign_in_link(store: Store, user: UserRow, address: str) -> str:
    """Return an address that lets the user in, once and within a day.

    Parameters
    ----------
    address
        Of the service, without a slash at its end.
    """
    _, secret = issue_token(store, TokenKind.LINK, user_id=user.id, lifetime=LINK_LIFETIME)
    return f"{address}/sign-in/{secret}"
