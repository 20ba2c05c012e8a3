"""Tables of what is in effect: publications, published shifts, and the changes that made them so."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.columns import Instant
from api.store.shift_columns import ShiftColumns
from api.store.tables import Base, Id

__all__ = ["Action", "ChangeRow", "FeedRow", "PublicationRow", "PublishedShiftRow"]


class Action(StrEnum):
    """What became of a published shift."""

    ADDED = "added"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class FeedRow(Base):
    """The one row that numbers changes.

    Whoever changes published shifts holds this row from the first number to the end of the transaction: a
    reader who has seen a number has seen, or can see, every number below it.
    """

    __tablename__ = "feed"

    id: Mapped[int] = mapped_column(primary_key=True)
    epoch: Mapped[str] = mapped_column(String(32))
    """Another one after a restore: positions of before mean nothing then."""
    last: Mapped[int] = mapped_column(BigInteger)
    """Sequence of the newest change."""
    forgotten: Mapped[int] = mapped_column(BigInteger)
    """Sequence of the newest change that is no longer kept."""


class PublicationRow(Base):
    """A plan put into effect for its dates, in place of what was in effect there."""

    __tablename__ = "publications"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, unique=True)
    """The feed's number after it: tells which publication came later."""
    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id"), index=True)
    workspace: Mapped[str]
    first_date: Mapped[date]
    last_date: Mapped[date]
    created: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str | None]
    """Why it was published although the plan breaks rules."""
    violations: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)
    reverted: Mapped[datetime | None] = mapped_column(Instant)

    __table_args__ = (Index("ix_publications_workspace_first_date", "workspace", "first_date"),)


class PublishedShiftRow(ShiftColumns, Base):
    """A shift in effect, or one that was: an agent's ``ordinal``-th of a local date, of whichever plan."""

    __tablename__ = "published_shifts"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    workspace: Mapped[str]
    ordinal: Mapped[int]
    revision: Mapped[int]
    sequence: Mapped[int] = mapped_column(BigInteger, index=True)
    """Of its newest change."""
    publication_id: Mapped[str] = mapped_column(ForeignKey("publications.id"))
    """That changed it last."""
    updated: Mapped[datetime] = mapped_column(Instant)
    cancelled: Mapped[bool]
    queues: Mapped[str]
    """``;region:language:channel;…;`` of the queues served; names hold neither sign."""

    __table_args__ = (
        Index("uq_published_shifts_place", "workspace", "local_date", "agent", "ordinal", unique=True),
        Index("ix_published_shifts_agent_start", "agent", "start"),
        Index("ix_published_shifts_start", "start"),
    )


class ChangeRow(Base):
    """One change of a published shift."""

    __tablename__ = "changes"

    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    created: Mapped[datetime] = mapped_column(Instant, index=True)
    publication_id: Mapped[str] = mapped_column(Id)
    action: Mapped[str] = mapped_column(String(16))
    shift_id: Mapped[str] = mapped_column(Id, index=True)
    revision: Mapped[int]
    workspace: Mapped[str]
    agent: Mapped[str]
    site: Mapped[str]
    local_date: Mapped[date]
