"""Sums of forecasts: by language, region and channel, and in total.

Means add up (bottom-up: forecasts of queues have been measured to sum to a better total than a forecast of
the total). Quantiles do not: those of sums are read off paths that all queues draw together.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray, IntArray
from forecasting.dispersion import UNKNOWN_DISPERSION
from forecasting.forecast import ForecastResult
from forecasting.paths import sample_paths
from forecasting.queues import QueueKey, Region
from forecasting.tables import QUEUE_COLUMNS
from forecasting.timegrid import wall_clock

__all__ = ["ALL", "LEVELS", "roll_up"]

ALL = "all"
LEVELS: dict[str, tuple[str, ...]] = {
    "queue": ("region", "language", "channel"),
    "language": ("language",),
    "region": ("region",),
    "channel": ("channel",),
    "total": (),
}
"""What the queues of one sum have in common, by level."""


def roll_up(
    result: ForecastResult, regions: Mapping[str, Region], *, count: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Return forecasts of all levels, in a long table that adds up.

    Parameters
    ----------
    result
        The queues' forecasts.
    regions
        Where they live: luck is shared by local dates.
    count
        Paths to draw; quantiles are those of the paths, at the level of queues too.
    rng
        Where the paths come from.

    Returns
    -------
    DataFrame
        ``level, region, language, channel, interval_start, contacts, p10, p50, p90``; names are ``ALL``
        where summed over. Intervals in which a sum has no forecast are left out.
    """
    frame = result.forecast.frame
    starts = pd.DatetimeIndex(frame["interval_start"].unique()).sort_values()
    dates = {name: wall_clock(starts, regions[name].time_zone).day for name in frame["region"].unique()}
    first = min(each.min() for each in dates.values())
    days = max(int((each.max() - first).astype(np.int64)) for each in dates.values()) + 1
    together = rng.standard_normal((count, days))
    sums: dict[tuple[str, QueueKey], _Sum] = {}
    for key in result.forecast.queues:
        rows = result.forecast.of(key)
        place = starts.get_indexer(pd.DatetimeIndex(rows["interval_start"])).astype(np.int64)
        mean = rows["contacts"].to_numpy(dtype=np.float64)
        day = (dates[key.region][place] - first).astype(np.int64)
        spread = result.dispersion.get(key, UNKNOWN_DISPERSION)
        paths = sample_paths(mean[None], day, [spread], count, rng, together=together)[:, 0]
        for level, kept in LEVELS.items():
            name = QueueKey(*(getattr(key, column) if column in kept else ALL for column in QUEUE_COLUMNS))
            total = sums.setdefault((level, name), _Sum(count, len(starts)))
            total.add(place, mean, paths)
    tables = [total.table(level, name, starts) for (level, name), total in sums.items()]
    return pd.concat(tables, ignore_index=True)


class _Sum:
    """A sum of forecasts and of their paths over the intervals that any of them has."""

    def __init__(self, count: int, intervals: int) -> None:
        self._means = np.zeros(intervals)
        self._any = np.zeros(intervals, dtype=bool)
        self._paths = np.zeros((count, intervals), dtype=np.int64)

    def add(self, place: IntArray, mean: FloatArray, paths: IntArray) -> None:
        self._means[place] += mean
        self._any[place] = True
        self._paths[:, place] += paths

    def table(self, level: str, name: QueueKey, starts: pd.DatetimeIndex) -> pd.DataFrame:
        low, middle, high = np.quantile(self._paths, [0.1, 0.5, 0.9], axis=0, method="inverted_cdf")
        columns = {
            "level": level,
            **name._asdict(),
            "interval_start": starts,
            "contacts": self._means,
            "p10": low,
            "p50": middle,
            "p90": high,
        }
        return pd.DataFrame(columns)[self._any]
