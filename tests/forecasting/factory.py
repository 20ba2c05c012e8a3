"""Small histories with known answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.events import Event
from forecasting.forecast import ForecastResult, forecast
from forecasting.queues import ChannelKind, Queue, QueueKey, Region
from forecasting.tables import ContactHistory
from forecasting.timegrid import WallClock, day_bounds, interval_grid, wall_clock

KEY = QueueKey("home", "en", "phone")
Rate = Callable[[WallClock], npt.NDArray[np.float64]]


def region(time_zone: str = "UTC", country: str | None = None) -> Region:
    return Region("home", time_zone, country)


def queue(key: QueueKey = KEY, **changes: object) -> Queue:
    return Queue(key, ChannelKind.LIVE, **({"aht_seconds": 180.0} | changes))  # type: ignore[arg-type]


def recorded(
    rate: Rate,
    time_zone: str,
    start: date,
    days: int,
    minutes: int = 30,
    *,
    key: QueueKey = KEY,
    seed: int | None = None,
) -> ContactHistory:
    """Return the history of one queue whose contacts are a function of the wall clock.

    Without a seed each interval has exactly its rate; with one, Poisson counts.
    """
    index = interval_grid(
        day_bounds(time_zone, start)[0], day_bounds(time_zone, start + timedelta(days=days))[0], minutes
    )
    values = rate(wall_clock(index, time_zone)).astype(float)
    if seed is not None:
        values = np.random.default_rng(seed).poisson(values).astype(float)
    return table(index, values, minutes, key)


def table(
    index: pd.DatetimeIndex,
    values: npt.NDArray[np.float64],
    minutes: int = 30,
    key: QueueKey = KEY,
    aht: npt.NDArray[np.float64] | float = np.nan,
) -> ContactHistory:
    """Return a history of one queue from arrays; NaN values are left out, as files do."""
    frame = pd.DataFrame({"interval_start": index, "contacts": values, "aht_seconds": aht})
    frame[["region", "language", "channel"]] = list(key)
    return ContactHistory(frame[frame["contacts"].notna()], minutes)


def joined(*histories: ContactHistory) -> ContactHistory:
    frames = [each.frame for each in histories]
    return ContactHistory(pd.concat(frames, ignore_index=True), histories[0].interval_minutes)


def run(
    history: ContactHistory,
    start: date,
    days: int = 14,
    *,
    time_zone: str = "UTC",
    country: str | None = None,
    minutes: int = 30,
    queues: tuple[Queue, ...] = (),
    events: tuple[Event, ...] = (),
) -> ForecastResult:
    asked = queues or (queue(),)
    return forecast(
        history,
        queues={each.key: each for each in asked},
        regions={"home": region(time_zone, country)},
        events=events,
        start=start,
        days=days,
        interval_minutes=minutes,
    )


def by_clock(result: ForecastResult, time_zone: str, key: QueueKey = KEY) -> pd.DataFrame:
    """Return one queue's forecast with its local date and minute of the day."""
    frame = result.forecast.of(key)
    clock = wall_clock(pd.DatetimeIndex(frame["interval_start"]), time_zone)
    return frame.assign(date=clock.day, minute=clock.minute)


__all__ = ["KEY", "UTC", "by_clock", "joined", "queue", "recorded", "region", "run", "table"]
