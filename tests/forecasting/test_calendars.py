from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from forecasting.calendars import make_calendar, public_holidays, weekend_days
from forecasting.errors import InvalidInput
from forecasting.queues import Region


def test_moving_feasts_and_subdivisions_are_known() -> None:
    bavaria = public_holidays("DE", "BY", date(2025, 1, 1), date(2026, 12, 31))
    assert bavaria[date(2025, 4, 18)] == bavaria[date(2026, 4, 3)]  # Good Friday
    assert date(2025, 1, 6) in bavaria
    assert date(2025, 1, 6) not in public_holidays("DE", None, date(2025, 1, 1), date(2025, 12, 31))


def test_only_the_dates_asked_for_and_none_without_a_country() -> None:
    assert list(public_holidays("US", None, date(2025, 12, 25), date(2026, 1, 1))) == [
        date(2025, 12, 25),
        date(2026, 1, 1),
    ]
    assert public_holidays(None, None, date(2025, 1, 1), date(2025, 12, 31)) == {}


def test_an_observed_day_has_the_name_of_its_holiday() -> None:
    # Independence Day 2026 is a Saturday, observed on the Friday.
    named = public_holidays("US", None, date(2026, 7, 3), date(2026, 7, 4))
    assert named[date(2026, 7, 3)] == named[date(2026, 7, 4)]


@pytest.mark.parametrize(("country", "subdivision"), [("ZZ", None), ("DE", "QQ")])
def test_unknown_places_are_refused(country: str, subdivision: str | None) -> None:
    with pytest.raises(InvalidInput, match=f"got {country}"):
        public_holidays(country, subdivision, date(2025, 1, 1), date(2025, 12, 31))


def test_weekends_are_the_countrys() -> None:
    assert weekend_days("IL") == {4, 5}
    assert weekend_days("DE") == weekend_days(None) == {5, 6}
    with pytest.raises(InvalidInput):
        weekend_days("ZZ")


def test_the_calendar_knows_weekdays_days_of_the_month_and_holidays_nearby() -> None:
    calendar = make_calendar(Region("us", "America/New_York", "US"), np.datetime64("2025-12-30"), 4)
    assert calendar.weekday.tolist() == [1, 2, 3, 4]
    assert calendar.day_of_month.tolist() == [30, 31, 1, 2]
    assert calendar.on_holiday().tolist() == [False, False, True, False]
    assert calendar.on_holiday(1).tolist() == [False, True, False, False]
    assert calendar.on_holiday(-5).tolist() == [True, False, False, False]
    angle = calendar.year_angle
    assert angle[2] == pytest.approx(0, abs=0.02) or angle[2] == pytest.approx(2 * np.pi, abs=0.02)


def test_the_first_day_back_skips_rest_days_and_further_holidays() -> None:
    calendar = make_calendar(Region("gb", "Europe/London", "GB"), np.datetime64("2025-12-22"), 14)
    working = np.array([True] * 5 + [False] * 2)
    back = calendar.dates[calendar.after_holiday(working)]
    # Christmas and Boxing Day are Thursday and Friday; New Year's Day is a Thursday.
    assert [str(day) for day in back] == ["2025-12-29", "2026-01-02"]
    assert not calendar.after_holiday(np.zeros(7, dtype=bool)).any()


def test_a_holiday_on_a_rest_day_has_no_first_day_back() -> None:
    calendar = make_calendar(Region("us", "UTC", "US"), np.datetime64("2027-06-19"), 4)
    saturday = calendar.part(0, 4)
    assert saturday.weekday[0] == 5
    assert saturday.on_holiday()[0]
    working = np.array([True, True, True, True, False, False, False])
    assert not saturday.after_holiday(working).any()
