"""From forecasts and what came to one table of scores."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from forecasting.metrics import bias, coverage, pinball, poisson_floor, wape
from forecasting.queues import QueueKey
from forecasting.tables import QUEUE_COLUMNS

__all__ = ["SCORES", "TOTAL", "score_table"]

TOTAL = QueueKey("all", "all", "all")
"""Key of the sum of all queues."""

SCORES = [
    "wape",
    "wape_day",
    "bias",
    "mase",
    "pinball",
    "coverage_80",
    "floor",
    "wape_above_floor",
]
"""Columns of the table of scores; shares are fractions.

``wape`` by interval and ``wape_day`` by local date; ``mase`` is the mean absolute error over that of the
weekly naive forecast in the history, and ``pinball`` the mean loss of p10, p50 and p90 over the same;
``floor`` is the WAPE that Poisson noise alone would leave round our means, ``wape_above_floor`` what
exceeds it.
"""


def score_table(pieces: pd.DataFrame, scales: Mapping[QueueKey, float], ours: str) -> pd.DataFrame:
    """Score every method for every queue and, last, for the sum of all queues.

    Parameters
    ----------
    pieces
        A row per method and count: ``region, language, channel, method, origin, start, day, actual, mean,
        p10, p50, p90``; quantiles are NaN for methods that give none.
    scales
        Error of the weekly naive forecast of each queue and of ``TOTAL``, in contacts.
    ours
        The method whose means the Poisson floor is taken round.

    Returns
    -------
    DataFrame
        ``region, language, channel, method, contacts`` (that came) and ``SCORES``.
    """
    pieces = pieces[pieces["actual"].notna()]
    rows = []
    for key, of_queue in pieces.groupby(QUEUE_COLUMNS, sort=True):
        rows += _scored(QueueKey(*(str(name) for name in key)), of_queue, scales, ours)
    several = len(rows) > pieces["method"].nunique()
    rows += _scored(TOTAL, _summed(pieces, keep_quantiles=not several), scales, ours)
    return pd.DataFrame(rows, columns=[*QUEUE_COLUMNS, "method", "contacts", *SCORES])


def _summed(pieces: pd.DataFrame, *, keep_quantiles: bool) -> pd.DataFrame:
    """Sum over queues what was recorded at the same time. Quantiles of sums are no sums of quantiles."""
    together = pieces.groupby(["method", "origin", "start"], sort=False)
    sums = together[["actual", "mean", "p10", "p50", "p90"]].sum(min_count=1)
    if not keep_quantiles:
        sums[["p10", "p50", "p90"]] = np.nan
    return sums.assign(day=together["day"].first()).reset_index()


def _scored(
    key: QueueKey, pieces: pd.DataFrame, scales: Mapping[QueueKey, float], ours: str
) -> list[dict[str, object]]:
    own = pieces[pieces["method"] == ours]
    floor = poisson_floor(own["actual"].to_numpy(), own["mean"].to_numpy())
    scale = scales[key] if scales[key] > 0 else np.nan
    rows: list[dict[str, object]] = []
    for method, each in pieces.groupby("method", sort=False):
        actual, mean = each["actual"].to_numpy(), each["mean"].to_numpy()
        days = each.groupby(["origin", "day"])[["actual", "mean"]].sum()
        low, middle, high = (each[name].to_numpy() for name in ("p10", "p50", "p90"))
        banded = bool(np.isfinite(low).all())
        losses = [pinball(actual, at, p) for at, p in ((low, 0.1), (middle, 0.5), (high, 0.9))]
        error = wape(actual, mean)
        rows.append(
            key._asdict()
            | {
                "method": method,
                "contacts": actual.sum(),
                "wape": error,
                "wape_day": wape(days["actual"].to_numpy(), days["mean"].to_numpy()),
                "bias": bias(actual, mean),
                "mase": float(np.abs(actual - mean).mean()) / scale,
                "pinball": float(np.mean(losses)) / scale if banded else np.nan,
                "coverage_80": coverage(actual, low, high) if banded else np.nan,
                "floor": floor,
                "wape_above_floor": error - floor,
            }
        )
    return rows
