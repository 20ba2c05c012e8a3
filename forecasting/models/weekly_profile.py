"""The weighted weekly profile: the house's first model.

contacts(date, slot) = profile(weekday, slot) x day factors(date) x course of the year(date) x level

The profile is an exponentially weighted mean over weeks, of days that are neither public holidays nor
outliers, each divided by what its own factors explain. Weighted weekly profiles with cleaned holidays and
day factors beat every automatic model tried on real contact data; Taylor (2008, Management Science 54)
finds the same of simple averages for lead times beyond a few days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import BoolArray, FloatArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix
from forecasting.models.by_weekday import ByWeekday
from forecasting.models.day_factors import DayFeatures, ridge
from forecasting.models.holes import fill_holes
from forecasting.models.levels import credibility, local_level, weighted_level

__all__ = ["WeeklyProfile"]

ROUNDS = 3
"""Profile and factors are each learned given the other; three rounds settle them to well below 1 %."""
MONTH_NEEDS_DAYS = 84
DAY_VARIANCE = 0.01
"""Variance of the log of busy days' totals, beside which the Poisson noise of small ones weighs."""
OUTLIER_RATIO = 1.5
OUTLIER_SIGMAS = 2.0


@dataclass(frozen=True)
class _FittedProfile:
    profile: FloatArray
    features: DayFeatures
    effects: FloatArray
    level: FloatArray

    def forecast(self, calendar: Calendar) -> FloatArray:
        scale = np.exp(self.effects @ self.features.matrix(calendar).T + self.level[:, None])
        return self.profile[:, calendar.weekday] * scale[:, :, None]


@dataclass(frozen=True)
class WeeklyProfile:
    """Weighted weekly profile with day factors.

    Parameters
    ----------
    half_life_weeks
        Age at which a week weighs half in the profile.
    level_half_life_weeks
        The same for the latest level, which counts as far as it is credible (``credibility``).
    """

    name: str = "weighted weekly profile"
    half_life_weeks: float = 8.0
    level_half_life_weeks: float = 2.0

    def fit(self, days: DayMatrix) -> _FittedProfile:
        """Learn profile, factors and level of each queue."""
        calendar, contacts = days.calendar, days.contacts
        weeks = ByWeekday(contacts, calendar.weekday)
        recorded = np.isfinite(contacts).any(axis=2)
        totals = np.nansum(contacts, axis=2)
        holiday = calendar.on_holiday()
        working = _working_weekdays(totals, recorded & ~holiday, calendar)
        features = DayFeatures.learnable(calendar, working, month=len(calendar) >= MONTH_NEEDS_DAYS)
        matrix = features.matrix(calendar)
        special = features.special(calendar).any(axis=1)
        age = np.arange(len(calendar))[::-1] / 7
        recency = 0.5 ** (age / self.half_life_weeks)

        profile = _robust_start(weeks, totals, recorded & ~holiday, calendar)
        usual = recorded & ~holiday
        scale = np.ones_like(totals)
        effects = np.zeros((len(days.keys), matrix.shape[1]))
        for number in range(ROUNDS):
            if number:
                profile = _profile(weeks, recency * usual, recency * recorded, scale)
            expected = weeks.expected(profile)
            ratio = np.log((totals + 0.5) / (expected + 0.5))
            rest = ratio - effects @ matrix.T
            level = local_level(rest, recorded & ~holiday)
            limit = np.log(OUTLIER_RATIO) + OUTLIER_SIGMAS / np.sqrt(np.maximum(expected, 1.0))
            regular = recorded & (np.abs(rest - level) < limit)
            usual = regular & ~holiday
            precise = DAY_VARIANCE / (1 / np.maximum(expected, 1.0) + DAY_VARIANCE)
            weights = precise * (regular | (recorded & special))
            effects = ridge(matrix, features.penalties, ratio - level, weights)
            scale = np.exp(effects @ matrix.T + level)

        profile = _profile(weeks, recency * usual, recency * recorded, scale)
        factors = np.exp(effects @ matrix.T)
        expected = weeks.expected(profile) * factors
        latest = 0.5 ** (age / self.level_half_life_weeks) * usual
        long = weighted_level(totals, expected, recency * usual)
        short = weighted_level(totals, expected, latest)
        mass = latest * expected
        evidence = mass.sum(axis=1) ** 2 / np.maximum((mass**2).sum(axis=1), 1e-12)
        rest = np.log((totals + 0.5) / (expected + 0.5))
        trust = credibility(rest, usual, evidence)
        return _FittedProfile(profile, features, effects, long + trust * (short - long))


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


def _robust_start(weeks: ByWeekday, totals: FloatArray, usual: BoolArray, calendar: Calendar) -> FloatArray:
    """Return a first profile: mean shape of each weekday, scaled to its median day."""
    shape = fill_holes(weeks.profile(usual.astype(float), np.ones_like(totals)))
    expected = weeks.expected(shape)
    ratio = np.where(usual & (expected > 0), totals / np.maximum(expected, 1e-12), np.nan)
    for number in range(7):
        same = ratio[:, calendar.weekday == number]
        known = np.isfinite(same).any(axis=1)
        if known.any():
            shape[known, number] *= np.nanmedian(same[known], axis=1)[:, None]
    return shape


def _profile(weeks: ByWeekday, clean: FloatArray, any_day: FloatArray, scale: FloatArray) -> FloatArray:
    """Return the profile of clean days; of all recorded ones where a slot of the week has no clean day."""
    profile = weeks.profile(clean, scale)
    unknown = np.isnan(profile)
    if unknown.any():
        profile = np.where(unknown, weeks.profile(any_day, scale), profile)
    return fill_holes(profile)
