"""Trees over all queues: what many queues share is seen in each, and nothing is drawn at random."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from forecasting.calendars import make_calendar
from forecasting.history import DayMatrix
from forecasting.models.boosted import BOOSTED_LEAST_ROWS, Boosted
from forecasting.models.weekly_profile import WEEKLY
from forecasting.queues import QueueKey, Region

REGION = Region("home", "UTC")
MONDAY = np.datetime64("2025-01-06")
QUEUES, DAYS, SLOTS = 8, 140, 24


def rates(day_of_month: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return rates (Q, D, S): on the last days of a month all queues are busier in the evening only."""
    rate = np.full((QUEUES, len(day_of_month), SLOTS), 1.0)
    rate[:, day_of_month >= 26, 18:] = 2.0
    return rate * np.linspace(3, 12, QUEUES)[:, None, None]


def history() -> DayMatrix:
    calendar = make_calendar(REGION, MONDAY, DAYS)
    counts = np.random.default_rng(7).poisson(rates(calendar.day_of_month)).astype(float)
    keys = tuple(QueueKey("home", "en", str(number)) for number in range(QUEUES))
    return DayMatrix(keys, counts, calendar, 60)


def test_what_all_queues_share_within_days_is_learned_and_improves_the_profile() -> None:
    days = history()
    ahead = make_calendar(REGION, MONDAY + np.timedelta64(DAYS, "D"), 28)
    truth = rates(ahead.day_of_month)
    plain, boosted = (model.fit(days).forecast(ahead) for model in (WEEKLY, Boosted()))
    late = ahead.day_of_month >= 26
    assert late.any()
    ratio = boosted[:, late, 18:].sum() / boosted[:, late, :18].sum()
    assert ratio > 1.3 * plain[:, late, 18:].sum() / plain[:, late, :18].sum()
    assert np.abs(boosted - truth).sum() < 0.9 * np.abs(plain - truth).sum()


def test_the_same_history_grows_the_same_trees() -> None:
    ahead = make_calendar(REGION, MONDAY + np.timedelta64(DAYS, "D"), 7)
    one, two = (Boosted().fit(history()).forecast(ahead) for _ in range(2))
    assert (one == two).all()


def test_hardly_any_rows_leave_the_profile_as_it_is() -> None:
    days = history().of(np.array([0])).before(7)
    ahead = make_calendar(REGION, MONDAY + np.timedelta64(7, "D"), 7)
    assert days.contacts.size < BOOSTED_LEAST_ROWS
    assert Boosted().fit(days).forecast(ahead) == pytest.approx(WEEKLY.fit(days).forecast(ahead))


def test_long_histories_are_thinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forecasting.models.boosted.MOST_ROWS", 9000)
    ahead = make_calendar(REGION, MONDAY + np.timedelta64(DAYS, "D"), 28)
    truth = rates(ahead.day_of_month)
    thinned = Boosted().fit(history()).forecast(ahead)
    assert np.abs(thinned - truth).sum() < np.abs(WEEKLY.fit(history()).forecast(ahead) - truth).sum()
