"""Webhooks: addresses, messages and their deliveries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey

from api.store.columns import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

Id = sa.String(26)
Text = sa.String()


def upgrade() -> None:
    """Bring the schema to this revision."""
    op.create_table(
        "webhooks",
        Column("id", Id, primary_key=True),
        Column("url", Text, nullable=False),
        Column("events", sa.JSON, nullable=False),
        Column("secret", Text, nullable=False),
        Column("created", Instant, nullable=False),
        Column("ended", Instant),
    )
    op.create_table(
        "webhook_messages",
        Column("id", Id, primary_key=True),
        Column("type", sa.String(40), nullable=False),
        Column("created", Instant, nullable=False),
        Column("body", Text, nullable=False),
    )
    op.create_index("ix_webhook_messages_created", "webhook_messages", ["created"])
    webhook = ForeignKey("webhooks.id", name="fk_webhook_deliveries_webhook_id")
    message = ForeignKey("webhook_messages.id", name="fk_webhook_deliveries_message_id")
    op.create_table(
        "webhook_deliveries",
        Column("id", Id, primary_key=True),
        Column("webhook_id", Id, webhook, nullable=False),
        Column("message_id", Id, message, nullable=False),
        Column("state", sa.String(16), nullable=False),
        Column("attempts", sa.Integer, nullable=False),
        Column("due", Instant, nullable=False),
        Column("log", sa.JSON, nullable=False),
    )
    for columns in (["webhook_id"], ["message_id"], ["state", "due"]):
        op.create_index(f"ix_webhook_deliveries_{'_'.join(columns)}", "webhook_deliveries", columns)


def downgrade() -> None:
    """Take this revision back."""
    for table in ("webhook_deliveries", "webhook_messages", "webhooks"):
        op.drop_table(table)
