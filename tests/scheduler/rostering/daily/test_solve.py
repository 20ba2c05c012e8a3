"""Small problems of whole days, against the whole problem as one model."""

from __future__ import annotations

import time
from itertools import count
from typing import Any

import pytest
from ortools.sat.python import cp_model

from scheduler.checking.daily import score_daily
from scheduler.daily import OFF, DailyCover, DailyPerson, DailyProblem, DailyShift
from scheduler.errors import SolverFailure
from scheduler.rostering.daily import search
from scheduler.rostering.daily.columns import Columns
from scheduler.rostering.daily.solve import solve_daily
from scheduler.rostering.daily.whole import WholeModel
from scheduler.rostering.result import Limits, RotaStatus
from tests.scheduler.rostering.daily.cases import random_daily


@pytest.mark.parametrize("seed", range(4))
def test_cost_and_limit_close_in_on_the_optimum(seed: int) -> None:
    problem = random_daily(seed, people=4, days=14)
    whole = WholeModel(problem)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    status = solver.solve(whole.model)
    result = solve_daily(problem, Limits(work=4000, workers=1), clock=time.monotonic)
    if status == cp_model.INFEASIBLE:
        assert result.status is RotaStatus.INFEASIBLE
        assert result.reasons
        return
    assert result.rota is not None
    assert result.bound is not None
    score = score_daily(problem, result.rota)
    assert not score.violations
    assert score.cost == result.cost
    assert result.bound <= solver.objective_value <= score.cost
    exact = score_daily(problem, whole.rota(solver))
    assert not exact.violations
    assert exact.cost == solver.objective_value
    if result.status is RotaStatus.OPTIMAL:
        assert score.cost == solver.objective_value


def test_equal_seed_and_work_give_equal_rotas() -> None:
    problem = random_daily(3, people=5, days=14)
    first, second = (
        solve_daily(problem, Limits(work=1500, seed=7, workers=workers), clock=count().__next__)
        for workers in (1, 2)
    )
    assert first.rota == second.rota
    assert first.bound == second.bound


def test_stops_with_the_first_rota_when_told_to() -> None:
    problem = random_daily(3, people=5, days=14)
    result = solve_daily(problem, Limits(), clock=time.monotonic, should_stop=lambda: True)
    assert result.status is RotaStatus.STOPPED
    assert result.rota is not None
    assert not score_daily(problem, result.rota).violations


def test_says_who_has_no_tour() -> None:
    person = DailyPerson("Ada", {"E": 7}, 480, 960, 5, 1, 1, 1)
    problem = DailyProblem(7, (DailyShift("E", 480),), (person,), (), (DailyCover(0, "E", 1, 5, 1),))
    result = solve_daily(problem, Limits(work=100), clock=time.monotonic)
    assert result.status is RotaStatus.INFEASIBLE
    assert result.reasons == ("No tour was found for Ada that keeps every rule.",)


def test_a_person_without_shifts_stays_off() -> None:
    person = DailyPerson("Ada", {}, 480, 0, 5, 1, 1, 1)
    problem = DailyProblem(7, (DailyShift("E", 480),), (person,), (), (DailyCover(0, "E", 1, 5, 1),))
    result = solve_daily(problem, Limits(work=100), clock=time.monotonic)
    assert result.rota == {"Ada": (OFF,) * 7}
    assert (result.status, result.cost, result.bound) == (RotaStatus.OPTIMAL, 5, 5)


def test_a_selection_that_cannot_be_solved_costs_no_rota(monkeypatch: pytest.MonkeyPatch) -> None:
    """GLOP may give up on a group of people; the first selection, for everyone, has no worst cost."""
    dive, gave_up = Columns.dive, []

    def give_up(columns: Columns, *given: Any, **more: Any) -> Any:
        if given[-1] < float("inf"):
            gave_up.append(given)
            raise SolverFailure("GLOP ended with status 4")
        return dive(columns, *given, **more)

    monkeypatch.setattr(Columns, "dive", give_up)
    # What else would find and prove the best rota first.
    monkeypatch.setattr(search, "MOST_WHOLE", 0)
    monkeypatch.setattr(search.DailySearch, "_close_gap", lambda _: None)
    problem = random_daily(1, people=14, days=14)
    result = solve_daily(problem, Limits(work=1500, workers=1), clock=count().__next__)
    assert gave_up
    assert result.rota is not None
    assert not score_daily(problem, result.rota).violations
