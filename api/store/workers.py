"""Which workers live: each says so every few seconds."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant
from api.store.database import Store
from api.store.tables import Base

__all__ = ["WorkerRow", "living_workers", "say_alive", "say_gone"]

FORGET = timedelta(days=1)


class WorkerRow(Base):
    """A worker, and when it was last heard of."""

    __tablename__ = "workers"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    seen: Mapped[datetime] = mapped_column(Instant)


def say_alive(store: Store, name: str) -> None:
    """Say that the worker of this name lives; those that have been silent for a day are forgotten."""
    now = store.clock()
    with store.writing() as session:
        session.execute(delete(WorkerRow).where(WorkerRow.seen < now - FORGET))
        session.merge(WorkerRow(name=name, seen=now))


def say_gone(store: Store, name: str) -> None:
    """Say that the worker leaves."""
    with store.writing() as session:
        session.execute(delete(WorkerRow).where(WorkerRow.name == name))


def living_workers(store: Store, *, within_seconds: float) -> int:
    """Return how many workers were heard of lately."""
    limit = store.clock() - timedelta(seconds=within_seconds)
    with store.reading() as session:
        return session.scalar(select(func.count()).where(WorkerRow.seen >= limit)) or 0
