"""How good forecasts would have been: rolling origins over the history.

From each origin the chain of ``forecast`` is run on nothing but what was recorded before it, beside two plain
methods that any forecast has to beat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray
from forecasting.backtest_scores import TOTAL, score_table
from forecasting.baselines import BASELINES, forecast_by
from forecasting.cells import grid_rows
from forecasting.dispersion import Z_90, Dispersion, quantiles
from forecasting.errors import NotEnoughHistory
from forecasting.events import Event
from forecasting.lengths import LEAST_FULL_DAYS, full_days
from forecasting.measured import Measured, local_days, measure
from forecasting.metrics import weekly_naive_error
from forecasting.models.protocol import Model
from forecasting.origins import rolling_origins
from forecasting.queues import Queue, QueueKey, Region
from forecasting.region_case import LONGEST_MEMORY_DAYS, RegionCase, known_rows, prepare
from forecasting.region_forecast import forecast_cases
from forecasting.rows import QueueRows, minutes_of, rows_by_queue
from forecasting.tables import ContactHistory
from forecasting.timegrid import day_bounds, interval_grid

__all__ = ["BASELINES", "OURS", "BacktestReport", "backtest"]

OURS = "sunrota"
MINUTES_A_WEEK = 7 * 1440


@dataclass(frozen=True, eq=False)
class BacktestReport:
    """Scores of past forecasts.

    Parameters
    ----------
    table
        As ``score_table`` returns: a row per queue (and ``TOTAL``, last) and method.
    origins
        First dates of the windows that were forecast, the earliest first.
    horizon_days
        Length of each window.
    pieces
        What was forecast and what came: a row per method and count, as ``score_table`` takes them.
    models
        Which models carried each queue at each ``origin``: ``MODEL_COLUMNS`` of :mod:`forecasting.pool`.
    """

    table: pd.DataFrame
    origins: tuple[date, ...]
    horizon_days: int
    pieces: pd.DataFrame
    models: pd.DataFrame


def backtest(
    history: ContactHistory,
    *,
    queues: Mapping[QueueKey, Queue],
    regions: Mapping[str, Region],
    events: Iterable[Event],
    interval_minutes: int,
    horizon_days: int,
    origins: int,
    every_days: int | None = None,
    train_weeks: int | None = None,
    beside: Sequence[Model] = (),
    on_progress: Callable[[float, str], None] | None = None,
) -> BacktestReport:
    """Forecast past windows from what was known before them, and score the forecasts.

    Parameters
    ----------
    history, queues, regions, events, interval_minutes
        As for ``forecast``. History coarser than the intervals is scored at its own rows.
    horizon_days
        Length of each window in local dates.
    origins
        Number of windows; fewer where the history does not hold so many.
    every_days
        Days from one window's start to the next one's; None: windows lie end to end.
    train_weeks
        Learn from at most so many weeks before each origin; None: from all.
    beside
        More models to score on the same windows, say one's own.
    on_progress
        Called with the share done, 0–1, and a message.

    Raises
    ------
    NotEnoughHistory
        If the history holds not even one window after two weeks to learn from.
    """
    events = tuple(events)
    rows = {key: each for key, each in rows_by_queue(history).items() if key in queues and each.any_contacts}
    firsts = rolling_origins(rows, regions, horizon_days=horizon_days, most=origins, every_days=every_days)
    pieces: list[pd.DataFrame] = []
    models: list[pd.DataFrame] = []
    for number, first in enumerate(firsts):
        if on_progress:
            on_progress(number / len(firsts), f"Forecasting from {first}")
        found, carried = _window(
            rows,
            row_minutes=history.interval_minutes,
            queues=queues,
            regions=regions,
            events=events,
            interval_minutes=interval_minutes,
            first=first,
            days=horizon_days,
            train_weeks=train_weeks,
            beside=beside,
        )
        pieces += found
        models += carried
    if not pieces:
        raise NotEnoughHistory(f"no queue has {LEAST_FULL_DAYS} full days before {firsts[-1]}")
    scales = _scales(
        rows,
        row_minutes=history.interval_minutes,
        queues=queues,
        regions=regions,
        interval_minutes=interval_minutes,
        last_origin=firsts[-1],
    )
    if on_progress:
        on_progress(1.0, "Scored")
    every = pd.concat(pieces, ignore_index=True)
    table = score_table(every, scales, OURS)
    return BacktestReport(table, tuple(firsts), horizon_days, every, pd.concat(models, ignore_index=True))


def _window(
    rows: Mapping[QueueKey, QueueRows],
    *,
    row_minutes: int,
    queues: Mapping[QueueKey, Queue],
    regions: Mapping[str, Region],
    events: Sequence[Event],
    interval_minutes: int,
    first: date,
    days: int,
    train_weeks: int | None,
    beside: Sequence[Model],
) -> tuple[list[pd.DataFrame], list[pd.DataFrame]]:
    """Forecast one window by all methods, all regions together.

    Returns
    -------
    pieces, models
        A frame per queue and method, and one per region of the models that carried its queues.
    """
    memory = LONGEST_MEMORY_DAYS if train_weeks is None else 7 * train_weeks
    cases: dict[str, RegionCase] = {}
    spans: dict[str, pd.DatetimeIndex] = {}
    for name in sorted({key.region for key in rows}):
        region = regions[name]
        start = day_bounds(region.time_zone, first)[0]
        end = day_bounds(region.time_zone, first + timedelta(days=days - 1))[1]
        spans[name] = index = interval_grid(start, end, interval_minutes)
        own = {key: each for key, each in rows.items() if key.region == name}
        known = known_rows(own, index[0], row_minutes=row_minutes, region=region, days=memory)
        if not known:
            continue
        case = prepare(
            known,
            row_minutes=row_minutes,
            queues=queues,
            region=region,
            events=events,
            index=index,
            interval_minutes=interval_minutes,
        )
        case = case.of(np.flatnonzero(full_days(case.days) >= LEAST_FULL_DAYS))
        if case.days.keys:
            cases[name] = case
    forecasts = forecast_cases(list(cases.values()), queues)
    frames = []
    for (name, case), ours in zip(cases.items(), forecasts, strict=True):
        means = {OURS: ours.means} | {model.name: forecast_by(model, case) for model in (*BASELINES, *beside)}
        for number, key in enumerate(case.days.keys):
            measured = measure(
                rows[key],
                row_minutes=row_minutes,
                queue=queues[key],
                region=regions[name],
                index=spans[name],
                interval_minutes=interval_minutes,
            )
            for method, contacts in means.items():
                spread = ours.dispersion[key] if method == OURS else None
                piece = _piece(measured, measured.gather(contacts[number]), spread)
                at: dict[str, Any] = {**key._asdict(), "method": method, "origin": pd.Timestamp(first)}
                frames.append(piece.assign(day=local_days(measured, regions[name]), **at))
    return frames, [each.models.assign(origin=pd.Timestamp(first)) for each in forecasts]


def _piece(measured: Measured, mean: FloatArray, spread: Dispersion | None) -> pd.DataFrame:
    """Return what came, the forecast of it, and its quantiles where its dispersion is known."""
    columns = {"start": measured.starts, "actual": measured.actual, "mean": mean}
    phi = spread.total_at(mean) if spread else None
    for name, probability, z in (("p10", 0.1, -Z_90), ("p50", 0.5, 0.0), ("p90", 0.9, Z_90)):
        columns[name] = np.full(len(mean), np.nan) if phi is None else quantiles(mean, phi, probability, z)
    return pd.DataFrame(columns, index=range(len(mean)))


def _scales(
    rows: Mapping[QueueKey, QueueRows],
    *,
    row_minutes: int,
    queues: Mapping[QueueKey, Queue],
    regions: Mapping[str, Region],
    interval_minutes: int,
    last_origin: date,
) -> dict[QueueKey, float]:
    """Return the error of the weekly naive forecast of each queue and their sum before the last origin."""
    cell = max(row_minutes, interval_minutes)
    start = min(int(each.minutes[0]) for each in rows.values()) // interval_minutes * interval_minutes
    last = max(minutes_of(day_bounds(regions[key.region].time_zone, last_origin)[0]) for key in rows)
    series = {
        key: grid_rows(
            {key: each},
            row_minutes=row_minutes,
            queues=queues,
            region=regions[key.region],
            start=start,
            cells=(last - start) // cell,
            cell_minutes=cell,
        )[0]
        for key, each in rows.items()
    }
    every = np.stack(list(series.values()))
    total = np.where(np.isfinite(every).any(axis=0), np.nansum(every, axis=0), np.nan)
    week = MINUTES_A_WEEK // cell
    return {key: weekly_naive_error(each, week) for key, each in (series | {TOTAL: total}).items()}
