"""Gradient boosting: one model over all queues of what their weekly profiles leave unexplained.

LightGBM (Ke et al. 2017) with Poisson loss learns a correction to each queue's weighted weekly profile, which
is its offset: contacts ~ Poisson(profile forecast x exp(trees)). Kinds of days and times of day that all
queues share show in many queues what one alone could not tell from noise. Nothing is drawn at random, and
one thread adds up the same everywhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt

from forecasting.arrays import FloatArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix
from forecasting.models.day_factors import DayFeatures
from forecasting.models.day_shapes import bend, kind_of_day
from forecasting.models.explained import Explained
from forecasting.models.weekly_profile import WEEKLY, ScaledWeek, WeeklyProfile

__all__ = ["Boosted", "BoostedWeek"]

PARAMETERS: dict[str, Any] = {
    "objective": "poisson",
    "learning_rate": 0.1,
    "num_leaves": 15,
    "min_data_in_leaf": 100,
    "lambda_l2": 10.0,
    "cat_smooth": 50.0,
    "max_bin": 63,
    "seed": 0,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbose": -1,
}
CATEGORIES = [0, 1]
"""Weekday and kind of day have no order."""
LEAST_EXPECTED = 1e-3
"""Contacts below which a slot is closed and teaches nothing."""
BOOSTED_LEAST_ROWS = 500
LARGEST_CORRECTION = np.log(3.0)
MOST_ROWS = 300_000
"""Rows learned from; of longer histories every so manieth date is."""


@dataclass(frozen=True, eq=False)
class BoostedWeek:
    """The weekly profile of Q queues, and the trees that correct it (None: nothing to learn from)."""

    base: ScaledWeek
    features: DayFeatures
    trees: lightgbm.Booster | None

    def forecast(self, calendar: Calendar) -> FloatArray:
        """Return the profile's forecast, corrected."""
        means = self.base.forecast(calendar)
        if self.trees is None or not means.size:
            return means
        of_days, busy = _of_days(calendar, self.features), _busyness(self.base.profile)
        rows = np.concatenate([_rows(of_days, each, means.shape[2]) for each in busy])
        logs = np.asarray(self.trees.predict(rows, raw_score=True, num_threads=1), dtype=np.float64)
        limited = np.clip(logs, -LARGEST_CORRECTION, LARGEST_CORRECTION)
        return np.asarray(means * np.exp(limited).reshape(means.shape), dtype=np.float64)


@dataclass(frozen=True)
class Boosted:
    """Trees over all queues, on the weekly profiles as offsets.

    Parameters
    ----------
    weekly
        Takes each region's history apart and makes the offsets.
    rounds
        Number of trees.
    """

    name: str = "gradient boosting"
    weekly: WeeklyProfile = WEEKLY
    rounds: int = 30

    def fit(self, days: DayMatrix) -> BoostedWeek:
        """Learn from the queues of one region."""
        found = self.weekly.explain(days)
        return self.of(found, self.grow([found], [days.contacts]))

    def of(self, found: Explained, trees: lightgbm.Booster | None) -> BoostedWeek:
        """Return trees, grown on this or an earlier history, as the model of one region's queues."""
        return BoostedWeek(self.weekly.of(found), found.record.features, trees)

    def grow(self, found: Sequence[Explained], contacts: Sequence[FloatArray]) -> lightgbm.Booster | None:
        """Learn one set of trees from several regions' histories (Q, D, S); None from hardly any."""
        cells = sum(int(np.isfinite(each).sum()) for each in contacts)
        stride = max(1, -(-cells // MOST_ROWS))
        parts = [
            _training(each, values, stride, self.weekly.half_life_weeks)
            for each, values in zip(found, contacts, strict=True)
        ]
        rows, counts, offsets, weights = (np.concatenate(each) for each in zip(*parts, strict=True))
        if len(rows) < BOOSTED_LEAST_ROWS:
            return None
        data = lightgbm.Dataset(
            rows,
            counts,
            weight=weights,
            init_score=offsets,
            categorical_feature=CATEGORIES,
            params=PARAMETERS,
        )
        return lightgbm.train(PARAMETERS, data, num_boost_round=self.rounds)


def _training(
    found: Explained, contacts: FloatArray, stride: int, half_life_weeks: float
) -> tuple[npt.NDArray[np.float32], FloatArray, FloatArray, FloatArray]:
    """Return features, counts, offsets (logs) and weights of one region's slots to learn from."""
    calendar, features = found.record.calendar, found.record.features
    special = features.special(calendar).any(axis=1)
    recency = 0.5 ** (found.record.age_weeks / half_life_weeks)
    of_days, busy = _of_days(calendar, features), _busyness(found.profile)
    kind = kind_of_day(features, calendar)
    rows, counts, offsets, weights = [], [], [], []
    for number, values in enumerate(contacts):
        teaching = found.usual[number] | (special & found.record.recorded[number])
        # Strides from another date for each queue, so that together they see all dates.
        dates = np.flatnonzero(teaching)[number % stride :: stride]
        logs = (found.logs[number] + found.local[number])[dates]
        profile = found.profile[number : number + 1, calendar.weekday[dates]]
        days = bend(profile, found.bends[number : number + 1], kind[dates])[0]
        expected = days * np.exp(logs)[:, None]
        used = np.isfinite(values[dates]) & (expected > LEAST_EXPECTED)
        rows.append(_rows(of_days[dates], busy[number], contacts.shape[2])[used.ravel()])
        counts.append(values[dates][used])
        offsets.append(np.log(expected[used]))
        weights.append(np.repeat(recency[dates], used.sum(axis=1)))
    return np.concatenate(rows), np.concatenate(counts), np.concatenate(offsets), np.concatenate(weights)


def _busyness(profile: FloatArray) -> FloatArray:
    """Return the log of each queue's mean contacts a slot, shape (Q,)."""
    return np.asarray(np.log(np.maximum(profile.mean(axis=(1, 2)), LEAST_EXPECTED)), dtype=np.float64)


def _of_days(calendar: Calendar, features: DayFeatures) -> FloatArray:
    """Return weekday, kind of day, day of the month and days to its end of each date, shape (N, 4)."""
    kind = kind_of_day(features, calendar)
    return np.column_stack([calendar.weekday, kind, calendar.day_of_month, calendar.days_to_month_end])


def _rows(of_days: FloatArray, busy: float, slots: int) -> npt.NDArray[np.float32]:
    """Return the features of each slot of each date of one queue, shape (N S, 6)."""
    days, width = of_days.shape
    rows = np.empty((days, slots, width + 2), dtype=np.float32)
    rows[:, :, :width] = of_days[:, None]
    rows[:, :, width] = np.arange(slots) / slots
    rows[:, :, width + 1] = busy
    return rows.reshape(days * slots, width + 2)
