"""A person's best tour is what trying all tours finds, under every rule."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from scheduler.checking.daily import score_daily
from scheduler.daily import OFF
from scheduler.rostering.daily.board import make_board
from scheduler.rostering.daily.tours import Room, TourSearch
from scheduler.rostering.kernels.labels import NEVER
from tests.scheduler.rostering.daily.cases import SHIFTS, random_daily

DAYS = 6
NAMES = [*(shift.name for shift in SHIFTS), OFF]


@pytest.mark.parametrize("seed", range(8))
def test_best_tour_is_the_best_of_all(seed: int) -> None:
    problem = random_daily(seed, days=DAYS)
    board = make_board(problem)
    search = TourSearch(board, 0)
    value, off = board.tour_values(0, np.random.default_rng(seed).normal(5, 10, (DAYS, len(SHIFTS))))
    chosen = np.empty(DAYS, dtype=np.int64)
    total = search.lawful(value, off, Room(), chosen)
    best = NEVER
    worth = np.concatenate([value, off[:, None]], axis=1)
    for choice in product(range(len(NAMES)), repeat=DAYS):
        sum_of = float(worth[np.arange(DAYS), choice].sum())
        if sum_of > best:
            line = tuple(NAMES[at] for at in choice)
            if not score_daily(problem, {"p0": line}).violations:
                best = sum_of
    assert total == pytest.approx(best)
    if best > NEVER:
        assert worth[np.arange(DAYS), chosen].sum() == pytest.approx(best)


def test_uncounted_maxima_are_kept_and_limits_are_not_below() -> None:
    for seed in range(12):
        board = make_board(random_daily(seed, days=14))
        search = TourSearch(board, 0)
        value, off = board.tour_values(0, np.random.default_rng(seed).normal(5, 10, (14, len(SHIFTS))))
        room, chosen = Room(), np.empty(14, dtype=np.int64)
        limit = search.best(value, off, room, chosen)
        assert search.relaxed(value, off, room, chosen, 0.0) >= limit - 1e-9
        search.priced[:] = True
        if limit > NEVER:
            assert search.lawful(value, off, room, chosen) <= limit + 1e-9
            assert not search.excess(chosen).any()
            paced = search.lawful(value, off, room, chosen, search.paced)
            assert paced <= limit + 1e-9
