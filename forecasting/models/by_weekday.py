"""Sums over the days of each weekday, the inner loop of weekly profiles."""

from __future__ import annotations

import numpy as np

from forecasting.arrays import FloatArray, IntArray

__all__ = ["ByWeekday"]


class ByWeekday:
    """The history (Q, D, S) held weekday by weekday, so that each sum is one matrix product.

    Parameters
    ----------
    contacts
        Shape (Q, D, S), NaN where not recorded.
    weekday
        Of the D dates, Monday is 0.
    """

    def __init__(self, contacts: FloatArray, weekday: IntArray) -> None:
        self._days = [np.flatnonzero(weekday == number) for number in range(7)]
        self._recorded = [np.isfinite(contacts[:, days]).astype(float) for days in self._days]
        self._contacts = [np.nan_to_num(contacts[:, days]) for days in self._days]
        self._shape = contacts.shape

    def profile(self, weights: FloatArray, scale: FloatArray) -> FloatArray:
        """Return the weighted mean contacts per slot of the week on a day of scale 1.

        Parameters
        ----------
        weights, scale
            Shape (Q, D): weight of each day, and how many times as busy as scale 1 it was.

        Returns
        -------
        ndarray
            Shape (Q, 7, S): sum of weighted contacts / sum of weighted scales; NaN where the weights of
            recorded days sum to 0.
        """
        queues, _, slots = self._shape
        profile = np.full((queues, 7, slots), np.nan)
        for number, days in enumerate(self._days):
            weight = weights[:, None, days]
            total = (weight @ self._contacts[number])[:, 0]
            base = ((weight * scale[:, None, days]) @ self._recorded[number])[:, 0]
            np.divide(total, base, out=profile[:, number], where=base > 0)
        return profile

    def expected(self, profile: FloatArray) -> FloatArray:
        """Return each day's sum (Q, D) of a profile (Q, 7, S) over the slots that the day has recorded."""
        expected = np.zeros(self._shape[:2])
        for number, days in enumerate(self._days):
            expected[:, days] = (self._recorded[number] @ profile[:, number, :, None])[:, :, 0]
        return expected
