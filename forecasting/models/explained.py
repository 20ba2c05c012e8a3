"""A history taken apart: weekly profile, factors of days, course of the year and level.

contacts(date, slot) = profile(weekday, slot) x day factors(date) x course of the year(date) x level

The profile is an exponentially weighted mean over weeks, of days that are neither public holidays nor
outliers, each divided by what its own factors explain.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from forecasting.arrays import BoolArray, FloatArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix
from forecasting.models.by_weekday import ByWeekday
from forecasting.models.day_factors import MONTH_DAYS, DayFeatures, ridge, sharp_days
from forecasting.models.day_shapes import KINDS, kind_of_day, learn_bends
from forecasting.models.holes import fill_holes
from forecasting.models.levels import credibility, local_level, weighted_level
from forecasting.models.medians import known_median
from forecasting.models.record import Record
from forecasting.models.yearly import YEARLY_NEEDS_DAYS, learn_course, year_waves

__all__ = ["DayScale", "Explained", "explain"]

ROUNDS = 3
"""Profile and factors are each learned given the other; a fourth round moves no error by 0.05 points."""
DAY_VARIANCE = 0.01
"""Variance of the log of busy days' totals, beside which the Poisson noise of small ones weighs."""
OUTLIER_RATIO = 1.5
OUTLIER_SIGMAS = 2.0
REST_SHARE = 0.5
"""How far from a working day to a day of rest, in logs, public holidays are before any has been seen."""
LEAST_REST = 0.1
RECURRING_BURSTS = 8.0
"""So many bursts are half believed to come again; one or two are chance."""
LARGEST_BURST = 5.0
OUTAGE = 0.2
"""Share of what was expected below which a day was an outage: the mean of others is not its business."""
MOST_BURSTS = np.log(1.5)


