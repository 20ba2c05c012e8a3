"""The forecast of one region: its queues share a wall clock and a calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.aht import learn_aht
from forecasting.arrays import FloatArray
from forecasting.calendars import make_calendar
from forecasting.choice import choose, replay_of
from forecasting.dispersion import UNKNOWN_DISPERSION, Z_90, Dispersion, calibrate, quantiles
from forecasting.errors import Fault, InvalidInput
from forecasting.events import Event
from forecasting.queues import Queue, QueueKey, Region
from forecasting.region_case import RegionCase, known_rows, prepare
from forecasting.rows import QueueRows
from forecasting.silence import apply_silence, closed_on_holidays, silence_notes, silent_slots
from forecasting.timegrid import wall_clock

__all__ = ["RegionForecast", "forecast_case", "forecast_region"]

LONGEST_HOURLY_ROW_MINUTES = 180
"""Longer rows do not tell by the hour how handle times differ."""


@dataclass(frozen=True, eq=False)
class RegionForecast:
    """Forecast rows of one region's queues, notes, and the dispersion of those that have history."""

    frame: pd.DataFrame
    notes: list[str]
    dispersion: dict[QueueKey, Dispersion]


def forecast_region(
    rows: Mapping[QueueKey, QueueRows],
    *,
    row_minutes: int,
    queues: Mapping[QueueKey, Queue],
    region: Region,
    events: Sequence[Event],
    index: pd.DatetimeIndex,
    interval_minutes: int,
) -> RegionForecast:
    """Forecast the queues of one region over the intervals of ``index``.

    Parameters
    ----------
    rows
        Recorded rows by queue; those that do not end before the index begins are left out.
    row_minutes
        Length of each row.
    queues
        All queues to forecast; those without history are forecast as 0, with a note.
    index
        Starts of the consecutive intervals to forecast, UTC, not empty.

    Raises
    ------
    NotEnoughHistory, InvalidInput
        As ``forecasting.forecast.forecast`` says.
    """
    known = known_rows(rows, index[0], row_minutes=row_minutes, region=region)
    means = {key: np.zeros(len(index)) for key in queues}
    notes = [f"{key}: no history; forecast as 0 contacts" for key in queues if key not in known]
    dispersion: dict[QueueKey, Dispersion] = {}
    if known:
        case = prepare(
            known,
            row_minutes=row_minutes,
            queues=queues,
            region=region,
            events=events,
            index=index,
            interval_minutes=interval_minutes,
        )
        by_interval, dispersion, more = forecast_case(case, queues)
        means |= dict(zip(case.days.keys, by_interval, strict=True))
        notes += more
    aht = _aht(known, queues, region, index, row_minutes)
    frames = [
        _frame(key, index, means[key], dispersion.get(key, UNKNOWN_DISPERSION), aht[key]) for key in queues
    ]
    return RegionForecast(pd.concat(frames, ignore_index=True), notes, dispersion)


def forecast_case(
    case: RegionCase, queues: Mapping[QueueKey, Queue]
) -> tuple[FloatArray, dict[QueueKey, Dispersion], list[str]]:
    """Return expected contacts (Q, n) by interval, dispersions and notes.

    Raises
    ------
    NotEnoughHistory
        If a queue has fewer than 3 full days.
    """
    days, calendar = case.days, case.calendar
    choices, notes = choose(days)
    means = np.zeros((len(days.keys), len(calendar), days.contacts.shape[2]))
    dispersion: dict[QueueKey, Dispersion] = {}
    for choice in choices:
        part = days.of(choice.queues)
        means[choice.queues] = choice.model.fit(part).forecast(calendar)
        replayed = replay_of(choice, days)
        measured = calibrate(replayed) if replayed else [UNKNOWN_DISPERSION] * len(choice.queues)
        dispersion |= dict(zip(part.keys, measured, strict=True))
    silent = silent_slots(days, queues)
    means = apply_silence(means, silent, calendar)
    holiday = calendar.on_holiday()
    if holiday.any():
        shut = closed_on_holidays(days, queues)
        means[np.ix_(shut, holiday)] = 0.0
        untaught = ~shut & ~np.isfinite(days.contacts[:, days.calendar.on_holiday()]).any(axis=(1, 2))
        notes += [
            f"{days.keys[number]}: no public holiday in its history; they are forecast like other days"
            for number in np.flatnonzero(untaught)
        ]
    return case.read_out(means), dispersion, notes + silence_notes(days, silent, queues)


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
    for key, queue in queues.items():
        learnt = None
        if key in known:
            rows = known[key]
            past = wall_clock(rows.starts, region.time_zone)
            span = int((clock.day[0] - past.day[0]).astype(int))
            learnt = learn_aht(
                rows,
                make_calendar(region, past.day[0], span),
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
