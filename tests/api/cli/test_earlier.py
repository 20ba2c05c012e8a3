"""A plan again from its folder, on the command line: what has begun is kept, changes are counted."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from api.cli.main import main
from tests.workspaces import Rows, write_workspace

PLAN = 'start = 2026-03-23\ndays = 5\ninterval_minutes = 30\ncurrency = "GBP"\n'
PHONE = {"region": "gb", "language": "en", "channel": "phone"}
KEEP = "2026-03-24T00:00:00Z"


def requirement() -> Rows:
    """Two agents from nine to five, Monday to Friday."""
    return [
        {"interval_start": f"2026-03-{day}T{half // 2:02}:{half % 2 * 30:02}:00Z", **PHONE, "agents": 2}
        for day in range(23, 28)
        for half in range(18, 34)
    ]


def shifts(folder: Path) -> set[tuple[str, str, str]]:
    table = pd.read_csv(folder / "rota.csv")
    return set(zip(table["agent"], table["local_date"], table["start"], strict=True))


@pytest.mark.slow
def test_a_rota_is_made_again_from_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    folder = write_workspace(tmp_path / "ws", plan=PLAN, requirement=requirement(), contacts=None)
    assert main(["rota", str(folder), "--out", str(first), "--work-limit", "6"]) == 0
    # The requirement is now that of the earlier plan.
    sick = [{"agent": "ann", "start": "2026-03-23", "end": "2026-03-26", "kind": "sick"}]
    changed = write_workspace(tmp_path / "ws", plan=PLAN, contacts=None, time_off=sick)
    (changed / "requirement.csv").unlink()
    begun = ["--from", str(first), "--keep-before", KEEP]
    assert main(["rota", str(changed), *begun, "--out", str(again), "--work-limit", "6"]) == 0
    before, now = shifts(first), shifts(again)
    assert {each for each in before if each[1] < KEEP and each[0] != "ann"} <= now
    assert not any(agent == "ann" and day < "2026-03-26" for agent, day, _ in now)
    changes = len({(agent, day) for agent, day, _ in before ^ now})
    report = json.loads((again / "report.json").read_text(encoding="utf-8"))
    assert report["objective"]["quantities"]["stability"] == changes > 0
    listed = report["changes"]["shifts"]
    assert len(listed) == changes == sum(report["changes"][kind] for kind in ("added", "dropped", "moved"))
    assert {
        each["reason"].split()[-1] for each in listed if each["agent"] == "ann" and not each["after"]
    } == {"sick"}
    capsys.readouterr()
    assert main(["check", str(changed), "--rota", str(again), *begun, "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    assert checked["objective"]["terms"]["stability"] == pytest.approx(0.5 * changes)


@pytest.mark.slow
def test_a_rota_is_made_again_when_somebody_has_left(tmp_path: Path) -> None:
    first, again = tmp_path / "first", tmp_path / "again"
    folder = write_workspace(tmp_path / "ws", plan=PLAN, requirement=requirement(), contacts=None)
    assert main(["rota", str(folder), "--out", str(first), "--work-limit", "6"]) == 0
    people = pd.read_csv(folder / "agents.csv")
    people[people["agent"] != "ann"].to_csv(folder / "agents.csv", index=False)
    begun = ["--from", str(first), "--keep-before", KEEP]
    assert main(["rota", str(folder), *begun, "--out", str(again), "--work-limit", "6"]) == 0
    assert not any(agent == "ann" for agent, _, _ in shifts(again))
    listed = json.loads((again / "report.json").read_text(encoding="utf-8"))["changes"]["shifts"]
    told = {each["date"]: each["reason"] for each in listed if each["agent"] == "ann"}
    assert set(told) == {day for agent, day, _ in shifts(first) if agent == "ann"} != set()
    assert set(told.values()) == {"the agent is no longer in agents.csv"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--keep-before", KEEP], "needs --from"), (["--from", "nowhere"], "rota.csv")],
)
def test_what_cannot_be_begun_with_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    folder = write_workspace(tmp_path / "ws", plan=PLAN, requirement=requirement(), contacts=None)
    assert main(["rota", str(folder), *arguments]) == 2
    assert said in capsys.readouterr().err
