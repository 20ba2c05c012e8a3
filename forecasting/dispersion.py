"""How far contacts scatter round their mean: the gamma-Poisson model.

A date's contacts are Poisson with rate mean x G x H, where the gamma factor G (mean 1) is common to the date
and H (mean 1) is each interval's own: arrivals are overdispersed and correlated within a day (Avramidis,
Deslauriers and L'Ecuyer 2004; Oreshkin, Régnard and L'Ecuyer 2016). One interval is then nearly negative
binomial with variance mean + phi mean² and phi = (1 + variance of G)(1 + variance of H) − 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from forecasting.arrays import BoolArray, FloatArray

__all__ = ["UNKNOWN_DISPERSION", "Z_90", "Dispersion", "calibrate", "quantiles"]

Z_90 = 1.2815515655446004
"""The 90 % point of the normal distribution: both ends of the 80 % band."""
COVERAGE = 0.8
BUSY_CONTACTS = 1.0
"""Below this mean the band of whole numbers covers nearly everything, whatever the dispersion."""
LEAST, MOST = 1e-4, 25.0
STEPS = 11
"""Of bisection: to within a hundredth."""
GROUP_SIZE = 200
MOST_GROUPS = 5


@dataclass(frozen=True)
class Dispersion:
    """Variances of the gamma factors of one queue.

    Parameters
    ----------
    day
        Of the factor that a whole date shares.
    means, totals
        Squared coefficient of variation of an interval's rate, day and own factor together, at each of some
        rising expected contacts: quiet intervals scatter more than busy ones, for their share.
    shared
        Share of the date's luck that all queues have in common, 0–1.
    persistence
        Correlation of successive intervals' own factors, 0–1.
    """

    day: float
    means: tuple[float, ...]
    totals: tuple[float, ...]
    shared: float = 0.0
    persistence: float = 0.0

    def total_at(self, means: FloatArray) -> FloatArray:
        """Return phi of intervals with these expected contacts, shape as given."""
        known = np.log(np.maximum(means, LEAST))
        return np.asarray(np.exp(np.interp(known, np.log(self.means), np.log(self.totals))), dtype=np.float64)

    def interval_at(self, means: FloatArray) -> FloatArray:
        """Return the variance of the intervals' own factor, shape as given."""
        return np.maximum((1 + self.total_at(means)) / (1 + self.day) - 1, 0.0)


UNKNOWN_DISPERSION = Dispersion(day=0.04, means=(1.0,), totals=(0.08,))
"""For histories too short to measure it: rates that scatter by a fifth from day to day and within days."""


def calibrate(means: FloatArray, actual: FloatArray, holiday: BoolArray | None = None) -> list[Dispersion]:
    """Return the dispersion of each queue with which the 80 % bands of past forecasts cover 80 %.

    Busy intervals, in groups of like means, set the totals, and whole days the common factor.

    Parameters
    ----------
    means, actual
        Forecasts and what came, shape (Q, n, B): n days of B measured blocks; NaN where unknown.
    holiday
        Which of the n days are public holidays: these say nothing of how other days scatter, and count only
        where there are no others. None: none is.
    """
    result = []
    for mean, came in zip(means, actual, strict=True):
        known = np.isfinite(came) & np.isfinite(mean)
        if holiday is not None and known[~holiday].any():
            known &= ~holiday[:, None]
        if not known.any():
            result.append(UNKNOWN_DISPERSION)
            continue
        busy = known & (mean >= BUSY_CONTACTS)
        if not busy.any():
            busy = known & (mean > 0)
        at, totals = _by_volume(mean[busy], came[busy])
        whole_mean, whole_came = (np.where(known, each, 0.0).sum(axis=1) for each in (mean, came))
        some = whole_mean > 0
        day = _dispersion_covering(whole_mean[some], whole_came[some])
        result.append(Dispersion(day, at, totals))
    return result


def _by_volume(means: FloatArray, actual: FloatArray) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return typical means of groups of like volume, rising, and the dispersion of each group."""
    if not len(means):
        return UNKNOWN_DISPERSION.means, UNKNOWN_DISPERSION.totals
    groups = np.array_split(
        np.argsort(means, kind="stable"), np.clip(len(means) // GROUP_SIZE, 1, MOST_GROUPS)
    )
    found = {
        float(np.median(means[each])): _dispersion_covering(means[each], actual[each]) for each in groups
    }
    return tuple(found), tuple(found.values())


def _dispersion_covering(means: FloatArray, actual: FloatArray) -> float:
    """Find by bisection on the log scale the phi whose 80 % bands cover 80 % of what came."""
    if not len(means):
        return UNKNOWN_DISPERSION.day
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
