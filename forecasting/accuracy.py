"""How good the forecasts were that plans were really made from: snapshots against what came."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.accuracy_scores import drift_table, lead_table, override_table
from forecasting.arrays import FloatArray
from forecasting.baselines import BASELINES, forecast_by
from forecasting.errors import NotEnoughHistory
from forecasting.events import Event
from forecasting.measured import Measured, local_days, measure
from forecasting.queues import Queue, QueueKey, Region
from forecasting.region_case import known_rows, prepare
from forecasting.rows import QueueRows, rows_by_queue
from forecasting.snapshots import Snapshot
from forecasting.tables import QUEUE_COLUMNS, ContactHistory
from forecasting.timegrid import wall_clock

__all__ = ["AccuracyReport", "measure_accuracy"]

BASELINE_MEMORY_DAYS = 26 * 7
"""What the baselines look back: eight recorded weeks, with holes."""


@dataclass(frozen=True, eq=False)
class AccuracyReport:
    """How forecasts did.

    Parameters
    ----------
    table
        Per queue and days ahead, as ``lead_table`` returns it.
    overrides
        What planners changed and whether it helped, as ``override_table`` returns it.
    drift
        Per queue, as ``drift_table`` returns it.
    snapshots
        Number of snapshots that anything has come for.
    """

    table: pd.DataFrame
    overrides: pd.DataFrame
    drift: pd.DataFrame
    snapshots: int


def measure_accuracy(
    history: ContactHistory,
    snapshots: Sequence[Snapshot],
    *,
    queues: Mapping[QueueKey, Queue],
    regions: Mapping[str, Region],
    events: Iterable[Event],
    on_progress: Callable[[float, str], None] | None = None,
) -> AccuracyReport:
    """Hold snapshots against the contacts that came since.

    The planners' value and the model's are scored on the same intervals, beside the two baselines, which are
    made anew from what was known at each snapshot's cut-off. Of snapshots of one cut-off the last made
    counts.

    Parameters
    ----------
    history
        What came, and what the baselines learn from.
    queues, regions, events
        As for ``forecast``. Queues of snapshots that are not among them are left out.
    on_progress
        Called with the share done, 0–1, and a message.

    Raises
    ------
    NotEnoughHistory
        If nothing has come yet for any snapshot.
    """
    rows, events = rows_by_queue(history), tuple(events)
    pieces: list[pd.DataFrame] = []
    seen = 0
    for number, snapshot in enumerate(sorted(snapshots, key=lambda each: each.made_at)):
        if on_progress:
            on_progress(
                number / len(snapshots), f"Scoring the forecast made {snapshot.made_at:%Y-%m-%d %H:%M}"
            )
        own = []
        for name in sorted(snapshot.cutoff.keys() & regions.keys()):
            known = {key: each for key, each in rows.items() if key.region == name and key in queues}
            own += _region_pieces(
                snapshot,
                known,
                row_minutes=history.interval_minutes,
                queues=queues,
                region=regions[name],
                events=events,
            )
        seen += bool(own)
        pieces += own
    if not pieces:
        raise NotEnoughHistory("no contacts have come yet in the intervals of any snapshot")
    every = pd.concat(pieces, ignore_index=True)
    every = every.drop_duplicates([*QUEUE_COLUMNS, "cutoff", "start"], keep="last", ignore_index=True)
    names = [model.name for model in BASELINES]
    return AccuracyReport(lead_table(every, names), override_table(every), drift_table(every), seen)


def _region_pieces(
    snapshot: Snapshot,
    rows: Mapping[QueueKey, QueueRows],
    *,
    row_minutes: int,
    queues: Mapping[QueueKey, Queue],
    region: Region,
    events: Sequence[Event],
) -> list[pd.DataFrame]:
    """Return a frame per queue with a row for each count that came."""
    cutoff, minutes = pd.Timestamp(snapshot.cutoff[region.name]), snapshot.forecast.interval_minutes
    whole = snapshot.frame
    index: pd.DatetimeIndex | None = None
    found: dict[QueueKey, tuple[pd.DataFrame, Measured]] = {}
    for names, frame in whole[whole["region"] == region.name].groupby(QUEUE_COLUMNS, sort=True):
        key = QueueKey(*(str(name) for name in names))
        index = pd.DatetimeIndex(frame["interval_start"])
        if key in rows:
            measured = measure(
                rows[key],
                row_minutes=row_minutes,
                queue=queues[key],
                region=region,
                index=index,
                interval_minutes=minutes,
            )
            if np.isfinite(measured.actual[measured.owner[measured.owner >= 0]]).any():
                found[key] = frame, measured
    if index is None or not found:
        return []
    baselines = _baselines(
        {key: rows[key] for key in found},
        cutoff,
        row_minutes=row_minutes,
        queues=queues,
        region=region,
        events=events,
        index=index,
        interval_minutes=minutes,
    )
    last_known = wall_clock(pd.DatetimeIndex([cutoff - pd.Timedelta(minutes=1)]), region.time_zone).day[0]
    pieces = []
    for key, (frame, measured) in found.items():
        lead = local_days(measured, region) - last_known.astype(np.int64)
        one_each = len(measured.starts) == len(index)
        columns = {
            **key._asdict(),
            "made_at": snapshot.made_at,
            "cutoff": cutoff,
            "start": measured.starts,
            "day": local_days(measured, region),
            "lead": lead,
            "actual": measured.actual,
            "forecast": measured.gather(frame["contacts"].to_numpy(dtype=float)),
            "model": measured.gather(frame["model_contacts"].to_numpy(dtype=float)),
            "p10": frame["p10"].to_numpy(dtype=float) if one_each else np.nan,
            "p90": frame["p90"].to_numpy(dtype=float) if one_each else np.nan,
            "override": _reasons(frame["override"], measured),
            **{
                model.name: measured.gather(baselines[model.name][key])
                if key in baselines[model.name]
                else np.nan
                for model in BASELINES
            },
        }
        piece = pd.DataFrame(columns, index=range(len(measured.starts)))
        covered = np.bincount(measured.owner[measured.owner >= 0], minlength=len(piece)) > 0
        pieces.append(piece[covered & np.isfinite(measured.actual)])
    return pieces


def _reasons(reasons: pd.Series[str], measured: Measured) -> list[str]:
    """Return the first reason among the intervals that each count covers; blank where there is none."""
    result = [""] * len(measured.starts)
    for owner, reason in zip(measured.owner.tolist(), reasons.tolist(), strict=True):
        if owner >= 0 and reason and not result[owner]:
            result[owner] = reason
    return result


def _baselines(
    rows: Mapping[QueueKey, QueueRows],
    cutoff: pd.Timestamp,
    *,
    row_minutes: int,
    queues: Mapping[QueueKey, Queue],
    region: Region,
    events: Sequence[Event],
    index: pd.DatetimeIndex,
    interval_minutes: int,
) -> dict[str, dict[QueueKey, FloatArray]]:
    """Return contacts by interval, by baseline and queue; queues without history before the cut-off lack."""
    known = known_rows(rows, cutoff, row_minutes=row_minutes, region=region, days=BASELINE_MEMORY_DAYS)
    if not known:
        return {model.name: {} for model in BASELINES}
    case = prepare(
        known,
        row_minutes=row_minutes,
        queues=queues,
        region=region,
        events=events,
        index=index,
        interval_minutes=interval_minutes,
    )
    case = case.of(np.flatnonzero(np.isfinite(case.days.contacts).any(axis=(1, 2))))
    return {
        model.name: dict(zip(case.days.keys, forecast_by(model, case), strict=True)) for model in BASELINES
    }
