"""Forecasts over a Ray cluster: a real one of two nodes, and what is said where there is none."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli.main import main
from api.cluster import fan_out_over
from forecasting.errors import InvalidInput
from forecasting.fan_out import in_turn
from tests.workspaces import contacts_table, minimal_tables, write_workspace

PLAN = 'start = 2026-03-02\ndays = 7\ninterval_minutes = 60\ncurrency = "GBP"\n'
LANGUAGES = ("en", "fr", "de")


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed: sunrota[ray]")
def test_two_nodes_make_the_forecast_that_one_process_makes(tmp_path: Path) -> None:
    queues = [
        {"region": "gb", "language": language, "channel": channel, "aht_seconds": 240}
        for language in LANGUAGES
        for channel in ("phone", "email")
    ]
    keys = [(row["region"], row["language"], row["channel"]) for row in queues]
    contacts = contacts_table(days=56, queues=[(str(a), str(b), str(c)) for a, b, c in keys])
    tables = minimal_tables()
    folder = write_workspace(
        tmp_path / "in", plan=PLAN, regions=tables["regions"], queues=queues, contacts=contacts
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.api.ray_main", str(folder), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert json.loads((tmp_path / "result.json").read_text()) == {
        "groups": [3],
        "nodes": 2,
        "same": True,
        "faults": ["region mars unknown_region"],
        "command": 0,
        "same_files": True,
    }


def test_without_an_address_work_is_done_here() -> None:
    with fan_out_over(None) as fan_out:
        assert fan_out is in_turn


@pytest.mark.slow
def test_without_ray_the_option_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    folder = write_workspace(tmp_path / "in", plan=PLAN)
    assert main(["forecast", str(folder), "--ray", "127.0.0.1:6379"]) == 2
    assert "pip install 'sunrota[ray]'" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed: sunrota[ray]")
@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:1", "ray://127.0.0.1:1", "127.0.0.1:99999"])
def test_an_address_where_no_cluster_answers_is_refused(address: str) -> None:
    code = f"from api.cluster import fan_out_over\nwith fan_out_over({address!r}): pass"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 1
    assert InvalidInput.__name__ in done.stderr
    assert f"a Ray cluster must answer at this address, got {address}" in done.stderr
