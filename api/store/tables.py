"""The tables. The schema itself is made by the migrations; a test holds both to be the same."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from api.store.columns import Instant
from api.store.ids import ID_LENGTH
from api.store.shift_columns import ShiftColumns

__all__ = ["Base", "PlanFileRow", "PlanRow", "PlanState", "RunRow", "RunStatus", "ShiftRow", "WorkspaceRow"]

Id = String(ID_LENGTH)


class Base(DeclarativeBase):
    """Base of all tables, with names for constraints so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class RunStatus(StrEnum):
    """Where a run is. ``queued`` and ``running`` go on; the others have ended."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"


class PlanState(StrEnum):
    """Whether a plan is in effect: not yet, on some date at least, or no longer."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class WorkspaceRow(Base):
    """A workspace: never changed; the same name uploaded again, or edited, is the next version."""

    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    version: Mapped[int]
    created: Mapped[datetime] = mapped_column(Instant)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    digest: Mapped[str] = mapped_column(String(64))
    size_bytes: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The ``.zip`` of its files; of an edit, of those that it changes of its base."""
    base_id: Mapped[str | None] = mapped_column(Id, index=True)
    """The upload that it is an edit of; None: it was uploaded itself."""

    __table_args__ = (Index("uq_workspaces_name_version", "name", "version", unique=True),)


class RunRow(Base):
    """A run of the chain: the truth about it, whoever works on it.

    ``lease`` is the claim's secret: whoever does not hold it may change nothing. ``stop_reason`` asks the
    run to hand in what it has; ``stop_asked`` says when that was.
    """

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), index=True)
    options: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[str] = mapped_column(String(16), default=RunStatus.QUEUED)
    created: Mapped[datetime] = mapped_column(Instant)
    updated: Mapped[datetime] = mapped_column(Instant)
    started: Mapped[datetime | None] = mapped_column(Instant)
    finished: Mapped[datetime | None] = mapped_column(Instant)
    attempt: Mapped[int] = mapped_column(default=0)
    lease: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    stop_reason: Mapped[str | None] = mapped_column(String(40))
    stop_asked: Mapped[datetime | None] = mapped_column(Instant)
    progress: Mapped[float] = mapped_column(default=0.0)
    stage: Mapped[str] = mapped_column(default="")
    message: Mapped[str] = mapped_column(default="")
    best: Mapped[float | None]
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    trace: Mapped[str | None] = mapped_column(deferred=True)

    __table_args__ = (Index("ix_runs_status_lease_until", "status", "lease_until"),)


class PlanRow(Base):
    """A finished plan: never changed, but for whether it is in effect."""

    __tablename__ = "plans"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), unique=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), index=True)
    created: Mapped[datetime] = mapped_column(Instant)
    status: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=PlanState.DRAFT, server_default=PlanState.DRAFT)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    timings: Mapped[dict[str, Any]] = mapped_column(JSON)
    summary: Mapped[dict[str, Any]] = mapped_column(JSON)
    report: Mapped[dict[str, Any]] = mapped_column(JSON, deferred=True)


class PlanFileRow(Base):
    """One long table of a plan as Parquet: types survive, and a page of it is read without parsing text."""

    __tablename__ = "plan_files"

    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    rows: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class ShiftRow(ShiftColumns, Base):
    """A shift of a plan, numbered by agent and start."""

    __tablename__ = "plan_shifts"

    plan_id: Mapped[str] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = (
        Index("ix_plan_shifts_plan_id_agent", "plan_id", "agent"),
        Index("ix_plan_shifts_plan_id_start", "plan_id", "start"),
    )
