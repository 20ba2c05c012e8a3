"""Checks that every table declares alike: keys that occur once, and names that exist elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from api.workspace.faults import MAX_TOLD, FaultList, did_you_mean
from api.workspace.parse import ParsedTable
from api.workspace.schema import Column

__all__ = ["check_keys", "check_references", "check_rows"]


def check_rows(table: ParsedTable, faults: FaultList) -> None:
    """Check the rules across columns of every row whose cells are good."""
    if table.declaration.large:
        return
    for place, row in list(table.places()):
        for broken in table.declaration.check_row(row):
            table.blame(faults, place, broken.column, broken.rule, broken.code)


def check_keys(table: ParsedTable, faults: FaultList) -> None:
    """Check that a key occurs once; the second and later rows are at fault."""
    key = table.declaration.key
    if not key or not table.usable:
        return
    places = np.flatnonzero(table.sound)
    _, first, inverse = np.unique(table.numbered(key)[places], return_index=True, return_inverse=True)
    first_place = places[first][inverse]
    repeated = places[first_place != places]
    first_of = dict(zip(places.tolist(), first_place.tolist(), strict=True))
    for told, place in enumerate(repeated):
        if faults.full:
            table.sound[repeated[told:]] = False
            faults.count_untold(len(repeated) - told)
            return
        table.sound[place] = False
        cells = [table.columns[name].text(place) for name in key]
        faults.add(
            f"{', '.join(key)} must occur once; row {table.rows[first_of[int(place)]]} has the same",
            file=table.file,
            row=int(table.rows[place]),
            column=key[0] if len(key) == 1 else None,
            value=" ".join(cell for cell in cells if cell),
            code="duplicate",
        )


def check_references(table: ParsedTable, tables: Mapping[str, ParsedTable], faults: FaultList) -> None:
    """Check every name that must exist in another table."""
    for column in table.declaration.columns:
        if column.refers_to is None or column.name not in table.columns:
            continue
        name, _, key = column.refers_to.partition(".")
        if name in tables:
            if key in tables[name].columns:
                _check_names(table, column, tables[name].known(key), faults)
        elif any(_wanted(table, column).values()):
            faults.add(
                f"{name}.csv is needed, for {table.file} names rows of it",
                file=f"{name}.csv",
                code="missing_file",
            )


def _wanted(table: ParsedTable, column: Column) -> dict[int, tuple[str, ...]]:
    """Return the names that each good distinct cell refers to, by the cell's place."""
    parsed = table.columns[column.name]
    wanted = {}
    for place, (value, good) in enumerate(zip(parsed.values, parsed.good, strict=True)):
        if good and value is not None:
            names = column.pick(value) if column.pick else (value if isinstance(value, tuple) else (value,))
            wanted[place] = names
    return wanted


def _check_names(table: ParsedTable, column: Column, known: set[Any], faults: FaultList) -> None:
    words = [name for name in known if isinstance(name, str)]
    reasons: dict[int, str] = {}
    for place, names in _wanted(table, column).items():
        unknown = [name for name in names if name not in known]
        if unknown:
            # Later ones will not be told, and comparing words is slow.
            hint = did_you_mean(unknown[0], words) if len(reasons) < MAX_TOLD else ""
            shown = f" {unknown[0]!r}" if len(names) > 1 or column.pick else ""
            reasons[place] = f"{column.name} must be {_target(column)}{shown}{hint}"
    table.blame_values(faults, column.name, reasons, "unknown_reference")


def _target(column: Column) -> str:
    table, _, word = (column.refers_to or "").partition(".")
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word} of {table}.csv"
