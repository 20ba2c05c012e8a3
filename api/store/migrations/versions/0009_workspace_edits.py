"""Workspaces that are edits of others: they keep only the files that they change."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.add_column("workspaces", Column("base_id", sa.String(26)))
    op.create_index("ix_workspaces_base_id", "workspaces", ["base_id"])


def downgrade() -> None:
    """Take this revision back."""
    # Not in a batch, which would make the table anew: runs and plans refer to it.
    op.drop_index("ix_workspaces_base_id", "workspaces")
    op.drop_column("workspaces", "base_id")
