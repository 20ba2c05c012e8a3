"""Reading and writing multi-activity files, and the command on one of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.benchmarks.matsp import read_matsp, read_matsp_solution
from api.cli.main import main
from forecasting.errors import InvalidInput
from scheduler.checking.tasks import score_tasks
from scheduler.tasks import TaskPerson


def _problem() -> str:
    lines = ["# A comment", "SECTION_HORIZON", "2", "SECTION_TASKS", "2", "SECTION_STAFF"]
    lines += ["1,360,1200", "2,360,1200", "3,360,1200", "SECTION_COVER"]
    for step in range(2 * 96):
        day, minute = divmod(360 + 15 * step, 1440)
        clock = f"{minute // 60:02}:{minute % 60:02}-{(minute + 15) % 1440 // 60:02}:{(minute + 15) % 60:02}"
        for task in (1, 2):
            needed = int(480 <= 15 * step % 1440 < 840 and task == 1)
            lines.append(f"{day + 1},{clock},{task},{needed},{needed}")
    return "\n".join(lines) + "\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2_2_3_2.txt"
    path.write_text(_problem())
    return path


def test_reads_days_from_six_to_six(file: Path) -> None:
    problem = read_matsp(file)
    assert (problem.first, problem.last, problem.tasks) == (360, 360 + 2 * 1440, ("1", "2"))
    assert problem.people[0] == TaskPerson("1", 360, 1200)
    assert problem.least.shape == (192, 2)
    assert problem.least[32:56, 0].all()
    assert problem.least.sum() == 48


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("1,06:00-06:15,1,", "1,05:45-06:00,1,", "a cover must be of a quarter-hour in the horizon"),
        ("1,06:00-06:15,1,", "1,06:00-06:15,9,", "a cover must be of a quarter-hour in the horizon"),
        ("1,06:00-06:15,1,", "1,six,1,", "a time must be like 06:00-06:15, got six"),
        ("SECTION_STAFF", "SECTION_PEOPLE", "SECTION_STAFF is missing or empty"),
    ],
)
def test_faults_name_the_file(file: Path, old: str, new: str, words: str) -> None:
    file.write_text(_problem().replace(old, new, 1))
    with pytest.raises(InvalidInput, match=r"2_2_3_2\.txt") as caught:
        read_matsp(file)
    assert words in str(caught.value)


def test_command_writes_a_solution_that_scores_as_told(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "solution.xml"
    assert main(["benchmark", "matsp", str(file), "--out", str(out), "--work-limit", "300", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    score = score_tasks(read_matsp(file), read_matsp_solution(out))
    assert not score.violations
    # Three people work six hours at least, and two shifts of that are needed.
    assert told["cost"] == score.cost == told["bound"] == 24
    assert told["status"] == "optimal"
    assert "<Penalty>24</Penalty>" in out.read_text()


def test_a_broken_solution_is_told(tmp_path: Path) -> None:
    path = tmp_path / "solution.xml"
    for text in ("<Solution>", '<Solution><Employee ID="1"><Shift/></Employee></Solution>'):
        path.write_text(text)
        with pytest.raises(InvalidInput, match="the solution cannot be read"):
            read_matsp_solution(path)
