"""The tracking signal: silent on noise, loud on drift."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.drift import DRIFT_LIMIT, smoothed_errors, tracking_signal


def test_one_of_a_hundred_signals_of_mere_noise_is_beyond_the_limit() -> None:
    rng = np.random.default_rng(5)
    beyond = np.mean([abs(tracking_signal(rng.standard_normal(40))) > DRIFT_LIMIT for _ in range(4000)])
    assert 0.006 <= beyond <= 0.014


@pytest.mark.parametrize("sign", [-1, 1])
def test_a_shift_of_one_and_a_half_deviations_is_found_within_three_weeks(sign: int) -> None:
    rng = np.random.default_rng(6)
    errors = rng.standard_normal((400, 81)) + sign * 1.5 * (np.arange(81) >= 60)
    found = np.mean([sign * tracking_signal(each) > DRIFT_LIMIT for each in errors])
    assert found > 0.9
    before = np.mean([abs(tracking_signal(each[:60])) > DRIFT_LIMIT for each in errors])
    assert before < 0.03


def test_ten_days_alone_raise_no_alarm_and_eleven_do() -> None:
    assert tracking_signal(np.ones(10)) == pytest.approx(1 - 0.9**10)
    assert tracking_signal(np.ones(10)) < DRIFT_LIMIT < tracking_signal(np.ones(11))


def test_the_signal_is_trigg_s_recursion() -> None:
    # By hand: mean size 2; day 1 error 3, day 2 error −1.
    error, size = smoothed_errors(np.array([3.0, -1.0]))
    assert error == pytest.approx(0.9 * 0.3 - 0.1)
    assert size == pytest.approx(0.9 * (0.9 * 2 + 0.3) + 0.1)
    assert tracking_signal(np.array([3.0, -1.0])) == pytest.approx(error / size)


def test_a_perfect_forecast_does_not_drift() -> None:
    assert tracking_signal(np.zeros(30)) == 0.0
