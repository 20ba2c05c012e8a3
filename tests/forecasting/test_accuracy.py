"""Snapshots held against what came."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from scipy.stats import poisson

from forecasting.accuracy import AccuracyReport, measure_accuracy
from forecasting.accuracy_scores import FORECAST, LONGEST, MODEL
from forecasting.backtest import OURS, backtest
from forecasting.baselines import BASELINES
from forecasting.errors import NotEnoughHistory
from forecasting.forecast import ForecastResult
from forecasting.overrides import Override
from forecasting.overriding import apply_overrides
from forecasting.queues import QueueKey
from forecasting.snapshots import Snapshot, take_snapshot
from forecasting.tables import ContactForecast, ContactHistory
from forecasting.timegrid import WallClock, day_bounds, interval_grid, wall_clock
from tests.forecasting.factory import KEY, joined, queue, recorded, region, run

START = date(2025, 1, 6)
OTHER = QueueKey("home", "fr", "phone")
ZONE = "Europe/London"


def weekly(clock: WallClock) -> npt.NDArray[np.float64]:
    day = (10 + clock.minute // 60).astype(np.float64)
    return day * np.where(clock.weekday < 5, 1.0, 0.4)


@lru_cache(maxsize=8)
def past(days: int, seed: int | None = 3, key: QueueKey = KEY, zone: str = ZONE) -> ContactHistory:
    return recorded(weekly, zone, START, days, key=key, seed=seed)


def by_rate(keys: list[QueueKey], start: date, days: int, zone: str) -> ForecastResult:
    """A forecast that knows the rate."""
    index = interval_grid(day_bounds(zone, start)[0], day_bounds(zone, start + timedelta(days=days))[0], 30)
    means = weekly(wall_clock(index, zone))
    columns = {"interval_start": index, "contacts": means, "aht_seconds": 180.0}
    band = {name: poisson.ppf(share, means) for name, share in (("p10", 0.1), ("p50", 0.5), ("p90", 0.9))}
    frames = [pd.DataFrame({**key._asdict(), **columns, **band}, index=range(len(index))) for key in keys]
    return ForecastResult(ContactForecast(pd.concat(frames, ignore_index=True), 30), (), {})


def snapshot(
    history: ContactHistory,
    start: date,
    days: int = 14,
    *,
    zone: str = ZONE,
    model: bool = False,
    overrides: tuple[Override, ...] = (),
    made_at: datetime | None = None,
) -> Snapshot:
    """Keep a forecast that was made when nothing was known from a date on."""
    known = history.frame[history.frame["interval_start"] < day_bounds(zone, start)[0]]
    history = ContactHistory(known, history.interval_minutes)
    queues = tuple(queue(key) for key in history.queues)
    result = by_rate(history.queues, start, days, zone)
    if model:
        result = run(history, start, days, time_zone=zone, queues=queues)
    place = {"home": region(zone)}
    changed = apply_overrides(result, overrides, queues={each.key: each for each in queues}, regions=place)
    moment = made_at or datetime.combine(start, datetime.min.time(), UTC)
    return take_snapshot(changed.forecast, history, regions=place, start=start, made_at=moment)


def score(history: ContactHistory, *snapshots: Snapshot, zone: str = ZONE) -> AccuracyReport:
    return measure_accuracy(
        history,
        snapshots,
        queues={key: queue(key) for key in history.queues},
        regions={"home": region(zone)},
        events=(),
    )


def row(report: AccuracyReport, method: str, lead: int = 0, key: QueueKey = KEY) -> pd.Series[float]:
    table = report.table
    spans = table["lead_to"] == LONGEST if not lead else table["lead_from"] <= lead
    spans &= (table["lead_from"] == 1) if not lead else table["lead_to"].between(lead, LONGEST - 1)
    return table[spans & (table["method"] == method) & (table["language"] == key.language)].iloc[0]


@pytest.mark.slow
def test_snapshots_of_past_windows_score_as_the_backtest_says() -> None:
    """Two roads to one number: forecasts kept at the time, and the same ones made again later."""
    history = joined(past(140), past(140, seed=4, key=OTHER))
    tested = backtest(
        history,
        queues={key: queue(key) for key in history.queues},
        regions={"home": region(ZONE)},
        events=(),
        interval_minutes=30,
        horizon_days=14,
        origins=2,
    )
    kept = score(history, *(snapshot(history, origin, model=True) for origin in tested.origins))
    assert kept.snapshots == 2
    methods = {OURS: FORECAST} | {model.name: model.name for model in BASELINES}
    for key in (KEY, OTHER):
        of_queue = tested.table[tested.table["language"] == key.language].set_index("method")
        for theirs, ours in methods.items():
            found = row(kept, ours, key=key)
            for name in ("contacts", "wape", "bias"):
                assert found[name] == pytest.approx(of_queue.loc[theirs, name], rel=1e-9), (key, theirs, name)
        assert row(kept, FORECAST, key=key)["coverage_80"] == of_queue.loc[OURS, "coverage_80"]
        assert row(kept, MODEL, key=key)["wape"] == row(kept, FORECAST, key=key)["wape"]


def test_days_ahead_count_from_the_last_date_of_which_anything_was_known() -> None:
    history = past(140)
    start = START + timedelta(days=112)
    fresh = score(history, snapshot(history, start, 10))
    spans = fresh.table[["lead_from", "lead_to"]].drop_duplicates().to_numpy().tolist()
    assert spans == [[1, 1], [2, 7], [8, 14], [1, LONGEST]]
    counts = fresh.table[(fresh.table["method"] == MODEL) & (fresh.table["language"] == "en")]
    assert counts["intervals"].tolist() == [48, 6 * 48, 3 * 48, 480]
    # Made from a history that ended five days before the horizon.
    stale = ContactHistory(
        history.frame[history.frame["interval_start"] < day_bounds(ZONE, start - timedelta(days=5))[0]], 30
    )
    early = score(history, snapshot(stale, start, 10))
    counts = early.table[(early.table["method"] == MODEL) & (early.table["language"] == "en")]
    assert counts[["lead_from", "intervals"]].to_numpy().tolist() == [[2, 96], [8, 336], [15, 48], [1, 480]]


@pytest.mark.parametrize(
    ("zone", "first", "intervals"),
    [
        ("Europe/London", date(2025, 3, 30), 46),
        ("America/New_York", date(2025, 3, 9), 46),
        ("Australia/Lord_Howe", date(2025, 4, 6), 49),
        ("Asia/Kathmandu", date(2025, 3, 30), 48),
    ],
)
def test_the_first_day_ahead_is_the_whole_local_date_on_clock_changes_too(
    zone: str, first: date, intervals: int
) -> None:
    history = recorded(weekly, zone, first - timedelta(days=35), 40, seed=1)
    found = score(history, snapshot(history, first, 3, zone=zone), zone=zone)
    assert row(found, MODEL, lead=1)["intervals"] == intervals
    assert found.drift.iloc[0]["days"] == 3


def test_overrides_are_scored_beside_the_model_on_their_own_intervals() -> None:
    history = past(140, seed=None)
    start = START + timedelta(days=112)
    fair, gala = start + timedelta(days=2), start + timedelta(days=3)
    frame = history.frame.copy()
    low, high = day_bounds(ZONE, fair)
    really = (frame["interval_start"] >= low) & (frame["interval_start"] < high)
    frame.loc[really, "contacts"] *= 2
    history = ContactHistory(frame, 30)
    overrides = (
        Override({"home": (low, high)}, "fair", factor=1.8),
        Override({"home": day_bounds(ZONE, gala)}, "gala", factor=1.5),
    )
    found = score(history, snapshot(history, start, 7, overrides=overrides))
    table = found.overrides.set_index("override")
    assert table.loc["fair", "wape_model"] == pytest.approx(0.5)
    assert table.loc["fair", "wape_forecast"] == pytest.approx(0.1)
    assert table.loc["fair", "gain"] == pytest.approx(0.4)
    assert table.loc["gala", "gain"] == pytest.approx(-0.5)
    assert table.loc["fair", "intervals"] == 48
    assert row(found, FORECAST)["wape"] < row(found, MODEL)["wape"] * 1.2
    assert row(found, MODEL)["bias"] == pytest.approx(-1 / 6.8, rel=0.05)
    # Drift watches the model: what planners changed is no error of it.
    plain = score(history, snapshot(history, start, 7))
    assert found.drift["signal"].tolist() == plain.drift["signal"].tolist()


def test_of_two_snapshots_of_one_cutoff_the_last_made_counts() -> None:
    history = past(126)
    start = START + timedelta(days=112)
    window = {"home": (day_bounds(ZONE, start)[0], day_bounds(ZONE, start + timedelta(days=14))[0])}
    wild = (Override(windows=window, reason="typing error", factor=10.0),)
    moments = [datetime(2025, 4, 28, hour, tzinfo=UTC) for hour in (8, 9)]
    first = snapshot(history, start, overrides=wild, made_at=moments[0])
    second = snapshot(history, start, made_at=moments[1])
    both = score(history, second, first)
    assert both.overrides.empty
    assert row(both, FORECAST)["wape"] == row(score(history, second), FORECAST)["wape"]
    assert row(score(history, first), FORECAST)["wape"] > 5


def test_a_lasting_change_is_flagged_as_drift_with_its_direction() -> None:
    history = past(140)
    starts = [START + timedelta(days=112), START + timedelta(days=126)]
    kept = [snapshot(history, start) for start in starts]
    assert not score(history, *kept).drift["drifting"].any()
    for factor, sign in ((1.3, 1), (0.7, -1)):
        frame = history.frame.copy()
        later = frame["interval_start"] >= day_bounds(ZONE, starts[0])[0]
        frame.loc[later, "contacts"] *= factor
        found = score(ContactHistory(frame, 30), *kept).drift.iloc[0]
        assert found["drifting"]
        assert found["signal"] * sign > 0
        assert found["error"] * sign > 0
        assert (found["days"], found["last_day"]) == (28, START + timedelta(days=139))


def test_what_came_in_coarser_rows_is_scored_at_those() -> None:
    fine = past(140)
    hourly = recorded(lambda clock: 2 * weekly(clock), ZONE, START, 140, 60, seed=3)
    kept = snapshot(fine, START + timedelta(days=126))
    found = row(score(hourly, kept), MODEL)
    assert found["intervals"] == 14 * 24
    assert found["wape"] < 0.25
    assert np.isnan(row(score(hourly, kept), FORECAST)["coverage_80"])


def test_what_was_not_recorded_is_not_scored() -> None:
    history = past(126)
    kept = snapshot(history, START + timedelta(days=112))
    frame = history.frame.iloc[:-100]
    found = score(ContactHistory(frame, 30), kept)
    assert row(found, MODEL)["intervals"] == 14 * 48 - 100


def test_a_queue_without_history_before_has_no_baselines() -> None:
    history = past(126)
    start = START + timedelta(days=112)
    late = recorded(weekly, ZONE, start, 14, key=OTHER, seed=1)
    result = by_rate([KEY, OTHER], start, 14, ZONE)
    place = {"home": region(ZONE)}
    kept = take_snapshot(
        result.forecast, history, regions=place, start=start, made_at=datetime(2025, 4, 28, tzinfo=UTC)
    )
    found = score(joined(history, late), kept)
    assert 0 < row(found, MODEL, key=OTHER)["wape"] < 0.3
    naive = row(found, BASELINES[0].name, key=OTHER)
    assert naive["intervals"] == 0
    assert np.isnan(naive["wape"])


def test_before_anything_has_come_there_is_nothing_to_score() -> None:
    history = past(112)
    with pytest.raises(NotEnoughHistory, match="no contacts have come yet"):
        score(history, snapshot(history, START + timedelta(days=112)))
