"""Paths of contacts that may come: joint draws over queues and intervals.

A date's contacts are Poisson with rate mean x G x H (:mod:`forecasting.dispersion`). The days' factors G of
different queues are joined by a common normal variable (a Gaussian copula with one factor, as in Ibrahim, Ye,
L'Ecuyer and Shen 2016, sec. 4), the intervals' own factors H follow each other as an autoregression of first
order does. Counts are drawn queue by queue, so that sums over queues, languages and regions are the paths of
those sums.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import gammaincinv, ndtr

from forecasting.arrays import FloatArray, IntArray
from forecasting.calendars import Calendar
from forecasting.dispersion import Dispersion
from forecasting.models.protocol import Fitted

__all__ = ["day_factors", "own_factors", "sample", "sample_paths"]

LEAST = 1e-4
NEGLIGIBLE = 1e-18
"""Of a correlation: beyond what a sum of two normal variables can hold."""
NEARLY_NORMAL = 0.5
"""Variance of a gamma factor up to which Wilson and Hilferty's approximation is good to a thousandth."""


def sample_paths(
    means: FloatArray,
    day: IntArray,
    dispersions: Sequence[Dispersion],
    count: int,
    rng: np.random.Generator,
    *,
    together: FloatArray | None = None,
) -> IntArray:
    """Draw paths of contacts that share each date's luck.

    Parameters
    ----------
    means
        Shape (Q, n): expected contacts of n consecutive intervals.
    day
        Shape (n,): number of each interval's local date, from 0.
    dispersions
        Of the Q queues.
    count
        Paths to draw.
    together
        The common normal variable of each path and date, shape (count, days), so that queues drawn apart
        share it; None draws it.

    Returns
    -------
    ndarray
        Shape (count, Q, n).
    """
    if together is None:
        together = rng.standard_normal((count, int(day.max()) + 1))
    days = together.shape[1]
    paths = np.empty((count, *means.shape), dtype=np.int64)
    for number, (mean, each) in enumerate(zip(means, dispersions, strict=True)):
        common = day_factors(np.full(days, each.day), each.shared, together, rng)[:, day]
        own = own_factors(each.interval_at(mean), each.persistence, count, rng)
        paths[:, number] = rng.poisson(mean * common * own)
    return paths


def day_factors(
    variance: FloatArray, shared: FloatArray | float, together: FloatArray, rng: np.random.Generator
) -> FloatArray:
    """Draw the factors of mean 1 that all contacts of a date have in common.

    Parameters
    ----------
    variance, shared
        Of the last axis of the result, or one for all: the factors' variance, and the share of the date's
        luck that all queues have in common, 0–1.
    together
        The common normal variable of each path and date, of the result's shape or one that broadcasts to it.

    Returns
    -------
    ndarray
        Shape (count, n) where n is the length of ``variance``.
    """
    alone = rng.standard_normal((len(together), len(variance)))
    return _gamma_at(np.sqrt(shared) * together + np.sqrt(1 - np.asarray(shared)) * alone, variance)


def own_factors(variance: FloatArray, persistence: float, count: int, rng: np.random.Generator) -> FloatArray:
    """Draw factors of mean 1 of consecutive intervals, shape (count, n), correlated with the one before.

    Parameters
    ----------
    variance
        Of each interval's factor, shape (n,).
    persistence
        Correlation of the normal variables behind neighbours, 0–1.
    """
    return _gamma_at(_successive(count, len(variance), persistence, rng), variance)


def sample(
    fitted: Fitted,
    calendar: Calendar,
    dispersions: Sequence[Dispersion],
    count: int,
    rng: np.random.Generator,
) -> IntArray:
    """Draw paths from one model alone, shape (count, Q, N, S).

    Parameters
    ----------
    fitted, calendar
        The model, and the dates to draw.
    dispersions
        Of its Q queues, from ``calibrate`` on its past forecasts.
    """
    means = fitted.forecast(calendar)
    queues, days, slots = means.shape
    day = np.repeat(np.arange(days), slots)
    return sample_paths(means.reshape(queues, -1), day, dispersions, count, rng).reshape(count, *means.shape)


def _successive(count: int, intervals: int, persistence: float, rng: np.random.Generator) -> FloatArray:
    """Draw standard normal variables (count, n), each correlated with the one before it."""
    drawn = rng.standard_normal((count, intervals))
    if not persistence:
        return drawn
    drawn[:, 1:] *= np.sqrt(1 - persistence**2)
    # The recurrence y[i] = drawn[i] + persistence y[i - 1], over twice as many terms at each step.
    reach = 1
    while reach < intervals and abs(persistence) ** reach > NEGLIGIBLE:
        drawn[:, reach:] += persistence**reach * drawn[:, :-reach].copy()
        reach *= 2
    return drawn


def _gamma_at(normal: FloatArray, variance: FloatArray) -> FloatArray:
    """Turn standard normal variables (count, n) into gamma ones of mean 1 with these variances (n,)."""
    safe = np.maximum(variance, LEAST)
    root = 1 - safe / 9 + normal * np.sqrt(safe) / 3
    factor = np.maximum(root, 0.0) ** 3
    wide = np.flatnonzero(variance > NEARLY_NORMAL)
    if len(wide):
        factor[:, wide] = safe[wide] * gammaincinv(1 / safe[wide], ndtr(normal[:, wide]))
    return np.where(variance > 0, factor, 1.0)
