"""Long tables of a plan: filtered, in pages of JSON or whole as files."""

from __future__ import annotations

import json
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from flask import Response

from api.v1.forms import Form
from api.v1.paging import read_cursor, write_cursor
from api.v1.streams import Rows, rows_file
from scheduler.results import TABLE_COLUMNS

__all__ = ["matching", "page_answer", "table_file"]


def matching(
    table: pa.Table, equal: Mapping[str, object], instants: Sequence[tuple[str, str, Any]]
) -> pa.Table:
    """Return the rows that hold these values and whose instants lie so.

    Parameters
    ----------
    equal
        Values by column; None does not filter.
    instants
        (column, ``>``, ``>=`` or ``<``, instant); None does not filter.
    """
    compare = {">": pc.greater, ">=": pc.greater_equal, "<": pc.less}
    for column, value in equal.items():
        if value is not None:
            table = table.filter(pc.equal(table[column], value))
    for column, sign, instant in instants:
        if instant is not None:
            bound = pa.scalar(instant, table[column].type)
            table = table.filter(compare[sign](table[column], bound))
    return table


def page_answer(table: pa.Table, *, limit: int, cursor: str | None, scope: Sequence[object]) -> Response:
    """Return one page of rows as JSON objects: instants in RFC 3339, what is unknown as null."""
    position = read_cursor(cursor, *scope)
    begin = position if isinstance(position, int) else 0
    rows = _printable(table.slice(begin, limit)).to_pylist()
    end = begin + len(rows)
    following = write_cursor(end, *scope) if end < table.num_rows else None
    body = json.dumps({"items": rows, "next_cursor": following}, ensure_ascii=False, allow_nan=False)
    return Response(body, mimetype="application/json")


def table_file(form: Form, batches: Generator[pa.Table, None, None], name: str) -> Response:
    """Return all rows as a file; as CSV it is the one that the command line writes under this name.

    A column that the plan does not have (no load where the requirement was given) is empty.
    """
    header = TABLE_COLUMNS[f"{name}.csv"]
    return rows_file(form, name, Rows(_each(batches), header, lambda row: map(row.get, header), dict))


def _each(batches: Generator[pa.Table, None, None]) -> Generator[dict[str, Any], None, None]:
    with closing(batches):
        for batch in batches:
            yield from _printable(batch).to_pylist()


def _printable(table: pa.Table) -> pa.Table:
    columns = []
    for column in table.columns:
        if pa.types.is_timestamp(column.type):
            # %S of this function writes fractions, which no instant of a plan has.
            whole = pc.cast(column, pa.timestamp("s", "UTC"))
            columns.append(pc.strftime(whole, "%Y-%m-%dT%H:%M:%SZ"))
        elif pa.types.is_floating(column.type):
            columns.append(pc.if_else(pc.is_finite(column), column, pa.scalar(None, column.type)))
        else:
            columns.append(column)
    return pa.table(columns, names=table.column_names)
