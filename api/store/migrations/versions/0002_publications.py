"""Publications, published shifts, changes and idempotency keys."""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKey

from api.store.columns import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Id = sa.String(26)
Text = sa.String()


def upgrade() -> None:
    """Bring the schema to this revision."""
    # Not as a batch, which makes the table anew on SQLite: what refers to plans would go with the old one.
    op.add_column("plans", Column("state", sa.String(16), nullable=False, server_default="draft"))
    feed = op.create_table(
        "feed",
        Column("id", sa.Integer, primary_key=True, autoincrement=False),
        Column("epoch", sa.String(32), nullable=False),
        Column("last", sa.BigInteger, nullable=False),
        Column("forgotten", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(feed, [{"id": 1, "epoch": secrets.token_hex(8), "last": 0, "forgotten": 0}])
    _create_publications()
    _create_published_shifts()
    op.create_table(
        "changes",
        Column("sequence", sa.BigInteger, primary_key=True, autoincrement=False),
        Column("created", Instant, nullable=False),
        Column("publication_id", Id, nullable=False),
        Column("action", sa.String(16), nullable=False),
        Column("shift_id", Id, nullable=False),
        Column("revision", sa.Integer, nullable=False),
        Column("workspace", Text, nullable=False),
        Column("agent", Text, nullable=False),
        Column("site", Text, nullable=False),
        Column("local_date", sa.Date, nullable=False),
    )
    op.create_index("ix_changes_created", "changes", ["created"])
    op.create_index("ix_changes_shift_id", "changes", ["shift_id"])
    op.create_table(
        "idempotency_keys",
        Column("key", sa.String(255), primary_key=True),
        Column("address", Text, primary_key=True),
        Column("created", Instant, nullable=False),
        Column("digest", sa.String(64), nullable=False),
        Column("status", sa.Integer),
        Column("headers", sa.JSON),
        Column("body", sa.LargeBinary),
    )
    op.create_index("ix_idempotency_keys_created", "idempotency_keys", ["created"])


def _create_publications() -> None:
    op.create_table(
        "publications",
        Column("id", Id, primary_key=True),
        Column("sequence", sa.BigInteger, nullable=False),
        Column("plan_id", Id, ForeignKey("plans.id", name="fk_publications_plan_id"), nullable=False),
        Column("workspace", Text, nullable=False),
        Column("first_date", sa.Date, nullable=False),
        Column("last_date", sa.Date, nullable=False),
        Column("created", Instant, nullable=False),
        Column("reason", Text),
        Column("violations", sa.Integer, nullable=False),
        Column("counts", sa.JSON, nullable=False),
        Column("reverted", Instant),
        sa.UniqueConstraint("sequence", name="uq_publications_sequence"),
    )
    op.create_index("ix_publications_plan_id", "publications", ["plan_id"])
    op.create_index("ix_publications_workspace_first_date", "publications", ["workspace", "first_date"])


def _create_published_shifts() -> None:
    publication = ForeignKey("publications.id", name="fk_published_shifts_publication_id")
    op.create_table(
        "published_shifts",
        Column("id", Id, primary_key=True),
        Column("workspace", Text, nullable=False),
        Column("agent", Text, nullable=False),
        Column("local_date", sa.Date, nullable=False),
        Column("ordinal", sa.Integer, nullable=False),
        Column("revision", sa.Integer, nullable=False),
        Column("sequence", sa.BigInteger, nullable=False),
        Column("publication_id", Id, publication, nullable=False),
        Column("updated", Instant, nullable=False),
        Column("cancelled", sa.Boolean, nullable=False),
        Column("site", Text, nullable=False),
        Column("shift", Text),
        Column("start", Instant, nullable=False),
        Column("end", Instant, nullable=False),
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
        Column("queues", Text, nullable=False),
    )
    place = ["workspace", "local_date", "agent", "ordinal"]
    op.create_index("uq_published_shifts_place", "published_shifts", place, unique=True)
    op.create_index("ix_published_shifts_sequence", "published_shifts", ["sequence"])
    op.create_index("ix_published_shifts_agent_start", "published_shifts", ["agent", "start"])
    op.create_index("ix_published_shifts_start", "published_shifts", ["start"])


def downgrade() -> None:
    """Take this revision back."""
    for table in ("idempotency_keys", "changes", "published_shifts", "publications", "feed"):
        op.drop_table(table)
    op.drop_column("plans", "state")
