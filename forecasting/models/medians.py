"""Medians of what is known."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import FloatArray

__all__ = ["known_median"]


def known_median(values: FloatArray) -> FloatArray:
    """Return the median over the last axis of the values that are not NaN, NaN where there are none.

    Many short rows at once: numpy's own ``nanmedian`` takes them one by one, and warns.

    Examples
    --------
    >>> known_median(np.array([[3.0, np.nan, 1.0], [np.nan, np.nan, 7.0]])).tolist()
    [2.0, 7.0]
    """
    if not values.shape[-1]:
        return np.full(values.shape[:-1], np.nan)
    count = np.isfinite(values).sum(axis=-1, keepdims=True)
    # Sorting puts NaN last; the median is the mean of the two middle ones of those before.
    ranked = np.sort(values, axis=-1)
    low = np.take_along_axis(ranked, np.maximum(count - 1, 0) // 2, axis=-1)
    high = np.take_along_axis(ranked, np.minimum(count // 2, values.shape[-1] - 1), axis=-1)
    return np.asarray((low + high)[..., 0] / 2, dtype=np.float64)
