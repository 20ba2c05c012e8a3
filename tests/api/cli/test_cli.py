"""The command line on a small workspace: words, JSON, files, exit status."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from api.cli.main import MODULES, build_parser, main
from api.cli.output import StopRequest
from tests.processes import running
from tests.workspaces import write_workspace

COMMANDS = tuple(name for names in MODULES.values() for name in names)
QUEUE = ["region", "language", "channel"]
PLAN = 'start = 2026-03-23\ndays = 7\ninterval_minutes = 30\ncurrency = "GBP"\n'
"""Seven days over London's change to summer time, after eleven weeks without a forecast's history."""


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workspace(tmp_path_factory.mktemp("cli") / "space in name", plan=PLAN)


@pytest.fixture(scope="module")
def planned(workspace: Path) -> Path:
    out = workspace.parent / "out"
    assert main(["plan", str(workspace), "--out", str(out), "--work-limit", "20"]) == 0
    return out


def test_plan_writes_every_result_file(planned: Path) -> None:
    files = sorted(file.name for file in planned.iterdir())
    tables = ["coverage.csv", "forecast.csv", "prices.csv", "report.json", "requirement.csv", "rota.csv"]
    assert files[:-2] == tables
    assert files[-1] == "timeline.csv"
    assert re.fullmatch(r"snapshot_\d{8}T\d{12}Z\.parquet", files[-2])
    report = json.loads((planned / "report.json").read_text())
    assert report["status"] in {"optimal", "feasible"}
    assert report["check"]["violations"] == 0
    assert report["objective"]["total"] == pytest.approx(sum(report["objective"]["terms"].values()))
    assert report["gap"] is None or report["bound"] <= report["objective"]["total"] + 1e-6
    assert set(report["versions"]) >= {"sunrota", "ortools", "python"}


def test_coverage_counted_equals_coverage_recomputed_from_the_timeline_alone(planned: Path) -> None:
    """An independent recount: minutes of work per queue and half hour, straight from the file."""
    timeline = pd.read_csv(planned / "timeline.csv", parse_dates=["start", "end"])
    coverage = pd.read_csv(planned / "coverage.csv", parse_dates=["interval_start"])
    served: dict[Any, float] = {}
    work: list[dict[str, Any]] = records(timeline[timeline["activity"] == "work"])
    for row in work:
        moment = row["start"]
        while moment < row["end"]:
            begin = moment.floor("30min")
            upto = min(begin + pd.Timedelta("30min"), row["end"])
            key = (*(row[name] for name in QUEUE), begin)
            # cyd's phone skill has speed 0.8; everyone else works at full speed.
            speed = 0.8 if row["agent"] == "cyd" else 1.0
            served[key] = served.get(key, 0.0) + (upto - moment) / pd.Timedelta("30min") * speed
            moment = upto
    counted = {
        (*(row[name] for name in QUEUE), row["interval_start"]): row["scheduled"]
        for row in records(coverage)
        if row["scheduled"] > 0
    }
    assert work
    assert counted.keys() == served.keys()
    for key, scheduled in counted.items():
        assert scheduled == pytest.approx(served[key], abs=1e-9), key
    live = coverage[coverage["kind"] == "live"]
    assert (live["short"] - (live["required"] - live["scheduled"]).clip(lower=0)).abs().max() < 1e-9


def test_check_reads_the_files_back_and_agrees(
    workspace: Path, planned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(workspace), "--rota", str(planned), "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    report = json.loads((planned / "report.json").read_text())
    assert checked["violations"] == []
    assert checked["objective"]["total"] == pytest.approx(report["objective"]["total"], abs=1e-6)


def test_check_finds_what_a_hand_edit_breaks(
    workspace: Path, planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edited = tmp_path / "edited"
    edited.mkdir()
    for file in planned.iterdir():
        (edited / file.name).write_bytes(file.read_bytes())
    timeline = pd.read_csv(edited / "timeline.csv", dtype=str, keep_default_na=False)
    timeline.drop(index=timeline.index[0]).to_csv(edited / "timeline.csv", index=False)
    assert main(["check", str(workspace), "--rota", str(edited)]) == 1
    assert records(timeline)[0]["agent"] in capsys.readouterr().out


@pytest.mark.slow
def test_another_horizon_is_checked_as_it_was_planned(workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "later"
    horizon = ["--start", "2026-03-30", "--days", "3"]
    assert main(["plan", str(workspace), "--out", str(out), "--work-limit", "30", *horizon]) == 0
    assert set(pd.read_csv(out / "rota.csv")["local_date"]) <= {"2026-03-30", "2026-03-31", "2026-04-01"}
    assert main(["check", str(workspace), "--rota", str(out)]) == 0


@pytest.mark.slow
def test_steps_of_the_chain_one_by_one(workspace: Path, planned: Path, tmp_path: Path) -> None:
    assert main(["forecast", str(workspace), "--out", str(tmp_path / "forecast")]) == 0
    forecast = tmp_path / "forecast" / "forecast.csv"
    assert forecast.read_bytes() == (planned / "forecast.csv").read_bytes()
    staffed = tmp_path / "staff"
    assert main(["staff", str(workspace), "--forecast", str(forecast), "--out", str(staffed)]) == 0
    given = pd.read_csv(staffed / "requirement.csv")
    pd.testing.assert_frame_equal(given, pd.read_csv(planned / "requirement.csv"), rtol=1e-9)
    rota = ["rota", str(workspace), "--requirement", str(staffed / "requirement.csv"), "--work-limit", "60"]
    assert main([*rota, "--out", str(tmp_path / "rota")]) == 0
    assert (tmp_path / "rota" / "rota.csv").read_bytes() == (planned / "rota.csv").read_bytes()


@pytest.mark.slow
def test_json_is_one_document_on_standard_output(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["forecast"], ["staff"], ["backtest", "--horizon", "7", "--origins", "2"]):
        assert main([command[0], str(workspace), *command[1:], "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["status"] == "done"


@pytest.mark.slow
def test_backtest_prints_the_model_beside_the_simple_methods(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backtest", str(workspace), "--horizon", "7", "--origins", "2"]) == 0
    words = capsys.readouterr().out.lower()
    assert "naive" in words
    assert "models that carry each queue" in words


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["plan", "nowhere"], "nowhere"),
        (["rota", "{workspace}"], "requirement"),
        (["plan", "{workspace}", "--days", "367"], "366"),
        (["check", "{workspace}", "--rota", "nowhere"], "rota.csv"),
        (["plan", "{workspace}", "--start", "2020-01-01"], "history"),
    ],
)
def test_bad_input_is_said_in_words_with_status_2(
    workspace: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([argument.format(workspace=workspace) for argument in arguments]) == 2
    captured = capsys.readouterr()
    assert words in captured.err.lower()
    assert "Traceback" not in captured.err


def test_faults_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = write_workspace(tmp_path / "broken", regions=[{"region": "gb", "time_zone": "Mars/Base"}])
    assert main(["plan", str(broken), "--json"]) == 2
    (fault,) = json.loads(capsys.readouterr().out)["faults"]
    assert (fault["file"], fault["row"], fault["column"], fault["value"]) == (
        "regions.csv",
        2,
        "time_zone",
        "Mars/Base",
    )


def test_every_command_teaches_itself() -> None:
    help_text = build_parser().format_help()
    for command in COMMANDS:
        assert f"\n    {command}" in help_text
        with pytest.raises(SystemExit) as ended:
            main([command, "--help"])
        assert ended.value.code == 0


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_the_commands_it_is_imported_for(module: str) -> None:
    commands = argparse.ArgumentParser().add_subparsers()
    import_module(f"api.cli.{module}").add_commands(commands)
    assert tuple(commands.choices) == MODULES[module]


def test_the_first_signal_asks_for_the_best_so_far_and_the_second_one_ends() -> None:
    before = signal.getsignal(signal.SIGINT)
    with StopRequest().listening() as stop:
        assert not stop()
        signal.raise_signal(signal.SIGINT)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.slow
def test_ctrl_c_keeps_the_best_rota_so_far(tmp_path: Path) -> None:
    """With 156 agents, whose search would go on for minutes; the solver must not eat the signal."""
    out = tmp_path / "stopped"
    command = [sys.executable, "-m", "api.cli.main", "plan", "sample_data/global_support", "--days", "2"]
    command += ["--out", str(out), "--time-limit", "600"]
    with running(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith("rota:"):
                break
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 0, errors
    assert json.loads((out / "report.json").read_text())["status"] == "stopped"


def test_a_port_in_use_is_told_before_anything_is_kept(
    workspace: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "var"
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert main(["serve", "--plan", str(workspace), "--port", port, "--data-dir", str(data)]) == 2
    assert "the port is in use by another program; choose another" in capsys.readouterr().err
    assert not list(tmp_path.glob("var/*"))


@pytest.mark.slow
def test_links_lead_somewhere_as_soon_as_they_are_shown(workspace: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "api.cli.main", "serve", "--plan", str(workspace), "--work-limit", "20"]
    command += ["--port", port, "--data-dir", str(tmp_path / "var")]
    one = {**os.environ, "SUNROTA_WEB_PROCESSES": "1"}
    with running(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=one) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        links = (found[0] for line in lines if (found := re.search(r"http://\S+/sign-in/\S+", line)))
        # The page of a run that has ended leads on to its plan.
        for places in (("/runs/", "/plans/"), ("/plans/",)):
            with httpx.Client(follow_redirects=True, timeout=60) as browser:
                answer = browser.get(next(links))
            assert answer.status_code == 200
            assert answer.url.path.startswith(places), answer.url
        # Not SIGINT, which whoever runs in the background of a shell's script inherits as ignored.
        process.terminate()
        assert process.wait() == 0
