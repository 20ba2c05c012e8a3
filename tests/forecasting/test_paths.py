"""Joint paths: they share luck as queues and intervals did in the past, and they add up."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pytest

from forecasting.calendars import make_calendar
from forecasting.correlation import day_luck, persistence_of, shared_luck
from forecasting.dispersion import Dispersion
from forecasting.hierarchy import ALL, LEVELS, roll_up
from forecasting.history import DayMatrix
from forecasting.models.weekly_profile import WEEKLY
from forecasting.paths import sample, sample_paths
from forecasting.queues import QueueKey, Region
from forecasting.timegrid import WallClock
from tests.forecasting.factory import joined, queue, recorded, run

START = date(2025, 6, 2)
SLOTS = 24


def spread(day: float, interval: float, shared: float = 0.0, persistence: float = 0.0) -> Dispersion:
    return Dispersion(day, (1.0,), ((1 + day) * (1 + interval) - 1,), shared, persistence)


def correlation(one: npt.NDArray[np.int64], two: npt.NDArray[np.int64]) -> float:
    return float(np.corrcoef(one.ravel(), two.ravel())[0, 1])


def test_shared_luck_moves_queues_together_and_only_on_the_same_date() -> None:
    means = np.full((2, 2 * SLOTS), 400.0)
    day = np.repeat([0, 1], SLOTS)
    lucky = spread(0.05, 0.0, shared=0.81)
    paths = sample_paths(means, day, [lucky, lucky], 3000, np.random.default_rng(1))
    whole = paths.reshape(3000, 2, 2, SLOTS).sum(axis=3)
    assert correlation(whole[:, 0, 0], whole[:, 1, 0]) == pytest.approx(0.81, abs=0.05)
    assert abs(correlation(whole[:, 0, 0], whole[:, 1, 1])) < 0.06
    assert paths.mean() == pytest.approx(400, rel=0.02)
    assert whole[:, 0, 0].std() / 9600 == pytest.approx(np.sqrt(0.05), rel=0.06)


@pytest.mark.parametrize("variance", [0.1, 2.0])
def test_an_intervals_own_luck_lasts_and_keeps_mean_and_variance(variance: float) -> None:
    means, day = np.full((1, SLOTS), 1000.0), np.zeros(SLOTS, dtype=np.int64)
    paths = sample_paths(means, day, [spread(0.0, variance, 0.0, 0.8)], 6000, np.random.default_rng(2))[:, 0]
    assert paths.mean() == pytest.approx(1000, rel=0.04)
    assert paths.std() == pytest.approx(1000 * np.sqrt(variance), rel=0.06)
    assert correlation(paths[:, :-1], paths[:, 1:]) > 0.65
    assert correlation(paths[:, :-4], paths[:, 4:]) < correlation(paths[:, :-1], paths[:, 1:]) - 0.2


def test_what_made_the_paths_is_found_in_them() -> None:
    rng = np.random.default_rng(3)
    days = 600
    means = np.full((3, days * SLOTS), 60.0)
    truth = [spread(0.04, 0.05, 0.7, 0.6), spread(0.04, 0.05, 0.7, 0.0), spread(0.04, 0.05)]
    drawn = sample_paths(means, np.repeat(np.arange(days), SLOTS), truth, 1, rng)[0].astype(float)
    shape = (3, days, SLOTS)
    luck = day_luck(means.reshape(shape), drawn.reshape(shape))
    found = shared_luck(luck, np.full(3, 60.0 * SLOTS), truth)
    assert found[:2] == pytest.approx([0.7, 0.7], abs=0.45)
    assert found[2] < 0.1
    assert found[0] * found[1] == pytest.approx(0.49, abs=0.25)
    lasting, fresh = (persistence_of(means.reshape(shape)[n], drawn.reshape(shape)[n]) for n in (0, 1))
    assert lasting == pytest.approx(0.6, abs=0.12)
    assert fresh < 0.12


def test_noise_alone_shares_nothing_and_does_not_last() -> None:
    rng = np.random.default_rng(4)
    means = np.full((2, 84, SLOTS), 5.0)
    drawn = rng.poisson(means).astype(float)
    luck = day_luck(means, drawn)
    assert (shared_luck(luck, np.full(2, 120.0), [spread(1e-4, 0.0)] * 2) == 0).all()
    assert persistence_of(means[0], drawn[0]) == 0
    assert shared_luck(np.full((1, 84), 0.1), np.ones(1), [spread(0.1, 0.1)]).tolist() == [0.0]
    nothing = np.full((2, 84), np.nan)
    assert shared_luck(nothing, np.ones(2), [spread(0.1, 0.1)] * 2).tolist() == [0.0, 0.0]


def test_any_model_alone_can_be_sampled() -> None:
    region, monday = Region("home", "UTC"), np.datetime64("2025-01-06")
    contacts = np.random.default_rng(5).poisson(np.full((1, 84, SLOTS), 20.0)).astype(float)
    days = DayMatrix((QueueKey("home", "en", "phone"),), contacts, make_calendar(region, monday, 84), 60)
    ahead = make_calendar(region, monday + np.timedelta64(84, "D"), 7)
    paths = sample(WEEKLY.fit(days), ahead, [spread(0.02, 0.01)], 200, np.random.default_rng(6))
    assert paths.shape == (200, 1, 7, SLOTS)
    assert paths.mean() == pytest.approx(20, rel=0.05)


def steady(clock: WallClock) -> npt.NDArray[np.float64]:
    return np.where(clock.weekday < 5, 20.0, 8.0)


def test_all_levels_add_up_and_sums_scatter_less_than_their_queues() -> None:
    keys = [QueueKey("home", language, channel) for language in ("de", "en") for channel in ("chat", "phone")]
    past = [
        recorded(steady, "Europe/London", START - timedelta(days=42), 42, 60, key=key, seed=number)
        for number, key in enumerate(keys)
    ]
    result = run(
        joined(*past), START, 3, time_zone="Europe/London", minutes=60, queues=tuple(map(queue, keys))
    )
    regions = {"home": Region("home", "Europe/London")}
    table = roll_up(result, regions, count=400, rng=np.random.default_rng(7))
    assert set(table["level"]) == set(LEVELS)
    whole = result.forecast.frame["contacts"].sum()
    assert table.groupby("level")["contacts"].sum().to_numpy() == pytest.approx(whole)
    phone = table[(table["level"] == "channel") & (table["channel"] == "phone")]
    assert (phone[["region", "language"]] == ALL).all().all()
    queues = result.forecast.frame.query("channel == 'phone'").groupby("interval_start")["contacts"].sum()
    assert phone["contacts"].to_numpy() == pytest.approx(queues.to_numpy())
    total = table[table["level"] == "total"]
    assert len(total) == 72
    # Four queues whose luck is their own: the sum's band is about half as wide, for its size.
    wide = table[table["level"] == "queue"]
    relative = [((each["p90"] - each["p10"]).mean() / each["contacts"].mean()) for each in (total, wide)]
    assert 0.35 < relative[0] / relative[1] < 0.75
    assert (total["p10"] <= total["p50"]).all()
    assert (total["p50"] <= total["p90"]).all()
