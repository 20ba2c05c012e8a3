"""The level of a queue over time: local medians to clean by, and where it stands at the end."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from forecasting.arrays import BoolArray, FloatArray
from forecasting.models.medians import known_median

__all__ = ["credibility", "local_level", "weighted_level"]

HALF_WINDOW_DAYS = 17


def local_level(values: FloatArray, known: BoolArray) -> FloatArray:
    """Return the median of the known values within 17 days of each day, 0 where there is none; shape (Q, D).

    A median over five weeks follows a lasting change of level and forgets a burst of a few days.
    """
    padded = np.pad(
        np.where(known, values, np.nan),
        ((0, 0), (HALF_WINDOW_DAYS, HALF_WINDOW_DAYS)),
        constant_values=np.nan,
    )
    windows = sliding_window_view(padded, 2 * HALF_WINDOW_DAYS + 1, axis=1)
    return np.nan_to_num(known_median(windows))


def weighted_level(totals: FloatArray, expected: FloatArray, weights: FloatArray) -> FloatArray:
    """Return log(sum of weighted totals / sum of weighted expectations), shape (Q,); 0 without either.

    Parameters
    ----------
    totals, expected, weights
        Shape (Q, D).
    """
    ratio = np.ones(len(totals))
    above, below = (weights * totals).sum(axis=1), (weights * expected).sum(axis=1)
    np.divide(above, below, out=ratio, where=(above > 0) & (below > 0))
    return np.log(ratio)


def credibility(values: FloatArray, known: BoolArray, days_of_evidence: FloatArray) -> FloatArray:
    """Return how far the latest level is to be believed against the long one, 0–1, shape (Q,).

    Bühlmann's credibility: variance of levels between weeks / (that + noise of the latest level), both
    estimated by one-way analysis of variance of the days within weeks.

    Parameters
    ----------
    values
        Log ratios of days to their expectation, shape (Q, D).
    known
        Which of them count.
    days_of_evidence
        Effective number of days behind the latest level, shape (Q,).
    """
    queues, days = values.shape
    short = -days % 7
    shape = (queues, -1, 7)
    count = np.pad(known.astype(float), ((0, 0), (short, 0))).reshape(shape)
    value = np.pad(np.where(known, values, 0.0), ((0, 0), (short, 0))).reshape(shape)
    n = count.sum(axis=2)
    full = n >= 3
    n = np.where(full, n, 0.0)
    mean = np.divide(value.sum(axis=2), n, out=np.zeros_like(n), where=full)
    spread = (count * (value - mean[:, :, None]) ** 2).sum(axis=2)
    freedom = np.maximum((n - full).sum(axis=1), 1.0)
    within = np.where(full, spread, 0.0).sum(axis=1) / freedom
    weeks = np.maximum(full.sum(axis=1), 1)
    centre = mean.sum(axis=1) / weeks
    between = (np.where(full, mean - centre[:, None], 0.0) ** 2).sum(axis=1) / weeks
    noise = within * np.divide(1.0, n, out=np.zeros_like(n), where=full).sum(axis=1) / weeks
    signal = np.maximum(between - noise, 0.0)
    doubt = within / np.maximum(days_of_evidence, 1.0)
    trust: FloatArray = np.divide(signal, signal + doubt, out=np.zeros(queues), where=signal > 0)
    return trust
