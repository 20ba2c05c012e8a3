"""The weighted weekly profile: the house's first model.

Weighted weekly profiles with cleaned holidays and day factors (:mod:`forecasting.models.explained`) beat
every automatic model tried on real contact data; Taylor (2008, Management Science 54) finds the same of
simple averages for lead times beyond a few days.
"""

from __future__ import annotations

from dataclasses import dataclass

from forecasting.arrays import FloatArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix
from forecasting.models.day_shapes import bend, kind_of_day
from forecasting.models.explained import DayScale, Explained, explain

__all__ = ["WEEKLY", "ScaledWeek", "WeeklyProfile"]


@dataclass(frozen=True, eq=False)
class ScaledWeek:
    """A profile of one week (Q, 7, S), Monday first, bent on special days, times a factor of each date."""

    profile: FloatArray
    scale: DayScale
    bends: FloatArray

    def forecast(self, calendar: Calendar) -> FloatArray:
        """Return the profile of each date's weekday, bent and scaled."""
        kind = kind_of_day(self.scale.features, calendar)
        days = bend(self.profile[:, calendar.weekday], self.bends, kind)
        return days * self.scale.at(calendar)[:, :, None]


@dataclass(frozen=True)
class WeeklyProfile:
    """Weighted weekly profile with day factors.

    Parameters
    ----------
    half_life_weeks
        Age at which a week weighs half in the profile.
    level_half_life_weeks
        The same for the latest level.
    """

    name: str = "weighted weekly profile"
    half_life_weeks: float = 8.0
    level_half_life_weeks: float = 1.5

    def fit(self, days: DayMatrix) -> ScaledWeek:
        """Learn profile, factors and level of each queue."""
        return self.of(self.explain(days))

    def explain(self, days: DayMatrix) -> Explained:
        """Take the history apart with this model's memory."""
        return explain(
            days,
            half_life_weeks=self.half_life_weeks,
            level_half_life_weeks=self.level_half_life_weeks,
        )

    def of(self, found: Explained) -> ScaledWeek:
        """Return the model of a history that has been taken apart."""
        return ScaledWeek(found.profile, found.scale, found.bends)


WEEKLY = WeeklyProfile()
