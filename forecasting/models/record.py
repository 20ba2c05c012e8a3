"""The history of queues day by day, as the models that explain days by factors see it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import BoolArray, FloatArray, IntArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix
from forecasting.models.day_factors import DayFeatures

__all__ = ["Record"]


@dataclass(frozen=True, eq=False)
class Record:
    """The history day by day: shapes (Q, D) for queues and days, (D,) for days.

    Parameters
    ----------
    calendar, features
        Of the D dates, and what is known of such dates beforehand.
    totals
        Contacts recorded on each date.
    recorded
        Whether any slot of the date was recorded.
    ordinary
        Recorded dates that are no public holidays.
    """

    calendar: Calendar
    features: DayFeatures
    totals: FloatArray
    recorded: BoolArray
    ordinary: BoolArray

    @classmethod
    def of(cls, days: DayMatrix) -> Record:
        """Sum up the dates of a history."""
        calendar = days.calendar
        recorded = np.asarray(np.isfinite(days.contacts).any(axis=2), dtype=bool)
        ordinary = np.asarray(recorded & ~calendar.on_holiday(), dtype=bool)
        totals = np.nansum(days.contacts, axis=2)
        features = DayFeatures.learnable(calendar, _working_weekdays(totals, ordinary, calendar))
        return cls(calendar, features, totals, recorded, ordinary)

    @property
    def span_days(self) -> IntArray:
        """Days since each queue's first record, shape (Q,)."""
        return np.asarray(len(self.calendar) - np.argmax(self.recorded, axis=1), dtype=np.int64)

    @property
    def age_weeks(self) -> FloatArray:
        """Weeks from each date to the last, shape (D,)."""
        return np.arange(len(self.calendar))[::-1] / 7


def _working_weekdays(totals: FloatArray, usual: BoolArray, calendar: Calendar) -> BoolArray:
    """Tell on which weekdays the region's customers call as on working days: half the typical day."""
    pooled = np.where(usual.any(axis=0), np.where(usual, totals, 0.0).sum(axis=0), np.nan)
    typical = np.zeros(7)
    for number in range(7):
        same = pooled[(calendar.weekday == number) & np.isfinite(pooled)]
        typical[number] = np.median(same) if len(same) else 0.0
    busy = typical[typical > 0]
    if not len(busy):
        return np.zeros(7, dtype=bool)
    working: BoolArray = typical > np.median(busy) / 2
    return working
