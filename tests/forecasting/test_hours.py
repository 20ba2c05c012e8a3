"""Opening hours on a wall clock."""

from __future__ import annotations

import pytest

from forecasting.hours import ALWAYS_OPEN, parse_hours, parse_weekdays


def test_blank_is_always_open() -> None:
    assert parse_hours("  ") == ALWAYS_OPEN
    assert ALWAYS_OPEN.always


def test_weekdays_holidays_and_closing_times() -> None:
    hours = parse_hours("mon-thu 07:00-24:00; fri 07:00-14:00; holidays closed")
    assert hours.is_open(0, 1439, holiday=False, holiday_before=False)
    assert not hours.is_open(4, 840, holiday=False, holiday_before=False)
    assert not hours.is_open(0, 600, holiday=True, holiday_before=False)
    assert not hours.is_open(6, 600, holiday=False, holiday_before=False)


def test_a_window_across_midnight_runs_into_the_next_date() -> None:
    hours = parse_hours("fri 22:00-06:00")
    assert hours.is_open(5, 359, holiday=False, holiday_before=False)
    assert not hours.is_open(5, 360, holiday=False, holiday_before=False)


def test_ranges_of_weekdays_wrap() -> None:
    assert parse_weekdays("sat-mon") == {5, 6, 0}


@pytest.mark.parametrize("text", ["mon", "mon 25:00-26:00", "noday 08:00-09:00", "mon 8-9"])
def test_unreadable_hours_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not"):
        parse_hours(text)
