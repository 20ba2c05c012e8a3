"""Rows of a kept workspace's table, read and written anew, by the rules that files are held to."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from api.workspace.faults import FaultList
from api.workspace.parse import ParsedTable
from api.workspace.read import read_table
from api.workspace.references import check_keys, check_references, check_rows
from api.workspace.schema import Row
from api.workspace.tables.catalogue import TABLES

__all__ = ["Cells", "cells_of", "csv_of", "kept_tables", "row_id", "written_table"]

Cells = dict[str, str]
"""A row as it is written: text by column, blank where nothing is said."""
ID_CHARACTERS = 32
CACHED_TABLES = 32


def kept_tables(files: Mapping[str, bytes]) -> dict[str, ParsedTable]:
    """Return the tables that files of a kept workspace hold, by name; not to be changed."""
    return {file.rpartition(".")[0]: _kept_table(file, content) for file, content in files.items()}


@lru_cache(maxsize=CACHED_TABLES)
def _kept_table(file: str, content: bytes) -> ParsedTable:
    return read_table(file, content, TABLES[file.rpartition(".")[0]], FaultList())


def cells_of(table: ParsedTable) -> list[Cells]:
    """Return the rows as they are written."""
    return [
        {name: column.text(place).strip() for name, column in table.columns.items()}
        for place in range(len(table.rows))
    ]


def written_table(name: str, rows: Sequence[Cells], others: Mapping[str, ParsedTable]) -> bytes:
    """Return the rows as the table's CSV file.

    Parameters
    ----------
    others
        The workspace's tables that the rows may name.

    Raises
    ------
    InvalidInput
        With every fault, as for the same rows in a file.
    """
    content, faults = csv_of([column.name for column in TABLES[name].columns], rows), FaultList()
    table = read_table(f"{name}.csv", content, TABLES[name], faults)
    check_rows(table, faults)
    check_keys(table, faults)
    check_references(table, {**others, name: table}, faults)
    if faults:
        raise faults.error()
    return content


def csv_of(columns: Sequence[str], rows: Iterable[Cells]) -> bytes:
    """Return rows as a CSV file with these columns, cells that a row lacks left blank."""
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def row_id(name: str, row: Row) -> str:
    """Return what names a row by its key, however it is written; another key is another row."""
    values = (row[column] for column in TABLES[name].key)
    key = [str(sorted(value) if isinstance(value, frozenset) else value) for value in values]
    return hashlib.sha256("\n".join([name, *key]).encode()).hexdigest()[:ID_CHARACTERS]
