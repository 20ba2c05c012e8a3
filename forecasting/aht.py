"""Average handle time by time of day and kind of day.

AHT moves little with the clock, and cells of few contacts are mostly noise: so each mean is weighted by
contacts and drawn towards the next broader one, cell to hour to queue.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import FloatArray, IntArray
from forecasting.calendars import Calendar
from forecasting.rows import QueueRows

__all__ = ["AhtProfile", "learn_aht"]

HALF_LIFE_DAYS = 56
CREDIBLE_CONTACTS = 200.0
"""Contacts that weigh as much as the broader mean: handle times vary by about their mean, so that 200 of them
show it to 7 %, which is about how much the hours of a day differ."""
HOURS = 24


@dataclass(frozen=True)
class AhtProfile:
    """Mean handle seconds, shape (2, 24): on working and on rest days, by wall-clock hour."""

    seconds: FloatArray

    def at(self, calendar: Calendar, day: IntArray, minute: IntArray) -> FloatArray:
        """Return the AHT of n intervals, given their date's number in the calendar and minute of the day."""
        result: FloatArray = self.seconds[_rest(calendar)[day], minute // 60]
        return result


def learn_aht(
    rows: QueueRows, calendar: Calendar, day: IntArray, minute: IntArray, *, by_hour: bool
) -> AhtProfile | None:
    """Learn from recorded rows; None where no row has both contacts and AHT.

    Parameters
    ----------
    rows
        n rows of one queue.
    calendar
        Of the dates of the rows, the last being the day before the forecast.
    day, minute
        Number of each row's date in the calendar, and minute of the day, shape (n,).
    by_hour
        False where rows are too long to tell the hours apart.
    """
    usable = (rows.contacts > 0) & (rows.aht_seconds > 0)
    if not usable.any():
        return None
    day, minute = day[usable], minute[usable]
    age = len(calendar) - 1 - day
    weight = rows.contacts[usable] * 0.5 ** (age / HALF_LIFE_DAYS)
    seconds = rows.aht_seconds[usable]
    overall = float(np.average(seconds, weights=weight))
    hour = minute // 60 if by_hour else np.zeros_like(minute)
    cell = _rest(calendar)[day] * HOURS + hour
    mass, total = (_sums(cell, each, by_hour=by_hour) for each in (weight, weight * seconds))
    hours = _drawn(total.sum(axis=0), mass.sum(axis=0), overall)
    return AhtProfile(_drawn(total, mass, hours))


def _sums(cell: IntArray, weights: FloatArray, *, by_hour: bool) -> FloatArray:
    """Return sums by kind of day and hour, shape (2, 24), alike in all hours if not told apart."""
    sums = np.bincount(cell, weights=weights, minlength=2 * HOURS).reshape(2, HOURS).astype(np.float64)
    return sums if by_hour else np.repeat(sums[:, :1], HOURS, axis=1)


def _drawn(total: FloatArray, mass: FloatArray, towards: FloatArray | float) -> FloatArray:
    result: FloatArray = (total + CREDIBLE_CONTACTS * towards) / (mass + CREDIBLE_CONTACTS)
    return result


def _rest(calendar: Calendar) -> IntArray:
    rest = np.isin(calendar.weekday, sorted(calendar.weekend)) | calendar.on_holiday()
    return rest.astype(np.int64)
