"""Tables of people, of the secrets that let them and programs in, and of what they changed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant
from api.store.tables import Base, Id

__all__ = ["AuditRow", "Role", "TokenKind", "TokenRow", "UserRow"]


class Role(StrEnum):
    """What someone may do, in one word."""

    ADMIN = "admin"
    PLANNER = "planner"
    LEAD = "lead"
    AGENT = "agent"
    INTEGRATION = "integration"


class TokenKind(StrEnum):
    """What a secret is for."""

    SESSION = "session"
    LINK = "link"
    KEY = "key"
    ACCESS = "access"
    FEED = "feed"


class UserRow(Base):
    """A person who may sign in."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    sites: Mapped[list[str]] = mapped_column(JSON)
    """A lead's."""
    agent: Mapped[str | None]
    """Who an agent is in the rota."""
    workspace: Mapped[str | None]
    """Name of the workspace that a lead's sites or an agent are of; None: of any."""
    password: Mapped[str | None]
    """Argon2 hash; None: nobody can sign in by password."""
    must_change: Mapped[bool]
    """Whether the password is good for nothing but choosing another."""
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(Instant)
    disabled: Mapped[datetime | None] = mapped_column(Instant)
    created: Mapped[datetime] = mapped_column(Instant)
    last_sign_in: Mapped[datetime | None] = mapped_column(Instant)
    issuer: Mapped[str | None] = mapped_column(String(300))
    subject: Mapped[str | None] = mapped_column(String(300))
    """Who they are at the issuer, an identity provider; None: they sign in here only."""

    __table_args__ = (UniqueConstraint("issuer", "subject", name="uq_users_issuer_subject"),)


class TokenRow(Base):
    """A secret, known by its digest only.

    A session or link is a user's. A key is a program's; an access token is one that a key was exchanged for.
    A feed lets calendars read one agent's shifts.
    """

    __tablename__ = "tokens"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str]
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    key_id: Mapped[str | None] = mapped_column(ForeignKey("tokens.id"))
    permissions: Mapped[list[str]] = mapped_column(JSON)
    csrf: Mapped[str | None] = mapped_column(String(64))
    workspace: Mapped[str | None]
    agent: Mapped[str | None]
    created: Mapped[datetime] = mapped_column(Instant)
    expires: Mapped[datetime | None] = mapped_column(Instant)
    revoked: Mapped[datetime | None] = mapped_column(Instant)


class AuditRow(Base):
    """Something that someone changed: who, when, before and after."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True
    )
    created: Mapped[datetime] = mapped_column(Instant, index=True)
    actor: Mapped[str]
    request_id: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    resource: Mapped[str]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)
