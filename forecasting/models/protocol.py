"""What every model of contact volume offers."""

from __future__ import annotations

from typing import Protocol

from forecasting.arrays import FloatArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix

__all__ = ["Fitted", "Model"]


class Fitted(Protocol):
    """A model that has learned from a history."""

    def forecast(self, calendar: Calendar) -> FloatArray:
        """Return expected contacts of each queue, date and wall-clock slot.

        Parameters
        ----------
        calendar
            Of N consecutive dates that begin where the history ended.

        Returns
        -------
        ndarray
            Shape (Q, N, S): finite and not negative.
        """


class Model(Protocol):
    """A way to forecast; it holds its settings and no data."""

    @property
    def name(self) -> str:
        """Return what reports call it."""

    def fit(self, days: DayMatrix) -> Fitted:
        """Learn from Q queues with at least one recorded slot each."""
