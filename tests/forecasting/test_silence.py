"""Closed hours against rows that are merely missing."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from forecasting.hours import parse_hours
from forecasting.tables import ContactHistory
from forecasting.timegrid import WallClock
from tests.forecasting.factory import by_clock, queue, recorded, run

START = date(2025, 12, 15)


def office(clock: WallClock) -> npt.NDArray[np.float64]:
    inside = (clock.weekday < 5) & (clock.minute >= 480) & (clock.minute < 1080)
    return np.where(inside, 30.0, np.nan)


def past(days: int) -> ContactHistory:
    return recorded(office, "UTC", START - timedelta(days=days), days)


def test_hours_that_are_never_recorded_are_forecast_as_zero() -> None:
    for opening in ("", "mon-fri 08:00-18:00"):
        asked = (queue(hours=parse_hours(opening)),)
        result = run(past(60), START, 7, queues=asked)
        frame = by_clock(result, "UTC")
        inside = frame["minute"].between(480, 1079) & (frame["date"].dt.day_of_week < 5)
        assert np.allclose(frame.loc[inside, "contacts"], 30)
        assert frame.loc[~inside, "contacts"].eq(0).all()
        said = any("nothing was ever recorded on sat, sun" in note for note in result.notes)
        assert said == (opening == "")


def test_a_slot_missing_by_chance_is_filled() -> None:
    history = recorded(lambda clock: np.full(len(clock.day), 10.0), "UTC", START - timedelta(days=15), 15)
    local = history.frame["interval_start"]
    gap = (local.dt.day_of_week == 2) & (local.dt.hour == 9)
    rng = np.random.default_rng(2)
    frame = history.frame[~gap & (rng.random(len(gap)) < 0.7)]
    result = run(ContactHistory(frame, 30), START, 7)
    assert (result.forecast.frame["contacts"] > 5).all()


def test_a_queue_closed_on_holidays_that_never_recorded_one_gets_none() -> None:
    shut = (queue(hours=parse_hours("mon-fri 08:00-18:00; holidays closed")),)
    result = run(past(60), START, 14, queues=shut, country="DE")
    totals = by_clock(result, "UTC").groupby("date")["contacts"].sum()
    assert totals[np.datetime64("2025-12-25")] == 0
    assert totals[np.datetime64("2025-12-24")] > 0


def test_a_queue_without_a_recorded_holiday_says_so() -> None:
    steady = recorded(lambda clock: np.full(len(clock.day), 10.0), "UTC", START - timedelta(days=60), 60)
    result = run(steady, START, 14, country="DE")
    assert any("no public holiday in its history" in note for note in result.notes)
    assert run(steady, START, 7, country="DE").notes == tuple(
        note for note in result.notes if "holiday" not in note
    )
