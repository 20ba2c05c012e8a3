"""All rows of a table at once, written while they are read: a table of any length needs little memory."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Generic, TypeVar

import orjson
from flask import Response

from api.results.spreadsheet import write_sheet
from api.results.write import number_text
from api.v1.forms import MEDIA_TYPES, Form

__all__ = ["Rows", "rows_file"]

BATCH = 500
BLOCK_BYTES = 1 << 16
LINE = orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE
Row = TypeVar("Row")


@dataclass(frozen=True, eq=False)
class Rows(Generic[Row]):
    """Rows as they come, and how they are written.

    Parameters
    ----------
    rows
        Read as they are asked for; closed in the end, whether all were read or not.
    header
        Names of the columns of files.
    cells
        Makes a row of a file: numbers, text, None.
    item
        Makes what ``orjson`` writes as the object that a page of JSON has.
    """

    rows: Generator[Row, None, None]
    header: Sequence[str]
    cells: Callable[[Row], Iterable[object]]
    item: Callable[[Row], Any]


def rows_file(form: Form, name: str, table: Rows[Any]) -> Response:
    """Return all rows as a file to keep.

    Parameters
    ----------
    name
        Of the file, without its ending.
    """
    # What cannot be read at all is told as an error, not by a file that breaks off.
    rows = chain(list(islice(table.rows, BATCH)), table.rows)
    body = {Form.CSV: _csv, Form.NDJSON: _ndjson, Form.XLSX: _xlsx}[form](table, rows)
    response = Response(body, content_type=MEDIA_TYPES[form])
    if form is Form.CSV:
        response.content_type = "text/csv; charset=utf-8; header=present"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response.call_on_close(table.rows.close)
    return response


def _csv(table: Rows[Any], rows: Iterator[Any]) -> Iterator[bytes]:
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(table.header)
    while batch := list(islice(rows, BATCH)):
        writer.writerows([_text(cell) for cell in table.cells(row)] for row in batch)
        yield target.getvalue().encode()
        target.seek(0)
        target.truncate()
    yield target.getvalue().encode()


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return number_text(cell) if isinstance(cell, float) else str(cell)


def _ndjson(table: Rows[Any], rows: Iterator[Any]) -> Iterator[bytes]:
    while batch := list(islice(rows, BATCH)):
        yield b"".join(orjson.dumps(table.item(row), option=LINE) for row in batch)


def _xlsx(table: Rows[Any], rows: Iterator[Any]) -> Iterator[bytes]:
    # A .zip tells at its end what it holds: it is made whole, on the disk, before the answer begins.
    target = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was sent
    write_sheet(target, table.header, map(table.cells, rows))
    target.seek(0)
    return _blocks(target)


def _blocks(source: io.BufferedRandom) -> Iterator[bytes]:
    with source:
        while block := source.read(BLOCK_BYTES):
            yield block
