"""Reading a workspace that is at fault, and looking at what was said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from api.workspace.read import Need, read_workspace
from forecasting.errors import Fault, InvalidInput
from tests.workspaces import Rows, contacts_table, minimal_tables, write_workspace

__all__ = ["change", "extra", "faults_of", "load_faults", "short_contacts"]


def short_contacts() -> list[dict[str, object]]:
    """Return two days of hourly contacts: 96 rows, phone and email in turn."""
    return [dict(row) for row in contacts_table(datetime(2026, 1, 5, tzinfo=UTC), 2)]


def change(table: str, row: int, **cells: object) -> dict[str, Rows]:
    """Return a minimal table with other cells in the row that a spreadsheet numbers so."""
    rows = [dict(cells) for cells in short_contacts() if table == "contacts"] or [
        dict(cells) for cells in minimal_tables()[table]
    ]
    rows[row - 2].update(cells)
    return {table: rows}


def extra(table: str, **cells: object) -> dict[str, Rows]:
    """Return a minimal table with one more row."""
    return {table: [*minimal_tables()[table], cells]}


def load_faults(folder: Path, needs: Need = Need.PLAN) -> tuple[Fault, ...]:
    """Return the faults of a folder that must be refused, and see that reading changed nothing there."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(InvalidInput) as caught:
        read_workspace(folder, needs)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    return caught.value.faults


def faults_of(folder: Path, tables: Mapping[str, Any], needs: Need = Need.PLAN) -> tuple[Fault, ...]:
    """Write a workspace with these tables and return what is wrong with it."""
    write_workspace(folder, **{"contacts": short_contacts(), **tables})
    return load_faults(folder, needs)
