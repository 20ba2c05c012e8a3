"""What an error of the database or the disk says about it: full, not to be written, or away for now."""

from __future__ import annotations

import errno
import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

__all__ = ["Outage", "outage_of", "was_cut_off"]


class Outage(StrEnum):
    """Why the store does not do its work although nothing is wrong with what it was asked."""

    FULL = "storage_full"
    READ_ONLY = "storage_read_only"
    AWAY = "not_ready"


_OF_ERRNO = {
    errno.ENOSPC: Outage.FULL,
    errno.EDQUOT: Outage.FULL,
    errno.EFBIG: Outage.FULL,
    errno.EROFS: Outage.READ_ONLY,
}
# The primary codes of https://www.sqlite.org/rescode.html; extended ones have them in the lowest byte.
_OF_SQLITE = {
    sqlite3.SQLITE_FULL: Outage.FULL,
    sqlite3.SQLITE_READONLY: Outage.READ_ONLY,
    sqlite3.SQLITE_BUSY: Outage.AWAY,
    sqlite3.SQLITE_LOCKED: Outage.AWAY,
    sqlite3.SQLITE_IOERR: Outage.AWAY,
    sqlite3.SQLITE_CANTOPEN: Outage.AWAY,
    sqlite3.SQLITE_PROTOCOL: Outage.AWAY,
}
PRIMARY = 0xFF
# https://www.postgresql.org/docs/current/errcodes-appendix.html; two characters name a class.
_OF_POSTGRESQL = {
    "53100": Outage.FULL,
    "25006": Outage.READ_ONLY,
    "08": Outage.AWAY,  # connection exception
    "40": Outage.AWAY,  # rolled back: deadlock, serialization
    "53": Outage.AWAY,  # insufficient resources, too many connections
    "55": Outage.AWAY,  # a lock was not to be had
    "57": Outage.AWAY,  # shut down, starting up
    "58": Outage.AWAY,  # an error of the system beneath
}


def outage_of(error: BaseException) -> Outage | None:
    """Return what keeps the store from working; None where the error says nothing of the kind.

    Examples
    --------
    >>> outage_of(OSError(errno.ENOSPC, "No space left on device"))
    <Outage.FULL: 'storage_full'>
    >>> outage_of(ValueError("seven")) is None
    True
    """
    if isinstance(error, PoolTimeout):
        return Outage.AWAY
    if isinstance(error, DBAPIError):
        return _of_driver(error)
    return _OF_ERRNO.get(error.errno or 0) if isinstance(error, OSError) else None


def was_cut_off(error: BaseException) -> bool:
    """Whether the connection was lost in use: nobody knows whether the last commit was carried out."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _of_driver(error: DBAPIError) -> Outage | None:
    if isinstance(error.orig, sqlite3.Error):
        return _OF_SQLITE.get(getattr(error.orig, "sqlite_errorcode", 0) & PRIMARY)
    state = getattr(error.orig, "sqlstate", None)
    if state is None:
        # The driver found no server, or lost it: nobody was left to name a state.
        return Outage.AWAY if error.connection_invalidated or _is_operational(error) else None
    return _OF_POSTGRESQL.get(state) or _OF_POSTGRESQL.get(state[:2])


def _is_operational(error: DBAPIError) -> bool:
    return type(error.orig).__name__ == "OperationalError"
