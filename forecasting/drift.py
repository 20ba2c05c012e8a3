"""Drift: forecasts that have begun to miss in one direction.

The rule is the tracking signal of Trigg (1964, "Monitoring a forecasting system", Operational Research
Quarterly 15, 271–274): the exponentially smoothed error over the exponentially smoothed absolute error. It
lies between −1 and 1 and is near ±1 when all recent errors have one sign.
"""

from __future__ import annotations

import numpy as np

from forecasting.arrays import FloatArray

__all__ = ["DRIFT_LIMIT", "SMOOTHING", "smoothed_errors", "tracking_signal"]

SMOOTHING = 0.1
"""Weight of the newest day, Trigg's: about the last ten days count."""
DRIFT_LIMIT = 0.67
"""Of independent errors without bias 99 of 100 signals lie nearer to 0 (by simulation; a test repeats it)."""


def smoothed_errors(errors: FloatArray) -> tuple[float, float]:
    """Return the smoothed error and the smoothed absolute error after the last day.

    The first begins at 0 and the second at the mean absolute error of all days, so that a few days alone
    raise no alarm: with errors all alike the signal of n days is 1 − 0.9^n, above the limit from 11 on.

    Parameters
    ----------
    errors
        What came less what was forecast, a day each, the earliest first; not empty.
    """
    error, size = 0.0, float(np.abs(errors).mean())
    for each in errors.tolist():
        error += SMOOTHING * (each - error)
        size += SMOOTHING * (abs(each) - size)
    return error, size


def tracking_signal(errors: FloatArray) -> float:
    """Return Trigg's signal after the last day; 0 where there was never an error.

    Examples
    --------
    >>> tracking_signal(np.array([5.0, -5.0] * 20)) < 0.1
    True
    >>> tracking_signal(np.array([5.0] * 40)) > 0.9
    True
    """
    error, size = smoothed_errors(errors)
    return error / size if size > 0 else 0.0
