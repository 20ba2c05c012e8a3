"""Two levels: exponential smoothing of the days, shared out over each day by its profile.

Days, freed of what their factors explain, follow Holt and Winters' multiplicative method with a weekly
season and no trend (Winters 1960, Management Science 6); two weeks ahead a trend harms more than it helps.
The constants of smoothing are those of a small grid with which days a week ahead were told best.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from forecasting.arrays import BoolArray, FloatArray, IntArray
from forecasting.history import DayMatrix
from forecasting.models.explained import Explained
from forecasting.models.weekly_profile import WEEKLY, ScaledWeek, WeeklyProfile

__all__ = ["TwoLevel"]

LEVEL_GAINS = (0.01, 0.03, 0.08, 0.2)
SEASON_GAINS = (0.0, 0.05, 0.15)
LEAD_DAYS = 7
WARM_UP_DAYS = 28
LARGEST_STEP = 0.5
"""Log errors beyond this count as this much: one odd day must not move the level."""


@dataclass(frozen=True)
class TwoLevel:
    """Exponential smoothing of days x profile."""

    name: str = "two levels"
    weekly: WeeklyProfile = WEEKLY

    def fit(self, days: DayMatrix) -> ScaledWeek:
        """Learn level, season of the week, profile and factors of each queue."""
        return self.of(self.weekly.explain(days))

    def of(self, found: Explained) -> ScaledWeek:
        """Return the model of a history that has been taken apart."""
        record = found.record
        logs = np.log((record.totals + 0.5) / (found.expected + 0.5))
        level, season = _smooth(
            np.where(found.usual & (found.expected > 0), logs, np.nan), record.calendar.weekday
        )
        scale = replace(found.scale, level=level + found.bursts)
        return ScaledWeek(found.profile * np.exp(season)[:, :, None], scale, found.bends)


def _smooth(logs: FloatArray, weekday: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the last level (Q,) and season of the week (Q, 7) of days' logs (Q, D), NaN where unusual."""
    gains = np.array([(level, season) for level in LEVEL_GAINS for season in SEASON_GAINS])
    known = np.isfinite(logs)
    value = np.where(known, logs, 0.0)
    begin = _mean_of_first(value, known)
    level = np.repeat(begin[:, None], len(gains), axis=1)
    season = np.zeros((len(logs), len(gains), 7))
    loss = np.zeros_like(level)
    past = [level] * LEAD_DAYS
    for day, number in enumerate(weekday):
        now = known[:, day, None]
        if day >= WARM_UP_DAYS:
            missed = value[:, day, None] - past[day % LEAD_DAYS] - season[:, :, number]
            loss += np.where(now, np.clip(missed, -LARGEST_STEP, LARGEST_STEP) ** 2, 0.0)
        error = np.where(now, value[:, day, None] - level - season[:, :, number], 0.0)
        error = np.clip(error, -LARGEST_STEP, LARGEST_STEP)
        level = level + gains[:, 0] * error
        season[:, :, number] += gains[:, 1] * error
        past[day % LEAD_DAYS] = level
    best = np.argmin(loss, axis=1)
    queue = np.arange(len(logs))
    return level[queue, best], season[queue, best]


def _mean_of_first(value: FloatArray, known: BoolArray) -> FloatArray:
    """Return the mean of each queue's first four weeks of usual days, shape (Q,); 0 without any."""
    first = known & (np.cumsum(known, axis=1) <= WARM_UP_DAYS)
    count = first.sum(axis=1)
    total = np.where(first, value, 0.0).sum(axis=1)
    mean: FloatArray = np.divide(total, count, out=np.zeros(len(value)), where=count > 0)
    return mean
