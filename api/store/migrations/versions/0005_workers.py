"""Workers, and when they were last heard of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

from api.store.columns import Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "workers",
        Column("name", sa.String(200), primary_key=True),
        Column("seen", Instant, nullable=False),
    )


def downgrade() -> None:
    """Take this revision back."""
    op.drop_table("workers")
