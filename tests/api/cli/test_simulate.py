"""``simulate`` on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from api.cli.main import main
from tests.workspaces import write_workspace

pytestmark = pytest.mark.slow

PLAN = 'start = 2026-03-28\ndays = 3\ninterval_minutes = 30\ncurrency = "GBP"\n'
"""Three days over London's change to summer time."""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workspace(tmp_path_factory.mktemp("simulate") / "workspace", plan=PLAN)


@pytest.fixture(scope="module")
def planned(workspace: Path) -> Path:
    out = workspace.parent / "planned"
    assert main(["plan", str(workspace), "--out", str(out), "--work-limit", "20"]) == 0
    return out


def document(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    assert main([str(word) for word in (*words, "--json")]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_plans_report_says_what_service_to_expect(planned: Path) -> None:
    report = json.loads((planned / "report.json").read_text())
    simulated = report["service"]["simulated"]
    assert {row["channel"] for row in simulated["queues"]} == {"phone", "email"}
    for row in simulated["queues"]:
        assert [day["date"] for day in row["days"]] == ["2026-03-28", "2026-03-29", "2026-03-30"]
        assert (
            0 <= row["service_level"]["low"] <= row["service_level"]["mean"] <= row["service_level"]["high"]
        )
        assert row["first_contact_resolution"] == 1.0
    assert report["service"]["measured"] is None
    assert len(report["forecast"]["dispersion"]) == 2
    assert report["timings"]["simulation_seconds"] >= 0


def test_simulate_repeats_what_the_plan_said(
    workspace: Path, planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same rota, forecast and dispersion from files; only the seed differs."""
    out = tmp_path / "service"
    told = document(capsys, "simulate", workspace, "--rota", planned, "--out", out)
    expected = json.loads((planned / "report.json").read_text())["service"]["simulated"]
    found = told["service"]["simulated"]
    assert told["status"] == "done"
    assert found["replications"] == 100
    for one, other in zip(found["queues"], expected["queues"], strict=True):
        assert one["contacts"] == pytest.approx(other["contacts"], rel=0.1)
        assert one["service_level"]["mean"] == pytest.approx(other["service_level"]["mean"], abs=0.05)
    assert sorted(file.name for file in out.iterdir()) == [
        "report.json",
        "service.csv",
        "service_intervals.csv",
    ]
    days = pd.read_csv(out / "service.csv")
    assert days["date"].tolist() == ["2026-03-28", "2026-03-29", "2026-03-30"] * 2
    level = days["service_level"].dropna()
    assert level.between(days["service_level_low"].dropna(), days["service_level_high"].dropna()).all()
    intervals = pd.read_csv(out / "service_intervals.csv")
    assert intervals["contacts"].sum() == pytest.approx(days["contacts"].sum())
    # The night from Saturday to Sunday is an hour short.
    assert len(intervals) <= 2 * (48 + 46 + 48)


def test_a_what_if_says_so_and_changes_what_comes(
    tmp_path: Path, planned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queues = [
        {"region": "gb", "language": "en", "channel": channel, "deflection": 0.5, "aht_seconds": 300}
        for channel in ("phone", "email")
    ]
    deflecting = write_workspace(tmp_path / "deflecting", plan=PLAN, queues=queues)
    contacts, required = [], []
    words: tuple[str, ...]
    for words in ((), ("--without", "deflection", "--without", "translation")):
        told = document(capsys, "simulate", deflecting, "--rota", planned, *words)
        contacts.append(told["service"]["simulated"]["live"]["contacts"])
    assert contacts[1] == pytest.approx(2 * contacts[0], rel=0.1)
    assert told["warnings"][0] == "What if: as though there were no deflection, no translation."
    for words in ((), ("--without", "deflection")):
        told = document(capsys, "staff", deflecting, *words)
        required.append(sum(row["load_hours"] for row in told["queues"]))
    assert required[1] == pytest.approx(2 * required[0])
    with pytest.raises(SystemExit):
        main(["simulate", str(deflecting), "--rota", str(planned), "--without", "hope"])


def test_simulate_prints_tables(workspace: Path, planned: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(workspace), "--rota", str(planned)]) == 0
    printed = capsys.readouterr().out
    for words in ("gb/en/phone", "2026-03-29", "meets target", "Expected service by queue"):
        assert words in printed


def test_without_the_plans_forecast_a_new_one_is_made(
    workspace: Path, planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(planned, bare)
    (bare / "forecast.csv").unlink()
    whole, anew = (document(capsys, "simulate", workspace, "--rota", folder) for folder in (planned, bare))
    assert whole["service"] == anew["service"]


def test_without_a_report_the_scatter_is_assumed_and_said(
    workspace: Path, planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(planned, bare)
    (bare / "report.json").unlink()
    told = document(capsys, "simulate", workspace, "--rota", bare)
    assert any("gb/en/phone" in note and "assumed" in note for note in told["warnings"])


def test_results_never_replace_the_rota(
    workspace: Path, planned: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", str(workspace), "--rota", str(planned), "--out", str(planned)]) == 2
    assert "another folder" in capsys.readouterr().err
    assert (planned / "rota.csv").exists()


def test_a_rota_without_any_forecast_is_refused(
    planned: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without = write_workspace(tmp_path / "without", plan=PLAN, contacts=None)
    bare = tmp_path / "bare"
    shutil.copytree(planned, bare)
    (bare / "forecast.csv").unlink()
    assert main(["simulate", str(without), "--rota", str(bare)]) == 2
    assert "forecast.csv" in capsys.readouterr().err
