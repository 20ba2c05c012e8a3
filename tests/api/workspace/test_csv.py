"""The many dresses of CSV, and the numbers of its rows."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from api.workspace.csv_table import read_csv
from api.workspace.faults import FaultList
from api.workspace.read import read_workspace
from tests.api.workspace.loading import change, faults_of, short_contacts
from tests.workspaces import minimal_tables, write_table, write_workspace

AGENTS = write_table(minimal_tables()["agents"])


def read(content: bytes) -> tuple[dict[str, list[str]], list[int]]:
    faults = FaultList()
    table = read_csv("t.csv", content, faults)
    assert not faults
    assert table is not None
    return {name: cells.to_pylist() for name, cells in table.columns.items()}, table.rows.tolist()


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n3,4\n",
        b"a,b\n1,2\n3,4",
        b"\xef\xbb\xbfa,b\r\n1,2\r\n3,4\r\n",
        b"a,b\r1,2\r3,4\r",
        b' a , b \n"1",2\n3,"4"\n\n\n,\n , \n',
    ],
)
def test_the_same_table_however_it_is_written(content: bytes) -> None:
    assert read(content) == ({"a": ["1", "3"], "b": ["2", "4"]}, [2, 3])


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    content = b'\na,b\n"x\r\ny ""z""","1,2"\n\n,,\n,\nlast,3\n'.replace(b",,\n", b",\n")
    cells, rows = read(content)
    assert cells == {"a": ['x\r\ny "z"', "last"], "b": ["1,2", "3"]}
    # Row 1 is blank, 2 the header, 3 spans two lines, 4 to 6 are blank.
    assert rows == [3, 7]


def test_a_row_behind_quoted_lines_is_blamed_by_its_number(tmp_path: Path) -> None:
    rows = [
        {**minimal_tables()["agents"][0], "name": "Ann\nof\nthe North"},
        {**minimal_tables()["agents"][1], "email": "nobody"},
    ]
    (fault,) = faults_of(tmp_path, {"agents": rows})
    assert (fault.row, fault.column) == (3, "email")
    text = write_table(rows).replace("nobody", "no\0body")
    (fault,) = faults_of(tmp_path, {"agents": text})
    assert (fault.row, fault.code) == (3, "encoding")


def test_accents_and_scripts_come_through(tmp_path: Path) -> None:
    rows = [{**minimal_tables()["agents"][0], "name": "Þóra Ķirsis 久美子"}]
    folder = write_workspace(tmp_path, contacts=short_contacts(), agents=rows)
    assert read_workspace(folder).agents["ann"].display_name == "Þóra Ķirsis 久美子"


@pytest.mark.slow
def test_hostile_cells_are_refused_in_no_time(tmp_path: Path) -> None:
    begun = time.process_time()
    for cells in ({"hourly_cost": "1" * 99_999 + "x"}, {"skills": "a-" * 49_999 + ":phone"}):
        (fault,) = faults_of(tmp_path, change("agents", 2, **cells))
        assert len(str(fault)) < 1000
    many = [{**minimal_tables()["agents"][0], "agent": f"a{number}"} for number in range(1900)]
    wishes = [{"agent": f"b{number}", "date": "2026-03-04", "wish": "work"} for number in range(3000)]
    assert len(faults_of(tmp_path, {"agents": many, "wishes": wishes})) == 101
    assert time.process_time() - begun < 5
