"""The result files' exact text, and that they are replaced whole or not at all."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from api.results.swap import exchange_in_two_steps
from api.results.write import write_results
from api.workspace.read import read_workspace
from forecasting.errors import InvalidInput
from forecasting.queues import ChannelKind, QueueKey
from scheduler.results import PlanFiles, rota_table, timeline_table
from scheduler.rota import WORK, Break, Rota, Shift, Stretch
from tests.processes import running
from tests.workspaces import write_workspace

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def coverage(required: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "region": ["gb"],
            "language": ["en"],
            "channel": ["phone"],
            "interval_start": pd.DatetimeIndex([START]),
            "kind": [ChannelKind.LIVE],
            "required": [required],
            "scheduled": [1.8],
            "short": [0.2],
            "backlog": [0.0],
            "edge": [False],
        }
    )


def test_rota_timeline_and_coverage_have_the_contracts_columns(tmp_path: Path) -> None:
    agents = [{"agent": "ann", "site": "london", "contract": "full", "skills": "en:*", "hourly_cost": 10}]
    workspace = read_workspace(write_workspace(tmp_path / "in", agents=agents))
    pause = Break(at(180), at(210), paid=False)
    shift = Shift("ann", "london", "day", START, at(480), date(2026, 3, 2), "Europe/London", 450, (pause,))
    stretches = (
        Stretch("ann", START, at(180), WORK, QueueKey("gb", "en", "phone")),
        Stretch("ann", at(180), at(210), "break"),
        Stretch("ann", at(210), at(480), "idle"),
    )
    rota = Rota((shift,), stretches)
    files = PlanFiles(rota=rota_table(rota, workspace), timeline=timeline_table(rota), coverage=coverage(2.0))
    write_results(files, tmp_path / "out")
    assert (tmp_path / "out" / "rota.csv").read_text() == (
        "agent,site,shift,start,end,local_date,time_zone,paid_minutes,unpaid_minutes,night_minutes,"
        "holiday_minutes,overtime_minutes,cost,currency,breaks\n"
        "ann,london,day,2026-03-02T08:00:00Z,2026-03-02T16:00:00Z,2026-03-02,Europe/London,450,30,0,0,0,75,"
        "GBP,2026-03-02T11:00:00Z/2026-03-02T11:30:00Z/unpaid\n"
    )
    assert (tmp_path / "out" / "timeline.csv").read_text() == (
        "agent,start,end,activity,region,language,channel,translated\n"
        "ann,2026-03-02T08:00:00Z,2026-03-02T11:00:00Z,work,gb,en,phone,false\n"
        "ann,2026-03-02T11:00:00Z,2026-03-02T11:30:00Z,break,,,,\n"
        "ann,2026-03-02T11:30:00Z,2026-03-02T16:00:00Z,idle,,,,\n"
    )
    assert (tmp_path / "out" / "coverage.csv").read_text() == (
        "interval_start,region,language,channel,kind,required,scheduled,short,backlog\n"
        "2026-03-02T08:00:00Z,gb,en,phone,live,2,1.8,0.2,0\n"
    )
    assert not (tmp_path / "out" / "forecast.csv").exists()


def test_an_empty_rota_is_written_with_its_headers(tmp_path: Path) -> None:
    workspace = read_workspace(write_workspace(tmp_path / "in"))
    rota = Rota((), ())
    write_results(
        PlanFiles(rota=rota_table(rota, workspace), timeline=timeline_table(rota)), tmp_path / "out"
    )
    assert (tmp_path / "out" / "timeline.csv").read_text().count("\n") == 1


def test_results_replace_results_whole(tmp_path: Path) -> None:
    write_results(PlanFiles(coverage=coverage(2.0), report={}), tmp_path / "out")
    (tmp_path / "out").chmod(0o750)
    write_results(PlanFiles(coverage=coverage(3.0)), tmp_path / "out")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]
    assert [entry.name for entry in (tmp_path / "out").iterdir()] == ["coverage.csv"]
    assert ",3,1.8," in (tmp_path / "out" / "coverage.csv").read_text()
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o750


def test_a_folder_with_other_files_is_not_replaced(tmp_path: Path) -> None:
    folder = write_workspace(tmp_path / "in")
    before = {entry.name: entry.read_bytes() for entry in folder.iterdir()}
    with pytest.raises(InvalidInput, match=r"nothing but results, got agents\.csv"):
        write_results(PlanFiles(report={}), folder)
    assert {entry.name: entry.read_bytes() for entry in folder.iterdir()} == before


def test_a_file_in_the_way_and_an_unwritable_parent_are_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(InvalidInput, match="go into a folder"):
        write_results(PlanFiles(report={}), tmp_path / "out")
    with pytest.raises(InvalidInput, match="cannot be written: File exists"):
        write_results(PlanFiles(report={}), tmp_path / "out" / "deeper")


def test_a_failure_while_writing_leaves_the_old_results(tmp_path: Path) -> None:
    write_results(PlanFiles(report={"old": True}), tmp_path / "out")
    with pytest.raises(ValueError, match="JSON"):
        write_results(PlanFiles(coverage=coverage(2.0), report={"new": float("nan")}), tmp_path / "out")
    assert [entry.name for entry in tmp_path.iterdir()] == ["out"]
    assert '"old": true' in (tmp_path / "out" / "report.json").read_text()


def test_swapping_in_two_steps_swaps(tmp_path: Path) -> None:
    for name in ("fresh", "old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    exchange_in_two_steps(tmp_path / "fresh", tmp_path / "old")
    assert (tmp_path / "old" / "file").read_text() == "fresh"
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["fresh", "old"]


KILLED_WRITER = """
import sys
from pathlib import Path
from api.results.swap import replace_folder

def fill(text):
    def write(folder):
        for name in ("a", "b"):
            (folder / name).write_text(text)
    return write

turn = 0
while True:
    replace_folder(Path(sys.argv[1]), fill(str(turn)))
    print(turn, flush=True)
    turn += 1
"""


def test_a_writer_killed_at_any_moment_leaves_one_whole_set(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    for name in "ab":
        (tmp_path / "out" / name).write_text("-1")
    for pause in (0.0, 0.001, 0.002, 0.005, 0.011):
        command = [sys.executable, "-c", KILLED_WRITER, str(tmp_path / "out")]
        with running(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(pause)
        texts = {(tmp_path / "out" / name).read_text() for name in "ab"}
        assert len(texts) == 1
