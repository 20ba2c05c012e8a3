"""Factors of single days: day of the month, public holidays, the days round them.

Each queue's log ratio of day totals to its weekly profile is regressed on the day's features by ridge
regression. Its penalties are in days: a feature with penalty 2 needs two ordinary days of evidence to come
half the way to what they say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import BoolArray, FloatArray
from forecasting.calendars import Calendar

__all__ = ["DayFeatures", "ridge"]

MONTH_DAYS = 31
MONTH_BUMP_DAYS = 4
"""Half width of the triangles on the circle of the month: neighbouring days are alike."""
MONTH_PENALTY = 4.0
EVE_PENALTY = 1.0
AFTER_PENALTY = 1.0
HOLIDAY_PENALTY = 0.3
NAMED_PENALTY = 1.0


@dataclass(frozen=True)
class DayFeatures:
    """Features of days.

    Parameters
    ----------
    working
        Shape (7,): weekdays that are working days for the region's customers.
    names
        Holidays with an effect of their own beside that of all holidays.
    month
        Whether days of the month have effects.
    """

    working: BoolArray
    names: tuple[str, ...]
    month: bool

    @classmethod
    def learnable(cls, calendar: Calendar, working: BoolArray, *, month: bool) -> DayFeatures:
        """Return the features that a history over these dates can teach."""
        inside = [
            name for day, name in calendar.holidays.items() if calendar.dates[0] <= day <= calendar.dates[-1]
        ]
        return cls(working, tuple(sorted(set(inside))), month)

    def special(self, calendar: Calendar) -> FloatArray:
        """Return holiday, eve, first day back, and each named holiday: shape (N, 3 + names)."""
        holiday = calendar.on_holiday()
        eve = calendar.on_holiday(1) & ~holiday
        after = calendar.after_holiday(self.working) & ~holiday & ~eve
        called = [calendar.holidays.get(day, "") for day in calendar.dates]
        named = [np.array([each == name for each in called], dtype=bool) for name in self.names]
        return np.column_stack([holiday, eve, after, *named]).astype(float)

    def matrix(self, calendar: Calendar) -> FloatArray:
        """Return all features of each date, shape (N, p)."""
        special = self.special(calendar)
        if not self.month:
            return special
        apart = np.abs(calendar.day_of_month[:, None] - np.arange(1, MONTH_DAYS + 1))
        apart = np.minimum(apart, MONTH_DAYS - apart)
        return np.column_stack([special, np.maximum(0.0, 1 - apart / MONTH_BUMP_DAYS)])

    @property
    def penalties(self) -> FloatArray:
        """Ridge penalty of each feature, shape (p,)."""
        special = [HOLIDAY_PENALTY, EVE_PENALTY, AFTER_PENALTY, *([NAMED_PENALTY] * len(self.names))]
        return np.array(special + [MONTH_PENALTY] * (MONTH_DAYS if self.month else 0))


def ridge(features: FloatArray, penalties: FloatArray, values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the coefficients (Q, p) of one weighted ridge regression a queue.

    Parameters
    ----------
    features
        Shape (D, p), shared by all queues.
    penalties
        Shape (p,), positive.
    values, weights
        Shape (Q, D). Values count only where weights are positive.
    """
    gram = np.einsum("qd,dp,dr->qpr", weights, features, features, optimize=True) + np.diag(penalties)
    right = (weights * np.where(weights > 0, values, 0.0)) @ features
    solved: FloatArray = np.linalg.solve(gram, right[..., None])[..., 0]
    return solved
