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

from forecasting.arrays import BoolArray, FloatArray, IntArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix
from forecasting.models.by_weekday import ByWeekday
from forecasting.models.day_factors import MONTH_DAYS, DayFeatures, ridge, sharp_days
from forecasting.models.holes import fill_holes
from forecasting.models.levels import credibility, local_level, weighted_level
from forecasting.models.medians import known_median
from forecasting.models.yearly import YEARLY_NEEDS_DAYS, learn_course, year_waves

__all__ = ["WeeklyProfile"]

ROUNDS = 3
"""Profile and factors are each learned given the other; a fourth round moves no error by 0.05 points."""
DAY_VARIANCE = 0.01
"""Variance of the log of busy days' totals, beside which the Poisson noise of small ones weighs."""
OUTLIER_RATIO = 1.5
OUTLIER_SIGMAS = 2.0


@dataclass(frozen=True)
class _FittedProfile:
    profile: FloatArray
    features: DayFeatures
    effects: FloatArray
    sharp: FloatArray
    course: FloatArray
    level: FloatArray

    def forecast(self, calendar: Calendar) -> FloatArray:
        logs = self.effects @ self.features.matrix(calendar).T + self.course @ year_waves(calendar).T
        scale = np.exp(logs + self.sharp[:, calendar.day_of_month - 1] + self.level[:, None])
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
        record = _Record.of(days)
        recency = 0.5 ** (record.age_weeks / self.half_life_weeks)
        found = _explain(record, recency)
        expected = record.weeks.expected(found.profile) * np.exp(found.logs)
        latest = 0.5 ** (record.age_weeks / self.level_half_life_weeks) * found.usual
        long = weighted_level(record.totals, expected, recency * found.usual)
        short = weighted_level(record.totals, expected, latest)
        mass = latest * expected
        evidence = mass.sum(axis=1) ** 2 / np.maximum((mass**2).sum(axis=1), 1e-12)
        trust = credibility(_log_ratio(record.totals, expected), found.usual, evidence)
        level = long + trust * (short - long)
        return _FittedProfile(found.profile, record.features, found.effects, found.sharp, found.course, level)


@dataclass(frozen=True, eq=False)
class _Record:
    """The history day by day: shapes (Q, D) for queues and days, (D,) for days."""

    weeks: ByWeekday
    calendar: Calendar
    features: DayFeatures
    totals: FloatArray
    recorded: BoolArray
    ordinary: BoolArray

    @classmethod
    def of(cls, days: DayMatrix) -> _Record:
        calendar = days.calendar
        recorded = np.asarray(np.isfinite(days.contacts).any(axis=2), dtype=bool)
        ordinary = np.asarray(recorded & ~calendar.on_holiday(), dtype=bool)
        totals = np.nansum(days.contacts, axis=2)
        features = DayFeatures.learnable(calendar, _working_weekdays(totals, ordinary, calendar))
        weeks = ByWeekday(days.contacts, calendar.weekday)
        return cls(weeks, calendar, features, totals, recorded, ordinary)

    @property
    def span_days(self) -> IntArray:
        """Days since each queue's first record, shape (Q,)."""
        return np.asarray(len(self.calendar) - np.argmax(self.recorded, axis=1), dtype=np.int64)

    @property
    def age_weeks(self) -> FloatArray:
        return np.arange(len(self.calendar))[::-1] / 7


@dataclass(frozen=True, eq=False)
class _Explained:
    """Profile (Q, 7, S), coefficients, the logs (Q, D) that they give days, and which days are usual."""

    profile: FloatArray
    effects: FloatArray
    sharp: FloatArray
    course: FloatArray
    logs: FloatArray
    usual: BoolArray


def _explain(record: _Record, recency: FloatArray) -> _Explained:
    """Learn the profile and the days' factors in turn, each given the other."""
    matrix, waves = record.features.matrix(record.calendar), year_waves(record.calendar)
    special = record.recorded & record.features.special(record.calendar).any(axis=1)
    penalties = record.features.penalties(record.span_days)
    years = (record.span_days >= YEARLY_NEEDS_DAYS)[:, None]
    profile, usual = _robust_start(record), record.ordinary
    course = np.zeros((len(years), waves.shape[1]))
    effects = np.zeros((len(years), matrix.shape[1]))
    sharp = np.zeros((len(years), MONTH_DAYS))
    day = record.calendar.day_of_month - 1
    for _ in range(ROUNDS):
        expected = record.weeks.expected(profile)
        ratio = _log_ratio(record.totals, expected)
        rest = ratio - effects @ matrix.T - sharp[:, day]
        if years.any():
            course = learn_course(rest, usual & years, record.calendar)
            rest = rest - course @ waves.T
        level = local_level(rest, record.ordinary)
        limit = np.log(OUTLIER_RATIO) + OUTLIER_SIGMAS / np.sqrt(np.maximum(expected, 1.0))
        regular = record.recorded & (np.abs(rest - level) < limit)
        usual = regular & record.ordinary
        unexplained = ratio - course @ waves.T - level
        precise = DAY_VARIANCE / (1 / np.maximum(expected, 1.0) + DAY_VARIANCE)
        effects = ridge(matrix, penalties, unexplained - sharp[:, day], precise * (regular | special))
        sharp = sharp_days(unexplained - effects @ matrix.T, record.ordinary, day)
        logs = effects @ matrix.T + sharp[:, day] + course @ waves.T
        profile = _profile(record, recency * usual, recency * record.recorded, np.exp(logs + level))
    return _Explained(profile, effects, sharp, course, logs, usual)


def _log_ratio(totals: FloatArray, expected: FloatArray) -> FloatArray:
    return np.asarray(np.log((totals + 0.5) / (expected + 0.5)), dtype=np.float64)


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


def _robust_start(record: _Record) -> FloatArray:
    """Return a first profile: mean shape of each weekday, scaled to its median day."""
    shape = fill_holes(record.weeks.profile(record.ordinary.astype(float), np.ones_like(record.totals)))
    expected = record.weeks.expected(shape)
    ratio = np.where(record.ordinary & (expected > 0), record.totals / np.maximum(expected, 1e-12), np.nan)
    for number in range(7):
        median = known_median(ratio[:, record.calendar.weekday == number])
        shape[:, number] *= np.where(np.isnan(median), 1.0, median)[:, None]
    return shape


def _profile(record: _Record, clean: FloatArray, any_day: FloatArray, scale: FloatArray) -> FloatArray:
    """Return the profile of clean days; of all recorded ones where a slot of the week has no clean day."""
    profile = record.weeks.profile(clean, scale)
    unknown = np.isnan(profile)
    if unknown.any():
        profile = np.where(unknown, record.weeks.profile(any_day, scale), profile)
    return fill_holes(profile)
