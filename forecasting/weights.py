"""How much of a forecast each model carries: weights from what the models would have forecast before."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import BoolArray, FloatArray
from forecasting.rolling import Replay

__all__ = ["combine", "learn_weights"]

EQUAL_WINDOWS = 2.0
"""Windows of evidence that weigh as much as none at all, which is: all models alike."""
LEAST_MEAN = 0.5
"""Contacts below which a block's error counts as if so many were expected."""
NO_ERROR = 1e-6
"""Share of the mean error below which models are alike: what is exact cannot be more exact."""


def learn_weights(replayed: Replay, suits: BoolArray) -> FloatArray:
    """Return the weight of each model for each queue, shape (M, Q), summing to 1 over the models.

    Weights are inverse to the squared errors of past forecasts, each divided by its mean as Poisson noise
    is, and drawn towards equal ones: with n windows they keep n / (n + 2) of their way. Steeper weights have
    been measured to do worse than equal ones.

    Parameters
    ----------
    replayed
        Of the same models and queues.
    suits
        Which models may speak for which queues, shape (M, Q); at least one for each.
    """
    equal = suits / suits.sum(axis=0)
    spoke = np.isfinite(replayed.means) & suits[:, :, None, None]
    # Models are compared on the same blocks: those of which all that suit have spoken.
    known = np.isfinite(replayed.actual) & (spoke | ~suits[:, :, None, None]).all(axis=0)
    means = np.where(spoke & known, replayed.means, 0.0)
    actual = np.where(known, replayed.actual, 0.0)
    noise = np.maximum((means * equal[:, :, None, None]).sum(axis=0), LEAST_MEAN)
    error = ((means - actual) ** 2 / noise).sum(axis=(2, 3))
    least = NO_ERROR * (actual**2 / noise).sum(axis=(1, 2)) + 1e-12
    learned = suits / np.maximum(error, least)
    learned = learned / learned.sum(axis=0)
    windows = replayed.windows_where(np.asarray(known.any(axis=2), dtype=bool))
    trust = windows / (windows + EQUAL_WINDOWS)
    return np.asarray(trust * learned + (1 - trust) * equal, dtype=np.float64)


def combine(means: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the weighted mean (Q, n, S) over models (M, Q, n, S), of those that spoke at all.

    A queue of which none spoke is NaN there.
    """
    spoke = np.isfinite(means)
    weight = np.where(spoke, weights[:, :, None, None], 0.0)
    total = weight.sum(axis=0)
    mixed = (np.where(spoke, means, 0.0) * weight).sum(axis=0)
    result: FloatArray = np.divide(mixed, total, out=np.full(total.shape, np.nan), where=total > 0)
    return result
