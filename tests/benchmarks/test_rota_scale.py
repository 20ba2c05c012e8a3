"""The benchmark of scale runs, checks what it gets, and its problems are the same for the same seed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.planted import planted_problem
from benchmarks.rota_problems import Size, rota_problem
from benchmarks.rota_scale import main
from scheduler.rostering.result import Limits
from scheduler.rostering.solve import solve


def test_problems_follow_from_the_seed() -> None:
    size = Size(12, 4, 7)
    (one, first), (two, second) = rota_problem(size, 3), rota_problem(size, 3)
    assert one.agents == two.agents
    assert one.wishes == two.wishes
    assert first.frame.equals(second.frame)
    assert not first.frame.equals(rota_problem(size, 4)[1].frame)
    assert len({agent.skills for agent in one.agents.values()}) > 4


@pytest.mark.slow
def test_planted_problems_require_work_that_people_can_do_whole() -> None:
    workspace, requirement = planted_problem(Size(2, 2, 7), 3)
    assert requirement.frame["agents"].sum() > 100
    result = solve(workspace, requirement, Limits(work=200, seed=1), clock=lambda: 0.0)
    assert result.objective == 0.0
    assert result.bound == 0.0


@pytest.mark.slow
def test_it_measures_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "scale.json"
    assert main(["8x3:4", "--days", "7", "--out", str(out)]) == 0
    report = json.loads(out.read_text(encoding="utf-8"))
    (run,) = report["runs"]
    assert run["violations"] == 0
    assert run["bound"] <= run["objective"]
    assert report["seed"] == 1
    assert "violations" in capsys.readouterr().out
