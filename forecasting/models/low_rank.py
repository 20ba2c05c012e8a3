"""Low-rank day profiles: the few shapes that days of one queue really have.

Shen and Huang (2008, Manufacturing & Service Operations Management 10): the matrix of days x slots is
nearly of low rank. Its leading right singular vectors are the shapes that days are mixed from; the rest is
noise, of which the plain weekly profile keeps a part. Here each weekday's mean profile is projected on those
shapes; the days' factors are those of the weighted weekly profile.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import BoolArray, FloatArray
from forecasting.history import DayMatrix
from forecasting.models.explained import Explained
from forecasting.models.weekly_profile import WEEKLY, ScaledWeek, WeeklyProfile

__all__ = ["LowRank", "busy_enough"]

LEAST_CONTACTS = 2.0
"""Contacts in a slot below which the leading shapes are those of the noise."""
MOST_SCALE = 3.0
"""Days this many times as busy as usual weigh no more than that."""


@dataclass(frozen=True)
class LowRank:
    """Weekly profile made of ``rank`` day shapes, with day factors.

    Parameters
    ----------
    weekly
        Takes the history apart.
    rank
        Number of day shapes.
    """

    name: str = "low-rank day profiles"
    weekly: WeeklyProfile = WEEKLY
    rank: int = 4

    def fit(self, days: DayMatrix) -> ScaledWeek:
        """Learn shapes, factors and level of each queue."""
        return self.of(self.weekly.explain(days), days.contacts)

    def of(self, found: Explained, contacts: FloatArray) -> ScaledWeek:
        """Return the model of a history (Q, D, S) that has been taken apart."""
        recency = 0.5 ** (found.record.age_weeks / self.weekly.half_life_weeks)
        profile = np.empty_like(found.profile)
        for number, week in enumerate(found.profile):
            # Poisson noise of a slot grows with the root of its mean: divided by it, all slots are alike.
            root = np.sqrt(np.maximum(week.mean(axis=0), 1e-9))
            scale = np.exp(found.logs[number] + found.local[number])
            kept = np.flatnonzero(found.usual[number])
            usual = week[found.record.calendar.weekday[kept]]
            days = contacts[number, kept] / scale[kept, None]
            days = np.where(np.isnan(days), usual, days) / root
            weight = recency[kept] * np.minimum(scale[kept], MOST_SCALE)
            gram = (days * weight[:, None]).T @ days
            shapes = np.linalg.eigh(gram)[1][:, -self.rank :]
            profile[number] = _with_totals(week, (week / root) @ shapes @ shapes.T * root)
        return ScaledWeek(profile, found.scale, found.bends)


def _with_totals(week: FloatArray, projected: FloatArray) -> FloatArray:
    """Return a projection without negative values, each day with the total that it had."""
    positive = np.where(week > 0, np.maximum(projected, 0.0), 0.0)
    total = positive.sum(axis=1)
    share = np.divide(week.sum(axis=1), total, out=np.zeros(len(week)), where=total > 0)
    return np.where((total > 0)[:, None], positive * share[:, None], week)


def busy_enough(profile: FloatArray) -> BoolArray:
    """Tell which queues (Q, 7, S) have contacts enough in the slots in which any come, shape (Q,)."""
    open_slots = np.maximum((profile > 0).sum(axis=(1, 2)), 1)
    return np.asarray(profile.sum(axis=(1, 2)) / open_slots >= LEAST_CONTACTS, dtype=bool)
