"""Who users are at an identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    with op.batch_alter_table("users") as users:
        users.add_column(Column("issuer", sa.String(300)))
        users.add_column(Column("subject", sa.String(300)))
        users.create_unique_constraint("uq_users_issuer_subject", ["issuer", "subject"])


def downgrade() -> None:
    """Take this revision back."""
    with op.batch_alter_table("users") as users:
        users.drop_constraint("uq_users_issuer_subject", type_="unique")
        users.drop_column("subject")
        users.drop_column("issuer")
