"""The pool: who carries what, and what sparse and new queues borrow."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pytest

from forecasting.pool import MODEL_COLUMNS, POOL
from forecasting.queues import QueueKey
from forecasting.rolling import Replay
from forecasting.timegrid import WallClock
from forecasting.weights import combine, learn_weights
from tests.forecasting.factory import KEY, joined, queue, recorded, run

START = date(2025, 6, 2)
SIBLING = QueueKey("home", "de", "phone")
STRANGER = QueueKey("home", "de", "chat")


def replayed(*means: float, days: int = 28, actual: float = 10.0) -> Replay:
    """Return models that said constants where a constant came."""
    shape = (1, days, 4)
    said = np.stack([np.full(shape, mean) for mean in means])
    names = tuple(str(number) for number in range(len(means)))
    return Replay(names, said, np.full(shape, actual), np.arange(days) // 14, np.zeros(days, dtype=bool))


def every(models: int) -> npt.NDArray[np.bool_]:
    return np.ones((models, 1), dtype=bool)


def test_weights_sum_to_one_and_grow_with_what_was_right() -> None:
    weights = learn_weights(replayed(11.0, 12.0, 14.0), every(3))[:, 0]
    assert weights.sum() == pytest.approx(1)
    # Squared errors of 1, 4 and 16; two windows go half of the way from a third each.
    learned = np.array([16, 4, 1]) / 21
    assert weights == pytest.approx((learned + 1 / 3) / 2)


def test_without_windows_weights_are_equal_and_more_windows_move_them_further() -> None:
    nothing = replayed(11.0, 14.0, days=0)
    assert learn_weights(nothing, every(2))[:, 0].tolist() == [0.5, 0.5]
    few, many = (learn_weights(replayed(11.0, 14.0, days=days), every(2))[0, 0] for days in (14, 84))
    assert 0.5 < few < many < 16 / 17


def test_models_that_do_not_suit_carry_nothing() -> None:
    suits = np.array([[True], [False], [True]])
    weights = learn_weights(replayed(12.0, 10.0, 12.0), suits)[:, 0]
    assert weights.tolist() == pytest.approx([0.5, 0.0, 0.5])


def test_the_pool_is_the_weighted_mean_of_those_that_spoke() -> None:
    means = np.array([[[[1.0, 1.0]]], [[[3.0, np.nan]]]])
    mixed = combine(means, np.array([[0.25], [0.75]]))
    assert mixed[0, 0].tolist() == [2.5, 1.0]
    assert np.isnan(combine(np.full((2, 1, 1, 1), np.nan), np.full((2, 1), 0.5))).all()


def busy(clock: WallClock) -> npt.NDArray[np.float64]:
    day = np.where((clock.minute >= 480) & (clock.minute < 1080), 20.0, 2.0)
    return day * np.where(clock.weekday < 5, 2.0, 1.0)


def test_the_result_says_which_models_carry_each_queue_and_what_they_measured() -> None:
    models = run(recorded(busy, "UTC", START - timedelta(days=140), 140, seed=1), START, 7).models
    assert [*models.columns] == MODEL_COLUMNS
    assert (models[["region", "language", "channel"]] == list(KEY)).all().all()
    single = models[models["model"] != POOL]
    assert len(single) == 4
    assert single["weight"].sum() == pytest.approx(1)
    pool = models[models["model"] == POOL].iloc[0]
    assert pool["weight"] == 1
    assert set(models["windows"]) == {4}
    assert 0.1 < pool["wape"] <= single["wape"].mean()


@pytest.mark.slow
def test_a_sparse_queue_borrows_the_week_of_its_family() -> None:
    family = recorded(busy, "UTC", START - timedelta(days=140), 140, seed=1)
    sparse = recorded(
        lambda clock: busy(clock) / 400, "UTC", START - timedelta(days=140), 140, key=SIBLING, seed=2
    )
    queues = (queue(), queue(SIBLING))
    together = run(joined(family, sparse), START, 7, queues=queues)
    alone = run(sparse, START, 7, queues=(queue(SIBLING),))
    truth = recorded(lambda clock: busy(clock) / 400, "UTC", START, 7).frame["contacts"].to_numpy()
    helped, unaided = (
        np.abs(each.forecast.of(SIBLING)["contacts"].to_numpy() - truth).sum() for each in (together, alone)
    )
    assert helped < 0.85 * unaided
    carried = together.models.set_index(["language", "model"])["weight"]
    assert carried["de", "family's profile"] > 0.15
    assert ("en", "family's profile") not in carried.index


@pytest.mark.parametrize(("key", "words"), [(SIBLING, "family's profile"), (STRANGER, "family's profile")])
def test_a_new_queue_borrows_from_its_channel_else_from_its_region(key: QueueKey, words: str) -> None:
    family = recorded(busy, "UTC", START - timedelta(days=100), 100, seed=1)
    new = recorded(lambda clock: busy(clock) / 2, "UTC", START - timedelta(days=5), 5, key=key, seed=3)
    result = run(joined(family, new), START, 7, queues=(queue(), queue(key)))
    assert any(f"{key}: 5 days" in note and words in note for note in result.notes)
    truth = recorded(lambda clock: busy(clock) / 2, "UTC", START, 7).frame["contacts"].to_numpy()
    got = result.forecast.of(key)["contacts"].to_numpy()
    # Five days, none of them a weekend, have shown neither Saturdays nor their level exactly.
    assert np.abs(got - truth).sum() / truth.sum() < 0.12


def test_a_new_queue_without_a_family_has_no_weekdays() -> None:
    new = recorded(busy, "UTC", START - timedelta(days=5), 5)
    result = run(new, START, 7)
    assert any("weekday-less" in note for note in result.notes)


def test_two_levels_follow_a_step_of_the_days() -> None:
    from forecasting.calendars import make_calendar
    from forecasting.history import DayMatrix
    from forecasting.models.two_level import TwoLevel
    from forecasting.queues import Region

    rng = np.random.default_rng(2)
    region, monday = Region("home", "UTC"), np.datetime64("2025-01-06")
    level = np.where(np.arange(140) < 105, 20.0, 28.0)
    contacts = rng.poisson(np.repeat(level[:, None], 24, axis=1)).astype(float)[None]
    days = DayMatrix((KEY,), contacts, make_calendar(region, monday, 140), 60)
    ahead = TwoLevel().fit(days).forecast(make_calendar(region, monday + np.timedelta64(140, "D"), 7))
    assert ahead.mean() == pytest.approx(28, rel=0.03)
