"""Prices as a table, so that a later plan of the same queues may begin with them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS
from scheduler.earlier import PRICE_COLUMNS
from scheduler.rostering.demand import Demand

__all__ = ["known_prices", "price_table"]

Floats = npt.NDArray[np.float64]


def price_table(prices: Floats, demand: Demand) -> pd.DataFrame:
    """Return the prices above 0, (T, Q), by queue and interval."""
    queue, step = np.nonzero(prices.T > 0)
    starts = pd.Timestamp(demand.origin) + pd.to_timedelta(step * demand.interval, unit="min")
    names = {
        name: pd.array([key[part] for key in demand.queues], dtype="str").take(queue)
        for part, name in enumerate(QUEUE_COLUMNS)
    }
    frame = pd.DataFrame({"interval_start": starts, **names, "price": prices[step, queue]})
    return frame[list(PRICE_COLUMNS)]


def known_prices(table: pd.DataFrame, demand: Demand) -> Floats:
    """Return the prices of a table on a requirement's grid, (T, Q); 0 where it has none.

    Rows of queues and intervals that are not there are left aside: any prices give a limit.
    """
    prices = np.zeros_like(demand.required)
    place = {key: at for at, key in enumerate(demand.queues)}
    names = pd.MultiIndex.from_frame(table[QUEUE_COLUMNS])
    codes, keys = names.factorize()
    queue = np.array([place.get(QueueKey(*key), -1) for key in keys], dtype=np.int64)[codes]
    since = table["interval_start"] - pd.Timestamp(demand.origin)
    step = np.asarray(since // timedelta(minutes=demand.interval), dtype=np.int64)
    inside = (queue >= 0) & (step >= 0) & (step < len(prices))
    prices[step[inside], queue[inside]] = table["price"].to_numpy(dtype=np.float64)[inside]
    return prices
