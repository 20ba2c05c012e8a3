"""``sunrota backup`` and ``sunrota restore``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.cli.main import main


@pytest.mark.slow
def test_there_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(tmp_path / "backup.zip")
    monkeypatch.setenv("SUNROTA_DATA_DIR", str(tmp_path / "first"))
    assert main(["user", "kim", "--role", "planner"]) == 0
    capsys.readouterr()
    assert main(["backup", file, "--json"]) == 0
    written = json.loads(capsys.readouterr().out)
    assert written["rows"]["users"] == 1
    monkeypatch.setenv("SUNROTA_DATA_DIR", str(tmp_path / "second"))
    assert main(["restore", file, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"] == written["rows"]
    assert main(["restore", file]) == 2
    assert "must be empty" in capsys.readouterr().err
