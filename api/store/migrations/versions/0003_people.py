"""People, secrets and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey

from api.store.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

Id = sa.String(26)
Text = sa.String()


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "users",
        Column("id", Id, primary_key=True),
        Column("name", sa.String(100), nullable=False),
        Column("role", sa.String(16), nullable=False),
        Column("sites", sa.JSON, nullable=False),
        Column("agent", Text),
        Column("workspace", Text),
        Column("password", Text),
        Column("must_change", sa.Boolean, nullable=False),
        Column("failures", sa.Integer, nullable=False),
        Column("locked_until", Instant),
        Column("disabled", Instant),
        Column("created", Instant, nullable=False),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )
    op.create_table(
        "tokens",
        Column("id", Id, primary_key=True),
        Column("kind", sa.String(16), nullable=False),
        Column("digest", sa.String(64), nullable=False),
        Column("name", Text, nullable=False),
        Column("user_id", Id, ForeignKey("users.id", name="fk_tokens_user_id")),
        Column("key_id", Id, ForeignKey("tokens.id", name="fk_tokens_key_id")),
        Column("permissions", sa.JSON, nullable=False),
        Column("csrf", sa.String(64)),
        Column("workspace", Text),
        Column("agent", Text),
        Column("created", Instant, nullable=False),
        Column("expires", Instant),
        Column("revoked", Instant),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    op.create_index("ix_tokens_kind", "tokens", ["kind"])
    op.create_index("ix_tokens_user_id", "tokens", ["user_id"])
    op.create_table(
        "audit",
        Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=True,
        ),
        Column("created", Instant, nullable=False),
        Column("actor", Text, nullable=False),
        Column("request_id", sa.String(64)),
        Column("action", sa.String(40), nullable=False),
        Column("resource", Text, nullable=False),
        Column("before", sa.JSON),
        Column("after", sa.JSON),
    )
    op.create_index("ix_audit_created", "audit", ["created"])


def downgrade() -> None:
    """Take this revision back."""
    for table in ("audit", "tokens", "users"):
        op.drop_table(table)
