"""Result files of any origin: what is wrong with them is said like a workspace's faults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from api.results.read import read_forecast, read_requirement, read_rota
from api.workspace.read import Need, read_workspace
from forecasting.errors import InvalidInput
from scheduler.workspace import Workspace
from tests.workspaces import minimal_tables, write_table, write_workspace

SHIFT: dict[str, object] = {
    "agent": "ann",
    "site": "london",
    "shift": "day",
    "start": "2026-03-02T08:00:00Z",
    "end": "2026-03-02T16:00:00Z",
    "local_date": "2026-03-02",
    "time_zone": "Europe/London",
    "paid_minutes": 450,
    "breaks": "2026-03-02T11:00:00Z/2026-03-02T11:30:00Z/unpaid",
}
WORK: dict[str, object] = {
    "agent": "ann",
    "start": "2026-03-02T08:00:00Z",
    "end": "2026-03-02T11:00:00Z",
    "activity": "work",
    "region": "gb",
    "language": "EN",
    "channel": "phone",
    "translated": "false",
}
NEED: dict[str, object] = {
    "interval_start": "2026-03-02T08:00:00Z",
    "region": "gb",
    "language": "en",
    "channel": "phone",
}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    folder = write_workspace(tmp_path_factory.mktemp("in"), contacts=None)
    return read_workspace(folder, Need.ROTA)


def write_rota(folder: Path, shift: Mapping[str, object], work: Mapping[str, object]) -> Path:
    (folder / "rota.csv").write_text(write_table([SHIFT, {**SHIFT, "agent": "bob", **shift}]))
    (folder / "timeline.csv").write_text(write_table([WORK, {**WORK, "agent": "bob", **work}]))
    return folder


def test_the_least_that_says_a_rota_is_read(tmp_path: Path, workspace: Workspace) -> None:
    rota = read_rota(write_rota(tmp_path, {}, {}), workspace)
    assert [(shift.agent, shift.unpaid_minutes, shift.fixed) for shift in rota.shifts] == [
        ("ann", 30, False),
        ("bob", 30, False),
    ]
    assert {str(stretch.queue) for stretch in rota.stretches} == {"gb/en/phone"}


@pytest.mark.parametrize(
    ("shift", "work", "file", "column", "rule"),
    [
        ({"agent": "bbo"}, {}, "rota.csv", "agent", "did you mean 'bob'?"),
        ({"agent": "ann"}, {}, "rota.csv", None, "agent, start must occur once; row 2"),
        ({"site": "paris"}, {}, "rota.csv", "site", "the agent's, london"),
        ({"time_zone": "Europe/Paris"}, {}, "rota.csv", "time_zone", "the site's, Europe/London"),
        ({"local_date": "2026-03-03"}, {}, "rota.csv", "local_date", "at start, 2026-03-02"),
        ({"shift": "dya"}, {}, "rota.csv", "shift", "did you mean 'day'?"),
        ({"end": "2026-03-02T08:00:00Z"}, {}, "rota.csv", "end", "after start"),
        ({"end": "2026-03-02T11:15:00Z", "paid_minutes": 180}, {}, "rota.csv", "breaks", "inside"),
        ({"paid_minutes": 481}, {}, "rota.csv", "paid_minutes", "at most"),
        ({}, {"agent": "dee"}, "timeline.csv", "agent", "an agent of the workspace"),
        ({}, {"end": "2026-03-02T07:00:00Z"}, "timeline.csv", "end", "after start"),
        ({}, {"channel": "fax"}, "timeline.csv", "channel", "a queue of the workspace"),
        ({}, {"region": ""}, "timeline.csv", "channel", "a queue of the workspace"),
        ({}, {"activity": "break"}, "timeline.csv", "region", "only work"),
    ],
)
def test_a_fault_of_a_rota(  # noqa: PLR0917 - a fixture, a folder and the case
    tmp_path: Path,
    workspace: Workspace,
    shift: dict[str, object],
    work: dict[str, object],
    file: str,
    column: str | None,
    rule: str,
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_rota(write_rota(tmp_path, shift, work), workspace)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == (file, 3, column)
    assert rule in fault.rule


def test_missing_files_are_named(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_rota(tmp_path, workspace)
    assert [fault.file for fault in caught.value.faults] == ["rota.csv", "timeline.csv"]
    with pytest.raises(InvalidInput, match=r"must be a readable file: .*\(forecast\.csv\)"):
        read_forecast(tmp_path / "forecast.csv", workspace)


def test_a_forecast_made_elsewhere_needs_contacts_only(tmp_path: Path, workspace: Workspace) -> None:
    rows = [{**NEED, "contacts": 12.5}, {**NEED, "channel": "email", "contacts": 3}]
    (tmp_path / "mine.csv").write_text(write_table(rows))
    frame = read_forecast(tmp_path / "mine.csv", workspace).frame
    assert frame["contacts"].tolist() == [3.0, 12.5]
    assert frame["aht_seconds"].tolist() == [300.0, 240.0]
    assert frame[["p10", "p50", "p90"]].isna().all(axis=None)


def test_without_any_handle_time_it_stays_unknown(tmp_path: Path) -> None:
    queues = [{k: v for k, v in row.items() if k != "aht_seconds"} for row in minimal_tables()["queues"]]
    folder = write_workspace(tmp_path / "in", contacts=None, queues=queues)
    (tmp_path / "mine.csv").write_text(write_table([{**NEED, "contacts": 12.5}]))
    frame = read_forecast(tmp_path / "mine.csv", read_workspace(folder, Need.ROTA)).frame
    assert np.isnan(frame["aht_seconds"].iloc[0])


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"agents": -1}, "agents"),
        ({"agents": 1, "channel": "fax"}, "channel"),
        ({"agents": 1, "interval_start": "2026-03-02T08:10:00Z"}, "interval_start"),
    ],
)
def test_a_fault_of_a_requirement(
    tmp_path: Path, workspace: Workspace, row: dict[str, object], column: str
) -> None:
    (tmp_path / "mine.csv").write_text(write_table([{**NEED, **row}]))
    with pytest.raises(InvalidInput) as caught:
        read_requirement(tmp_path / "mine.csv", workspace)
    (fault,) = caught.value.faults
    assert (fault.file, fault.row, fault.column) == ("mine.csv", 2, column)
