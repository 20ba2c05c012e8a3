"""Backups: all that the database holds in one file, to be restored into either kind of database.

The file is a .zip: ``manifest.json``, and for each table ``TABLE.ndjson`` with a JSON object a row.
"""

from __future__ import annotations

import json
import secrets
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Column, ColumnElement, Date, LargeBinary, Table, func, insert, select, text, update
from sqlalchemy.orm import Session

from api.store import people_tables  # noqa: F401 - its table is of the metadata
from api.store.columns import Instant
from api.store.database import Store
from api.store.migrate import head_revision
from api.store.publication_tables import FeedRow
from api.store.tables import Base
from api.store.webhook_tables import DeliveryRow, DeliveryState
from api.store.workers import WorkerRow
from forecasting.errors import Fault, InvalidInput

__all__ = ["TABLES", "restore", "write_backup"]

FORMAT = 1
MANIFEST = "manifest.json"
ROWS = 500
EPOCH_BYTES = 8
TABLES = [table for table in Base.metadata.sorted_tables if table is not WorkerRow.__table__]
"""In an order in which no row refers to one of a later table. Who works now is no business of a backup."""


def write_backup(store: Store, path: Path) -> dict[str, int]:
    """Write everything to a file, as of one moment, while others go on working; return rows by table.

    Raises
    ------
    InvalidInput
        If the file is there already, or cannot be written.
    """
    try:
        with path.open("xb") as target:
            path.chmod(0o600)
            try:
                with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
                    return _write(store, archive)
            except BaseException:
                path.unlink()  # half a backup is none
                raise
    except OSError as error:
        rule = f"the backup cannot be written ({error.strerror})"
        raise InvalidInput(Fault(rule, value=str(path), code="backup_file")) from error


def _write(store: Store, archive: zipfile.ZipFile) -> dict[str, int]:
    counts = {}
    with store.reading() as session:
        if session.get_bind().dialect.name == "postgresql":
            # One moment for all tables; SQLite's transactions see one anyway.
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        for table in TABLES:
            query = select(table).order_by(*_referring(table), *table.primary_key.columns)
            rows = session.execute(query, execution_options={"yield_per": ROWS})
            count = 0
            with archive.open(f"{table.name}.ndjson", "w", force_zip64=True) as target:
                for row in rows.mappings():
                    target.write(orjson.dumps(_plain(row), option=orjson.OPT_APPEND_NEWLINE))
                    count += 1
            counts[str(table.name)] = count
    manifest = {"format": FORMAT, "revision": head_revision(), "created": store.clock(), "rows": counts}
    archive.writestr(MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return counts


def _referring(table: Table) -> list[ColumnElement[bool]]:
    """Return what puts rows that refer to others of their table after those."""
    return [
        column.is_not(None)
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        name: b64encode(value).decode() if isinstance(value, bytes) else value for name, value in row.items()
    }


def restore(store: Store, path: Path) -> dict[str, int]:
    """Fill an empty database from a backup, all or nothing; return rows by table.

    Sync tokens of before are no longer good: what clients pulled after the backup was made is unknown here.
    Messages to webhooks that were not delivered are not sent.

    Raises
    ------
    InvalidInput
        If the file is no backup, of another version of the schema, or the database is not empty.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _manifest(archive, path)
            with store.writing() as session:
                _require_empty(session)
                counts = {str(table.name): _read(session, table, archive) for table in TABLES}
                if counts != manifest["rows"]:
                    raise _no_backup(path, "rows are missing")
                _settle(session)
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        if isinstance(error, InvalidInput):
            raise
        raise _no_backup(path, str(error)) from error
    return counts


def _no_backup(path: Path, why: str) -> InvalidInput:
    return InvalidInput(
        Fault(f"the file must be a whole backup ({why})", value=str(path), code="backup_file")
    )


def _manifest(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    if manifest.get("format") != FORMAT or manifest.get("revision") != head_revision():
        rule = (
            f"the backup must be of this version (schema {head_revision()}, it has "
            f"{manifest.get('revision')}): restore it with the version that wrote it, and upgrade then"
        )
        raise InvalidInput(Fault(rule, value=str(path), code="backup_version"))
    return manifest


def _require_empty(session: Session) -> None:
    for table in TABLES:
        if table.name != FeedRow.__tablename__ and session.scalar(select(func.count()).select_from(table)):
            rule = f"the database to restore into must be empty; {table.name} has rows"
            raise InvalidInput(Fault(rule, code="not_empty"))
    session.execute(FeedRow.__table__.delete())  # type: ignore[attr-defined]


def _read(session: Session, table: Table, archive: zipfile.ZipFile) -> int:
    count = 0
    with archive.open(f"{table.name}.ndjson") as source:
        for rows in _batches(source, table):
            session.connection().execute(insert(table), rows)
            count += len(rows)
    return count


def _batches(source: IO[bytes], table: Table) -> Iterator[list[dict[str, Any]]]:
    readers = {column.name: reader for column in table.columns if (reader := _reader(column)) is not None}
    rows: list[dict[str, Any]] = []
    for line in source:
        row = orjson.loads(line)
        for name, reader in readers.items():
            if row[name] is not None:
                row[name] = reader(row[name])
        rows.append(row)
        if len(rows) == ROWS:
            yield rows
            rows = []
    if rows:
        yield rows


def _reader(column: Column[Any]) -> Callable[[str], Any] | None:
    """Return what makes a value of the column from JSON; None where JSON has it already."""
    if isinstance(column.type, LargeBinary):
        return b64decode
    if isinstance(column.type, Instant):
        return datetime.fromisoformat
    return date.fromisoformat if isinstance(column.type, Date) else None


def _settle(session: Session) -> None:
    """Put right what is not as it was: numbers given by the database, the feed, what waits to be told."""
    session.execute(update(FeedRow).values(epoch=secrets.token_hex(EPOCH_BYTES)))
    waiting = DeliveryRow.state == DeliveryState.PENDING
    session.execute(update(DeliveryRow).where(waiting).values(state=DeliveryState.FAILED))
    if session.get_bind().dialect.name == "postgresql":
        # As many as there are is not enough: rows may have been deleted.
        next_id = (
            "SELECT setval(pg_get_serial_sequence('audit', 'id'), coalesce(max(id), 0) + 1, false) FROM audit"
        )
        session.execute(text(next_id))
