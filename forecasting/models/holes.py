"""Expectations for slots of the week that the history never recorded."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import FloatArray

__all__ = ["fill_holes"]


def fill_holes(profile: FloatArray) -> FloatArray:
    """Fill unknown slots of weekly profiles from the same time on other weekdays, else from the day's mean.

    Parameters
    ----------
    profile
        Shape (Q, W, S), NaN where unknown.

    Returns
    -------
    ndarray
        The same shape, finite; a queue of which nothing is known is 0.

    Examples
    --------
    >>> fill_holes(np.array([[[1.0, 2.0], [np.nan, 4.0], [np.nan, np.nan]]])).tolist()
    [[[1.0, 2.0], [1.0, 4.0], [1.0, 3.0]]]
    """
    filled = np.where(np.isnan(profile), _mean(profile, 1)[:, None, :], profile)
    filled = np.where(np.isnan(filled), _mean(profile, (1, 2))[:, None, None], filled)
    return np.nan_to_num(filled)


def _mean(values: FloatArray, axis: int | tuple[int, ...]) -> FloatArray:
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    mean: FloatArray = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    return mean
