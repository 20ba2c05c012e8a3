"""Rolling origins: honest, complete, and scored beside what any forecast has to beat."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from forecasting.backtest import BASELINES, OURS, BacktestReport, backtest
from forecasting.backtest_scores import SCORES, TOTAL
from forecasting.errors import NotEnoughHistory
from forecasting.queues import QueueKey
from forecasting.tables import ContactHistory
from forecasting.timegrid import WallClock
from tests.forecasting.factory import KEY, joined, queue, recorded, region

START = date(2025, 1, 6)
OTHER = QueueKey("home", "fr", "phone")
METHODS = {OURS} | {model.name for model in BASELINES}


def weekly(clock: WallClock) -> npt.NDArray[np.float64]:
    day = (10 + clock.minute // 60).astype(np.float64)
    return day * np.where(clock.weekday < 5, 1.0, 0.4)


def past(days: int = 140, seed: int | None = 3, key: QueueKey = KEY) -> ContactHistory:
    return recorded(weekly, "Europe/London", START, days, key=key, seed=seed)


def score(
    history: ContactHistory, origins: int = 2, country: str | None = "GB", **changes: object
) -> BacktestReport:
    keys = history.queues
    options = {"interval_minutes": 30, "horizon_days": 14, "train_weeks": None} | changes
    return backtest(
        history,
        queues={key: queue(key) for key in keys},
        regions={"home": region("Europe/London", country)},
        events=(),
        origins=origins,
        **options,  # type: ignore[arg-type]
    )


def row(report: BacktestReport, method: str = OURS, key: QueueKey = TOTAL) -> pd.Series[float]:
    table = report.table
    chosen = (
        (table["method"] == method) & (table["channel"] == key.channel) & (table["language"] == key.language)
    )
    return table[chosen].iloc[0]


def test_every_queue_and_the_total_is_scored_by_every_method() -> None:
    report = score(joined(past(), past(seed=4, key=OTHER)))
    assert [*report.table.columns[:5]] == ["region", "language", "channel", "method", "contacts"]
    assert [*report.table.columns[5:]] == SCORES
    assert report.table.groupby("language")["method"].apply(set).to_dict() == {
        "en": METHODS,
        "fr": METHODS,
        "all": METHODS,
    }
    assert report.origins == (START + timedelta(days=112), START + timedelta(days=126))
    total = row(report)
    assert total["contacts"] == sum(row(report, key=key)["contacts"] for key in (KEY, OTHER))
    # Errors of independent queues cancel in their sum.
    assert total["wape"] < row(report, key=KEY)["wape"]


@pytest.mark.slow
def test_scores_of_noise_round_a_known_week_are_what_theory_says() -> None:
    ours = row(score(past(182), origins=4), key=KEY)
    assert ours["wape_above_floor"] == pytest.approx(ours["wape"] - ours["floor"])
    assert 0 < ours["wape_above_floor"] < 0.02
    assert abs(ours["bias"]) < 0.02
    # The naive forecast has twice the variance of the noise.
    assert ours["mase"] == pytest.approx(1 / np.sqrt(2), rel=0.07)
    naive = row(score(past(182), origins=4), BASELINES[0].name, KEY)
    assert naive["mase"] == pytest.approx(1.0, rel=0.07)
    assert 0.75 <= ours["coverage_80"] <= 0.87
    assert np.isnan(naive["coverage_80"])


def test_a_repeating_history_is_forecast_without_error_by_all() -> None:
    # Holidays are expected to be quieter, however few of them say otherwise.
    table = score(past(seed=None), country=None).table
    assert table["wape"].max() < 1e-6


@pytest.mark.slow
def test_forecasts_know_nothing_of_the_window_they_forecast() -> None:
    known = past()
    frame = known.frame.copy()
    window = frame["interval_start"] >= pd.Timestamp(START + timedelta(days=126), tz="Europe/London")
    frame.loc[window, "contacts"] = 3 * frame.loc[window, "contacts"] + 50
    changed = ContactHistory(frame, 30)
    for method in METHODS:
        before, after = (row(score(each, origins=1), method, KEY) for each in (known, changed))
        forecast = [(each["bias"] + 1) * each["contacts"] for each in (before, after)]
        assert forecast[0] == pytest.approx(forecast[1], rel=1e-9)
        assert after["wape"] > 2 * before["wape"]


@pytest.mark.slow
def test_at_most_the_training_weeks_are_learned_from() -> None:
    frame = past(200).frame.copy()
    old = frame["interval_start"] < pd.Timestamp(START + timedelta(days=100), tz="UTC")
    wild = frame.assign(contacts=np.where(old, frame["contacts"] * 9, frame["contacts"]))
    clean, stained = (
        row(score(ContactHistory(each, 30), origins=1, train_weeks=10), key=KEY)["wape"]
        for each in (frame, wild)
    )
    assert clean == stained


@pytest.mark.slow
def test_windows_that_were_hardly_recorded_are_skipped() -> None:
    frame = past(168).frame
    first = pd.Timestamp(START, tz="Europe/London")
    gap = frame["interval_start"].between(first + pd.Timedelta(days=126), first + pd.Timedelta(days=152))
    report = score(ContactHistory(frame[~gap], 30), origins=2)
    assert report.origins == (START + timedelta(days=112), START + timedelta(days=154))


@pytest.mark.slow
def test_a_queue_that_began_late_is_scored_where_it_can_be() -> None:
    late = recorded(weekly, "Europe/London", START + timedelta(days=125), 15, key=OTHER, seed=1)
    report = score(joined(past(), late), origins=2)
    assert set(report.table["language"]) == {"en", "all"}
    longer = recorded(weekly, "Europe/London", START + timedelta(days=120), 20, key=OTHER, seed=1)
    report = score(joined(past(), longer), origins=2)
    assert row(report, key=OTHER)["contacts"] == pytest.approx(longer.frame["contacts"].iloc[-672:].sum())


def test_coarse_history_is_scored_at_its_own_rows() -> None:
    hourly = recorded(lambda clock: 4 * weekly(clock), "Europe/London", START, 140, 120, seed=2)
    ours = row(score(hourly, interval_minutes=15), key=KEY)
    # After the clock change two-hour rows lie across other hours of the wall clock than before.
    assert 0 < ours["wape_above_floor"] < 0.03
    assert 0.72 <= ours["coverage_80"] <= 0.88


@pytest.mark.slow
def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    score(past(), on_progress=lambda done, _: seen.append(done))
    assert seen == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("days", [0, 5, 20])
def test_too_little_history_for_a_window_is_refused(days: int) -> None:
    with pytest.raises(NotEnoughHistory, match="14 days"):
        if days:
            score(past(days))
        else:
            backtest(
                past(30),
                queues={OTHER: queue(OTHER)},
                regions={"home": region()},
                events=(),
                interval_minutes=30,
                horizon_days=14,
                origins=1,
            )
