"""What is read back from a plan's report."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from api.results.planned import read_planned
from forecasting.dispersion import Dispersion
from forecasting.errors import InvalidInput
from forecasting.queues import QueueKey
from scheduler.report import dispersion_rows

KEY = QueueKey("gb", "en", "phone")
SPREAD = Dispersion(0.02, (1.0, 7.5), (0.3, 0.05), shared=0.4, persistence=0.25)


def written(folder: Path, **changes: Any) -> Path:
    row = {**dispersion_rows({KEY: SPREAD})[0], **changes}
    report = {"plan": {"start": "2026-03-29", "days": 3}, "forecast": {"dispersion": [row]}}
    (folder / "report.json").write_text(json.dumps(report))
    return folder


def test_dispersion_reads_back_as_it_was(tmp_path: Path) -> None:
    planned = read_planned(written(tmp_path))
    assert (planned.horizon.start, planned.horizon.days) == (date(2026, 3, 29), 3)
    assert planned.dispersion == {KEY: SPREAD}


def test_reports_of_before_tell_of_nothing_in_common(tmp_path: Path) -> None:
    folder = written(tmp_path)
    text = (folder / "report.json").read_text().replace('"shared": 0.4, "persistence": 0.25', '"x": 0')
    (folder / "report.json").write_text(text)
    assert read_planned(folder).dispersion == {KEY: Dispersion(SPREAD.day, SPREAD.means, SPREAD.totals)}


def test_without_a_report_nothing_is_known(tmp_path: Path) -> None:
    planned = read_planned(tmp_path)
    assert (planned.horizon.start, planned.dispersion) == (None, {})


@pytest.mark.parametrize(
    "changes",
    [
        {"day": -0.1},
        {"day": None},
        {"means": [7.5, 1.0]},
        {"means": []},
        {"totals": [0.3]},
        {"totals": [0.3, 0.0]},
        {"totals": [0.3, float("nan")]},
        {"shared": 1.1},
        {"persistence": 1.0},
        {"persistence": float("nan")},
    ],
)
def test_nonsense_is_refused(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="plan's report"):
        read_planned(written(tmp_path, **changes))


@pytest.mark.parametrize("text", ["[]", "{", '{"plan": {}}', '{"plan": {"start": "x", "days": 1}}'])
def test_other_files_are_no_report(tmp_path: Path, text: str) -> None:
    (tmp_path / "report.json").write_text(text)
    with pytest.raises(InvalidInput, match="plan's report"):
        read_planned(tmp_path)
