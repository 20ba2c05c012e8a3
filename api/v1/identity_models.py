"""Bodies of users, keys, access tokens and the audit log."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.permissions import KEY_PERMISSIONS
from api.v1.models import NEXT_CURSOR
from api.v1.times import Instant

__all__ = [
    "AccessToken",
    "AuditEntry",
    "AuditPage",
    "KeyList",
    "KeyModel",
    "KeyRequest",
    "Me",
    "NewKey",
    "NewUser",
    "TokenRequest",
    "UserChange",
    "UserList",
    "UserModel",
    "UserRequest",
]

UserRole = Literal["admin", "planner", "lead", "agent"]
KeyPermission = Literal[
    "shifts:read",
    "shifts:sync",
    "feeds",
    "plans:read",
    "plans:write",
    "publish",
    "metrics",
    "people:read",
    "wishes",
    "time-off",
    "people",
]
if set(KeyPermission.__args__) != set(KEY_PERMISSIONS):  # type: ignore[attr-defined]
    raise RuntimeError("KeyPermission and KEY_PERMISSIONS differ")


class Me(BaseModel):
    """Who sends this request, and what they may do."""

    name: str
    role: Literal["admin", "planner", "lead", "agent", "integration"]
    permissions: list[str]
    sites: list[str]
    agent: str | None
    workspace: str | None


class UserRequest(BaseModel):
    """Someone who is to sign in."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100, description="To sign in with; case does not matter.")
    role: UserRole
    sites: list[str] = Field([], description="A lead's.")
    agent: str | None = Field(None, description="Who an agent is in the rota.")
    workspace: str | None = Field(None, description="To which a lead or agent is limited, by name.")


class UserChange(BaseModel):
    """What is to change; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    role: UserRole | None = None
    sites: list[str] | None = None
    agent: str | None = None
    workspace: str | None = None
    disabled: bool | None = None


class UserModel(BaseModel):
    """Someone who may sign in."""

    id: str
    name: str
    role: UserRole
    sites: list[str]
    agent: str | None
    workspace: str | None
    disabled: Instant | None
    created: Instant
    locked_until: Instant | None = Field(description="After five wrong passwords; may be past.")
    last_sign_in: Instant | None


class NewUser(UserModel):
    """A new user, with what lets them in once."""

    one_time_password: str = Field(description="Told this once; another is chosen at the first sign-in.")


class UserList(BaseModel):
    """Users by name."""

    items: list[UserModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class KeyRequest(BaseModel):
    """A key for a program."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    permissions: list[KeyPermission] = Field(min_length=1)
    days: int = Field(365, ge=1, le=3650, description="How long it is good for.")


class KeyModel(BaseModel):
    """A key, without its secret."""

    id: str
    name: str
    permissions: list[str]
    created: Instant
    expires: Instant | None


class NewKey(KeyModel):
    """A new key: a bearer token, or client_id (id) and client_secret (secret) of OAuth2."""

    secret: str = Field(description="Told this once.")


class KeyList(BaseModel):
    """Keys, newest first."""

    items: list[KeyModel]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)


class TokenRequest(BaseModel):
    """OAuth2 client credentials; id and secret may come as HTTP Basic instead."""

    model_config = ConfigDict(extra="ignore")

    grant_type: str
    client_id: str | None = None
    client_secret: str | None = None
    scope: str | None = Field(None, description="Some of the key's permissions, with spaces; all without.")


class AccessToken(BaseModel):
    """An access token of RFC 6749."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int
    scope: str


class AuditEntry(BaseModel):
    """Something that someone changed."""

    id: int
    created: Instant
    actor: str
    request_id: str | None
    action: str
    resource: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditPage(BaseModel):
    """Changes, newest first."""

    items: list[AuditEntry]
    next_cursor: str | None = Field(None, description=NEXT_CURSOR)
