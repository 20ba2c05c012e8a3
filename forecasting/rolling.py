"""Forecasts of days that are known, each made from what came before them only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.arrays import FloatArray
from forecasting.history import DayMatrix
from forecasting.models.protocol import Model

__all__ = ["Replay", "replay", "replay_origins"]

LONGEST_REPLAY_DAYS = 14
MOST_REPLAYS = 6
LEAST_MEAN = 0.01
"""Contacts below which means count as this many: none is ever impossible."""


@dataclass(frozen=True, eq=False)
class Replay:
    """Means and what came, both of shape (Q, n, B): n days of B measured blocks; NaN where not recorded."""

    means: FloatArray
    actual: FloatArray

    @property
    def deviance(self) -> FloatArray:
        """Poisson deviance of each queue, up to a constant, shape (Q,): least for the true means.

        Absolute errors would favour medians, which are 0 for a queue of few contacts.
        """
        safe = np.maximum(self.means, LEAST_MEAN)
        terms: FloatArray = np.nansum(safe - self.actual * np.log(safe), axis=(1, 2))
        return terms


def replay_origins(days: int, least_history_days: int, most: int = MOST_REPLAYS) -> tuple[list[int], int]:
    """Return date numbers to forecast from, the latest first, and for how many days.

    Windows follow each other without overlap up to the end of the history. They are two weeks long; one week
    where the history would not hold four of those; a day where it does not even hold one week.
    """
    room = days - least_history_days
    length = 14 if room >= 4 * LONGEST_REPLAY_DAYS else 7 if room >= 7 else 1
    origins = range(days - length, least_history_days - 1, -length)
    return list(origins)[:most], length


def replay(model: Model, days: DayMatrix, origins: Sequence[int], length: int) -> Replay:
    """Forecast ``length`` days from each origin, knowing only the days before it."""
    means, actual = [], []
    for origin in origins:
        known = days.before(origin)
        means.append(model.fit(known).forecast(days.calendar.part(origin, origin + length)))
        actual.append(days.contacts[:, origin : origin + length])
    return Replay(
        _blocks(np.concatenate(means, axis=1), days.block_slots),
        _blocks(np.concatenate(actual, axis=1), days.block_slots),
    )


def _blocks(values: FloatArray, slots: int) -> FloatArray:
    queues, days, total = values.shape
    whole = total // slots * slots
    blocks: FloatArray = values[:, :, :whole].reshape(queues, days, -1, slots).sum(axis=3)
    return blocks
