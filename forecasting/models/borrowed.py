"""Borrowed profiles: a sparse or new queue has the week of its family, at its own level.

The family of a queue is the region's queues of its channel, or all of the region's where it is the only one
of its channel. Counts of a few a day tell their level, but not their week, from noise; the family's does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.arrays import BoolArray, IntArray
from forecasting.history import DayMatrix
from forecasting.models.by_weekday import ByWeekday
from forecasting.models.explained import DayScale
from forecasting.models.weekly_profile import WEEKLY, ScaledWeek, WeeklyProfile
from forecasting.queues import QueueKey

__all__ = ["Borrowed", "families"]


@dataclass(frozen=True)
class Borrowed:
    """The week and day factors of a queue's family, scaled to the queue.

    Parameters
    ----------
    weekly
        Takes the families' history apart.
    level_half_life_weeks
        Age at which a day weighs half in a queue's level: few contacts need a long memory.
    """

    name: str = "family's profile"
    weekly: WeeklyProfile = WEEKLY
    level_half_life_weeks: float = 6.0

    def fit(self, days: DayMatrix) -> ScaledWeek:
        """Learn each family's week and each queue's share of it."""
        family, members = families(days.keys)
        found = self.weekly.explain(_summed(days, members))
        weeks = ByWeekday(days.contacts, days.calendar.weekday)
        weight = 0.5 ** (np.arange(days.contacts.shape[1])[::-1] / 7 / self.level_half_life_weeks)
        logs = (found.logs + found.local)[family]
        expected = (weeks.expected(found.profile[family]) * np.exp(logs) * weight).sum(axis=1)
        came = (np.nansum(days.contacts, axis=2) * weight).sum(axis=1)
        share = np.divide(came, expected, out=np.zeros(len(family)), where=expected > 0)
        scale = found.scale
        own = DayScale(
            scale.features,
            scale.effects[family],
            scale.sharp[family],
            scale.course[family],
            # The queue's share counts its bursts.
            (scale.level - found.bursts)[family],
            scale.rest[family],
        )
        return ScaledWeek(found.profile[family] * share[:, None, None], own, found.bends[family])


def families(keys: Sequence[QueueKey]) -> tuple[IntArray, BoolArray]:
    """Return the number of each queue's family (Q,), and the members of each family (F, Q)."""
    channels = np.array([key.channel for key in keys])
    names, of_name, count = np.unique(channels, return_inverse=True, return_counts=True)
    members = of_name == np.arange(len(names))[:, None]
    members[count == 1] = True
    return of_name.astype(np.int64), members


def _summed(days: DayMatrix, members: BoolArray) -> DayMatrix:
    """Return each family's contacts, of those of its queues that were recorded."""
    recorded = np.isfinite(days.contacts)
    counts = np.where(recorded, days.contacts, 0.0)
    shape = (len(members), *days.contacts.shape[1:])
    chosen = members.astype(float)
    sums = (chosen @ counts.reshape(len(counts), -1)).reshape(shape)
    some = (chosen @ recorded.reshape(len(counts), -1)).reshape(shape) > 0
    keys = tuple(days.keys[int(np.argmax(each))] for each in members)
    return DayMatrix(keys, np.where(some, sums, np.nan), days.calendar, days.slot_minutes, days.block_slots)
