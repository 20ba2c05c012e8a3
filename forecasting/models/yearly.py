"""The course of the year: slow waves in a queue's level that come back each year."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import BoolArray, FloatArray
from forecasting.calendars import Calendar
from forecasting.models.day_factors import ridge

__all__ = ["YEARLY_NEEDS_DAYS", "learn_course", "year_waves"]

YEARLY_NEEDS_DAYS = 56 * 7
"""A year and four weeks: below that a wave cannot be told from a trend."""
WAVES = 3
"""Sine and cosine of 1 to 3 periods a year: seasons, not single weeks."""
PENALTY_DAYS = 42.0


def year_waves(calendar: Calendar) -> FloatArray:
    """Return sines and cosines of the date's place in the year, shape (N, 2 WAVES)."""
    angle = calendar.year_angle[:, None] * np.arange(1, WAVES + 1)
    return np.concatenate([np.cos(angle), np.sin(angle)], axis=1)


def learn_course(values: FloatArray, usual: BoolArray, calendar: Calendar) -> FloatArray:
    """Return each queue's coefficients (Q, 2 WAVES) of ``year_waves``, by ridge regression beside a trend.

    The trend takes what a steady growth explains, so that growth is not taken for a season; it is not carried
    on. With one year of days a wave keeps 182 / (182 + 42), four fifths, of what the data say, with two nine
    tenths.

    Parameters
    ----------
    values
        Log ratios of days to their expectation, shape (Q, D).
    usual
        Which of them count, shape (Q, D).
    calendar
        Of the D dates.
    """
    waves = year_waves(calendar)
    time = np.linspace(-1.0, 1.0, len(calendar))
    features = np.column_stack([np.ones(len(calendar)), time, waves])
    # A tiny price keeps queues with hardly any days solvable.
    penalties = np.r_[1e-6, 1e-6, np.full(waves.shape[1], PENALTY_DAYS)]
    return ridge(features, penalties, values, usual.astype(float))[:, 2:]
