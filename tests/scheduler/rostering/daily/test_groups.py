"""Several groups at once: the same tours whatever the threads, and what is chosen is cheaper."""

from __future__ import annotations

import time

import numpy as np
import pytest

from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.board import make_board
from scheduler.rostering.daily.columns import Columns
from scheduler.rostering.daily.groups import AT_ONCE, Groups, group_of
from scheduler.rostering.daily.pool import Column, Pool
from scheduler.rostering.daily.recreate import sweep
from scheduler.rostering.daily.state import DailyState
from scheduler.rostering.result import Limits
from tests.scheduler.rostering.daily.cases import random_daily

PEOPLE = 12
Chosen = list[dict[int, Column] | None]


def _selected(workers: int, *, near: bool, work: int | None = None) -> tuple[Chosen, Pool, DailyState, float]:
    answers = Answers(make_board(random_daily(5, people=PEOPLE, days=14)), workers)
    state, pool = DailyState(answers.board), Pool(answers.board)
    assert not sweep(state, answers, np.random.default_rng(0), lambda: False)
    budget = Budget(Limits(work=work, workers=workers), time.monotonic)
    drawn = [[(first + 2 * place) % PEOPLE for place in range(5)] for first in range(AT_ONCE)]
    groups = [group_of(state, pool, people) for people in drawn]
    return Groups(answers, budget).select(groups, pool, near=near), pool, state, budget.work


@pytest.mark.parametrize("near", [False, True])
def test_groups_find_the_same_on_any_number_of_threads(near: bool) -> None:
    alone, pool, _, work = _selected(1, near=near)
    for _ in range(3):
        beside, other_pool, _, other_work = _selected(4, near=near)
        assert [_tours(chosen) for chosen in beside] == [_tours(chosen) for chosen in alone]
        assert [_tours(dict(enumerate(columns))) for columns in other_pool.columns] == [
            _tours(dict(enumerate(columns))) for columns in pool.columns
        ]
        assert other_work == work > 0


def test_what_a_group_chooses_is_cheaper_and_was_met() -> None:
    selected, pool, state, _ = _selected(2, near=False)
    before, old = state.cost, state.tours.copy()
    assert any(selected)
    for chosen in filter(None, selected):
        for person, column in chosen.items():
            state.put_in(person, column.full())
            met = [other.tour.tobytes() for other in pool.columns[person]]
            assert column.tour.tobytes() in met or (column.tour == old[person]).all()
        assert state.cost < before - 0.5
        for person in chosen:
            state.put_in(person, old[person])


def test_groups_stop_at_the_limit_of_work() -> None:
    whole = _selected(2, near=False)[-1]
    assert 0 < _selected(2, near=False, work=10)[-1] < whole / 2


def test_a_group_counts_what_the_others_already_serve() -> None:
    """Tours that stay as they are cost the selection what the rota costs without its other people's own."""
    board = make_board(random_daily(5, people=PEOPLE, days=14))
    answers = Answers(board, 1)
    state = DailyState(board)
    assert not sweep(state, answers, np.random.default_rng(0), lambda: False)
    before = state.tours.copy()
    people = [1, 4, 7]
    group = group_of(state, Pool(board), people)
    assert (state.tours == before).all()
    others = sum(
        board.own_cost(person, state.tours[person]) for person in range(PEOPLE) if person not in people
    )
    master = Columns(answers, lambda _: None).master(people, group.required, group.start)
    master.solve()
    assert master.objective + others == pytest.approx(state.cost)
    assert state.cost - 1 == pytest.approx(group.worst + others, abs=1e-3)


def _tours(chosen: dict[int, Column] | None) -> dict[int, bytes] | None:
    return None if chosen is None else {person: column.tour.tobytes() for person, column in chosen.items()}
