"""Long tables (queue, interval, value) that pass between the parts of the chain.

Each is a thin frozen wrapper round one pandas frame whose columns, types and order are stated here and
checked at birth, so that no later step needs to guess. Instants are UTC and tz-aware, rows are sorted by
queue, then interval, and are unique.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np
import pandas as pd

from forecasting.arrays import BoolArray
from forecasting.queues import QueueKey

__all__ = ["QUEUE_COLUMNS", "ContactForecast", "ContactHistory", "LongTable"]

QUEUE_COLUMNS = ["region", "language", "channel"]


@dataclass(frozen=True, eq=False)
class LongTable:
    """A frame keyed by queue and interval.

    Parameters
    ----------
    frame
        Columns ``region, language, channel, interval_start`` and those that the subclass names.
    interval_minutes
        Length of each interval.
    """

    columns: ClassVar[tuple[str, ...]] = ()
    optional: ClassVar[tuple[str, ...]] = ()
    """Columns that a frame may have beside those; others are left out."""
    frame: pd.DataFrame
    interval_minutes: int

    def __post_init__(self) -> None:
        wanted = [*QUEUE_COLUMNS, "interval_start", *self.columns]
        missing = [name for name in wanted if name not in self.frame.columns]
        if missing:
            raise ValueError(f"{type(self).__name__} lacks the columns {missing}")
        if not isinstance(self.frame["interval_start"].dtype, pd.DatetimeTZDtype):
            raise TypeError("interval_start must be tz-aware UTC instants")
        keys = [*QUEUE_COLUMNS, "interval_start"]
        wanted += [name for name in self.optional if name in self.frame.columns]
        frame = self.frame[wanted]
        rising = _rising(frame)
        if not rising.all():
            frame = frame.sort_values(keys, kind="stable")
            if not _rising(frame).all():
                raise ValueError(f"{type(self).__name__} has two rows for one queue and interval")
        object.__setattr__(self, "frame", frame.reset_index(drop=True))

    @property
    def queues(self) -> list[QueueKey]:
        """The queues present, in order."""
        unique = self.frame[QUEUE_COLUMNS].drop_duplicates()
        return [QueueKey(*row) for row in unique.itertuples(index=False)]

    def of_queues(self, keys: Collection[QueueKey]) -> Self:
        """Return the rows of some queues."""
        frame, wanted = self.frame, set(keys)
        firsts = np.flatnonzero(~frame.duplicated(QUEUE_COLUMNS))
        names = frame.loc[firsts, QUEUE_COLUMNS].itertuples(index=False)
        chosen = np.array([QueueKey(*name) in wanted for name in names], dtype=bool)
        lengths = np.diff([*firsts, len(frame)])
        part = object.__new__(type(self))
        # Part of what is sorted and unique is so too: no need to look again.
        object.__setattr__(part, "frame", frame[np.repeat(chosen, lengths)].reset_index(drop=True))
        object.__setattr__(part, "interval_minutes", self.interval_minutes)
        return part

    def of(self, key: QueueKey) -> pd.DataFrame:
        """Return the rows of one queue, by interval."""
        frame = self.frame
        chosen = (
            (frame["region"] == key.region)
            & (frame["language"] == key.language)
            & (frame["channel"] == key.channel)
        )
        return frame[chosen].reset_index(drop=True)


def _rising(frame: pd.DataFrame) -> BoolArray:
    """Tell of each row but the first whether it comes after the one before; cheaper than to sort anew."""
    queue = np.zeros(len(frame), dtype=np.int64)
    for name in QUEUE_COLUMNS:
        column = frame[name]
        if isinstance(column.dtype, pd.CategoricalDtype):
            codes, count = column.cat.codes.to_numpy(), len(column.cat.categories)
        else:
            codes, named = pd.factorize(column, sort=True)
            count = len(named)
        queue *= count
        queue += codes
    time = frame["interval_start"].dt.tz_convert(None).to_numpy()
    same = queue[1:] == queue[:-1]
    rising: BoolArray = (queue[1:] > queue[:-1]) | (same & (time[1:] > time[:-1]))
    return rising


class ContactHistory(LongTable):
    """What came: ``contacts`` and ``aht_seconds`` (NaN where not recorded). A missing row is not a zero."""

    columns = ("contacts", "aht_seconds")


class ContactForecast(LongTable):
    """What is expected: ``contacts`` (mean), its quantiles ``p10, p50, p90``, and ``aht_seconds``.

    Where a planner has overridden some of it there are two more columns: ``model_contacts``, the mean that
    the model gave, and ``override``, the planner's reason (blank where nothing was overridden).
    """

    columns = ("contacts", "p10", "p50", "p90", "aht_seconds")
    optional = ("model_contacts", "override")
