"""Eves, optional holidays and the course of special days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from forecasting.calendars import make_calendar, observances, public_holidays
from forecasting.history import DayMatrix
from forecasting.models.day_factors import DayFeatures
from forecasting.models.day_shapes import KINDS, bend, kind_of_day, learn_bends
from forecasting.models.weekly_profile import WEEKLY
from forecasting.queues import QueueKey, Region

ISRAEL = Region("il", "Asia/Jerusalem", "IL")
SUNDAY_TO_THURSDAY = np.array([True, True, True, True, False, False, True])


def test_optional_holidays_and_half_days_are_observances_and_no_public_holidays() -> None:
    first, last = date(2025, 10, 1), date(2025, 10, 31)
    kept, public = observances("IL", None, first, last), public_holidays("IL", None, first, last)
    assert date(2025, 10, 8) in kept  # between the feasts of Sukkot
    assert not set(kept) & set(public)
    assert observances("GB", None, first, last) == {}
    assert observances(None, None, first, last) == {}
    assert date(2025, 12, 31) in observances("IS", None, date(2025, 12, 1), date(2025, 12, 31))


def test_a_day_of_rest_has_no_eve() -> None:
    # The first day of Sukkot 1999 is a Saturday, Yom Kippur a Monday.
    calendar = make_calendar(ISRAEL, np.datetime64("1999-09-17"), 9)
    features = DayFeatures(SUNDAY_TO_THURSDAY, ())
    eve = features.special(calendar)[:, 1]
    assert [str(day) for day in calendar.dates[eve > 0]] == ["1999-09-19"]


def test_each_kind_of_day_is_told_from_the_others() -> None:
    calendar = make_calendar(ISRAEL, np.datetime64("1999-09-19"), 10)
    kinds = kind_of_day(DayFeatures(SUNDAY_TO_THURSDAY, ()), calendar).tolist()
    # Eve and day of Yom Kippur, first day back, three ordinary days, Sukkot on a Saturday, its week.
    assert kinds == [2, 1, 3, 0, 0, 0, 1, 4, 4, 4]


def test_the_course_of_eves_is_learned_and_applied_without_changing_their_total() -> None:
    slots = 24
    expected = np.full((1, 3, slots), 40.0)
    contacts = expected.copy()
    contacts[:, :, 12:] = 0.0
    bends = learn_bends(contacts, expected, np.array([2, 2, 2]), np.ones(3))
    assert (bends[:, [0, 1, 3, 4]] == 1).all()
    assert bends[0, 2, 3] == pytest.approx((3 * 40 + 20) / (3 * 20 + 20) / (40 / 40), rel=0.35)
    assert bends[0, 2, 20] < 0.3
    bent = bend(np.full((1, 2, slots), 10.0), bends, np.array([0, 2]))
    assert (bent[0, 0] == 10).all()
    assert bent[0, 1].sum() == pytest.approx(240)
    assert bent[0, 1, :11].mean() > 4 * bent[0, 1, 13:].mean()
    # An evening queue keeps its total too, all of it where little is left of its course.
    evening = np.where(np.arange(slots) >= 11, 10.0, 0.0)[None, None]
    assert bend(evening, bends, np.array([2])).sum() == pytest.approx(evening.sum())


def test_few_contacts_bend_little_and_none_bend_nothing() -> None:
    expected = np.full((1, 1, 24), 0.2)
    contacts = np.zeros((1, 1, 24))
    contacts[0, 0, 5] = 2.0
    bends = learn_bends(contacts, expected, np.array([1]), np.ones(1))
    assert np.abs(bends - 1).max() < 0.1
    assert (learn_bends(0 * contacts, expected, np.array([1]), np.ones(1)) == 1).all()
    missing = np.full((1, 1, 24), np.nan)
    assert (learn_bends(missing, expected, np.array([1]), np.ones(1)) == 1).all()
    assert bends.shape == (1, KINDS, 24)


def test_weeks_of_optional_holidays_are_learned_and_do_not_stain_the_level() -> None:
    begin = np.datetime64("2025-01-05")
    days = int((np.datetime64("2025-10-14") - begin).astype(int))
    calendar = make_calendar(ISRAEL, begin, days)
    rate = np.full((days, 24), 30.0)
    feast = np.isin(calendar.dates, list(calendar.observances))
    rate[feast] *= 0.6
    contacts = np.random.default_rng(5).poisson(rate).astype(float)[None]
    history = DayMatrix((QueueKey("il", "he", "phone"),), contacts, calendar, 60)
    ahead = make_calendar(ISRAEL, begin + np.timedelta64(days, "D"), 180)
    forecast = WEEKLY.fit(history).forecast(ahead)[0].sum(axis=1)
    # The last week of the history was one of them: 6 to 13 October.
    assert feast[-6:].sum() >= 5
    ordinary = ahead.dates < np.datetime64("2025-11-01")
    assert forecast[ordinary][2:].mean() == pytest.approx(720, rel=0.04)
    passover = ahead.dates == np.datetime64("2026-04-05")
    assert forecast[passover] == pytest.approx(0.6 * 720, rel=0.15)
