"""Prices bound any rota from below; neighbourhoods and rearranged groups only ever lessen the objective."""

from __future__ import annotations

import time

import numpy as np
import pytest

from scheduler.rostering.answer import Answers
from scheduler.rostering.budget import Budget
from scheduler.rostering.exact.neighbourhood import improve
from scheduler.rostering.exact.whole import solve_whole
from scheduler.rostering.prices.bound import PriceBound
from scheduler.rostering.problem import compile_problem
from scheduler.rostering.recreate import recreate_until
from scheduler.rostering.result import Limits
from scheduler.rostering.state import State
from scheduler.rostering.sweeps import answer_once
from tests.scheduler.rostering.random_workspaces import random_case


def first_answers(seed: int) -> tuple[State, Answers]:
    workspace, requirement = random_case(seed, agents=2, days=3)
    state = State(compile_problem(workspace, requirement, finest=True))
    state.settle()
    answers = Answers(state.problem)
    for person in range(2):
        answer_once(state, answers, person, 1.0, keep_always=True)
    return state, answers


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 4])
def test_prices_never_promise_more_than_the_proven_optimum(seed: int) -> None:
    state, _ = first_answers(seed)
    budget = Budget(Limits(work=4000), time.monotonic)
    _, outcome = solve_whole(state, budget)
    assert outcome.proven
    assert outcome.bound is not None
    for workers in (1, 2):
        prices = PriceBound(state.problem, workers, state.short)
        prices.start(lambda: False)
        many = iter([*[False] * 60, True])
        begun = prices.best
        prices.rounds(many.__next__)
        assert begun is not None
        assert prices.best is not None
        assert begun <= prices.best <= outcome.bound + 1e-3
        assert prices.best > 0


@pytest.mark.slow
def test_a_neighbourhood_of_everything_reaches_the_optimum() -> None:
    state, _ = first_answers(2)
    budget = Budget(Limits(work=8000), time.monotonic)
    _, outcome = solve_whole(state, budget)
    assert outcome.bound is not None
    before = state.objective
    improve(state, budget, [0, 1], range(3), work=3000)
    assert outcome.bound - 1e-6 <= state.objective <= before


def test_rearranging_groups_undoes_what_does_not_help() -> None:
    state, answers = first_answers(1)
    budget = Budget(Limits(work=60), time.monotonic)
    before = state.objective
    recreate_until(
        state,
        answers,
        budget,
        enough=lambda: False,
        tell=lambda _: None,
        random=np.random.default_rng(0),
    )
    assert state.objective <= before
    fresh = State(state.problem)
    fresh.fill([state.tour_of(person) for person in range(2)])
    assert fresh.objective == pytest.approx(state.objective)
