"""The pool: for each queue the weighted mean of the models that its history carries.

No model is best everywhere, and which one is cannot be told from one backtest; the mean of good ones is
better than nearly all of them (Barrow and Kourentzes 2018, European Journal of Operational Research 264).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from forecasting.arrays import FloatArray
from forecasting.calendars import Calendar
from forecasting.correlation import day_luck, persistence_of, shared_luck
from forecasting.dispersion import Dispersion, calibrate
from forecasting.history import DayMatrix
from forecasting.lengths import Length, refuse_too_short, span_days
from forecasting.members import Part, fit_members
from forecasting.queues import QueueKey
from forecasting.rolling import Replay, replay
from forecasting.tables import QUEUE_COLUMNS
from forecasting.weights import combine, learn_weights

__all__ = ["MODEL_COLUMNS", "POOL", "Pooled", "pool_forecasts"]

POOL = "pool"
MODEL_COLUMNS = [*QUEUE_COLUMNS, "model", "weight", "windows", "wape"]


@dataclass(frozen=True, eq=False)
class Pooled:
    """Forecasts of one region's queues.

    Parameters
    ----------
    means
        Expected contacts of each queue, date and slot, shape (Q, N, S).
    dispersion
        How far contacts scatter round them.
    models
        ``MODEL_COLUMNS``: a row per queue and model, and one for their pool (weight 1): weight in the
        forecast, windows of the past on which it was measured, and WAPE there.
    notes
        Which queues have less than the full models, in planner's words.
    """

    means: FloatArray
    dispersion: dict[QueueKey, Dispersion]
    models: pd.DataFrame
    notes: list[str]


def pool_forecasts(histories: Sequence[DayMatrix], calendars: Sequence[Calendar]) -> list[Pooled]:
    """Forecast the queues of all regions together.

    Parameters
    ----------
    histories
        Of each region.
    calendars
        Of the dates to forecast in each region; each begins where that history ends.

    Raises
    ------
    NotEnoughHistory
        If a queue has fewer than 3 full days.
    """
    # Matrices are many and small: threads inside each would only wait for each other.
    with threadpool_limits(limits=1, user_api="blas"):
        return _pool(histories, calendars)


def _pool(histories: Sequence[DayMatrix], calendars: Sequence[Calendar]) -> list[Pooled]:
    results = []
    for days, calendar in zip(histories, calendars, strict=True):
        refuse_too_short(days)
        means = np.zeros((len(days.keys), len(calendar), days.contacts.shape[2]))
        results.append(Pooled(means, {}, pd.DataFrame(columns=MODEL_COLUMNS), []))
    spans = [span_days(days) for days in histories]
    rows: list[list[pd.DataFrame]] = [[] for _ in histories]
    for length in Length:
        numbers = [length.numbers(each) for each in spans]
        places = [place for place, each in enumerate(numbers) if len(each)]
        parts = [Part(histories[place], numbers[place]) for place in places]
        group = _pool_group(length, parts, [calendars[place] for place in places]) if parts else []
        for place, part, (means, dispersion, models) in zip(places, parts, group, strict=True):
            result = results[place]
            result.means[part.numbers] = means
            result.dispersion.update(dispersion)
            rows[place].append(models)
            if length is not Length.FULL:
                result.notes.extend(
                    _notes(length, models, dict(zip(histories[place].keys, spans[place], strict=True)))
                )
    return [
        Pooled(each.means, each.dispersion, pd.concat(frames, ignore_index=True), each.notes)
        for each, frames in zip(results, rows, strict=True)
    ]


def _pool_group(
    length: Length, parts: Sequence[Part], calendars: Sequence[Calendar]
) -> list[tuple[FloatArray, dict[QueueKey, Dispersion], pd.DataFrame]]:
    """Return means, dispersion and models of the queues with one kind of history, part by part."""
    result: list[tuple[FloatArray, dict[QueueKey, Dispersion], pd.DataFrame]] = []
    pasts: list[tuple[FloatArray, FloatArray]] = []
    fits = fit_members(length, parts)
    together = zip(parts, calendars, fits.members, replay(length, parts), strict=True)
    for part, calendar, members, past in together:
        names = tuple(member.name for member in members)
        suits = np.stack([member.suits for member in members])
        replayed = past.of(names)
        weights = learn_weights(replayed, suits)
        means = combine(np.stack([member.fitted.forecast(calendar) for member in members]), weights)
        pooled = combine(replayed.means, weights)
        keys = tuple(part.days.keys[number] for number in part.numbers)
        measured = calibrate(pooled, replayed.actual, replayed.holiday)
        models = _models(keys, names, weights, np.concatenate([replayed.means, pooled[None]]), replayed)
        result.append((means, dict(zip(keys, measured, strict=True)), models))
        pasts.append((pooled, replayed.actual))
    joint = iter(_joint([each for _, found, _ in result for each in found.values()], pasts))
    return [(means, {key: next(joint) for key in found}, models) for means, found, models in result]


def _joint(
    dispersions: Sequence[Dispersion], pasts: Sequence[tuple[FloatArray, FloatArray]]
) -> list[Dispersion]:
    """Complete the dispersions of all parts' queues by what they have in common, from their past forecasts.

    Every part's windows are counted back from the same day, so that equal columns are equal dates.
    """
    longest = max(means.shape[1] for means, _ in pasts)
    luck, expected = [], []
    for means, actual in pasts:
        each = day_luck(means, actual)
        luck.append(np.pad(each, ((0, 0), (0, longest - each.shape[1])), constant_values=np.nan))
        whole = np.nansum(means, axis=2)
        expected.append(whole.sum(axis=1) / np.maximum((whole > 0).sum(axis=1), 1))
    shared = shared_luck(np.concatenate(luck), np.concatenate(expected), dispersions)
    singles = ((mean, came) for means, actual in pasts for mean, came in zip(means, actual, strict=True))
    return [
        replace(each, shared=float(share), persistence=persistence_of(mean, came))
        for each, share, (mean, came) in zip(dispersions, shared, singles, strict=True)
    ]


def _models(
    keys: Sequence[QueueKey],
    names: Sequence[str],
    weights: FloatArray,
    means: FloatArray,
    replayed: Replay,
) -> pd.DataFrame:
    """Return ``MODEL_COLUMNS`` of the models and, last, their pool; means of shape (M + 1, Q, n, B)."""
    known = np.asarray(np.isfinite(replayed.actual) & np.isfinite(means), dtype=bool)
    actual = np.where(known, replayed.actual, 0.0)
    error = np.abs(np.where(known, means, 0.0) - actual).sum(axis=(2, 3))
    came = actual.sum(axis=(2, 3))
    wape = np.divide(error, came, out=np.full(came.shape, np.nan), where=came > 0)
    windows = replayed.windows_where(np.asarray(known.any(axis=3), dtype=bool))
    carried = np.concatenate([weights, np.ones((1, len(keys)))])
    frames = []
    for number, name in enumerate([*names, POOL]):
        columns = {
            "model": name,
            "weight": carried[number],
            "windows": windows[number],
            "wape": wape[number],
        }
        frame = pd.DataFrame(keys, columns=QUEUE_COLUMNS).assign(**columns)
        frames.append(frame[carried[number] > 0])
    table: pd.DataFrame = pd.concat(frames, ignore_index=True)
    return table


def _notes(length: Length, models: pd.DataFrame, spans: Mapping[QueueKey, int]) -> list[str]:
    """Say which queues have less than full history, and by what the newest are forecast."""
    notes = []
    single = models[models["model"] != POOL]
    for names, rows in single.groupby(QUEUE_COLUMNS, sort=True):
        key = QueueKey(*(str(name) for name in names))
        said = f"{key}: {spans[key]} days of history; "
        if length is Length.NEW:
            notes.append(f"{said}forecast by the {' and the '.join(rows['model'])}")
        else:
            notes.append(f"{said}with less than {Length.FULL.least_days} its forecast is less certain")
    return notes
