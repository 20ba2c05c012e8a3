"""As much forecast as a history carries, and never a number that is none."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forecasting.errors import InvalidInput, NotEnoughHistory
from forecasting.queues import QueueKey
from forecasting.tables import ContactHistory
from forecasting.timegrid import WallClock
from tests.forecasting.factory import KEY, joined, queue, recorded, run, table

START = date(2025, 6, 2)
OTHER = QueueKey("home", "de", "chat")


def working_hours(clock: WallClock) -> npt.NDArray[np.float64]:
    busy = (clock.minute >= 480) & (clock.minute < 1080)
    return np.where(busy, 20.0, 2.0) * np.where(clock.weekday < 5, 2.0, 1.0)


def past(days: int, seed: int | None = 1) -> ContactHistory:
    return recorded(working_hours, "UTC", START - timedelta(days=days), days, seed=seed)


@pytest.mark.parametrize("days", [1, 2])
def test_less_than_three_days_is_refused_by_queue_and_days(days: int) -> None:
    with pytest.raises(NotEnoughHistory, match=rf"home/en/phone has {days}\b"):
        run(past(days), START)


def test_no_history_at_all_is_refused() -> None:
    with pytest.raises(NotEnoughHistory, match="no queue has any history before 2025-06-02"):
        run(recorded(working_hours, "UTC", START, 7), START)


@pytest.mark.parametrize(
    ("days", "words", "mean"),
    [
        # Friday to Sunday: two quiet days of three.
        (3, "weekday-less", 80 / 3),
        (8, "weekday-less", 34),
        (20, "20 days of history", 40),
        (83, "83 days of history", 40),
    ],
)
def test_short_histories_are_forecast_by_less_and_say_so(days: int, words: str, mean: float) -> None:
    result = run(past(days), START, 7)
    assert any(words in note for note in result.notes)
    frame = result.forecast.frame
    busy = frame["interval_start"].dt.hour.between(8, 17) & (frame["interval_start"].dt.day_of_week < 5)
    assert frame.loc[busy, "contacts"].mean() == pytest.approx(mean, rel=0.1)


def test_twelve_weeks_get_the_full_model_without_a_note() -> None:
    assert run(past(84), START, 7).notes == ()


def test_below_four_weeks_a_median_steadies_the_models() -> None:
    for days, steadied in ((27, True), (28, False)):
        models = run(past(days), START, 7).models["model"].tolist()
        assert ("median of the last 4 weeks" in models) == steadied
        assert {"weighted weekly profile", "low-rank day profiles", "gradient boosting"} <= set(models)


def test_wild_days_hardly_move_a_short_history() -> None:
    history = past(42, seed=None)
    frame = history.frame.copy()
    day = (pd.Timestamp(START, tz="UTC") - frame["interval_start"]).dt.days
    frame.loc[day.isin([9, 24, 39]), "contacts"] *= 3
    result = run(ContactHistory(frame, 30), START, 7)
    truth = recorded(working_hours, "UTC", START, 7).frame["contacts"].to_numpy()
    assert np.abs(result.forecast.frame["contacts"].to_numpy() - truth).sum() / truth.sum() < 0.03


def test_a_queue_without_history_is_forecast_as_zero_and_said_so() -> None:
    result = run(past(30), START, 7, queues=(queue(), queue(OTHER)))
    assert result.forecast.of(OTHER)["contacts"].eq(0).all()
    assert result.forecast.of(OTHER)["p90"].eq(0).all()
    assert "home/de/chat: no history; forecast as 0 contacts" in result.notes


def test_history_of_queues_not_asked_for_changes_nothing() -> None:
    alone = run(past(100), START, 7)
    other = recorded(working_hours, "UTC", START - timedelta(days=1), 1, key=OTHER)
    together = run(joined(past(100), other), START, 7)
    pd.testing.assert_frame_equal(alone.forecast.frame, together.forecast.frame)


def test_a_queue_last_heard_of_years_ago_has_no_history() -> None:
    ancient = recorded(working_hours, "UTC", START - timedelta(days=1200), 30, key=OTHER)
    result = run(joined(past(100), ancient), START, 7, queues=(queue(), queue(OTHER)))
    assert "home/de/chat: no history; forecast as 0 contacts" in result.notes


def test_nothing_from_the_start_on_is_used() -> None:
    known = past(100)
    later = recorded(lambda clock: np.full(len(clock.day), 1e6), "UTC", START, 20)
    pd.testing.assert_frame_equal(
        run(known, START, 7).forecast.frame, run(joined(known, later), START, 7).forecast.frame
    )


def test_a_queue_whose_aht_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput, match="home/en/phone"):
        run(past(30), START, 7, queues=(queue(aht_seconds=None),))


@pytest.mark.parametrize("days", [3, 13, 14, 40, 100, 420])
def test_all_zeros_are_forecast_as_zeros(days: int) -> None:
    result = run(
        recorded(lambda clock: np.zeros(len(clock.day)), "UTC", START - timedelta(days=days), days), START
    )
    assert result.forecast.frame[["contacts", "p10", "p50", "p90"]].eq(0).all().all()


@pytest.mark.parametrize("days", [3, 13, 40, 100, 420])
def test_a_constant_is_forecast_as_itself(days: int) -> None:
    result = run(
        recorded(lambda clock: np.full(len(clock.day), 7.0), "UTC", START - timedelta(days=days), days), START
    )
    assert result.forecast.frame["contacts"].to_numpy() == pytest.approx(7.0)


def test_forty_per_cent_missing_rows_are_not_zeros() -> None:
    history = past(180)
    frame = history.frame.sample(frac=0.6, random_state=3)
    result = run(ContactHistory(frame, 30), START, 14)
    truth = recorded(working_hours, "UTC", START, 14).frame["contacts"].to_numpy()
    got = result.forecast.frame["contacts"].to_numpy()
    assert got.sum() == pytest.approx(truth.sum(), rel=0.02)
    assert np.abs(got - truth).sum() / truth.sum() < 0.08


def test_one_spike_in_silence_does_not_echo() -> None:
    def spike(clock: WallClock) -> npt.NDArray[np.float64]:
        values = np.zeros(len(clock.day))
        values[2000] = 500.0
        return values

    result = run(recorded(spike, "UTC", START - timedelta(days=120), 120), START)
    assert result.forecast.frame["contacts"].sum() < 25


@pytest.mark.slow
@settings(max_examples=20)
@given(
    days=st.integers(3, 60),
    grid=st.tuples(st.sampled_from([15, 30, 60]), st.sampled_from([15, 30, 60])),
    zone=st.sampled_from(["UTC", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    scale=st.sampled_from([0.01, 1.0, 50.0, 1e5]),
    missing=st.floats(0, 0.9),
)
def test_forecasts_are_finite_not_negative_and_ordered(
    days: int,
    grid: tuple[int, int],
    zone: str,
    scale: float,
    missing: float,
) -> None:
    minutes, plan = grid
    rng = np.random.default_rng(days)
    start = date(2025, 4, 4)

    def wild(clock: WallClock) -> npt.NDArray[np.float64]:
        values = rng.poisson(scale * rng.gamma(0.3, 3.0, len(clock.day))).astype(float)
        return np.where(rng.random(len(values)) < missing, np.nan, values)

    history = recorded(wild, zone, start - timedelta(days=days), days, minutes=minutes)
    try:
        result = run(history, start, 4, time_zone=zone, country="GB", minutes=plan)
    except NotEnoughHistory:
        return
    values = result.forecast.frame[["contacts", "p10", "p50", "p90", "aht_seconds"]].to_numpy()
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert (np.diff(result.forecast.frame[["p10", "p50", "p90"]].to_numpy(), axis=1) >= 0).all()


def test_rows_that_overlap_are_refused() -> None:
    index = pd.date_range("2025-05-01", "2025-05-20", freq="20min", tz="UTC")
    with pytest.raises(InvalidInput, match="must not overlap"):
        run(table(index, np.ones(len(index)), 30), START)


def test_the_same_key_is_forecast_for_every_interval_of_every_day() -> None:
    frame = run(past(30), START, 14).forecast.of(KEY)
    assert len(frame) == 14 * 48
    assert frame["interval_start"].diff().dropna().eq(pd.Timedelta(minutes=30)).all()
