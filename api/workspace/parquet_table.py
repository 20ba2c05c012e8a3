"""Parquet to text cells: each typed value becomes the text that a CSV of the same table would hold."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from api.workspace.faults import FaultList, brief
from api.workspace.raw import MAX_CELL_CHARACTERS, RawTable
from api.workspace.source import MAX_TOTAL_BYTES

__all__ = ["read_parquet"]

SHOWN_TYPE_CHARACTERS = 100
MAX_ROWS = 20_000_000
"""A few bytes of Parquet can stand for any number of equal rows."""


def read_parquet(file: str, content: bytes, faults: FaultList) -> RawTable | None:
    """Read a Parquet file; rows are numbered as in a spreadsheet whose row 1 is the header.

    Returns
    -------
    RawTable or None
        None where the file cannot be read as a table; the faults say why.
    """
    try:
        source = pq.ParquetFile(pa.BufferReader(content))
        meta = source.metadata
        size = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
        if meta.num_rows > MAX_ROWS or size > MAX_TOTAL_BYTES:
            faults.add(
                f"must hold at most {MAX_ROWS:,} rows and {MAX_TOTAL_BYTES:,} bytes",
                file=file,
                value=f"{meta.num_rows:,} rows, {size:,} bytes",
                code="too_large",
            )
            return None
        table = source.read()
        # Text that is no UTF-8 and places outside their bounds would come to light later, or never.
        table.validate(full=True)
        names = table.column_names
    except (pa.ArrowException, OSError, ValueError) as error:
        faults.add(f"must be a readable Parquet file: {brief(error)}", file=file, code="unreadable")
        return None
    before = len(faults)
    columns: dict[str, pa.ChunkedArray] = {}
    for name, cells in zip(names, table.columns, strict=True):
        text = _as_text(cells)
        if text is None:
            rule = f"must hold plain values, not {str(cells.type)[:SHOWN_TYPE_CHARACTERS]}"
            faults.add(rule, file=file, column=name, code="wrong_type")
        elif name in columns:
            faults.add("must name each column once", file=file, column=name, code="header")
        elif (pc.max(pc.utf8_length(text)).as_py() or 0) > MAX_CELL_CHARACTERS:
            rule = f"a cell must have at most {MAX_CELL_CHARACTERS:,} characters"
            faults.add(rule, file=file, column=name, code="too_large")
        else:
            columns[name] = text
    if len(faults) > before:
        return None
    return RawTable(file, columns, np.arange(2, table.num_rows + 2, dtype=np.int64))


def _as_text(cells: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return text cells, blank where null; None for types that no cell of a table can have."""
    if not len(cells):
        return pa.chunked_array([], pa.string())
    try:
        # Each distinct value is written once.
        encoded = cells.combine_chunks()
        if not pa.types.is_dictionary(cells.type):
            encoded = encoded.dictionary_encode()
        texts = _texts(encoded.dictionary)
        return pa.chunked_array([pc.fill_null(texts.take(encoded.indices), "")])
    except pa.ArrowException:
        return None


def _texts(cells: pa.Array) -> pa.Array:
    kind = cells.type
    if pa.types.is_timestamp(kind):
        # Without a zone the text has no offset, and is refused where an instant is asked for.
        suffix = "Z" if kind.tz else ""
        cells = cells.cast(pa.timestamp("us", tz="UTC" if kind.tz else None), safe=False)
        cells = pc.strftime(cells, format=f"%Y-%m-%dT%H:%M:%S{suffix}")
    elif pa.types.is_floating(kind):
        cells = pc.if_else(pc.is_nan(cells), None, cells)
    elif pa.types.is_time(kind):
        cells = pc.utf8_slice_codeunits(cells.cast(pa.string()), 0, 5)
    elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        raise pa.ArrowTypeError("bytes are no text")
    return cells.cast(pa.string())
