"""``sunrota accuracy``: from snapshots that commands left to words and JSON."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from api.cli.main import main
from tests.workspaces import contacts_table, write_workspace

pytestmark = pytest.mark.slow

PLAN = 'start = 2026-03-02\ndays = 7\ninterval_minutes = 30\ncurrency = "GBP"\n'
FAIR = {"start": "2026-03-04", "end": "2026-03-05", "factor": 3, "channel": "phone", "reason": "Fair [red]x"}


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A workspace whose contacts have come up to the 15th of March, and two forecasts made before."""
    place = tmp_path_factory.mktemp("accuracy")
    early = write_workspace(place / "early", plan=PLAN, overrides=[FAIR])
    for start in ("2026-03-02", "2026-03-09"):
        command = "staff" if start == "2026-03-02" else "forecast"
        assert main([command, str(early), "--start", start, "--out", str(place / "plans" / start)]) == 0
    late = write_workspace(place / "late", plan=PLAN, contacts=contacts_table(days=70))
    return late, place / "plans"


def test_words_show_both_values_both_baselines_and_drift(
    kept: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, plans = kept
    assert main(["accuracy", str(workspace), "--snapshots", str(plans)]) == 0
    words = capsys.readouterr().out
    for each in (
        "as planned",
        "model",
        "seasonal naive",
        "mean of 8 weeks",
        "2 of 2 forecasts",
        "Fair [red]x",
    ):
        assert each in words
    assert "tracking signal" in words


def test_json_holds_every_figure(kept: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    workspace, plans = kept
    assert main(["accuracy", str(workspace), "--snapshots", *map(str, plans.iterdir()), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["snapshots"] == {"given": 2, "scored": 2}
    phone = [row for row in document["rows"] if row["channel"] == "phone" and row["lead_to"] == 9999]
    by = {row["method"]: row for row in phone}
    assert list(by) == ["forecast", "model", "seasonal naive (weekly)", "mean of 8 weeks"]
    # The history repeats itself week by week: only the planner was wrong.
    assert by["seasonal naive (weekly)"]["wape"] == pytest.approx(0, abs=1e-9)
    assert by["forecast"]["wape"] > by["model"]["wape"] + 0.1
    assert by["model"]["coverage_80"] is None
    (fair,) = document["overrides"]
    assert (fair["override"], fair["intervals"]) == ("Fair [red]x", 24)
    assert fair["gain"] == pytest.approx(fair["wape_model"] - fair["wape_forecast"])
    assert fair["gain"] < -1.5
    assert document["drift"]["limit"] == 0.67
    assert {row["last_day"][:10] for row in document["drift"]["queues"]} == {"2026-03-15"}


def test_what_cannot_be_scored_is_said(
    kept: tuple[Path, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace, plans = kept
    assert main(["accuracy", str(workspace), "--snapshots", str(tmp_path)]) == 2
    assert "no snapshot was found" in capsys.readouterr().err
    early = write_workspace(tmp_path / "early", plan=PLAN)
    assert main(["accuracy", str(early), "--snapshots", str(plans)]) == 2
    assert "no contacts have come yet" in capsys.readouterr().err
    broken = shutil.copytree(plans, tmp_path / "broken")
    next(broken.glob("*/snapshot_*")).write_bytes(b"nothing")
    assert main(["accuracy", str(workspace), "--snapshots", str(broken)]) == 2
    assert "must be a snapshot" in capsys.readouterr().err
