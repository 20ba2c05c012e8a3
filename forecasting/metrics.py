"""How far forecasts were off. Never MAPE: it rewards forecasting too little and fails at zero contacts.

All metrics take only what was recorded: NaN actuals are left out. Shares are fractions, not per cent.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln

from forecasting.arrays import FloatArray

__all__ = ["bias", "coverage", "pinball", "poisson_floor", "wape", "weekly_naive_error"]


def wape(actual: FloatArray, forecast: FloatArray) -> float:
    """Return the weighted absolute percentage error, sum |actual − forecast| / sum actual; NaN for none.

    Examples
    --------
    >>> wape(np.array([10.0, 0.0, np.nan]), np.array([8.0, 1.0, 5.0]))
    0.3
    """
    known = np.isfinite(actual)
    return _over(np.abs(actual - forecast)[known].sum(), actual[known].sum())


def bias(actual: FloatArray, forecast: FloatArray) -> float:
    """Return sum (forecast − actual) / sum actual: above 0 where too much was forecast."""
    known = np.isfinite(actual)
    return _over((forecast - actual)[known].sum(), actual[known].sum())


def pinball(actual: FloatArray, quantile: FloatArray, probability: float) -> float:
    """Return the mean pinball loss of a quantile (Koenker and Bassett 1978), in contacts."""
    known = np.isfinite(actual)
    above = (actual - quantile)[known]
    return _over(np.maximum(probability * above, (probability - 1) * above).sum(), float(known.sum()))


def coverage(actual: FloatArray, low: FloatArray, high: FloatArray) -> float:
    """Return the share of recorded intervals inside [low, high], ends included."""
    known = np.isfinite(actual)
    return _over(((actual >= low) & (actual <= high))[known].sum(), float(known.sum()))


def weekly_naive_error(history: FloatArray, intervals_a_week: int) -> float:
    """Return the mean absolute difference from the same interval a week before, which scales MASE.

    Hyndman and Koehler (2006, International Journal of Forecasting 22). NaN without two weeks.

    Parameters
    ----------
    history
        Consecutive intervals, shape (n,), NaN where not recorded.
    """
    change = np.abs(history[intervals_a_week:] - history[:-intervals_a_week])
    known = np.isfinite(change)
    return _over(change[known].sum(), float(known.sum()))


def poisson_floor(actual: FloatArray, means: FloatArray) -> float:
    """Return the WAPE that is left when the mean of every interval is known and contacts are Poisson.

    The mean absolute deviation of a Poisson variable is 2 m^(k+1) e^(−m) / k! with k = floor(m) (Crow 1958).

    Examples
    --------
    >>> round(poisson_floor(np.array([4.0]), np.array([4.0])), 4)
    0.3907
    """
    known = np.isfinite(actual) & (means > 0)
    mean = means[known]
    whole = np.floor(mean)
    deviation = 2 * np.exp((whole + 1) * np.log(mean) - mean - gammaln(whole + 1))
    return _over(deviation.sum(), actual[np.isfinite(actual)].sum())


def _over(above: float, below: float) -> float:
    return float(above / below) if below > 0 else float("nan")
