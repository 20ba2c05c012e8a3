"""Workspaces, runs and plans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey

from api.store.columns import Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Id = sa.String(26)
Text = sa.String()


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "workspaces",
        Column("id", Id, primary_key=True),
        Column("name", Text, nullable=False),
        Column("version", sa.Integer, nullable=False),
        Column("created", Instant, nullable=False),
        Column("summary", sa.JSON, nullable=False),
        Column("digest", sa.String(64), nullable=False),
        Column("size_bytes", sa.Integer, nullable=False),
        Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_index("uq_workspaces_name_version", "workspaces", ["name", "version"], unique=True)
    op.create_table(
        "runs",
        Column("id", Id, primary_key=True),
        Column("workspace_id", Id, ForeignKey("workspaces.id", name="fk_runs_workspace_id"), nullable=False),
        Column("options", sa.JSON, nullable=False),
        Column("status", sa.String(16), nullable=False),
        Column("created", Instant, nullable=False),
        Column("updated", Instant, nullable=False),
        Column("started", Instant),
        Column("finished", Instant),
        Column("attempt", sa.Integer, nullable=False),
        Column("lease", sa.String(64)),
        Column("lease_until", Instant),
        Column("stop_reason", sa.String(40)),
        Column("stop_asked", Instant),
        Column("progress", sa.Double, nullable=False),
        Column("stage", Text, nullable=False),
        Column("message", Text, nullable=False),
        Column("best", sa.Double),
        Column("problem", sa.JSON),
        Column("trace", Text),
    )
    op.create_index("ix_runs_workspace_id", "runs", ["workspace_id"])
    op.create_index("ix_runs_status_lease_until", "runs", ["status", "lease_until"])
    op.create_table(
        "plans",
        Column("id", Id, primary_key=True),
        Column("run_id", Id, ForeignKey("runs.id", name="fk_plans_run_id"), nullable=False),
        Column("workspace_id", Id, ForeignKey("workspaces.id", name="fk_plans_workspace_id"), nullable=False),
        Column("created", Instant, nullable=False),
        Column("status", sa.String(16), nullable=False),
        Column("settings", sa.JSON, nullable=False),
        Column("timings", sa.JSON, nullable=False),
        Column("summary", sa.JSON, nullable=False),
        Column("report", sa.JSON, nullable=False),
        sa.UniqueConstraint("run_id", name="uq_plans_run_id"),
    )
    op.create_index("ix_plans_workspace_id", "plans", ["workspace_id"])
    op.create_table(
        "plan_files",
        Column("plan_id", Id, _of_plan("plan_files"), primary_key=True),
        Column("name", sa.String(40), primary_key=True),
        Column("rows", sa.Integer, nullable=False),
        Column("digest", sa.String(64), nullable=False),
        Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "plan_shifts",
        Column("plan_id", Id, _of_plan("plan_shifts"), primary_key=True),
        Column("number", sa.Integer, primary_key=True),
        Column("agent", Text, nullable=False),
        Column("site", Text, nullable=False),
        Column("shift", Text),
        Column("start", Instant, nullable=False),
        Column("end", Instant, nullable=False),
        Column("local_date", sa.Date, nullable=False),
        Column("time_zone", Text, nullable=False),
        Column("paid_minutes", sa.Integer, nullable=False),
        Column("unpaid_minutes", sa.Integer, nullable=False),
        Column("night_minutes", sa.Integer, nullable=False),
        Column("holiday_minutes", sa.Integer, nullable=False),
        Column("overtime_minutes", sa.Integer, nullable=False),
        Column("cost", sa.Double),
        Column("currency", sa.String(3)),
        Column("fixed", sa.Boolean, nullable=False),
        Column("breaks", sa.JSON, nullable=False),
    )
    op.create_index("ix_plan_shifts_plan_id_agent", "plan_shifts", ["plan_id", "agent"])
    op.create_index("ix_plan_shifts_plan_id_start", "plan_shifts", ["plan_id", "start"])


def _of_plan(table: str) -> ForeignKey:
    return ForeignKey("plans.id", name=f"fk_{table}_plan_id", ondelete="CASCADE")


def downgrade() -> None:
    """Take this revision back."""
    for table in ("plan_shifts", "plan_files", "plans", "runs", "workspaces"):
        op.drop_table(table)
