"""Spreadsheets, read back."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from openpyxl import load_workbook

from api.results import spreadsheet
from api.results.spreadsheet import write_sheet
from forecasting.errors import InvalidInput


def sheet(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Any:
    """The sheet that was written."""
    target = io.BytesIO()
    write_sheet(target, header, rows)
    return load_workbook(target).active


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_no_text_becomes_a_formula(text: str) -> None:
    for cell in (sheet(["a"], [[text]])["A2"], sheet([text], [])["A1"]):
        assert cell.data_type == "s"
        assert cell.quotePrefix
        # XML knows one kind of line end.
        assert cell.value == text.replace("\r", "\n")


def test_numbers_stay_numbers_and_nothing_stays_nothing() -> None:
    values = [3, -2.5, True, None, "Riga", "a\x00b"]
    read = [cell.value for cell in sheet("abcdef", [values])[2]]
    assert read == [3, -2.5, True, None, "Riga", "a\N{REPLACEMENT CHARACTER}b"]


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    assert sheet(["n"], [[1], [2], [3]]).max_row == 4
    with pytest.raises(InvalidInput, match="a sheet holds 3 rows"):
        sheet(["n"], [[1], [2], [3], [4]])