@dataclass(frozen=True, eq=False)
class DayScale:
    """How many times as busy as the profile's week each date is: coefficients of Q queues.

    Parameters
    ----------
    features, effects
        What is known of dates, and its coefficients (Q, p).
    sharp
        Shape (Q, 31): effects of single days of the month.
    course
        Coefficients (Q, 2 WAVES) of the course of the year.
    level
        Shape (Q,): log of the latest level.
    rest
        Shape (Q,): log of what public holidays on working weekdays are taken for before any has been seen.
    """

    features: DayFeatures
    effects: FloatArray
    sharp: FloatArray
    course: FloatArray
    level: FloatArray
    rest: FloatArray

    def logs(self, calendar: Calendar) -> FloatArray:
        """Return the logs of each date's factors, without the level, shape (Q, N)."""
        return np.asarray(
            self.effects @ self.features.matrix(calendar).T
            + self.course @ year_waves(calendar).T
            + self.sharp[:, calendar.day_of_month - 1]
            + self.rest[:, None] * self.features.quiet(calendar),
            dtype=np.float64,
        )

    def at(self, calendar: Calendar) -> FloatArray:
        """Return each date's factor, level included, shape (Q, N)."""
        return np.asarray(np.exp(self.logs(calendar) + self.level[:, None]), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Explained:
    """What was found in a history.

    Parameters
    ----------
    record
        The history.
    profile
        Shape (Q, 7, S), Monday first: contacts on a day of scale 1.
    scale
        Of dates to come.
    logs, local
        Of the history's dates, shape (Q, D): log of the factors, and of the level round each date.
    expected
        Contacts that profile and factors explain of what each date has recorded, shape (Q, D).
    usual
        Recorded dates that are neither holidays nor outliers, shape (Q, D).
    bursts
        Shape (Q,): log of how much more comes on average than on days that are no outliers.
    bends
        Shape (Q, KINDS, S): how special days bend the profile (:mod:`forecasting.models.day_shapes`).
    """

    record: Record
    profile: FloatArray
    scale: DayScale
    logs: FloatArray
    local: FloatArray
    expected: FloatArray
    usual: BoolArray
    bursts: FloatArray
    bends: FloatArray


def explain(days: DayMatrix, *, half_life_weeks: float, level_half_life_weeks: float) -> Explained:
    """Take a history apart.

    Parameters
    ----------
    half_life_weeks
        Age at which a week weighs half in the profile.
    level_half_life_weeks
        The same for the latest level, which counts as far as it is credible (``credibility``).
    """
    record = Record.of(days)
    recency = 0.5 ** (record.age_weeks / half_life_weeks)
    found = _alternate(record, ByWeekday(days.contacts, record.calendar.weekday), recency)
    expected = found.expected
    latest = 0.5 ** (record.age_weeks / level_half_life_weeks) * found.usual
    long = weighted_level(record.totals, expected, recency * found.usual)
    short = weighted_level(record.totals, expected, latest)
    mass = latest * expected
    evidence = mass.sum(axis=1) ** 2 / np.maximum((mass**2).sum(axis=1), 1e-12)
    trust = credibility(_log_ratio(record.totals, expected), found.usual, evidence)
    bursts = _bursts(found, recency)
    return replace(
        found,
        scale=replace(found.scale, level=long + trust * (short - long) + bursts),
        bursts=bursts,
        bends=_bends(record, days.contacts, found.profile, recency),
    )


def _bursts(found: Explained, recency: FloatArray) -> FloatArray:
    """Return the log of mean days over usual ones, believed the more the more outliers there were."""
    record = found.record
    expected = found.expected * np.exp(found.local)
    regular = record.ordinary & (expected > 0) & (record.totals > OUTAGE * expected)
    came = np.minimum(record.totals, LARGEST_BURST * expected)
    every = weighted_level(came, expected, recency * regular)
    clean = weighted_level(came, expected, recency * (regular & found.usual))
    odd = regular & ~found.usual
    began = odd & ~np.pad(odd, ((0, 0), (1, 0)))[:, :-1]
    count = began.sum(axis=1)
    believed = (every - clean) * count**2 / (count**2 + RECURRING_BURSTS**2)
    return np.asarray(np.clip(believed, -MOST_BURSTS, MOST_BURSTS), dtype=np.float64)


def _rest(profile: FloatArray, working: BoolArray) -> FloatArray:
    """Return the log of what public holidays are taken for before any has been seen, shape (Q,)."""
    days = profile.sum(axis=2)
    if working.all() or not working.any():
        return np.zeros(len(days))
    share = (days[:, ~working].mean(axis=1) + 0.5) / (days[:, working].mean(axis=1) + 0.5)
    return np.asarray(REST_SHARE * np.log(np.clip(share, LEAST_REST, 1.0)), dtype=np.float64)


def _bends(record: Record, contacts: FloatArray, profile: FloatArray, recency: FloatArray) -> FloatArray:
    kind = kind_of_day(record.features, record.calendar)
    special = np.flatnonzero(kind)
    weekdays = record.calendar.weekday[special]
    return learn_bends(contacts[:, special], profile[:, weekdays], kind[special], recency[special])


def _alternate(record: Record, weeks: ByWeekday, recency: FloatArray) -> Explained:
    """Learn the profile and the days' factors in turn, each given the other; the level is left at 0."""
    matrix, waves = record.features.matrix(record.calendar), year_waves(record.calendar)
    special = record.recorded & record.features.special(record.calendar).any(axis=1)
    quiet = record.features.quiet(record.calendar)
    penalties = record.features.penalties(record.span_days)
    years = (record.span_days >= YEARLY_NEEDS_DAYS)[:, None]
    profile, usual = _robust_start(record, weeks), record.ordinary
    course = np.zeros((len(years), waves.shape[1]))
    effects = np.zeros((len(years), matrix.shape[1]))
    sharp = np.zeros((len(years), MONTH_DAYS))
    day = record.calendar.day_of_month - 1
    for _ in range(ROUNDS):
        expected = weeks.expected(profile)
        guess = _rest(profile, record.features.working)
        ratio = _log_ratio(record.totals, expected) - guess[:, None] * quiet
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
        logs = effects @ matrix.T + sharp[:, day] + course @ waves.T + guess[:, None] * quiet
        profile = _profile(weeks, recency * usual, recency * record.recorded, np.exp(logs + level))
    scale = DayScale(record.features, effects, sharp, course, np.zeros(len(years)), guess)
    straight = np.ones((len(years), KINDS, profile.shape[2]))
    expected = weeks.expected(profile) * np.exp(logs)
    none = np.zeros(len(years))
    return Explained(record, profile, scale, logs, level, expected, usual, none, straight)


def _log_ratio(totals: FloatArray, expected: FloatArray) -> FloatArray:
    return np.asarray(np.log((totals + 0.5) / (expected + 0.5)), dtype=np.float64)


def _robust_start(record: Record, weeks: ByWeekday) -> FloatArray:
    """Return a first profile: mean shape of each weekday, scaled to its median day."""
    shape = fill_holes(weeks.profile(record.ordinary.astype(float), np.ones_like(record.totals)))
    expected = weeks.expected(shape)
    ratio = np.where(record.ordinary & (expected > 0), record.totals / np.maximum(expected, 1e-12), np.nan)
    for number in range(7):
        median = known_median(ratio[:, record.calendar.weekday == number])
        shape[:, number] *= np.where(np.isnan(median), 1.0, median)[:, None]
    return shape


def _profile(weeks: ByWeekday, clean: FloatArray, any_day: FloatArray, scale: FloatArray) -> FloatArray:
    """Return the profile of clean days; of all recorded ones where a slot of the week has no clean day."""
    profile = weeks.profile(clean, scale)
    unknown = np.isnan(profile)
    if unknown.any():
        profile = np.where(unknown, weeks.profile(any_day, scale), profile)
    return fill_holes(profile)
