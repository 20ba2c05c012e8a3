"""Brings the database's schema up to date when the service starts."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from api.store.database import Store, take_turns

__all__ = ["alembic_config", "is_current", "migrate"]


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

    Processes that start together take turns.
    """
    if is_current(store):
        return
    with store.writing() as session:
        take_turns(session, "migrate")
        command.upgrade(alembic_config(session.connection()), "head")


def is_current(store: Store) -> bool:
    """Whether the database has seen every migration that this program knows, and no other."""
    with store.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_heads()
    return set(found) == set(ScriptDirectory.from_config(alembic_config()).get_heads())
