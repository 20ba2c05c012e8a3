"""From contact history to the contacts expected in each interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import pandas as pd

from forecasting.dispersion import Dispersion
from forecasting.errors import Fault, InvalidInput, NotEnoughHistory
from forecasting.events import Event
from forecasting.pool import MODEL_COLUMNS
from forecasting.queues import Queue, QueueKey, Region
from forecasting.region_case import known_rows, prepare
from forecasting.region_forecast import forecast_cases, forecast_frame
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
    models
        Which models carry each queue, and what they measured on the past: ``MODEL_COLUMNS`` of
        :mod:`forecasting.pool`; empty where no models were at work.
    """

    forecast: ContactForecast
    notes: tuple[str, ...]
    dispersion: Mapping[QueueKey, Dispersion]
    models: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=MODEL_COLUMNS))


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
    spans = {name: _horizon(regions[name], start, days, interval_minutes) for name in _regions_of(queues)}
    known = {
        name: known_rows(
            {key: each for key, each in rows.items() if key.region == name and key in queues},
            index[0],
            row_minutes=history.interval_minutes,
            region=regions[name],
        )
        for name, index in spans.items()
    }
    if not any(known.values()):
        raise NotEnoughHistory(f"no queue has any history before {start}")
    cases = {
        name: prepare(
            each,
            row_minutes=history.interval_minutes,
            queues=queues,
            region=regions[name],
            events=events,
            index=spans[name],
            interval_minutes=interval_minutes,
        )
        for name, each in known.items()
        if each
    }
    parts = dict(zip(cases, forecast_cases(list(cases.values()), queues), strict=True))
    frames = [
        forecast_frame(
            known[name],
            parts.get(name),
            cases[name].days.keys if name in cases else (),
            row_minutes=history.interval_minutes,
            queues={key: queue for key, queue in sorted(queues.items()) if key.region == name},
            region=regions[name],
            index=index,
        )
        for name, index in spans.items()
    ]
    notes = [
        f"{key}: no history; forecast as 0 contacts" for key in sorted(queues) if key not in known[key.region]
    ]
    return ForecastResult(
        ContactForecast(pd.concat(frames, ignore_index=True), interval_minutes),
        (*notes, *(note for part in parts.values() for note in part.notes)),
        {key: each for part in parts.values() for key, each in part.dispersion.items()},
        pd.concat([part.models for part in parts.values()], ignore_index=True),
    )


def _regions_of(queues: Mapping[QueueKey, Queue]) -> list[str]:
    return sorted({key.region for key in queues})


def _horizon(region: Region, start: date, days: int, interval_minutes: int) -> pd.DatetimeIndex:
    first = day_bounds(region.time_zone, start)[0]
    last = day_bounds(region.time_zone, start + timedelta(days=days - 1))[1]
    return interval_grid(first, last, interval_minutes)


def _refuse_unknown_regions(queues: Mapping[QueueKey, Queue], regions: Mapping[str, Region]) -> None:
    unknown = sorted({key.region for key in queues} - set(regions))
    if unknown:
        raise InvalidInput(
            Fault("a queue's region must be listed", column="region", value=name, code="unknown_region")
            for name in unknown
        )
