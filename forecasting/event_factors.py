"""What known events multiply contacts by, cell by cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from forecasting.arrays import FloatArray
from forecasting.events import Event
from forecasting.queues import QueueKey

__all__ = ["event_factors"]


def event_factors(
    events: Sequence[Event], keys: Sequence[QueueKey], index: pd.DatetimeIndex, cell_minutes: int
) -> FloatArray | None:
    """Return the factor of each queue and cell, shape (Q, n), or None where no event touches any.

    Events at the same time multiply. A cell that an event covers in part has the mean of its minutes.

    Parameters
    ----------
    index
        Starts of n consecutive cells, UTC.
    cell_minutes
        Length of each.
    """
    factors: FloatArray | None = None
    for event in events:
        touched = np.array([event.touches(key) for key in keys], dtype=bool)
        length = pd.Timedelta(minutes=cell_minutes)
        start, end = pd.Timestamp(event.start), pd.Timestamp(event.end)
        low = int(index.searchsorted(start - length, side="right"))
        high = int(index.searchsorted(end, side="left"))
        if low >= high or not touched.any():
            continue
        cells = index[low:high]
        ends = (cells + length).where(cells + length < end, end)
        share = np.asarray((ends - cells.where(cells > start, start)) / length, dtype=float)
        if factors is None:
            factors = np.ones((len(keys), len(index)))
        factors[np.flatnonzero(touched), low:high] *= 1 + (event.factor - 1) * share
    return factors
