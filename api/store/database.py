"""One database behind one pair of context managers: reading and writing."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import URL, Connection, Engine, Row, Select, create_engine, event, make_url, text
from sqlalchemy.orm import Session

from api.config import Config
from forecasting.errors import Fault, InvalidInput

__all__ = ["Clock", "Store", "open_store", "take_turns", "utc_now"]

Clock = Callable[[], datetime]
BUSY_TIMEOUT_MS = 15_000
RETRY_SECONDS = 0.02
STREAMED_ROWS = 1000
WRITES = "sunrota_writes"
ENGINE_OPTIONS: Mapping[str, Any] = {
    # Errors are logged; what people's rows hold is not.
    "hide_parameters": True,
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


def utc_now() -> datetime:
    """Return the time of the machine's clock, UTC."""
    return datetime.now(UTC)


class Store:
    """The service's database.

    Parameters
    ----------
    engine
        Of SQLite or PostgreSQL.
    clock
        Tells every time that is stored; UTC.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._writer = engine.execution_options(**{WRITES: True})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that sees one moment of the database and changes nothing."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    def stream(self, query: Select[Any]) -> Generator[Row[Any], None, None]:
        """Yield the rows of a query as of one moment, some of them in memory at a time."""
        with self.reading() as session:
            yield from session.execute(query, execution_options={"yield_per": STREAMED_ROWS})

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session whose changes are kept together when the block ends well, else dropped."""
        with Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Close idle connections."""
        self.engine.dispose()


def open_store(config: Config, clock: Clock = utc_now) -> Store:
    """Return the store that the settings name, its schema as found (see :mod:`api.store.migrate`).

    Raises
    ------
    InvalidInput
        If the driver of PostgreSQL is not installed.
    """
    url = make_url(config.storage_url)
    if url.get_backend_name() == "sqlite" and url.database is not None:
        # Rotas are about people: nobody else on the machine needs to read them.
        Path(url.database).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine = create_engine(url, **ENGINE_OPTIONS)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = _postgresql(url)
    return Store(engine, clock)


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True, **ENGINE_OPTIONS)
    except ModuleNotFoundError:
        rule = "PostgreSQL needs the driver that pip install 'sunrota[postgres]' brings"
        raise InvalidInput(Fault(rule, column="SUNROTA_DATABASE_URL", code="invalid_setting")) from None
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def take_turns(session: Session, what: str) -> None:
    """Let only one writer at a time pass from here to the end of its transaction.

    On SQLite every writer already waits for the one before; PostgreSQL has a lock for it.
    """
    if session.connection().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))"), {"what": what})


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    # Times come back in the session's zone, whatever the server's is.
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver would begin transactions on its own, and only before the first change: a transaction
    # that reads first could then fail as stale instead of waiting. We begin them ourselves.
    connection.isolation_level = None
    for setting in (
        f"busy_timeout = {BUSY_TIMEOUT_MS}",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "foreign_keys = ON",
    ):
        _set(connection, setting)


def _set(connection: sqlite3.Connection, setting: str) -> None:
    """Make a setting; the change to WAL does not wait by itself for others that make it too."""
    deadline = time.monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute(f"PRAGMA {setting}").close()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(RETRY_SECONDS)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
