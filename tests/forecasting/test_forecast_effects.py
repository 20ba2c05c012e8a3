"""Holidays, days of the month, outliers, levels and events: learned, cleaned and applied."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from forecasting.calendars import public_holidays
from forecasting.events import Event
from forecasting.queues import QueueKey
from forecasting.tables import ContactHistory
from forecasting.timegrid import WallClock
from tests.forecasting.factory import by_clock, queue, recorded, run

START = date(2025, 6, 2)


def steady(clock: WallClock) -> npt.NDArray[np.float64]:
    day = 30 + 20 * np.sin(2 * np.pi * clock.minute / 1440)
    return day * np.where(clock.weekday < 5, 1.0, 0.3)


def totals(history_or_result: pd.DataFrame) -> pd.Series[float]:
    return history_or_result.groupby("date")["contacts"].sum()


def scaled(history: ContactHistory, days: set[date], factor: float, zone: str = "UTC") -> ContactHistory:
    frame = history.frame.copy()
    local = frame["interval_start"].dt.date
    frame.loc[local.isin(days), "contacts"] *= factor
    return ContactHistory(frame, history.interval_minutes)


def past(days: int = 182, seed: int | None = 5) -> ContactHistory:
    return recorded(steady, "UTC", START - timedelta(days=days), days, seed=seed)


def forecast_total(history: ContactHistory, day: date, country: str | None = None, days: int = 42) -> float:
    result = by_clock(run(history, START, days, country=country), "UTC")
    return float(totals(result)[np.datetime64(day)])


def expected_total(day: date) -> float:
    return 1440.0 * (1.0 if day.weekday() < 5 else 0.3)


@pytest.mark.slow
def test_first_days_of_the_month_are_learned() -> None:
    firsts = {
        date(2024, 12, 1) + timedelta(days=n)
        for n in range(182)
        if (date(2024, 12, 1) + timedelta(days=n)).day in (1, 2, 3)
    }
    busy = scaled(past(), firsts, 1.3)
    assert forecast_total(busy, date(2025, 7, 2)) == pytest.approx(1.3 * 1440, rel=0.1)
    assert forecast_total(busy, date(2025, 6, 17)) == pytest.approx(1440, rel=0.04)


@pytest.mark.slow
def test_mild_effects_of_days_of_the_month_are_shared_with_their_neighbours() -> None:
    firsts = {START - timedelta(days=n) for n in range(1, 183) if (START - timedelta(days=n)).day < 5}
    busy = scaled(past(), firsts, 1.12)
    assert forecast_total(busy, date(2025, 7, 2)) / forecast_total(busy, date(2025, 6, 18)) > 1.06


def test_a_holiday_with_the_usual_total_at_unusual_hours_leaves_other_days_alone() -> None:
    history = past()
    frame = history.frame.copy()
    holidays = set(public_holidays("DE", None, date(2024, 12, 1), date(2025, 5, 31)))
    local = frame["interval_start"]
    on = local.dt.date.isin(holidays)
    frame.loc[on, "contacts"] = np.where(local[on].dt.hour == 3, 720.0, 0.0)
    # 1 and 29 May were Thursdays.
    result = by_clock(run(ContactHistory(frame, 30), START, 7, country="DE"), "UTC")
    night = (result["date"].dt.day_of_week == 3) & (result["minute"] // 60 == 3)
    assert result.loc[night, "contacts"].max() < 60


@pytest.mark.slow
def test_a_day_of_the_month_may_be_busier_than_an_outlier() -> None:
    fifths = {
        date(2024, 12, 1) + timedelta(days=n)
        for n in range(182)
        if (date(2024, 12, 1) + timedelta(days=n)).day == 5
    }
    billing = scaled(past(), fifths, 2.5)
    assert forecast_total(billing, date(2025, 6, 5)) > 1.5 * 1440
    assert forecast_total(billing, date(2025, 6, 20)) == pytest.approx(1440, rel=0.04)


@pytest.mark.slow
def test_the_course_of_the_year_comes_back() -> None:
    def seasonal(clock: WallClock) -> npt.NDArray[np.float64]:
        days = (clock.day - np.datetime64("2024-01-01")).astype(int)
        return steady(clock) * np.exp(0.4 * np.sin(2 * np.pi * days / 365.25))

    history = recorded(seasonal, "UTC", date(2024, 1, 1), 518, seed=6)
    result = totals(by_clock(run(history, START, 90), "UTC"))
    # 20 August is far down the slope from today's level.
    day = date(2025, 8, 20)
    truth = 1440 * np.exp(0.4 * np.sin(2 * np.pi * (day - date(2024, 1, 1)).days / 365.25))
    today = 1440 * np.exp(0.4 * np.sin(2 * np.pi * (START - date(2024, 1, 1)).days / 365.25))
    assert truth < 0.75 * today
    assert float(result[np.datetime64(day)]) == pytest.approx(truth, rel=0.1)


@pytest.mark.slow
def test_public_holidays_are_learned_moving_ones_too_and_do_not_stain_other_days() -> None:
    named = public_holidays("DE", None, date(2024, 12, 1), date(2025, 5, 31))
    assert date(2025, 4, 18) in named  # Good Friday
    quiet = scaled(past(), set(named), 0.2)
    # Whit Monday moves with Easter.
    assert forecast_total(quiet, date(2025, 6, 9), "DE") == pytest.approx(0.2 * 1440, rel=0.35)
    assert forecast_total(quiet, date(2025, 6, 16), "DE") == pytest.approx(1440, rel=0.03)
    assert forecast_total(quiet, date(2025, 6, 9)) == pytest.approx(1440, rel=0.05)


@pytest.mark.slow
def test_the_first_working_day_after_a_holiday_is_learned() -> None:
    named = public_holidays("US", None, date(2024, 12, 1), date(2025, 5, 31))
    after = set()
    for day in named:
        back = day + timedelta(days=1)
        while back.weekday() > 4:
            back += timedelta(days=1)
        after.add(back)
    busy = scaled(past(), after, 1.4)
    # 2025-06-19, a Thursday, is Juneteenth.
    assert forecast_total(busy, date(2025, 6, 20), "US") == pytest.approx(1.4 * 1440, rel=0.12)
    assert forecast_total(busy, date(2025, 6, 27), "US") == pytest.approx(1440, rel=0.03)


@pytest.mark.slow
def test_an_outlier_is_cleaned() -> None:
    wild = scaled(past(), {date(2025, 5, 20), date(2025, 4, 2)}, 6.0)
    for day in (date(2025, 6, 3), date(2025, 6, 4)):
        assert forecast_total(wild, day) == pytest.approx(1440, rel=0.03)


@pytest.mark.slow
def test_bursts_that_keep_coming_are_counted_in_the_mean() -> None:
    bursts = {START - timedelta(days=n) for n in range(4, 182, 9)}
    mean = 1 + 2 / 9
    for factor, truth in ((3.0, mean), (1.0, 1.0)):
        history = scaled(past(), bursts, factor)
        forecasts = [forecast_total(history, START + timedelta(days=n)) / 1440 for n in range(5)]
        assert np.mean(forecasts) == pytest.approx(truth, rel=0.07)


@pytest.mark.slow
def test_outages_do_not_lower_the_mean() -> None:
    outages = {START - timedelta(days=n) for n in range(4, 182, 9)}
    forecasts = [forecast_total(scaled(past(), outages, 0.05), START + timedelta(days=n)) for n in range(5)]
    assert np.mean(forecasts) == pytest.approx(1440, rel=0.03)


def test_holidays_never_seen_lie_half_way_to_a_day_of_rest() -> None:
    # The first public holidays of a history that begins in January are those of Easter.
    begin = date(2025, 1, 6)
    history = recorded(steady, "UTC", begin, (date(2025, 4, 14) - begin).days, seed=5)
    result = run(history, date(2025, 4, 14), 14, country="DE")
    days = totals(by_clock(result, "UTC"))
    # Good Friday and Easter Monday; weekends are three tenths of a working day.
    for holiday in ("2025-04-18", "2025-04-21"):
        assert float(days[np.datetime64(holiday)]) == pytest.approx(1440 * 0.3**0.5, rel=0.1)
    assert float(days[np.datetime64("2025-04-17")]) == pytest.approx(1440, rel=0.05)
    assert any("half way between working days and days of rest" in note for note in result.notes)


def test_a_lasting_change_of_level_is_no_outlier() -> None:
    doubled = scaled(past(), {START - timedelta(days=n) for n in range(1, 43)}, 2.0)
    assert forecast_total(doubled, date(2025, 6, 4)) == pytest.approx(2880, rel=0.1)


@pytest.mark.slow
def test_past_events_are_taken_out_and_future_ones_applied() -> None:
    spring = Event(datetime(2025, 5, 12, tzinfo=UTC), datetime(2025, 5, 31, tzinfo=UTC), 1.3)
    campaign = scaled(past(), {date(2025, 5, 12) + timedelta(days=n) for n in range(19)}, 1.3)
    future = Event(datetime(2025, 6, 4, tzinfo=UTC), datetime(2025, 6, 4, 12, tzinfo=UTC), 2.0)
    other = Event(datetime(2025, 6, 3, tzinfo=UTC), datetime(2025, 6, 4, tzinfo=UTC), 9.0, language="de")
    plain = by_clock(run(past(), START, 4), "UTC")
    result = by_clock(run(campaign, START, 4, events=(spring, future, other)), "UTC")
    ratio = totals(result) / totals(plain)
    assert ratio.iloc[1] == pytest.approx(1.0, rel=0.01)
    morning = (result["minute"] < 720) & (result["date"] == np.datetime64("2025-06-04"))
    assert result.loc[morning, "contacts"].sum() / plain.loc[morning, "contacts"].sum() == pytest.approx(
        2, rel=0.01
    )
    assert ratio.iloc[3] == pytest.approx(1.0, rel=0.01)


def test_an_event_with_factor_zero_teaches_nothing_and_silences_the_future() -> None:
    outage = {START - timedelta(days=n) for n in range(1, 22)}
    gone = Event(datetime(2025, 5, 12, tzinfo=UTC), datetime(2025, 6, 3, tzinfo=UTC), 0.0)
    result = totals(by_clock(run(scaled(past(), outage, 0.0), START, 3, events=(gone,)), "UTC"))
    assert result.iloc[0] == 0
    assert result.iloc[1] == pytest.approx(1440, rel=0.05)


@pytest.mark.parametrize(("minutes", "stair"), [(60, 2.6), (120, 5.1), (360, 10.0)])
@pytest.mark.slow
def test_coarse_history_is_split_smoothly_and_sums_back(minutes: int, stair: float) -> None:
    coarse = recorded(
        lambda clock: steady(clock) * minutes / 30, "UTC", START - timedelta(days=120), 120, minutes
    )
    fine = run(coarse, START, 7, minutes=15).forecast.frame
    whole = run(coarse, START, 7, minutes=60).forecast.frame
    per_hour = fine["contacts"].to_numpy().reshape(-1, 4).sum(axis=1)
    assert per_hour == pytest.approx(whole["contacts"].to_numpy(), rel=1e-6)
    # Rows spread evenly would be a staircase with steps up to this high.
    steps = np.abs(np.diff(fine["contacts"].to_numpy()[:96]))
    assert steps.max() < stair / 2


def test_daily_history_spreads_over_the_opening_hours() -> None:
    from forecasting.hours import parse_hours

    opening = queue(hours=parse_hours("mon-sun 08:00-18:00"))
    zone = "Europe/Berlin"
    daily = recorded(lambda clock: np.full(len(clock.day), 100.0), zone, START - timedelta(days=90), 90, 60)
    frame = daily.frame[pd.DatetimeIndex(daily.frame["interval_start"]).tz_convert(zone).hour == 0]
    result = by_clock(run(ContactHistory(frame, 1440), START, 2, time_zone=zone, queues=(opening,)), zone)
    assert result["contacts"].sum() == pytest.approx(200, rel=1e-3)
    inside = result["minute"].between(480, 1079)
    assert result.loc[~inside, "contacts"].eq(0).all()
    assert result.loc[inside, "contacts"].to_numpy() == pytest.approx(5.0, rel=2e-3)


def test_finer_history_is_summed_only_where_every_part_is_recorded() -> None:
    fine = recorded(lambda clock: np.full(len(clock.day), 2.0), "UTC", START - timedelta(days=30), 30, 5)
    holes = ContactHistory(fine.frame.iloc[np.arange(len(fine.frame)) % 12 != 3], 5)
    result = run(holes, START, 1)
    # Every first half hour lacks a part and is not recorded at all; it is no small one.
    assert result.forecast.frame["contacts"].to_numpy()[1::2] == pytest.approx(12.0)


@pytest.mark.slow
def test_a_loud_queue_hardly_moves_its_neighbour() -> None:
    # They share the trees that correct their own profiles, and nothing else.
    other = QueueKey("home", "fr", "phone")
    loud = recorded(
        lambda clock: 40 * steady(clock), "UTC", START - timedelta(days=90), 90, key=other, seed=2
    )
    both = ContactHistory(pd.concat([past(120).frame, loud.frame]), 30)
    alone = run(past(120), START, 7).forecast.frame["contacts"].to_numpy()
    joint = (
        run(both, START, 7, queues=(queue(), queue(other))).forecast.of(queue().key)["contacts"].to_numpy()
    )
    assert joint == pytest.approx(alone, rel=0.03)
