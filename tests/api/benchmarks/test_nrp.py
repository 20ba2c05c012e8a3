"""Reading and writing nurse-rostering files, and the command on one of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from api.benchmarks.nrp import read_nrp, read_nrp_solution
from api.cli.main import main
from forecasting.errors import InvalidInput
from scheduler.checking.daily import score_daily
from scheduler.daily import DailyCover, DailyPerson, DailyShift, ShiftRequest

PROBLEM = """\
# A comment
SECTION_HORIZON
# Days
7

SECTION_SHIFTS
D,480,
N,600,D

SECTION_STAFF
A,D=7|N=0,2400,960,5,2,2,1
B,D=7|N=3,2400,960,5,2,2,1

SECTION_DAYS_OFF
A,0
B,3,4

SECTION_SHIFT_ON_REQUESTS
A,2,D,2

SECTION_SHIFT_OFF_REQUESTS
B,1,N,3

SECTION_COVER
0,D,1,100,1
1,D,2,100,1
2,D,-0,100,1
6,N,1,50,2
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "problem.txt"
    path.write_text(PROBLEM)
    return path


def test_reads_every_section(file: Path) -> None:
    problem = read_nrp(file)
    assert problem.days == 7
    assert problem.shifts == (DailyShift("D", 480), DailyShift("N", 600, frozenset({"D"})))
    assert problem.people == (
        DailyPerson("A", {"D": 7, "N": 0}, 2400, 960, 5, 2, 2, 1, frozenset({0})),
        DailyPerson("B", {"D": 7, "N": 3}, 2400, 960, 5, 2, 2, 1, frozenset({3, 4})),
    )
    assert problem.requests == (ShiftRequest("A", 2, "D", 2, True), ShiftRequest("B", 1, "N", 3, False))
    assert problem.covers[2:] == (DailyCover(2, "D", 0, 100, 1), DailyCover(6, "N", 1, 50, 2))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("D,480,", "D,long,", "minutes must be a whole number, 0 or more, got long"),
        ("6,N,1,50,2", "7,N,1,50,2", "a day must be below 7, got 7"),
        ("6,N,1,50,2", "6,X,1,50,2", "the shift must be in the file, got X"),
        ("6,N,1,50,2", "6,N,-1,50,2", "the requirement must be a whole number, 0 or more, got -1"),
        ("A,2,D,2", "Z,2,D,2", "the person must be in the file, got Z"),
        ("D=7|N=0", "D:7", "the most shifts must be like D=14|E=10, got D:7"),
        ("SECTION_COVER", "SECTION_OTHER", "SECTION_COVER is missing or empty"),
        ("SECTION_HORIZON", "HORIZON", "the first line must name a section"),
    ],
)
def test_faults_name_file_and_line(file: Path, old: str, new: str, words: str) -> None:
    file.write_text(PROBLEM.replace(old, new))
    with pytest.raises(InvalidInput, match=r"problem\.txt") as caught:
        read_nrp(file)
    assert words in str(caught.value)


def test_command_writes_a_solution_that_scores_as_told(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "solution.txt"
    assert main(["benchmark", "nrp", str(file), "--out", str(out), "--work-limit", "300", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    lines = out.read_text().splitlines()
    assert [line[:3] for line in lines] == ["A: ", "B: "]
    assert all(len(line[3:].split(",")) == 7 for line in lines)
    score = score_daily(read_nrp(file), read_nrp_solution(out))
    assert not score.violations
    assert told["cost"] == score.cost
    assert told["bound"] <= told["cost"]
    assert told["status"] == "optimal"


def test_a_missing_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmark", "nrp", str(tmp_path / "none.txt")]) == 2
    assert "none.txt" in capsys.readouterr().err
