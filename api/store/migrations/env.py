"""Alembic's entry: runs on the connection that :mod:`api.store.migrate` hands over."""

from __future__ import annotations

from alembic import context

from api.store import (  # noqa: F401 - their tables are of the metadata
    idempotency,
    identity_tables,
    people_tables,
    publication_tables,
    webhook_tables,
    workers,
)
from api.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
