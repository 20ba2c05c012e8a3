"""When users last signed in."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column

from api.store.columns import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema to this revision."""
    with op.batch_alter_table("users") as users:
        users.add_column(Column("last_sign_in", Instant))


def downgrade() -> None:
    """Take this revision back."""
    with op.batch_alter_table("users") as users:
        users.drop_column("last_sign_in")
