"""How far contacts scatter round their mean: the gamma-Poisson model.

A date's contacts are Poisson with rate mean x G x H, where the gamma factor G (mean 1, variance ``day``) is
common to the date and H (mean 1, variance ``interval``) is each interval's own: arrivals are overdispersed
and correlated within a day (Avramidis, Deslauriers and L'Ecuyer 2004; Oreshkin, Régnard and L'Ecuyer 2016).
One interval is then nearly negative binomial with variance mean + phi mean² and
phi = (1 + day)(1 + interval) − 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from forecasting.arrays import FloatArray, IntArray
from forecasting.rolling import Replay

__all__ = ["UNKNOWN_DISPERSION", "Dispersion", "calibrate", "quantiles", "sample_paths"]

Z_90 = 1.2815515655446004
"""The 90 % point of the normal distribution: both ends of the 80 % band."""
COVERAGE = 0.8
BUSY_CONTACTS = 1.0
"""Below this mean the band of whole numbers covers nearly everything, whatever the dispersion."""
LEAST, MOST = 1e-4, 25.0
STEPS = 24


@dataclass(frozen=True)
class Dispersion:
    """Variances of the gamma factors of one queue.

    Parameters
    ----------
    day
        Of the factor that a whole date shares.
    interval
        Of each interval's own factor.
    """

    day: float
    interval: float

    @property
    def total(self) -> float:
        """Squared coefficient of variation of one interval's rate."""
        return (1 + self.day) * (1 + self.interval) - 1


UNKNOWN_DISPERSION = Dispersion(day=0.04, interval=0.04)
"""For histories too short to measure it: rates that scatter by a fifth from day to day and within days."""


def calibrate(replayed: Replay) -> list[Dispersion]:
    """Return the dispersion of each queue with which the 80 % bands of the replayed windows cover 80 %.

    The busy intervals set the total, whole days the common factor; the rest is the intervals' own.
    """
    result = []
    for means, actual in zip(replayed.means, replayed.actual, strict=True):
        known = np.isfinite(actual)
        busy = known & (means >= BUSY_CONTACTS)
        if not busy.any():
            busy = known & (means > 0)
        total = _dispersion_covering(means[busy], actual[busy])
        whole_means, whole_actual = (np.where(known, each, 0.0).sum(axis=1) for each in (means, actual))
        some = whole_means > 0
        day = min(_dispersion_covering(whole_means[some], whole_actual[some]), total)
        result.append(Dispersion(day, (1 + total) / (1 + day) - 1))
    return result


def _dispersion_covering(means: FloatArray, actual: FloatArray) -> float:
    """Find by bisection on the log scale the phi whose 80 % bands cover 80 % of what came."""
    if not len(means):
        return UNKNOWN_DISPERSION.total
    low, high = np.log(LEAST), np.log(MOST)
    for _ in range(STEPS):
        middle = (low + high) / 2
        phi = np.exp(middle)
        inside = (actual > _approximate(means, phi, -Z_90) - 0.5) & (
            actual < _approximate(means, phi, Z_90) + 0.5
        )
        if inside.mean() < COVERAGE:
            low = middle
        else:
            high = middle
    return float(np.exp(high))


def _approximate(means: FloatArray, phi: float | FloatArray, z: float) -> FloatArray:
    """Return the quantile of a gamma distribution with the same mean and variance.

    Wilson and Hilferty (1931, PNAS 17): its cube root is nearly normal.
    """
    shape = 1 / (phi + 1 / means)
    root = 1 - 1 / (9 * shape) + z / (3 * np.sqrt(shape))
    result: FloatArray = means * np.maximum(root, 0.0) ** 3
    return result


def quantiles(means: FloatArray, phi: FloatArray, probability: float, z: float) -> FloatArray:
    """Return exact quantiles of negative binomial counts: the least k with P(contacts <= k) >= probability.

    Parameters
    ----------
    means
        Shape (n,), not negative; a mean of 0 has quantile 0.
    phi
        Shape (n,), positive: variance = mean + phi mean².
    probability, z
        The probability and its point of the normal distribution.
    """
    result = np.zeros(means.shape)
    alive = np.flatnonzero(means > 0)
    mean, spread = means[alive], phi[alive]
    # The answer lies in (low, high]; both ends move apart, twice as far each time, until that is so.
    guess = np.round(_approximate(mean, spread, z))
    low, high, width = guess - 2, guess + 1, 2.0
    while (wrong := (low >= 0) & (_cumulative(low, mean, spread) >= probability)).any():
        low, width = np.where(wrong, low - width, low), 2 * width
    low, width = np.maximum(low, -1.0), 2.0
    while (wrong := _cumulative(high, mean, spread) < probability).any():
        high, width = np.where(wrong, high + width, high), 2 * width
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        under = _cumulative(middle, mean, spread) < probability
        low, high = np.where(under, middle, low), np.where(under, high, middle)
    result[alive] = high
    return result


def _cumulative(contacts: FloatArray, mean: FloatArray, phi: FloatArray) -> FloatArray:
    """Return P(X <= contacts) of the negative binomial, by the regularised incomplete beta function."""
    chance = 1 / (1 + phi * mean)
    below: FloatArray = np.where(contacts < 0, 0.0, betainc(1 / phi, np.maximum(contacts, 0.0) + 1, chance))
    return below


def sample_paths(
    means: FloatArray, day: IntArray, dispersions: Sequence[Dispersion], count: int, rng: np.random.Generator
) -> IntArray:
    """Draw paths of contacts that share each date's luck.

    Parameters
    ----------
    means
        Shape (Q, n): expected contacts.
    day
        Shape (n,): number of each interval's local date, from 0.
    dispersions
        Of the Q queues.
    count
        Paths to draw.

    Returns
    -------
    ndarray
        Shape (count, Q, n).
    """
    paths = np.empty((count, *means.shape), dtype=np.int64)
    for number, (mean, each) in enumerate(zip(means, dispersions, strict=True)):
        common = _gamma(each.day, (count, int(day.max()) + 1), rng)[:, day]
        own = _gamma(each.interval, (count, len(mean)), rng)
        paths[:, number] = rng.poisson(mean * common * own)
    return paths


def _gamma(variance: float, shape: tuple[int, int], rng: np.random.Generator) -> FloatArray:
    return rng.gamma(1 / variance, variance, shape) if variance > 0 else np.ones(shape)
