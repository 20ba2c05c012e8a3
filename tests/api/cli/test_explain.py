"""``explain`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from api.cli.main import main
from tests.workspaces import write_workspace

pytestmark = pytest.mark.slow

PLAN = 'start = 2026-03-28\ndays = 3\ninterval_minutes = 30\ncurrency = "GBP"\n'


def test_explain_names_windows_and_hires(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    workspace = write_workspace(tmp_path / "workspace", plan=PLAN)
    planned = tmp_path / "planned"
    assert main(["plan", str(workspace), "--out", str(planned), "--work-limit", "5"]) == 0
    coverage = pd.read_csv(planned / "coverage.csv")
    capsys.readouterr()
    assert main(["explain", str(workspace), "--rota", str(planned), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["status"] == "done"
    short = told["short_hours"] + told["edge_short_hours"]
    assert short == pytest.approx(coverage["short"].sum() / 2)
    assert sum(window["short_hours"] for window in told["windows"]) <= told["short_hours"] + 1e-6
    assert all(hire["hours"] > 0 for hire in told["hires"])
    assert main(["explain", str(workspace), "--rota", str(planned), "--top", "1"]) == 0
    assert "agent-hours are missing" in capsys.readouterr().out
