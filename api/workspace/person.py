"""One person in a packed workspace: what its tables hold of them, and the tables without them."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

__all__ = ["rename_person", "rows_of_person"]

AGENT, AGENTS = "agent", "agents"
TEAM_TABLE, MEETINGS = "agents", "activities"
BLANKED = ("name", "email")
Row = dict[str, Any]


def rows_of_person(content: bytes, agent: str) -> dict[str, list[Row]]:
    """Return the rows that name an agent, by file.

    Parameters
    ----------
    content
        A workspace's ``.zip``.
    """
    found: dict[str, list[Row]] = {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            rows, _ = _read(member, archive.read(member))
            named = [row for row in rows if _names(row, member, agent)]
            if named:
                found[PurePosixPath(member).name] = named
    return found


def rename_person(content: bytes, agent: str, other: str) -> bytes | None:
    """Return the workspace with another name for an agent and neither their name nor address.

    None where nothing names them.
    """
    target, changed = io.BytesIO(), False
    with (
        zipfile.ZipFile(io.BytesIO(content)) as archive,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as renamed,
    ):
        for member in archive.namelist():
            data = archive.read(member)
            rows, write = _read(member, data)
            named = [row for row in rows if _names(row, member, agent)]
            for row in named:
                _rename(row, member, agent, other)
            renamed.writestr(member, write(rows) if named else data)
            changed = changed or bool(named)
    return target.getvalue() if changed else None


def _read(member: str, data: bytes) -> tuple[list[Row], Callable[[list[Row]], bytes]]:
    """Return a table's rows, and what writes them again; no rows where it is no table."""
    suffix = PurePosixPath(member).suffix.lower()
    if suffix == ".parquet":
        table = pq.read_table(pa.BufferReader(data))
        return table.to_pylist() if AGENT in table.column_names else [], _parquet_writer(table.schema)
    if suffix != ".csv":
        return [], lambda _: data
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    rows = list(reader)
    return rows, _csv_writer(list(reader.fieldnames or ()))


def _parquet_writer(schema: pa.Schema) -> Callable[[list[Row]], bytes]:
    def write(rows: list[Row]) -> bytes:
        target = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(rows, schema=schema), target)
        return target.getvalue()

    return write


def _csv_writer(header: list[str]) -> Callable[[list[Row]], bytes]:
    def write(rows: list[Row]) -> bytes:
        target = io.StringIO(newline="")
        writer = csv.DictWriter(target, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return target.getvalue().encode()

    return write


def _names(row: Mapping[str, Any], member: str, agent: str) -> bool:
    return _cell(row, AGENT) == agent or (_is(member, MEETINGS) and agent in _several(row))


def _rename(row: Row, member: str, agent: str, other: str) -> None:
    if _cell(row, AGENT) == agent:
        row[AGENT] = other
        if _is(member, TEAM_TABLE):
            row.update({name: "" for name in BLANKED if name in row})
    if _is(member, MEETINGS):
        row[AGENTS] = ";".join(other if name == agent else name for name in _several(row))


def _is(member: str, table: str) -> bool:
    return PurePosixPath(member).stem == table


def _several(row: Mapping[str, Any]) -> list[str]:
    return [name.strip() for name in _cell(row, AGENTS).split(";") if name.strip()]


def _cell(row: Mapping[str, Any], column: str) -> str:
    return str(row.get(column) or "").strip()
