"""Requests that carry an Idempotency-Key: carried out once, answered alike however often they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import JSON, LargeBinary, String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant
from api.store.database import Store
from api.store.tables import Base

__all__ = ["IdempotencyKeyRow", "KeptAnswer", "claim_key", "drop_key", "forget_keys", "keep_answer"]


class IdempotencyKeyRow(Base):
    """A key, the request that it came with, and the answer to that once there is one."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    """Method and path, and whoever asked: a key is theirs alone."""
    created: Mapped[datetime] = mapped_column(Instant, index=True)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(JSON)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class KeptAnswer:
    """What was answered to the request that used the key first; ``status`` is None while it is at work."""

    digest: str
    status: int | None
    headers: dict[str, str]
    body: bytes


def claim_key(store: Store, key: str, address: str, digest: str) -> KeptAnswer | None:
    """Take the key for a request; return what is known of an earlier one that took it."""
    try:
        with store.writing() as session:
            session.add(IdempotencyKeyRow(key=key, address=address, created=store.clock(), digest=digest))
    except IntegrityError:
        with store.reading() as session:
            row = session.get(IdempotencyKeyRow, (key, address))
        if row is None:  # dropped in between, since that request failed
            return claim_key(store, key, address, digest)
        return KeptAnswer(row.digest, row.status, row.headers or {}, row.body or b"")
    return None


def keep_answer(
    store: Store, key: str, address: str, *, status: int, headers: dict[str, str], body: bytes
) -> None:
    """Keep the answer for whoever sends the request again."""
    with store.writing() as session:
        row = session.get_one(IdempotencyKeyRow, (key, address))
        row.status, row.headers, row.body = status, headers, body


def drop_key(store: Store, key: str, address: str) -> None:
    """Free the key of a request that failed without having changed anything."""
    with store.writing() as session:
        session.execute(
            delete(IdempotencyKeyRow).where(
                IdempotencyKeyRow.key == key, IdempotencyKeyRow.address == address
            )
        )


def forget_keys(store: Store, *, older_than_hours: float) -> None:
    """Delete keys that nobody is expected to send again."""
    limit = store.clock() - timedelta(hours=older_than_hours)
    with store.writing() as session:
        session.execute(delete(IdempotencyKeyRow).where(IdempotencyKeyRow.created < limit))
