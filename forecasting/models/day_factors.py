"""Factors of single days: day of the month, public holidays, the days round them.

Each queue's log ratio of day totals to its weekly profile is regressed on the day's features by ridge
regression. Its penalties are in days: a feature with penalty 2 needs two ordinary days of evidence to come
half the way to what they say.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import BoolArray, FloatArray, IntArray
from forecasting.calendars import Calendar
from forecasting.models.medians import known_median

__all__ = ["MONTH_DAYS", "DayFeatures", "ridge", "sharp_days"]

MONTH_DAYS = 31
MONTH_BUMP_DAYS = 4
"""Half width of the triangles on the circle of the month: neighbouring days are alike."""
MONTH_PENALTY = 12.0
"""Days of the month are seen seldom, and their bumps overlap: weak evidence must not move a day by much."""
MONTH_NEEDS_DAYS = 28
"""Below a month some of its days have never been seen."""
FORBIDDING_PENALTY = 1e9

SHARP_NEEDS_MONTHS = 4
SHARP_LOG = np.log(1.25)
SHARP_ERRORS = 4.0
TO_SIGMA = 1.4826
"""Standard deviation of a normal variable over its median absolute deviation."""
TO_SIGMA_OF_MEDIAN = 1.2533
"""Standard error of a median over that of a mean."""
EVE_PENALTY = 1.0
AFTER_PENALTY = 1.0
HOLIDAY_PENALTY = 0.3
OBSERVANCE_PENALTY = 1.0
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
    observed
        Optional holidays and half days with an effect of their own beside that of all such days.
    """

    working: BoolArray
    names: tuple[str, ...]
    observed: tuple[str, ...] = ()

    @classmethod
    def learnable(cls, calendar: Calendar, working: BoolArray) -> DayFeatures:
        """Return the features that a history over these dates can teach."""
        names, observed = (
            tuple(
                sorted({name for day, name in each.items() if calendar.dates[0] <= day <= calendar.dates[-1]})
            )
            for each in (calendar.holidays, calendar.observances)
        )
        return cls(working, names, observed)

    def special(self, calendar: Calendar) -> FloatArray:
        """Return holiday, eve, first day back, observance, and each by name: shape (N, 4 + names + observed).

        A day of rest has no eve: on it, customers stop early every week.
        """
        holiday = calendar.on_holiday()
        eve = calendar.on_holiday(1) & ~holiday & self.working[calendar.weekday]
        after = calendar.after_holiday(self.working) & ~holiday & ~eve
        kept = calendar.observance_names
        named = [calendar.holiday_names == name for name in self.names]
        named += [kept == name for name in self.observed]
        return np.column_stack([holiday, eve, after, kept != "", *named]).astype(float)

    def matrix(self, calendar: Calendar) -> FloatArray:
        """Return all features of each date, shape (N, p)."""
        apart = np.abs(calendar.day_of_month[:, None] - np.arange(1, MONTH_DAYS + 1))
        apart = np.minimum(apart, MONTH_DAYS - apart)
        return np.column_stack([self.special(calendar), np.maximum(0.0, 1 - apart / MONTH_BUMP_DAYS)])

    def quiet(self, calendar: Calendar) -> FloatArray:
        """Mark public holidays on working weekdays, shape (N,)."""
        return (calendar.on_holiday() & self.working[calendar.weekday]).astype(float)

    def penalties(self, recorded_days: IntArray) -> FloatArray:
        """Return the ridge penalty of each feature for queues with so long a history, shape (Q, p)."""
        special = [HOLIDAY_PENALTY, EVE_PENALTY, AFTER_PENALTY, OBSERVANCE_PENALTY]
        special += [NAMED_PENALTY] * (len(self.names) + len(self.observed))
        month = np.where(recorded_days < MONTH_NEEDS_DAYS, FORBIDDING_PENALTY, MONTH_PENALTY)
        return np.column_stack(
            [np.tile(special, (len(recorded_days), 1)), np.tile(month[:, None], (1, MONTH_DAYS))]
        )


def ridge(features: FloatArray, penalties: FloatArray, values: FloatArray, weights: FloatArray) -> FloatArray:
    """Return the coefficients (Q, p) of one weighted ridge regression a queue.

    Parameters
    ----------
    features
        Shape (D, p), shared by all queues.
    penalties
        Shape (p,) or (Q, p), positive.
    values, weights
        Shape (Q, D). Values count only where weights are positive.
    """
    gram = (weights[:, None, :] * features.T) @ features
    gram = gram + penalties[..., None] * np.eye(features.shape[1])
    right = (weights * np.where(weights > 0, values, 0.0)) @ features
    return np.asarray(np.linalg.solve(gram, right[..., None])[..., 0], dtype=np.float64)


def sharp_days(values: FloatArray, ordinary: BoolArray, day: IntArray) -> FloatArray:
    """Return effects (Q, 31) of single days of the month that stand out beyond doubt: pay days, bills.

    The smooth effects of neighbouring days cannot show these. The median over months is taken as it is where
    it exceeds a quarter and four standard errors; elsewhere the effect is 0. One odd day moves no median.

    Parameters
    ----------
    values
        Log ratios (Q, D) that nothing else explains.
    ordinary
        Recorded days that are no holidays, shape (Q, D).
    day
        Day of the month of each date, from 0, shape (D,).
    """
    known = np.where(ordinary, values, np.nan)
    scatter = TO_SIGMA * known_median(np.abs(known - known_median(known)[:, None]))
    same = _by_day_of_month(known, day)
    count = np.isfinite(same).sum(axis=2)
    error = TO_SIGMA_OF_MEDIAN * scatter[:, None] / np.sqrt(np.maximum(count, 1))
    median = known_median(same)
    clear = (count >= SHARP_NEEDS_MONTHS) & (np.abs(median) > np.maximum(SHARP_LOG, SHARP_ERRORS * error))
    return np.where(clear, median, 0.0)


def _by_day_of_month(values: FloatArray, day: IntArray) -> FloatArray:
    """Gather days (Q, D) by day of the month, shape (Q, 31, most of a kind), filled up with NaN."""
    many = np.bincount(day, minlength=MONTH_DAYS)
    order = np.argsort(day, kind="stable")
    place = np.arange(len(day)) - np.repeat(np.cumsum(many) - many, many)
    gathered = np.full((len(values), MONTH_DAYS, max(many.max(), 1)), np.nan)
    gathered[:, day[order], place] = values[:, order]
    return gathered
