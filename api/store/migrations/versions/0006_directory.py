"""People as a company's directory provisions them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

from api.store.columns import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "people",
        Column("id", sa.String(26), primary_key=True),
        Column("user_name", sa.String(200)),
        Column("external_id", sa.String(200)),
        Column("agent", sa.String(200), nullable=False),
        Column("left", Instant),
        Column("document", sa.JSON, nullable=False),
        Column("version", sa.Integer, nullable=False),
        Column("created", Instant, nullable=False),
        Column("modified", Instant, nullable=False),
        sa.UniqueConstraint("user_name", name="uq_people_user_name"),
        sa.UniqueConstraint("agent", name="uq_people_agent"),
    )
    op.create_index("ix_people_external_id", "people", ["external_id"])


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("people")
