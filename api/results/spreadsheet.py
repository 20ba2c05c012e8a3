"""Rows as a spreadsheet (.xlsx), whose cells are what they say and never a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from forecasting.errors import Fault, InvalidInput

__all__ = ["MOST_ROWS", "write_sheet"]

MOST_ROWS = 1_048_575
"""That a sheet holds below its header."""
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def write_sheet(target: IO[bytes], header: Sequence[str], rows: Iterable[Iterable[object]]) -> None:
    """Write a workbook of one sheet, a row after another.

    Text that a spreadsheet could take for a formula is marked as text, for whoever edits the cell too; of
    characters that no spreadsheet may hold, U+FFFD is left.

    Raises
    ------
    InvalidInput
        If there are more rows than a sheet holds.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Sunrota")
    try:
        sheet.append([_cell(sheet, name) for name in header])
        for number, row in enumerate(rows):
            if number == MOST_ROWS:
                rule = f"a sheet holds {MOST_ROWS} rows: narrow the window, or ask for CSV"
                raise InvalidInput(Fault(rule, column="format", value="xlsx", code="too_long"))
            sheet.append([_cell(sheet, value) for value in row])
    finally:
        # Also where a row is refused: what was written so far is a file of its own.
        book.save(target)


def _cell(sheet: WriteOnlyWorksheet, value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub(REPLACEMENT, str(value))
    if not text.startswith(FORMULA_SIGNS):
        return text
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell
