"""Plain summaries of the last weeks: what any forecast has to beat, and what short histories carry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix
from forecasting.models.holes import fill_holes
from forecasting.models.medians import known_median

__all__ = ["LastWeeks", "Summary", "WeekdayLess"]


class Summary(StrEnum):
    """How the weeks are joined into one."""

    MEAN = "mean"
    MEDIAN = "median"


@dataclass(frozen=True)
class _Repeated:
    """A profile of one week (Q, 7, S), Monday first, that repeats for ever."""

    profile: FloatArray

    def forecast(self, calendar: Calendar) -> FloatArray:
        return self.profile[:, calendar.weekday]


@dataclass(frozen=True)
class LastWeeks:
    """Mean or median of each slot of the week over its last recorded weeks.

    With one week this is the weekly seasonal naive forecast. Per slot, the ``weeks`` most recently recorded
    values of that weekday count, however long ago they are.
    """

    name: str
    weeks: int
    summary: Summary = Summary.MEAN

    def fit(self, days: DayMatrix) -> _Repeated:
        """Learn from the last weeks."""
        weekday = days.calendar.weekday
        profile = np.full((len(days.keys), 7, days.contacts.shape[2]), np.nan)
        for number in range(7):
            same = days.contacts[:, weekday == number][:, ::-1]
            recorded = np.isfinite(same)
            recent = np.where(recorded & (np.cumsum(recorded, axis=1) <= self.weeks), same, np.nan)
            profile[:, number] = _summary(recent, self.summary)
        return _Repeated(fill_holes(profile))


@dataclass(frozen=True)
class WeekdayLess:
    """Mean of each slot of the day over all recorded days, whatever their weekday."""

    name: str = "weekday-less profile"

    def fit(self, days: DayMatrix) -> _Repeated:
        """Learn from all days."""
        profile = _summary(days.contacts, Summary.MEAN)[:, None, :]
        return _Repeated(np.repeat(fill_holes(profile), 7, axis=1))


def _summary(values: FloatArray, summary: Summary) -> FloatArray:
    """Join (Q, n, S) over n, of what is recorded; NaN where nothing is."""
    if summary is Summary.MEDIAN:
        return known_median(np.moveaxis(values, 1, 2))
    count = np.isfinite(values).sum(axis=1)
    total = np.nansum(values, axis=1)
    return np.asarray(np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0))
