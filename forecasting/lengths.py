"""How much history each queue has, and so which models may forecast it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from forecasting.arrays import IntArray
from forecasting.errors import NotEnoughHistory
from forecasting.history import DayMatrix

__all__ = ["LEAST_FULL_DAYS", "Length", "full_days", "refuse_too_short", "span_days"]

LEAST_FULL_DAYS = 3
NEARLY_FULL = 0.9


@dataclass(frozen=True)
class _Bounds:
    least_days: int
    below_days: int
    window_days: int


class Length(Enum):
    """Kinds of history, by days since the first record, and how long windows it is measured over.

    The full models need four weeks, twelve to be measured over windows of two. Below four weeks a median
    steadies them; below two not even weekdays can be told apart.
    """

    FULL = _Bounds(84, 10**9, 14)
    MIDDLE = _Bounds(28, 84, 7)
    SHORT = _Bounds(14, 28, 7)
    NEW = _Bounds(0, 14, 1)

    def numbers(self, spans: IntArray) -> IntArray:
        """Return which queues, given their spans in days, are of this kind."""
        enough = spans >= self.value.least_days
        return np.flatnonzero(enough & (spans < self.value.below_days))

    @property
    def least_days(self) -> int:
        """Shortest history of this kind."""
        return self.value.least_days

    @property
    def window_days(self) -> int:
        """Days forecast at a time when models are measured on the past."""
        return self.value.window_days


def span_days(days: DayMatrix) -> IntArray:
    """Return the days from each queue's first record to the end, 0 without any, shape (Q,)."""
    recorded = np.asarray(np.isfinite(days.contacts).any(axis=2), dtype=bool)
    span = recorded.shape[1] - np.argmax(recorded, axis=1)
    return np.where(recorded.any(axis=1), span, 0).astype(np.int64)


def full_days(days: DayMatrix) -> IntArray:
    """Count the dates of each queue with at least nine tenths of its usual number of slots, shape (Q,)."""
    slots = np.isfinite(days.contacts).sum(axis=2)
    counts = np.zeros(len(slots), dtype=np.int64)
    for number, each in enumerate(slots):
        begun = each[each > 0]
        if len(begun):
            counts[number] = (begun >= NEARLY_FULL * np.median(begun)).sum()
    return counts


def refuse_too_short(days: DayMatrix) -> None:
    """Refuse queues with hardly any history.

    Raises
    ------
    NotEnoughHistory
        If a queue has fewer than 3 full days.
    """
    full = full_days(days)
    short = [f"{days.keys[number]} has {full[number]}" for number in np.flatnonzero(full < LEAST_FULL_DAYS)]
    if short:
        raise NotEnoughHistory(
            f"a forecast needs at least {LEAST_FULL_DAYS} full days of history; {', '.join(short)}"
        )
