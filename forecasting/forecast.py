"""From contact history to the contacts expected in each interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from forecasting.dispersion import Dispersion
from forecasting.errors import Fault, InvalidInput, NotEnoughHistory
from forecasting.events import Event
from forecasting.queues import Queue, QueueKey, Region
from forecasting.region_forecast import RegionForecast, forecast_region
from forecasting.rows import rows_by_queue
from forecasting.tables import ContactForecast, ContactHistory
from forecasting.timegrid import day_bounds, interval_grid

__all__ = ["ForecastResult", "forecast"]


@dataclass(frozen=True, eq=False)
class ForecastResult:
    """A forecast and how it was made.

    Parameters
    ----------
    forecast
        Expected contacts, their quantiles and AHT of each queue and interval.
    notes
        Fallbacks used and doubts, in planner's words.
    dispersion
        Of each queue that was forecast from history: what quantiles follow and paths are drawn from.
    """

    forecast: ContactForecast
    notes: tuple[str, ...]
    dispersion: Mapping[QueueKey, Dispersion]


def forecast(
    history: ContactHistory,
    *,
    queues: Mapping[QueueKey, Queue],
    regions: Mapping[str, Region],
    events: Iterable[Event],
    start: date,
    days: int,
    interval_minutes: int,
) -> ForecastResult:
    """Forecast each queue's contacts and AHT.

    Parameters
    ----------
    history
        What came. Nothing from ``start`` on is used, nor queues that are not asked for.
    queues, regions
        Whom to forecast, and where they live.
    events
        Past ones are taken out of what is learned, future ones applied.
    start, days
        The horizon: local dates of each queue's region.
    interval_minutes
        Length of the forecast's intervals, whatever the history's.

    Raises
    ------
    NotEnoughHistory
        If a queue with some history has fewer than 3 full days of it, or if no queue has any.
    InvalidInput
        If a queue's region is not listed, its country or zone is unknown, or its AHT is known neither from
        history nor from the queue.
    """
    _refuse_unknown_regions(queues, regions)
    events = tuple(events)
    rows = rows_by_queue(history)
    parts: list[RegionForecast] = []
    for name in sorted({key.region for key in queues}):
        region = regions[name]
        first = day_bounds(region.time_zone, start)[0]
        last = day_bounds(region.time_zone, start + timedelta(days=days - 1))[1]
        own = {key: queue for key, queue in sorted(queues.items()) if key.region == name}
        parts.append(
            forecast_region(
                {key: rows[key] for key in own if key in rows},
                row_minutes=history.interval_minutes,
                queues=own,
                region=region,
                events=events,
                index=interval_grid(first, last, interval_minutes),
                interval_minutes=interval_minutes,
            )
        )
    if not any(part.dispersion for part in parts):
        raise NotEnoughHistory(f"no queue has any history before {start}")
    frame = pd.concat([part.frame for part in parts], ignore_index=True)
    notes = tuple(note for part in parts for note in part.notes)
    dispersion = {key: each for part in parts for key, each in part.dispersion.items()}
    return ForecastResult(ContactForecast(frame, interval_minutes), notes, dispersion)


def _refuse_unknown_regions(queues: Mapping[QueueKey, Queue], regions: Mapping[str, Region]) -> None:
    unknown = sorted({key.region for key in queues} - set(regions))
    if unknown:
        raise InvalidInput(
            Fault("a queue's region must be listed", column="region", value=name, code="unknown_region")
            for name in unknown
        )
