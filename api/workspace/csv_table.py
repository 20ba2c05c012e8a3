"""CSV (RFC 4180, UTF-8, comma) to text cells, refusing what is not without guessing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

import numpy as np
import pyarrow as pa

from api.workspace.faults import FaultList
from api.workspace.raw import MAX_CELL_CHARACTERS, RawTable

__all__ = ["read_csv"]

CHUNK_ROWS = 50_000


def read_csv(file: str, content: bytes, faults: FaultList) -> RawTable | None:
    """Read a CSV file.

    A byte-order mark is skipped; lines end in LF or CRLF; blank lines and rows of blank cells only are
    left out, but counted in the numbers of rows.

    Returns
    -------
    RawTable or None
        None where the file cannot be read as a table; the faults say why.
    """
    if not _is_text(file, content, faults):
        return None
    lines = _Lines(content)
    reader = csv.reader(lines, strict=True)
    row = 0
    try:
        header: list[str] = []
        while not header:
            header = [name.strip() for name in next(reader)]
            row += 1
        if not _header_is_sound(file, header, row, faults):
            return None
        table = _Body(file, header, faults)
        lines.pending.clear()
        for cells in reader:
            row += 1
            table.take(row, cells)
            lines.pending.clear()
        return table.finish()
    except StopIteration:
        faults.add("must begin with a header row; the file is empty", file=file, code="empty_file")
    except csv.Error as error:
        record = "".join(lines.pending)
        if len(record) <= csv.field_size_limit():
            faults.add(f"must be well-formed CSV: {error}", file=file, row=row + 1, code="csv")
        else:
            _unfinished_cell(file, header, row + 1, record, faults)
    return None


class _Lines(Iterator[str]):
    """Lines of a file, decoded as they are read, keeping those of the record being read."""

    def __init__(self, content: bytes) -> None:
        self._stream = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
        self.pending: list[str] = []

    def __next__(self) -> str:
        line = next(self._stream)
        self.pending.append(line)
        return line


def _is_text(file: str, content: bytes, faults: FaultList) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.add("must be UTF-8; this is UTF-16: save it as 'CSV UTF-8'", file=file, code="encoding")
        return False
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = f"byte 0x{content[error.start]:02x}"
        row = _row_at(content[: error.start].decode("utf-8-sig", errors="replace"))
        faults.add("must be UTF-8 text", file=file, row=row, value=byte, code="encoding")
        return False
    nul = content.find(b"\0")
    if nul >= 0:
        row = _row_at(content[:nul].decode("utf-8-sig"))
        faults.add("must hold no NUL bytes", file=file, row=row, code="encoding")
        return False
    return True


def _row_at(prefix: str) -> int:
    """Return the number of the row in which a prefix of the file ends."""
    try:
        return sum(1 for _ in csv.reader(io.StringIO(prefix + "x", newline="")))
    except csv.Error:
        return prefix.count("\n") + 1


def _header_is_sound(file: str, header: list[str], row: int, faults: FaultList) -> bool:
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and sign in header[0]:
            faults.add(f"must be separated by commas, not {name}", file=file, row=row, code="delimiter")
            return False
    before = len(faults)
    for place, name in enumerate(header, start=1):
        if not name:
            faults.add(f"must name every column; number {place} has none", file=file, row=row, code="header")
        elif name in header[: place - 1]:
            faults.add("must name each column once", file=file, row=row, column=name, code="header")
    return len(faults) == before


class _Body:
    """Rows below the header, kept as Arrow text in chunks so that big files stay small in memory."""

    def __init__(self, file: str, header: list[str], faults: FaultList) -> None:
        self._file = file
        self._header = header
        self._faults = faults
        self._cells: list[list[str]] = []
        self._rows: list[int] = []
        self._chunks: list[list[pa.Array]] = [[] for _ in header]

    def take(self, row: int, cells: list[str]) -> None:
        if not any(cells) or not any(cell.strip() for cell in cells):
            return
        if len(cells) != len(self._header):
            self._faults.add(
                f"must have {len(self._header)} cells, as the header has; found {len(cells)}",
                file=self._file,
                row=row,
                code="ragged_row",
            )
            return
        if max(map(len, cells)) > MAX_CELL_CHARACTERS:
            for name, cell in zip(self._header, cells, strict=True):
                if len(cell) > MAX_CELL_CHARACTERS:
                    _huge_cell(self._file, row, name, cell, self._faults)
            return
        self._cells.append(cells)
        self._rows.append(row)
        if len(self._cells) >= CHUNK_ROWS:
            self._flush()

    def _flush(self) -> None:
        for chunk, column in zip(self._chunks, zip(*self._cells, strict=True), strict=False):
            chunk.append(pa.array(column, pa.string()))
        self._cells.clear()

    def finish(self) -> RawTable:
        self._flush()
        columns = {
            name: pa.chunked_array(chunk, pa.string())
            for name, chunk in zip(self._header, self._chunks, strict=True)
        }
        return RawTable(self._file, columns, np.array(self._rows, dtype=np.int64))


def _unfinished_cell(file: str, header: list[str], row: int, record: str, faults: FaultList) -> None:
    """Tell which cell was so long that the CSV reader gave up; it cannot find its way back into the file."""
    start = io.StringIO(record[: csv.field_size_limit() - 1], newline="")
    cells = next(islice(csv.reader(start), 1), [""])
    column = header[len(cells) - 1] if len(cells) <= len(header) else None
    _huge_cell(file, row, column, cells[-1], faults)


def _huge_cell(file: str, row: int, column: str | None, value: str, faults: FaultList) -> None:
    faults.add(
        f"a cell must have at most {MAX_CELL_CHARACTERS:,} characters",
        file=file,
        row=row,
        column=column,
        value=value,
        code="too_large",
    )
