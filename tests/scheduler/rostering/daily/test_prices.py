"""Limits at any prices, and selections that keep near to prices."""

from __future__ import annotations

import time

import numpy as np
import pytest

from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.board import make_board
from scheduler.rostering.daily.columns import Columns
from scheduler.rostering.daily.prices import PriceLimit
from scheduler.rostering.result import Limits
from tests.scheduler.rostering.daily.cases import random_daily


def test_maxima_that_are_priced_give_no_more_than_counted_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    for seed in range(12):
        problem = random_daily(seed, days=14)
        board = make_board(problem)
        price = np.random.default_rng(seed).uniform(-1, 20, board.required.shape)
        counted = PriceLimit(Answers(board, 1)).limit(price).bound
        monkeypatch.setattr("scheduler.rostering.daily.tours.MOST_STEPS", 0)
        answers = Answers(board, 1)
        search = answers.searches[0]
        limit = PriceLimit(answers)
        bounds = [limit.limit(price).bound for _ in range(6)]
        monkeypatch.undo()
        assert max(bounds) <= counted + 1e-6
        # A person's own prices are remembered, and bring it near.
        assert bounds[-1] >= bounds[0] - 1e-6
        if not search.priced.any():
            assert bounds[0] == pytest.approx(counted)


def test_a_selection_prices_rows_within_its_box() -> None:
    board = make_board(random_daily(3, people=5, days=14))
    columns = Columns(Answers(board, 1), Budget(Limits(), time.monotonic).spend)
    tours = columns.answers.all_lawful(range(board.people), board.under)
    added = [columns.pool.add(person, tour) for person, tour in enumerate(tours) if tour is not None]
    master = columns.master(
        range(board.people), board.required, [column for column in added if column is not None]
    )
    master.solve()
    freely = master.objective
    centre = np.full(board.required.shape, 3.0)
    master.stay_near(centre, 2.0)
    master.solve()
    assert np.abs(master.prices - centre).max() <= 2.0 + 1e-6
    assert master.objective <= freely + 1e-6
    master.stay_near(centre, np.inf)
    master.solve()
    assert master.objective == pytest.approx(freely)
