"""The forecast of one region: its queues share a wall clock and a calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.aht import learn_aht
from forecasting.arrays import FloatArray
from forecasting.calendars import Calendar, make_calendar
from forecasting.dispersion import UNKNOWN_DISPERSION, Z_90, Dispersion, quantiles
from forecasting.errors import Fault, InvalidInput
from forecasting.pool import Pooled, pool_forecasts
from forecasting.queues import Queue, QueueKey, Region
from forecasting.region_case import RegionCase
from forecasting.rows import QueueRows
from forecasting.silence import apply_silence, closed_on_holidays, silence_notes, silent_slots
from forecasting.timegrid import WallClock, wall_clock

__all__ = ["CaseForecast", "forecast_cases", "forecast_frame"]

LONGEST_HOURLY_ROW_MINUTES = 180
"""Longer rows do not tell by the hour how handle times differ."""


@dataclass(frozen=True, eq=False)
class CaseForecast:
    """Forecasts of one region's queues that have history.

    Parameters
    ----------
    means
        Expected contacts of each queue and interval, shape (Q, n).
    dispersion, models
        As of :class:`forecasting.pool.Pooled`.
    notes
        Fallbacks and doubts, in planner's words.
    """

    means: FloatArray
    dispersion: dict[QueueKey, Dispersion]
    models: pd.DataFrame
    notes: list[str]


def forecast_cases(cases: Sequence[RegionCase], queues: Mapping[QueueKey, Queue]) -> list[CaseForecast]:
    """Forecast the regions' queues together.

    Raises
    ------
    NotEnoughHistory
        If a queue has fewer than 3 full days.
    """
    pooled = pool_forecasts([case.days for case in cases], [case.calendar for case in cases])
    return [_read_out(case, each, queues) for case, each in zip(cases, pooled, strict=True)]


def _read_out(case: RegionCase, pooled: Pooled, queues: Mapping[QueueKey, Queue]) -> CaseForecast:
    """Silence what is closed, and read intervals out of days."""
    days, calendar = case.days, case.calendar
    silent = silent_slots(days, queues)
    means = apply_silence(pooled.means, silent, calendar)
    notes = [*pooled.notes]
    holiday = calendar.on_holiday()
    if holiday.any():
        shut = closed_on_holidays(days, queues)
        means[np.ix_(shut, holiday)] = 0.0
        untaught = ~shut & ~np.isfinite(days.contacts[:, days.calendar.on_holiday()]).any(axis=(1, 2))
        notes += [
            f"{days.keys[number]}: no public holiday in its history; "
            "they are forecast half way between working days and days of rest"
            for number in np.flatnonzero(untaught)
        ]
    notes += silence_notes(days, silent, queues)
    return CaseForecast(case.read_out(means), pooled.dispersion, pooled.models, notes)


def forecast_frame(
    known: Mapping[QueueKey, QueueRows],
    forecasts: CaseForecast | None,
    keys: Sequence[QueueKey],
    *,
    row_minutes: int,
    queues: Mapping[QueueKey, Queue],
    region: Region,
    index: pd.DatetimeIndex,
) -> pd.DataFrame:
    """Return the forecast rows of one region's queues; those without history are forecast as 0.

    Parameters
    ----------
    known
        Rows of the queues that have history.
    forecasts, keys
        Of those queues, in this order; None if there are none.
    queues
        All queues of the region that were asked for.
    index
        Starts of the consecutive intervals, UTC.

    Raises
    ------
    InvalidInput
        If a queue's AHT is not known.
    """
    means = {key: np.zeros(len(index)) for key in queues}
    dispersion: Mapping[QueueKey, Dispersion] = {}
    if forecasts:
        means |= dict(zip(keys, forecasts.means, strict=True))
        dispersion = forecasts.dispersion
    aht = _aht(known, queues, region, index, row_minutes)
    frames = [
        _frame(key, index, means[key], dispersion.get(key, UNKNOWN_DISPERSION), aht[key]) for key in queues
    ]
    return pd.concat(frames, ignore_index=True)


def _aht(
    known: Mapping[QueueKey, QueueRows],
    queues: Mapping[QueueKey, Queue],
    region: Region,
    index: pd.DatetimeIndex,
    row_minutes: int,
) -> dict[QueueKey, FloatArray]:
    """Return the AHT of each queue and interval."""
    clock = wall_clock(index, region.time_zone)
    ahead = make_calendar(region, clock.day[0], int((clock.day[-1] - clock.day[0]).astype(int)) + 1)
    result, faults = {}, []
    # Queues of one region mostly have the same rows: their wall clock is read once.
    clocks: dict[bytes, tuple[WallClock, Calendar]] = {}
    for key, queue in queues.items():
        learnt = None
        if key in known:
            rows = known[key]
            times = rows.minutes.tobytes()
            if times not in clocks:
                past = wall_clock(rows.starts, region.time_zone)
                span = int((clock.day[0] - past.day[0]).astype(int))
                clocks[times] = past, make_calendar(region, past.day[0], span)
            past, calendar = clocks[times]
            learnt = learn_aht(
                rows,
                calendar,
                (past.day - past.day[0]).astype(np.int64),
                past.minute,
                by_hour=row_minutes <= LONGEST_HOURLY_ROW_MINUTES,
            )
        if learnt:
            result[key] = learnt.at(ahead, (clock.day - clock.day[0]).astype(np.int64), clock.minute)
        elif queue.aht_seconds is not None:
            result[key] = np.full(len(index), queue.aht_seconds)
        else:
            rule = f"aht_seconds is needed, in contacts or in queues, for {key}"
            faults.append(Fault(rule, column="aht_seconds", code="unknown_aht"))
    if faults:
        raise InvalidInput(faults)
    return result


def _frame(
    key: QueueKey, index: pd.DatetimeIndex, means: FloatArray, spread: Dispersion, aht: FloatArray
) -> pd.DataFrame:
    phi = spread.total_at(means)
    columns = {
        "region": key.region,
        "language": key.language,
        "channel": key.channel,
        "interval_start": index,
        "contacts": means,
        "p10": quantiles(means, phi, 0.1, -Z_90),
        "p50": quantiles(means, phi, 0.5, 0.0),
        "p90": quantiles(means, phi, 0.9, Z_90),
        "aht_seconds": aht,
    }
    return pd.DataFrame(columns, index=range(len(index)))
