"""Brings the database's schema up to date when the service starts."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from api.store.database import Store

__all__ = ["alembic_config", "is_current", "migrate"]

ADVISORY_LOCK = 0x53554E524F5441  # "SUNROTA": whoever migrates on PostgreSQL holds it.


def alembic_config(connection: Connection | None = None) -> AlembicConfig:
    """Return Alembic's configuration for the migrations that this package carries."""
    config = AlembicConfig()
    # Alembic reads % as the start of a placeholder, and a folder may have one in its name.
    folder = str(Path(__file__).parent / "migrations").replace("%", "%%")
    config.set_main_option("script_location", folder)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(store: Store) -> None:
    """Run the migrations that the database has not seen, all or none of them.

    Processes that start together take turns: SQLite's write lock and PostgreSQL's advisory lock see to it.
    """
    if is_current(store):
        return
    with store.writing() as session:
        connection = session.connection()
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        command.upgrade(alembic_config(connection), "head")


def is_current(store: Store) -> bool:
    """Whether the database has seen every migration that this program knows, and no other."""
    with store.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(alembic_config()).get_heads())
