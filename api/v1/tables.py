"""Long tables of a plan: filtered, in pages of JSON or whole as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from api.results.write import number_text
from api.v1.paging import read_cursor, write_cursor
from scheduler.results import TABLE_COLUMNS

__all__ = ["csv_answer", "csv_file", "matching", "page_answer", "wants_csv"]

CSV = "text/csv"


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


def csv_answer(table: pa.Table, name: str) -> Response:
    """Return all rows as the command line writes them to the file of this name.

    A column that the plan does not have (no load where the requirement was given) is empty.
    """
    printable, empty = _printable(table), [""] * table.num_rows
    columns = [
        [_cell(value) for value in printable[column].to_pylist()] if column in table.column_names else empty
        for column in TABLE_COLUMNS[name]
    ]
    return csv_file(name, TABLE_COLUMNS[name], zip(*columns, strict=True))


def csv_file(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return rows as a file to keep."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    response = Response(target.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, float) else str(value)


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
