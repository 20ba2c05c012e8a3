from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.forecast_accuracy import main, read
from tests.workspaces import write_workspace


@pytest.mark.slow
def test_it_prints_and_writes_scores_with_machine_and_versions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, out = tmp_path / "shop", tmp_path / "accuracy.json"
    folder.mkdir()
    write_workspace(folder)
    options = ["--days", "7", "--origins", "2", "--out", str(out)]
    monkeypatch.setattr("sys.argv", ["forecast_accuracy", str(folder), *options])
    main()
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["settings"] == {
        "days": [7],
        "origins": 2,
        "every": None,
        "train_weeks": 26,
        "until": None,
    }
    assert report["environment"]["seed"] is None
    assert "scipy" in report["environment"]["versions"]
    pooled, by_queue = report["results"]
    assert (pooled["series"], by_queue["series"]) == ("pooled", "by queue")
    assert len(pooled["origins"]) == 2
    ours = [each["wape"] for each in by_queue["scores"] if each["method"] == "sunrota"]
    # Two queues, their sum, and their weighted mean.
    assert len(ours) == 4
    assert min(ours[:2]) <= ours[3] <= max(ours[:2])
    assert all(0 <= wape < 1 for wape in ours)
    # The contacts of the pooled series are those of its queues.
    assert pooled["scores"][-1]["contacts"] == by_queue["scores"][-1]["contacts"]
    assert {"two levels", "gradient boosting"} <= {each["method"] for each in pooled["scores"]}
    assert "sunrota" in capsys.readouterr().out


def test_contacts_and_regions_alone_will_do(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    write_workspace(folder)
    whole = read(folder)
    for name in ("plan.toml", "queues.csv"):
        (folder / name).unlink()
    alone = read(folder)
    assert whole.history is not None
    assert alone.history is not None
    assert alone.history.frame["contacts"].sum() == whole.history.frame["contacts"].sum()
    assert alone.settings.interval_minutes == alone.history.interval_minutes
    assert set(alone.queues) == set(alone.history.queues)
