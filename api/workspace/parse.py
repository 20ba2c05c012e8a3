"""Text cells to values by a table's declaration; each distinct text is read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from api.workspace.faults import FaultList, brief, did_you_mean
from api.workspace.raw import RawTable
from api.workspace.schema import Column, Row, Table

__all__ = ["ParsedColumn", "ParsedTable", "parse_table"]


@dataclass(frozen=True)
class ParsedColumn:
    """Values of one column.

    Attributes
    ----------
    texts, values
        The u distinct cells as written, and as read (the default where blank).
    good
        bool, shape (u,): whether the text could be read.
    codes
        int64, shape (n,): which distinct cell each row holds.
    """

    texts: list[str]
    values: list[Any]
    good: npt.NDArray[np.bool_]
    codes: npt.NDArray[np.int64]

    def cells(self) -> list[Any]:
        """Return the n values."""
        return [self.values[code] for code in self.codes]

    def array(self, dtype: str) -> pd.Series[Any]:
        """Return the n values as a Series of this type."""
        return pd.Series(self.values, dtype=dtype).take(self.codes).reset_index(drop=True)

    def value(self, place: int) -> Any:
        """Return the value of a row."""
        return self.values[int(self.codes[place])]

    def text(self, place: int) -> str:
        """Return the cell of a row as written."""
        return self.texts[int(self.codes[place])]


@dataclass
class ParsedTable:
    """A table read by its declaration.

    Attributes
    ----------
    columns
        Those of the declaration that could be read at all.
    sound
        bool, shape (n,): rows all of whose cells are good and all of whose references hold.
    usable
        Whether every required column is there; rows of an unusable table are not looked at.
    """

    declaration: Table
    file: str
    rows: npt.NDArray[np.int64]
    columns: dict[str, ParsedColumn]
    sound: npt.NDArray[np.bool_]
    usable: bool = True

    @classmethod
    def empty(cls, declaration: Table, file: str | None = None, *, usable: bool = True) -> ParsedTable:
        """Return a table without rows: one that is not given, or (not usable) one that cannot be read."""
        none = np.zeros(0, dtype=np.int64)
        columns = (
            {}
            if not usable
            else {
                column.name: ParsedColumn([], [], none.astype(bool), none) for column in declaration.columns
            }
        )
        return cls(declaration, file or f"{declaration.name}.csv", none, columns, none.astype(bool), usable)

    def known(self, column: str) -> set[Any]:
        """Return the values that a reference to this column may have, those of faulty rows too."""
        parsed = self.columns.get(column)
        if parsed is None:
            return set()
        return {value for value, good in zip(parsed.values, parsed.good, strict=True) if good}

    def numbered(self, names: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return a number for each row, equal where these columns hold equal values, however written."""
        numbers = np.zeros(len(self.rows), dtype=np.int64)
        for name in names:
            parsed = self.columns[name]
            distinct: dict[Any, int] = {}
            of_text = [distinct.setdefault(value, len(distinct)) for value in parsed.values]
            numbers = numbers * max(1, len(distinct)) + np.array(of_text, dtype=np.int64)[parsed.codes]
            # Renumbered at each column, so that the product never outgrows 64 bits.
            numbers = np.unique(numbers, return_inverse=True)[1]
        return numbers

    def places(self) -> Iterator[tuple[int, Row]]:
        """Yield place and cells of every sound row, in file order."""
        if not self.usable:
            return
        names = list(self.columns)
        cells = [column.cells() for column in self.columns.values()]
        for place, values in enumerate(zip(*cells, strict=True)):
            if self.sound[place]:
                yield place, dict(zip(names, values, strict=True))

    def blame(self, faults: FaultList, place: int, column: str, rule: str, code: str = "invalid") -> None:
        """Note a fault of one row."""
        self.sound[place] = False
        faults.add(
            rule,
            file=self.file,
            row=int(self.rows[place]),
            column=column,
            value=self.columns[column].text(place) if column in self.columns else None,
            code=code,
        )

    def blame_values(self, faults: FaultList, column: str, reasons: Mapping[int, str], code: str) -> None:
        """Note a fault for the rows that hold one of the bad distinct cells of a column.

        Parameters
        ----------
        reasons
            The rule broken, by place among the distinct cells.
        """
        if not reasons:
            return
        parsed = self.columns[column]
        bad = np.zeros(len(parsed.texts), dtype=bool)
        bad[list(reasons)] = True
        where = np.flatnonzero(bad[parsed.codes])
        self.sound[where] = False
        if not self.declaration.large:
            for place in where:
                self.blame(faults, int(place), column, reasons[int(parsed.codes[place])], code)
            return
        distinct, first, counts = np.unique(parsed.codes[where], return_index=True, return_counts=True)
        for told, which in enumerate(np.argsort(first)):
            if faults.full:
                faults.count_untold(len(distinct) - told)
                return
            more = f" (so too in {counts[which] - 1:,} more rows)" if counts[which] > 1 else ""
            self.blame(faults, int(where[first[which]]), column, reasons[int(distinct[which])] + more, code)


def parse_table(declaration: Table, raw: RawTable, faults: FaultList) -> ParsedTable:
    """Read every cell; faults are noted, and their rows are left out of what follows."""
    table = ParsedTable(declaration, raw.file, raw.rows, {}, np.ones(len(raw.rows), dtype=bool))
    names = [column.name for column in declaration.columns]
    for name in raw.columns:
        if name not in names:
            hint = did_you_mean(name, names)
            faults.add(f"unknown column{hint}", file=raw.file, row=1, column=name, code="unknown_column")
    for column in declaration.columns:
        if column.name in raw.columns:
            _parse_column(table, column, raw.columns[column.name], faults)
        elif column.required:
            table.usable = False
            faults.add(
                f"{column.name} is required; the column is missing",
                file=raw.file,
                row=1,
                column=column.name,
                code="missing_column",
            )
        else:
            blank = np.zeros(len(raw.rows), dtype=np.int64)
            table.columns[column.name] = ParsedColumn([""], [column.default], np.ones(1, dtype=bool), blank)
    return table


def _parse_column(table: ParsedTable, column: Column, cells: pa.ChunkedArray, faults: FaultList) -> None:
    encoded = cells.combine_chunks().dictionary_encode()
    texts: list[str] = encoded.dictionary.to_pylist()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    good = np.ones(len(texts), dtype=bool)
    values: list[Any] = []
    missing: dict[int, str] = {}
    wrong: dict[int, str] = {}
    for place, text in enumerate(texts):
        stripped = text.strip()
        value: object = column.default
        if stripped:
            try:
                value = column.parser.read(stripped)
            except ValueError as error:
                detail = f": {brief(error)}" if str(error) else ""
                wrong[place] = f"{column.name} must be {column.parser.rule}{detail}"
        elif column.required:
            missing[place] = f"{column.name} is required; the cell is blank"
        values.append(value)
    good[[*missing, *wrong]] = False
    table.columns[column.name] = ParsedColumn(texts, values, good, codes)
    table.blame_values(faults, column.name, missing, "required")
    table.blame_values(faults, column.name, wrong, column.parser.code)
