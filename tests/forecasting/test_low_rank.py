"""Day profiles of low rank: what was mixed from few shapes is found again in noise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from forecasting.calendars import make_calendar
from forecasting.history import DayMatrix
from forecasting.models.low_rank import LowRank, busy_enough
from forecasting.models.weekly_profile import WEEKLY
from forecasting.queues import QueueKey, Region

REGION = Region("home", "UTC")
MONDAY = np.datetime64("2025-01-06")
DAYS, SLOTS = 112, 48


def mixed_week() -> npt.NDArray[np.float64]:
    """Return a week (7, S) whose days are mixed from two shapes."""
    hour = np.arange(SLOTS) / 2
    morning = np.exp(-(((hour - 10) / 2.5) ** 2))
    evening = np.exp(-(((hour - 18) / 2.5) ** 2))
    return np.array([40 * (morning * (1 - a) + evening * a) + 4 for a in np.linspace(0, 1, 7)])


def noisy(week: npt.NDArray[np.float64], seed: int = 4) -> DayMatrix:
    rng = np.random.default_rng(seed)
    contacts = rng.poisson(np.tile(week, (DAYS // 7, 1))).astype(float)[None]
    keys = (QueueKey("home", "en", "phone"),)
    return DayMatrix(keys, contacts, make_calendar(REGION, MONDAY, DAYS), 1440 // SLOTS)


def error(profile: npt.NDArray[np.float64]) -> float:
    return float(np.sqrt(((profile[0] - mixed_week()) ** 2).mean()))


def test_a_week_mixed_from_two_shapes_is_found_closer_than_by_plain_means() -> None:
    days = noisy(mixed_week())
    found = WEEKLY.explain(days)
    scale = np.exp(found.scale.level)[:, None, None]
    plain = error(found.profile * scale)
    low = error(LowRank(rank=2).of(found, days.contacts).profile * scale)
    assert low < 0.75 * plain
    # One shape cannot make a week of two.
    assert error(LowRank(rank=1).of(found, days.contacts).profile * scale) > 4 * low


def test_every_day_keeps_its_total_and_no_slot_is_negative() -> None:
    days = noisy(mixed_week())
    found = WEEKLY.explain(days)
    profile = LowRank().of(found, days.contacts).profile
    assert profile.sum(axis=2) == pytest.approx(found.profile.sum(axis=2))
    assert profile.min() >= 0


def test_closed_slots_and_empty_queues_stay_at_zero() -> None:
    week = mixed_week()
    week[:, :10] = 0.0
    profile = LowRank().of(WEEKLY.explain(noisy(week)), noisy(week).contacts).profile
    assert (profile[:, :, :10] == 0).all()
    silent = noisy(np.zeros((7, SLOTS)))
    assert (LowRank().fit(silent).forecast(make_calendar(REGION, MONDAY, 7)) == 0).all()


def test_only_busy_queues_have_shapes_to_be_found() -> None:
    week = np.zeros((3, 7, SLOTS))
    week[0, :, 20:30] = 2.5
    week[1, :, 20:30] = 1.5
    assert busy_enough(week).tolist() == [True, False, False]
