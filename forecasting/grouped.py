"""Very many queues, forecast in groups that may be worked on anywhere."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from forecasting.events import Event
from forecasting.fan_out import FanOut, in_turn
from forecasting.forecast import ForecastResult, forecast
from forecasting.queues import Queue, QueueKey, Region
from forecasting.region_case import known_rows
from forecasting.rows import rows_by_queue
from forecasting.tables import ContactForecast, ContactHistory
from forecasting.timegrid import day_bounds

__all__ = ["MOST_TOGETHER", "forecast_in_groups", "queue_groups"]

MOST_TOGETHER = 500
"""Queues that are forecast together: models that learn over all queues learn nothing new from more."""


@dataclass(frozen=True, eq=False)
class _Group:
    """All that one group's forecast is made from."""

    history: ContactHistory
    queues: Mapping[QueueKey, Queue]
    regions: Mapping[str, Region]
    events: tuple[Event, ...]
    start: date
    days: int
    interval_minutes: int


def forecast_in_groups(
    history: ContactHistory,
    *,
    queues: Mapping[QueueKey, Queue],
    regions: Mapping[str, Region],
    events: Iterable[Event],
    start: date,
    days: int,
    interval_minutes: int,
    fan_out: FanOut = in_turn,
    most: int = MOST_TOGETHER,
) -> ForecastResult:
    """Forecast each queue's contacts and AHT, group by group.

    The groups follow from queues and history alone, so that the forecast is the same wherever it is made. Up
    to ``most`` queues are one group, and the forecast is that of ``forecast``.

    Parameters
    ----------
    history, queues, regions, events, start, days, interval_minutes
        As for ``forecast``, which says too what is raised.
    fan_out
        Where the groups are worked on.
    most
        Queues of a group.
    """
    events = tuple(events)
    groups = [sorted(queues)]
    if len(queues) > most:
        groups = queue_groups(queues, _known(history, queues, regions, start), most)
    parts = [
        _Group(
            history if len(groups) == 1 else history.of_queues(keys),
            {key: queues[key] for key in keys},
            {name: regions[name] for name in {key.region for key in keys} & regions.keys()},
            events,
            start,
            days,
            interval_minutes,
        )
        for keys in groups
    ]
    return _joined(list(fan_out(_forecast, parts)), interval_minutes)


def queue_groups(
    queues: Collection[QueueKey], known: Collection[QueueKey], most: int
) -> list[list[QueueKey]]:
    """Return groups of at most so many queues that have history, each with the queues beside them.

    A region stays whole if it is small enough. Of a larger one, queues of one channel, which lend each other
    their week, stay side by side. A group without any history joins another.

    Examples
    --------
    >>> keys = [QueueKey(region, "en", channel) for region in "ab" for channel in ("chat", "phone")]
    >>> [[str(key) for key in group] for group in queue_groups(keys, keys, 3)]
    [['a/en/chat', 'a/en/phone'], ['b/en/chat', 'b/en/phone']]
    """
    groups: list[list[QueueKey]] = []
    for name in sorted({key.region for key in queues}):
        own = sorted((key for key in queues if key.region == name), key=lambda key: (key.channel, key))
        for numbers in np.array_split(np.arange(len(own)), -(-len(own) // most)):
            piece = [own[number] for number in numbers]
            if groups and len(groups[-1]) + len(piece) <= most:
                groups[-1] += piece
            else:
                groups.append(piece)
    alive = [group for group in groups if not known or any(key in known for key in group)]
    for group in groups:
        if not any(group is each for each in alive):
            alive[0].extend(group)
    return [sorted(group) for group in alive]


def _known(
    history: ContactHistory, queues: Mapping[QueueKey, Queue], regions: Mapping[str, Region], start: date
) -> set[QueueKey]:
    """Return the queues that have any history before the start."""
    found: set[QueueKey] = set()
    rows = {key: each for key, each in rows_by_queue(history).items() if key in queues}
    for name in {key.region for key in rows} & regions.keys():
        begin = pd.Timestamp(day_bounds(regions[name].time_zone, start)[0])
        own = {key: each for key, each in rows.items() if key.region == name}
        found |= known_rows(own, begin, row_minutes=history.interval_minutes, region=regions[name]).keys()
    return found


def _forecast(group: _Group) -> ForecastResult:
    return forecast(
        group.history,
        queues=group.queues,
        regions=group.regions,
        events=group.events,
        start=group.start,
        days=group.days,
        interval_minutes=group.interval_minutes,
    )


def _joined(results: Sequence[ForecastResult], interval_minutes: int) -> ForecastResult:
    if len(results) == 1:
        return results[0]
    frame = pd.concat([each.forecast.frame for each in results], ignore_index=True)
    return ForecastResult(
        ContactForecast(frame, interval_minutes),
        tuple(note for each in results for note in each.notes),
        {key: spread for each in results for key, spread in each.dispersion.items()},
        pd.concat([each.models for each in results], ignore_index=True),
    )
