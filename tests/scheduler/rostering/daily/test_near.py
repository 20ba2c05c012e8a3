"""Tours near the best are all that there are, and the best rota is selected from them."""

from __future__ import annotations

import time
from itertools import product
from math import ceil

import numpy as np
import pytest
from ortools.sat.python import cp_model

from scheduler.checking.daily import score_daily
from scheduler.daily import OFF
from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.board import make_board
from scheduler.rostering.daily.columns import Columns
from scheduler.rostering.daily.near import close_gap
from scheduler.rostering.daily.prices import PriceLimit
from scheduler.rostering.daily.tours import Room, TourSearch
from scheduler.rostering.daily.whole import WholeModel
from scheduler.rostering.result import Limits
from tests.scheduler.rostering.daily.cases import SHIFTS, random_daily

DAYS, SLACK = 6, 12.0
NAMES = [*(shift.name for shift in SHIFTS), OFF]


@pytest.mark.parametrize("seed", range(4))
def test_near_tours_are_those_that_trying_all_finds(seed: int) -> None:
    problem = random_daily(seed, days=DAYS)
    board = make_board(problem)
    value, off = board.tour_values(0, np.random.default_rng(seed).normal(5, 10, (DAYS, len(SHIFTS))))
    room = Room(DAYS + 1)
    tours = TourSearch(board, 0).near(value, off, room, SLACK, 5000)
    assert tours is not None
    worth = np.concatenate([value, off[:, None]], axis=1)
    lawful = {
        choice: float(worth[np.arange(DAYS), choice].sum())
        for choice in product(range(len(NAMES)), repeat=DAYS)
        if not score_daily(problem, {"p0": tuple(NAMES[at] for at in choice)}).violations
    }
    near = {choice for choice, total in lawful.items() if total >= max(lawful.values()) - SLACK}
    assert len(tours) == len(near)
    assert {tuple(int(at) % len(NAMES) for at in tour) for tour in tours} == near
    if len(near) > 1:
        assert TourSearch(board, 0).near(value, off, room, SLACK, len(near) - 1) is None


@pytest.mark.parametrize(
    ("seed", "counted"), [(1, True), (2, True), pytest.param(3, False, marks=pytest.mark.slow)]
)
def test_the_best_rota_is_selected_from_tours_near_the_limit(
    seed: int, counted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not counted:
        monkeypatch.setattr("scheduler.rostering.daily.tours.MOST_STEPS", 0)
    problem = random_daily(seed, people=4, days=14)
    whole = WholeModel(problem)
    solver = cp_model.CpSolver()
    assert solver.solve(whole.model) == cp_model.OPTIMAL
    answers = Answers(make_board(problem), 1)
    budget = Budget(Limits(), time.monotonic)
    columns, limit = Columns(answers, budget.spend), PriceLimit(answers)
    for person, tour in enumerate(answers.board.tours(whole.rota(solver))):
        columns.pool.add(person, tour)
    master = columns.master(range(4), answers.board.required, [part[0] for part in columns.pool.columns])
    columns.limit(master, limit, solver.objective_value, lambda: False)
    bound, cost = limit.best or 0.0, solver.objective_value + 3
    before = 0.0, 0.0
    while (bound, cost) != before:
        before = bound, cost
        chosen, bound = close_gap(answers, limit, (bound, cost), budget, 1.0)
        if chosen is not None:
            rota = answers.board.rota(np.array([chosen[person].full() for person in range(4)]))
            score = score_daily(problem, rota)
            assert not score.violations
            cost = min(cost, score.cost)
        assert bound <= solver.objective_value <= cost
    assert cost == solver.objective_value
    if counted:
        # Nothing is cheaper than the best, and that is proven.
        assert ceil(bound - 1e-4) == cost
