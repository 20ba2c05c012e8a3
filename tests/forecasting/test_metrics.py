from __future__ import annotations

import numpy as np
import pytest

from forecasting.metrics import bias, coverage, pinball, poisson_floor, wape, weekly_naive_error

ACTUAL = np.array([10.0, 0.0, 5.0, np.nan])
FORECAST = np.array([8.0, 2.0, 8.0, 99.0])


def test_known_answers_and_missing_actuals_left_out() -> None:
    assert wape(ACTUAL, FORECAST) == pytest.approx(7 / 15)
    assert bias(ACTUAL, FORECAST) == pytest.approx(3 / 15)
    assert coverage(ACTUAL, FORECAST - 2, FORECAST) == pytest.approx(1 / 3)
    assert pinball(ACTUAL, FORECAST, 0.9) == pytest.approx((0.9 * 2 + 0.1 * 2 + 0.1 * 3) / 3)


def test_nothing_came_is_no_number() -> None:
    assert np.isnan(wape(np.zeros(3), np.ones(3)))
    assert np.isnan(coverage(np.full(2, np.nan), np.zeros(2), np.ones(2)))


def test_the_weekly_naive_error_compares_with_the_week_before() -> None:
    history = np.array([1.0, 2.0, 4.0, np.nan, 5.0, 9.0])
    assert weekly_naive_error(history, 2) == pytest.approx((3 + 1) / 2)
    assert np.isnan(weekly_naive_error(history[:2], 2))


@pytest.mark.parametrize("mean", [0.05, 0.7, 3.0, 40.0, 900.0])
def test_the_floor_is_what_poisson_draws_leave(mean: float) -> None:
    draws = np.random.default_rng(4).poisson(mean, 200_000).astype(float)
    means = np.full(len(draws), mean)
    assert poisson_floor(draws, means) == pytest.approx(wape(draws, means), rel=0.02)
