"""Brings the database's schema up to date when the service starts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from api.store.database import Store, take_turns
from forecasting.errors import Fault, InvalidInput

__all__ = ["alembic_config", "head_revision", "is_current", "migrate"]


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

    Raises
    ------
    InvalidInput
        If the database cannot be reached or written.
    """
    try:
        _migrate(store)
    except OperationalError as error:
        place = store.engine.url.render_as_string(hide_password=True)
        rule = f"the database must answer ({str(error.orig).strip()})"
        raise InvalidInput(Fault(rule, value=place, code="database")) from error


def _migrate(store: Store) -> None:
    if is_current(store):
        return
    with store.writing() as session:
        take_turns(session, "migrate")
        command.upgrade(alembic_config(session.connection()), "head")


def is_current(store: Store) -> bool:
    """Whether the database has seen every migration that this program knows, and no other."""
    with store.reading() as session:
        found = MigrationContext.configure(session.connection()).get_current_heads()
    return found == (head_revision(),)


@cache
def head_revision() -> str | None:
    """Return the newest revision of the schema that this program knows."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()
