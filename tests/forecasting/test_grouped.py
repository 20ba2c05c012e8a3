"""Groups of queues: who is together, and that together they are the whole."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.errors import Fault, InvalidInput, NotEnoughHistory
from forecasting.fan_out import FanOut, in_turn
from forecasting.forecast import ForecastResult, forecast
from forecasting.grouped import forecast_in_groups, queue_groups
from forecasting.queues import QueueKey
from forecasting.tables import ContactHistory
from forecasting.timegrid import WallClock
from tests.forecasting.factory import KEY, joined, queue, recorded, region

START = date(2026, 3, 2)
NAMES = ("home", "away")
Item = TypeVar("Item")
Made = TypeVar("Made")


def hourly(clock: WallClock) -> npt.NDArray[np.float64]:
    rate: npt.NDArray[np.float64] = (2.0 + clock.minute // 60).astype(np.float64)
    return rate


def past(*keys: QueueKey, days: int = 30) -> ContactHistory:
    return joined(
        *(
            recorded(
                hourly,
                "Europe/London",
                START - timedelta(days=days),
                days,
                60,
                key=key,
                seed=number,
            )
            for number, key in enumerate(keys)
        )
    )


def run(
    history: ContactHistory, keys: Sequence[QueueKey], *, most: int, fan_out: FanOut = in_turn
) -> ForecastResult:
    return forecast_in_groups(
        history,
        queues={key: queue(key) for key in keys},
        regions={name: region("Europe/London") for name in NAMES},
        events=(),
        start=START,
        days=7,
        interval_minutes=60,
        fan_out=fan_out,
        most=most,
    )


ALL = [QueueKey(name, language, "phone") for name in NAMES for language in ("de", "en")]


def test_up_to_the_size_of_a_group_it_is_the_forecast_itself() -> None:
    history = past(*ALL)
    whole = forecast(
        history,
        queues={key: queue(key) for key in ALL},
        regions={name: region("Europe/London") for name in NAMES},
        events=(),
        start=START,
        days=7,
        interval_minutes=60,
    )
    pd.testing.assert_frame_equal(run(history, ALL, most=4).forecast.frame, whole.forecast.frame)


@pytest.mark.slow
def test_groups_are_forecast_from_their_own_queues_and_joined_in_order() -> None:
    history = past(*ALL)
    seen: list[list[QueueKey]] = []

    def watching(work: Callable[[Item], Made], items: Sequence[Item], /) -> Iterable[Made]:
        seen.extend(item.history.queues for item in items)  # type: ignore[attr-defined]
        # The last first, as a cluster might: what comes back is put in order by whoever fans out.
        made = {number: work(items[number]) for number in reversed(range(len(items)))}
        return [made[number] for number in range(len(items))]

    together = run(history, ALL, most=2, fan_out=watching)
    assert sorted(map(tuple, seen)) == [tuple(sorted(ALL)[:2]), tuple(sorted(ALL)[2:])]
    assert together.forecast.queues == sorted(ALL)
    for half in (sorted(ALL)[:2], sorted(ALL)[2:]):
        alone = run(past_of(history, half), half, most=9)
        for key in half:
            pd.testing.assert_frame_equal(together.forecast.of(key), alone.forecast.of(key))
            assert together.dispersion[key] == alone.dispersion[key]
    assert len(together.models) == len(run(history, ALL, most=4).models)


def past_of(history: ContactHistory, keys: Sequence[QueueKey]) -> ContactHistory:
    part = history.of_queues(keys)
    # What is taken without a second look passes one.
    again = ContactHistory(part.frame, part.interval_minutes)
    pd.testing.assert_frame_equal(part.frame, again.frame)
    assert part.queues == sorted(keys)
    return part


def test_queues_without_history_go_with_those_that_have_some() -> None:
    known = ALL[:1]
    new = [QueueKey("away", language, "chat") for language in ("de", "en", "fr")]
    result = run(past(*known), [*known, *new], most=1)
    assert set(result.forecast.queues) == {*known, *new}
    assert sum("no history" in note for note in result.notes) == 3
    with pytest.raises(NotEnoughHistory, match="no queue has any history"):
        run(past(*known), new, most=1)


@pytest.mark.slow
@given(
    keys=st.sets(
        st.builds(
            QueueKey, st.sampled_from("abc"), st.sampled_from(["en", "fr", "lv"]), st.sampled_from(["x", "y"])
        ),
        min_size=1,
    ),
    known=st.data(),
    most=st.integers(1, 7),
)
def test_every_queue_is_in_one_group(keys: set[QueueKey], known: st.DataObject, most: int) -> None:
    alive = known.draw(st.sets(st.sampled_from(sorted(keys))))
    groups = queue_groups(keys, alive, most)
    assert sorted(key for group in groups for key in group) == sorted(keys)
    assert all(len([key for key in group if key in alive]) <= most for group in groups)
    assert not alive or all(any(key in alive for key in group) for group in groups)


def test_queues_that_lend_each_other_their_week_stay_side_by_side() -> None:
    large = [
        QueueKey("large", language, channel)
        for language in ("de", "en", "fr", "lv")
        for channel in ("chat", "mail", "phone")
    ]
    groups = queue_groups([*large, KEY], [*large, KEY], 4)
    assert [{key.channel for key in group} for group in groups[1:]] == [{"chat"}, {"mail"}, {"phone"}]
    assert groups[0] == [KEY]
    assert [len(group) for group in queue_groups(large, large, 5)] == [4, 4, 4]


def test_a_queue_of_an_unknown_region_is_told_from_any_group() -> None:
    with pytest.raises(InvalidInput, match="a queue's region must be listed, got mars"):
        run(past(KEY), [KEY, QueueKey("mars", "en", "phone")], most=1)


def test_faults_survive_the_way_from_another_process() -> None:
    error = InvalidInput([Fault("a rule", file="a.csv", row=3), Fault("another", value="x", code="odd")])
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, InvalidInput)
    assert again.faults == error.faults
    assert str(again) == str(error)
