"""Tiny random problems: the engine's optimum is the best of all rotas, tried one by one."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random

import pytest

from scheduler.rostering.problem import compile_problem
from scheduler.rostering.result import Limits, RotaStatus
from scheduler.rostering.solve import solve
from scheduler.shifts import BreakRule, ShiftTemplate
from scheduler.workspace import Workspace
from tests.scheduler.rostering.problems.brute import best_objective
from tests.scheduler.rostering.problems.draw import draw_problem
from tests.scheduler.rostering.problems.features import TINY, Feature

BRIEF = ShiftTemplate("day", 420, 480, 240, 240, 60, 60, (BreakRule(15, False, 60, 80),))
ROUNDING = 1e-3
"""Relative: what whole numbers of the exact model may cost."""


def brief_night(random: Random, workspace: Workspace) -> Workspace:
    """A second shift, at night."""
    night = ShiftTemplate("night", 1380, 1440, 240, 240, 60)
    contracts = {name: replace(each, shifts=("day", "night")) for name, each in workspace.contracts.items()}
    return replace(workspace, shifts={**workspace.shifts, "night": night}, contracts=contracts)


FEATURES: tuple[Feature, ...] = (brief_night, *TINY)


def examine(seed: int) -> str:
    """Solve a tiny problem and try all rotas; return how it ended."""
    workspace, requirement = draw_problem(
        seed, most_agents=2, most_days=3, features=FEATURES, template=BRIEF, asked=(420, 720)
    )
    best = best_objective(workspace, requirement)
    result = solve(workspace, requirement, Limits(work=600, seed=seed), clock=time.monotonic)
    if best is None:
        assert result.status is RotaStatus.INFEASIBLE
        return "nobody"
    slack = ROUNDING * max(1.0, best)
    assert result.status is not RotaStatus.INFEASIBLE
    assert result.objective is not None
    assert result.objective >= best - 1e-6
    assert result.bound is None or result.bound <= best + 1e-6
    if not compile_problem(workspace, requirement, finest=True).exact:
        return "stricter" if result.objective > best + slack else "equal"
    assert result.objective <= best + slack
    return "proven" if result.status is RotaStatus.OPTIMAL else "equal"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*range(12), 41])  # 41: days off between given days of work
def test_the_engine_finds_the_best_of_all_rotas(seed: int) -> None:
    examine(seed)


@pytest.mark.soak
@pytest.mark.parametrize("first", range(1000, 2000, 20))
def test_the_engine_finds_the_best_of_all_rotas_of_many_problems(first: int) -> None:
    for seed in range(first, first + 20):
        examine(seed)
