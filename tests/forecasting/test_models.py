"""The models' own arithmetic, apart from the chain round them."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting.calendars import make_calendar
from forecasting.history import DayMatrix
from forecasting.lengths import Length
from forecasting.models.day_factors import ridge
from forecasting.models.levels import credibility, local_level, weighted_level
from forecasting.models.weeks import LastWeeks, Summary, WeekdayLess
from forecasting.queues import QueueKey, Region
from forecasting.rolling import windows_before

REGION = Region("home", "UTC")
MONDAY = np.datetime64("2025-01-06")


def matrix(values: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> DayMatrix:
    """Return a history of days of 2 slots."""
    contacts = np.stack([values, 2 * values], axis=2)
    keys = tuple(QueueKey("home", "en", str(number)) for number in range(len(values)))
    return DayMatrix(keys, contacts, make_calendar(REGION, MONDAY, values.shape[1]), 720)


def test_last_weeks_take_the_latest_recorded_values_of_each_weekday() -> None:
    values = np.arange(28.0)[None].copy()
    values[0, 21] = np.nan
    days, next_week = matrix(values), make_calendar(REGION, MONDAY + np.timedelta64(28, "D"), 14)
    naive = LastWeeks("naive", 1).fit(days).forecast(next_week)
    assert naive[0, :8, 0].tolist() == [14, 22, 23, 24, 25, 26, 27, 14]
    assert naive[0, 0, 1] == 28
    mean = LastWeeks("mean", 2).fit(days).forecast(next_week)
    assert mean[0, :2, 0].tolist() == [10.5, 18.5]
    median = LastWeeks("median", 3, Summary.MEDIAN).fit(days).forecast(next_week)
    assert median[0, 1, 0] == 15


def test_weekday_less_is_the_mean_of_recorded_days() -> None:
    values = np.array([[1.0, np.nan, 5.0]])
    next_days = make_calendar(REGION, MONDAY + np.timedelta64(3, "D"), 9)
    assert WeekdayLess().fit(matrix(values)).forecast(next_days)[0, :, 0].tolist() == [3.0] * 9


def test_ridge_is_least_squares_with_a_price() -> None:
    features = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    values = np.array([[2.0, 4.0, 9.0]])
    weights = np.array([[1.0, 1.0, 0.0]])
    found = ridge(features, np.array([1.0, 1.0]), values, weights)
    assert found[0].tolist() == pytest.approx([6 / 3, 0.0])


def test_the_local_level_follows_a_step_and_forgets_a_burst() -> None:
    values = np.where(np.arange(200) >= 100, 1.0, 0.0)[None].copy()
    values[0, 40:45] = 8.0
    level = local_level(values, np.ones((1, 200), dtype=bool))[0]
    assert level[42] == 0
    assert level[95] == 0
    assert level[105] == 1
    assert local_level(values, np.zeros((1, 200), dtype=bool)).max() == 0


def test_levels_without_contacts_are_none() -> None:
    zero, one = np.zeros((1, 5)), np.ones((1, 5))
    assert weighted_level(zero, one, one)[0] == 0
    assert weighted_level(2 * one, one, one)[0] == pytest.approx(np.log(2))


def test_noise_is_not_credible_and_a_drifting_level_is() -> None:
    rng = np.random.default_rng(1)
    known = np.ones((1, 182), dtype=bool)
    noise = rng.normal(0, 0.1, (1, 182))
    drift = noise + np.repeat(rng.normal(0, 0.3, 26), 7)[None]
    evidence = np.array([15.0])
    assert credibility(noise, known, evidence)[0] < 0.5
    assert credibility(drift, known, evidence)[0] > 0.9
    assert credibility(0 * noise, known, evidence)[0] == 0


@pytest.mark.parametrize(
    ("length", "span", "windows"),
    [
        (Length.FULL, 182, 4),
        (Length.FULL, 84, 3),
        (Length.MIDDLE, 60, 4),
        (Length.SHORT, 14, 1),
        (Length.SHORT, 27, 2),
        (Length.NEW, 8, 4),
        (Length.NEW, 3, 0),
    ],
)
def test_windows_have_history_enough_before_them(length: Length, span: int, windows: int) -> None:
    usable = windows_before(np.array([span]), length)[0]
    assert usable.tolist() == [True] * windows + [False] * (4 - windows)
