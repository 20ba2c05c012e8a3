"""The wake-up call: tells workers at once that a run waits.

Nothing depends on it: the runs table says what is to be done, and workers look there every few seconds
anyway. A message that is lost, repeated or late costs seconds.
"""

from __future__ import annotations

import logging
from threading import Event
from time import monotonic
from typing import Protocol, cast

from huey import PostgresHuey, SqliteHuey
from sqlalchemy import make_url

from api.config import Config

__all__ = ["WakeQueue", "open_queue"]

logger = logging.getLogger(__name__)

NAME = "sunrota"
POLL_SECONDS = 0.2


class _Storage(Protocol):
    blocking: bool

    def enqueue(self, data: bytes, priority: float | None = None) -> None: ...
    def dequeue(self) -> bytes | None: ...
    def close(self) -> bool: ...


class WakeQueue:
    """Messages without content from whoever adds a run to whichever worker has a hand free.

    Huey's storage carries them, between processes (SQLite) or machines (PostgreSQL, LISTEN/NOTIFY). Its
    consumer is not used: its threads would take messages while every slot is busy, and it would lose a
    task whose worker is killed.
    """

    def __init__(self, storage: _Storage) -> None:
        self._storage = storage

    def wake(self) -> None:
        """Wake one worker. Failing to is logged, no more: the sweep will find the run."""
        try:
            self._storage.enqueue(b"wake")
        except Exception:  # whichever database driver it is
            logger.warning("Could not wake a worker; one will find the run by itself", exc_info=True)

    def wait(self, seconds: float, stopping: Event) -> None:
        """Return when a message has come, the time is over or the worker is to stop."""
        deadline = monotonic() + seconds
        while monotonic() < deadline and not stopping.is_set():
            try:
                if self._storage.dequeue() is not None:
                    return
            except Exception:  # whichever database driver it is
                logger.warning("Could not listen for wake-up calls", exc_info=True)
                stopping.wait(min(seconds, 5.0))
            if not self._storage.blocking:
                stopping.wait(POLL_SECONDS)

    def close(self) -> None:
        """Close its connection."""
        self._storage.close()


def open_queue(config: Config) -> WakeQueue:
    """Return the queue in the database that the settings name (SQLite: a file of its own beside it)."""
    if config.is_postgresql:
        dsn = make_url(config.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
        huey = PostgresHuey(NAME, dsn=dsn, results=False, table_prefix="sunrota_queue")
    else:
        config.data_dir.mkdir(parents=True, exist_ok=True)
        huey = SqliteHuey(NAME, filename=str(config.data_dir / "queue.db"), results=False, fsync=False)
    return WakeQueue(cast(_Storage, huey.storage))
