"""A workspace from a folder or a .zip: everything is checked before anything is built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from api.workspace.build import build_workspace
from api.workspace.crosschecks import check_across
from api.workspace.csv_table import read_csv
from api.workspace.faults import FaultList, did_you_mean
from api.workspace.needs import Need, check_needs, plan_file_is_given
from api.workspace.parquet_table import read_parquet
from api.workspace.parse import ParsedTable, parse_table
from api.workspace.plan_toml import PLAN_FILE, read_plan_toml
from api.workspace.raw import RawTable
from api.workspace.references import check_keys, check_references, check_rows
from api.workspace.rule_packs import check_rule_packs
from api.workspace.schema import Table
from api.workspace.source import read_files
from api.workspace.tables.catalogue import TABLES
from scheduler.workspace import Workspace

__all__ = ["Need", "read_table", "read_workspace"]

_READERS: dict[str, Callable[[str, bytes, FaultList], RawTable | None]] = {
    "csv": read_csv,
    "parquet": read_parquet,
}


def read_workspace(path: Path, needs: Need = Need.PLAN) -> Workspace:
    """Read and check a workspace.

    Parameters
    ----------
    path
        Folder or .zip file with the tables that ``docs/workspace.md`` describes. Nothing is written to it.
    needs
        What it is read for: which files must be there. All files that are there are read and checked.

    Raises
    ------
    InvalidInput
        With every fault found: the first hundred, and how many more.
    """
    faults = FaultList()
    files = read_files(Path(path), faults)
    if faults:
        raise faults.error()
    given = _tables_given(files, faults)
    settings = None
    if plan_file_is_given(files, needs, faults):
        settings = read_plan_toml(files[PLAN_FILE], faults)
    check_needs(needs, given, faults)
    tables = {
        name: read_table(given[name], files[given[name]], declaration, faults)
        for name, declaration in TABLES.items()
        if name in given
    }
    for table in tables.values():
        check_rows(table, faults)
        check_keys(table, faults)
        check_references(table, tables, faults)
    check_across(tables, settings, faults)
    check_rule_packs(tables, faults)
    if faults or settings is None:
        raise faults.error()
    return build_workspace(tables, settings)


def _tables_given(files: Mapping[str, bytes], faults: FaultList) -> dict[str, str]:
    """Return file names by table name, refusing what is no table."""
    known = [f"{name}.{ending}" for name in TABLES for ending in _READERS]
    given: dict[str, str] = {}
    for file in files:
        name = file.rpartition(".")[0]
        if file == PLAN_FILE:
            continue
        if file not in known:
            hint = did_you_mean(file, [*known, PLAN_FILE])
            faults.add(f"unknown file{hint}", file=file, code="unknown_file")
        elif name in given:
            faults.add(f"either {given[name]} or {file} may be given, not both", file=file, code="duplicate")
        else:
            given[name] = file
    return given


def read_table(file: str, content: bytes, declaration: Table, faults: FaultList) -> ParsedTable:
    """Read one file, by the ending of its name, as the table declared."""
    reader = _READERS.get(file.rpartition(".")[2], read_csv)
    raw = reader(file, content, faults)
    if raw is None:
        # What it holds is unknown, which is no fault of the tables that refer to it.
        return ParsedTable.empty(declaration, file, usable=False)
    return parse_table(declaration, raw, faults)
