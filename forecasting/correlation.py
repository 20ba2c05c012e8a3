"""What queues and intervals have in common beyond their means, measured on past forecasts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.dispersion import Dispersion

__all__ = ["day_luck", "persistence_of", "shared_luck"]

LEAST_DAYS = 28
"""Days that two queues need in common before they are believed to move together."""
MOST_SHARED = 0.95
ROUNDS = 40
MOST_PERSISTENT = 0.95
CLEAR_ERRORS = 2.0
"""Standard errors by which scatter must exceed noise before its persistence is told."""
LEAST_RELIABLE = 0.2
"""Share of a day's scatter that is no Poisson noise, below which nothing can be said of its luck."""


def day_luck(means: FloatArray, actual: FloatArray) -> FloatArray:
    """Return log(contacts / expected) of each queue and day (Q, n), NaN where nothing is known.

    Parameters
    ----------
    means, actual
        Past forecasts and what came, shape (Q, n, B), NaN where unknown.
    """
    known = np.isfinite(means) & np.isfinite(actual)
    mean, came = (np.where(known, each, 0.0).sum(axis=2) for each in (means, actual))
    return np.where(mean > 0, np.log((came + 0.5) / (mean + 0.5)), np.nan)


def shared_luck(luck: FloatArray, expected: FloatArray, dispersions: Sequence[Dispersion]) -> FloatArray:
    """Return the share of each queue's daily luck that all queues have in common, 0–1, shape (Q,).

    One common factor (Spearman 1904): the correlation of two queues is the product of their loadings, which
    are found by least squares over all pairs (Harman and Jones 1966, Psychometrika 31). Poisson noise, which
    queues do not share, is taken out of the correlations first.

    Parameters
    ----------
    luck
        From ``day_luck``, shape (Q, n), the same dates in the same columns.
    expected
        Typical contacts of a day of each queue, shape (Q,).
    dispersions
        Of the Q queues.
    """
    queues = len(luck)
    known = np.isfinite(luck)
    count = np.maximum(known.sum(axis=1, keepdims=True), 1)
    centred = np.where(known, luck, 0.0)
    centred = np.where(known, centred - centred.sum(axis=1, keepdims=True) / count, 0.0)
    common = known.astype(float) @ known.T
    squares = (centred**2) @ known.T
    scale = np.sqrt(squares * squares.T)
    enough = (common >= LEAST_DAYS) & (scale > 0) & ~np.eye(queues, dtype=bool)
    moved = np.divide(centred @ centred.T, scale, out=np.zeros_like(scale), where=enough)
    day = np.array([each.day for each in dispersions])
    reliable = day / (day + 1 / np.maximum(expected, 1e-9))
    usable = reliable >= LEAST_RELIABLE
    enough &= usable[:, None] & usable
    root = np.sqrt(np.maximum(reliable, LEAST_RELIABLE))
    true = np.where(enough, moved / (root[:, None] * root), 0.0)
    loading = np.where(enough.any(axis=1), np.sqrt(np.maximum(true.sum(axis=1), 0.0) / queues), 0.0)
    for _ in range(ROUNDS):
        # Least squares of each queue's correlations on the others' loadings, half way each round.
        weight = enough @ loading**2
        fitted = np.divide(true @ loading, weight, out=np.zeros(queues), where=weight > 0)
        loading = (loading + np.clip(fitted, 0.0, np.sqrt(MOST_SHARED))) / 2
    return np.asarray(loading**2, dtype=np.float64)


def persistence_of(means: FloatArray, actual: FloatArray) -> float:
    """Return the correlation of successive intervals' own factors, 0–1.

    Products of neighbours' errors, the day's luck taken out, have no Poisson noise in their mean; squares
    have the rate itself, which is taken off.

    Parameters
    ----------
    means, actual
        Of one queue, shape (n, B), NaN where unknown.
    """
    known = np.isfinite(means) & np.isfinite(actual) & (means > 0)
    mean, came = np.where(known, means, 0.0), np.where(known, actual, 0.0)
    whole = mean.sum(axis=1, keepdims=True)
    day = np.divide(came.sum(axis=1, keepdims=True), whole, out=np.ones_like(whole), where=whole > 0)
    rate = mean * day
    rest = came - rate
    both = known[:, 1:] & known[:, :-1]
    together = np.where(both, rest[:, 1:] * rest[:, :-1], 0.0)
    beyond_noise = np.where(known, rest**2 - rate, 0.0)
    alone = np.where(both, (beyond_noise[:, 1:] + beyond_noise[:, :-1]) / 2, 0.0)
    # Where noise is all there is, a ratio of two near-zeros would say anything.
    error = np.sqrt((together**2).sum())
    if alone.sum() <= CLEAR_ERRORS * error or together.sum() <= 0:
        return 0.0
    return float(min(together.sum() / alone.sum(), MOST_PERSISTENT))
