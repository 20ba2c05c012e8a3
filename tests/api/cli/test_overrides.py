"""A planner's override, from overrides.csv to the forecast's file, the requirement and the report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from api.cli.main import main
from scheduler.results import OPTIONAL_COLUMNS, TABLE_COLUMNS
from tests.workspaces import write_workspace

pytestmark = pytest.mark.slow

PLAN = 'start = 2026-03-28\ndays = 3\ninterval_minutes = 30\ncurrency = "GBP"\n'
"""Three days round London's change to summer time."""
FAIR = {"start": "2026-03-29", "end": "2026-03-30", "channel": "phone", "contacts": 500, "reason": "Fair <b>"}
REST = {"start": "2026-03-30", "end": "2026-03-31", "channel": "phone", "factor": 1, "reason": "as ever"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_workspace(tmp_path_factory.mktemp("overrides") / "in", plan=PLAN, overrides=[FAIR, REST])


@pytest.fixture(scope="module")
def out(workspace: Path) -> Path:
    folder = workspace.parent / "forecast"
    assert main(["forecast", str(workspace), "--out", str(folder)]) == 0
    return folder


def read(file: Path) -> pd.DataFrame:
    return pd.read_csv(file, parse_dates=["interval_start"], keep_default_na=False)


def test_the_file_holds_the_planners_value_and_the_models(out: Path) -> None:
    frame = read(out / "forecast.csv")
    assert tuple(frame.columns) == (*TABLE_COLUMNS["forecast.csv"], *OPTIONAL_COLUMNS["forecast.csv"])
    fair = frame[frame["override"] == "Fair <b>"]
    # Sunday the 29th has 23 hours in London.
    assert len(fair) == 46
    assert set(fair["channel"]) == {"phone"}
    assert fair["contacts"].sum() == pytest.approx(500)
    others = frame[frame["override"] == ""]
    assert (others["contacts"] == others["model_contacts"]).all()
    assert len(frame[frame["override"] == "as ever"]) == 48


def test_without_overrides_the_file_has_the_contracts_columns_alone(tmp_path: Path) -> None:
    plain = write_workspace(tmp_path / "plain", plan=PLAN)
    assert main(["forecast", str(plain), "--out", str(tmp_path / "out")]) == 0
    frame = read(tmp_path / "out" / "forecast.csv")
    assert tuple(frame.columns) == TABLE_COLUMNS["forecast.csv"]


def test_words_and_json_name_the_override(workspace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forecast", str(workspace)]) == 0
    words = capsys.readouterr().out
    assert "Overridden by planners" in words
    assert "Override 'Fair <b>': 500.0 contacts for gb/en/phone instead of the model's" in words
    assert main(["forecast", str(workspace), "--json"]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    fair = document["overrides"][0]
    assert (fair["override"], fair["contacts"], fair["channel"]) == ("Fair <b>", pytest.approx(500), "phone")
    assert fair["first"].startswith("2026-03-29T00:00:00")
    assert fair["until"].startswith("2026-03-29T23:00:00")


def test_staffing_follows_the_planner_and_hands_both_values_on(
    workspace: Path, out: Path, tmp_path: Path
) -> None:
    staffed = tmp_path / "staff"
    told = ["--forecast", str(out / "forecast.csv"), "--out", str(staffed)]
    assert main(["staff", str(workspace), *told]) == 0
    assert (staffed / "forecast.csv").read_bytes() == (out / "forecast.csv").read_bytes()
    frame = read(out / "forecast.csv").drop(columns=["model_contacts", "override"])
    doubled = frame.assign(contacts=read(out / "forecast.csv")["model_contacts"])
    doubled.to_csv(tmp_path / "model.csv", index=False, date_format="%Y-%m-%dT%H:%M:%SZ")
    told = ["--forecast", str(tmp_path / "model.csv"), "--out", str(tmp_path / "model")]
    assert main(["staff", str(workspace), *told]) == 0
    planner, model = (read(folder / "requirement.csv") for folder in (staffed, tmp_path / "model"))
    day = (planner["interval_start"] < "2026-03-29T23:00Z") & (planner["channel"] == "phone")
    assert planner.loc[day, "agents"].sum() > 1.5 * model.loc[day, "agents"].sum()
    assert (planner.loc[~day, "agents"] == model.loc[~day, "agents"]).all()


def test_a_plans_report_lists_the_overrides(workspace: Path, tmp_path: Path) -> None:
    assert main(["plan", str(workspace), "--out", str(tmp_path / "p"), "--work-limit", "5"]) == 0
    report = json.loads((tmp_path / "p" / "report.json").read_text())
    assert [row["override"] for row in report["forecast"]["overrides"]] == ["Fair <b>", "as ever"]
    assert report["forecast"]["overrides"][0]["until"] == "2026-03-29T23:00:00+00:00"
    assert any("Override 'Fair <b>'" in line for line in report["warnings"])
