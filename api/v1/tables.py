"""Long tables of a plan: filtered, in pages of JSON or whole as CSV."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from flask import Response, request
from pyarrow import csv
from werkzeug.exceptions import NotAcceptable

from api.v1.paging import read_cursor, write_cursor

__all__ = ["CSV_CONTENT", "csv_answer", "matching", "page_answer", "wants_csv"]

CSV = "text/csv"
CSV_CONTENT = {CSV: {"schema": {"type": "string"}}}


def wants_csv(asked_format: str | None) -> bool:
    """Whether to answer in CSV: ``format`` decides, else the Accept header (406 where neither fits)."""
    if asked_format is not None:
        return asked_format == "csv"
    if not request.accept_mimetypes:
        return False
    best = request.accept_mimetypes.best_match(["application/json", CSV])
    if best is None:
        raise NotAcceptable("there is application/json and text/csv")
    return best == CSV


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


def csv_answer(table: pa.Table, columns: Sequence[str], name: str) -> Response:
    """Return all rows as the command line would write them to a file."""
    target = io.BytesIO()
    target.write((",".join(columns) + "\n").encode())
    options = csv.WriteOptions(include_header=False, quoting_style="needed")
    csv.write_csv(_printable(table.select(list(columns))), target, options)
    response = Response(target.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


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
