"""Selections from tours: what is chosen, taken back and ruled out."""

from __future__ import annotations

import time

import numpy as np
import pytest

from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.board import make_board
from scheduler.rostering.daily.columns import Columns
from scheduler.rostering.daily.master import Master
from scheduler.rostering.daily.prices import PriceLimit
from scheduler.rostering.daily.recreate import costs, sweep
from scheduler.rostering.daily.state import DailyState
from scheduler.rostering.result import Limits
from tests.scheduler.rostering.daily.cases import random_daily

PEOPLE = 8


def _near_the_limit(seed: int) -> tuple[Columns, Master, PriceLimit, DailyState]:
    answers = Answers(make_board(random_daily(seed, people=PEOPLE, days=14)), 1)
    state = DailyState(answers.board)
    assert not sweep(state, answers, np.random.default_rng(0), lambda: False)
    columns, limit = Columns(answers, Budget(Limits(), time.monotonic).spend), PriceLimit(answers)
    for person, tour in enumerate(state.tours):
        columns.pool.add(person, tour)
    started = [column for part in columns.pool.columns for column in part]
    master = columns.master(range(PEOPLE), answers.board.required, started)
    columns.limit(master, limit, state.cost, lambda: False)
    return columns, master, limit, state


def test_a_dive_goes_back_where_its_first_choices_cost_too_much() -> None:
    worst = 721.5
    columns, master, _, state = _near_the_limit(21)
    chosen = columns.dive(master, range(PEOPLE), lambda: False, worst, back=3)
    assert chosen is not None
    for person, column in chosen.items():
        state.put_in(person, column.full())
    assert state.cost < worst
    columns, master, _, _ = _near_the_limit(21)
    assert columns.dive(master, range(PEOPLE), lambda: False, worst) is None


def test_who_is_freed_may_have_any_tour_but_those_ruled_out() -> None:
    _, master, _, _ = _near_the_limit(6)
    master.solve()
    least = master.objective
    first = max(zip(master.shares, master.columns, strict=True), key=lambda pair: pair[0])[1]
    other = next(column for column in master.columns if column.person == first.person and column is not first)
    master.fix(other)
    master.solve()
    assert master.shares[master.columns.index(other)] == pytest.approx(1)
    master.free([other])
    master.solve()
    assert master.objective == pytest.approx(least)
    assert master.forbid(first)
    master.fix(other)
    master.free([other])
    master.solve()
    assert master.shares[master.columns.index(first)] == 0
    assert master.forbids(first)
    assert not master.forbids(other)


def test_what_rows_and_people_add_to_the_limit_is_the_gap() -> None:
    for seed in (6, 21):
        _, _, limit, state = _near_the_limit(seed)
        rows, people = costs(state, limit)
        assert limit.best is not None
        assert state.cost - limit.best > 1
        assert rows.min() >= -1e-6
        assert rows.sum() + people.sum() == pytest.approx(state.cost - limit.best)
        rows, people = costs(state, None)
        assert rows.sum() + people.sum() == pytest.approx(state.cost)
