"""How a table is declared: its columns and their rules as data, from which the documentation is made too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from api.workspace.cells import CellParser

__all__ = ["Broken", "Column", "Row", "Table"]

Row = Mapping[str, Any]
"""Parsed cells of one row by column name; a blank cell holds the column's default."""


class Broken(NamedTuple):
    """A rule that a row breaks as a whole, and the column to blame."""

    column: str
    rule: str
    code: str = "inconsistent"


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name
        As in the header.
    parser
        What its cells may hold.
    meaning
        One line for the documentation.
    required
        Whether every row must have a value.
    default
        Value of blank cells and of a missing column.
    default_text
        The default in words, where the value itself does not say it.
    refers_to
        ``table.column`` whose values this one's must be among.
    pick
        The names in a parsed value that ``refers_to`` concerns, where the value is more than one name.
    """

    name: str
    parser: CellParser[Any]
    meaning: str
    required: bool = False
    default: object = None
    default_text: str | None = None
    refers_to: str | None = None
    pick: Callable[[Any], tuple[str, ...]] | None = None


def _no_checks(_row: Row) -> Iterator[Broken]:
    yield from ()


@dataclass(frozen=True)
class Table:
    """One table of the workspace.

    Parameters
    ----------
    name
        The file's name without its ending.
    meaning
        One or two sentences for the documentation.
    columns
        In the order documented.
    key
        Columns that together may occur only once; empty where rows may repeat.
    check_row
        Yields the rules across columns that a row breaks.
    rules
        What ``check_row`` and the checks across tables ask for, in words.
    large
        Whether it may have a million rows: it is then handled by columns, and the same broken value in
        the same column is told once, with the number of its rows.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    check_row: Callable[[Row], Iterator[Broken]] = _no_checks
    rules: tuple[str, ...] = ()
    large: bool = False

    def column(self, name: str) -> Column:
        """Return the column of this name."""
        return next(column for column in self.columns if column.name == name)
