"""The course of special days: on an eve customers stop at noon, a holiday ends at nightfall.

A special day has its weekday's profile bent by a factor for each slot, learned from all days of its kind and
drawn towards no bend at all where these had few contacts.
"""

from __future__ import annotations

import numpy as np

from forecasting.arrays import FloatArray, IntArray
from forecasting.calendars import Calendar
from forecasting.models.day_factors import DayFeatures

__all__ = ["KINDS", "bend", "kind_of_day", "learn_bends"]

KINDS = 5
"""Ordinary days (0), holidays, eves, first days back, observances."""
CREDIBLE_CONTACTS = 20.0
"""Contacts in a slot that count as much as the weekday's own course."""
MOST_A_DAY = 20.0
"""Contacts of one day beyond which a slot says no more: days of one kind differ by about a fifth."""
NEIGHBOURS = np.array([0.25, 0.5, 0.25])
LARGEST = 5.0


def kind_of_day(features: DayFeatures, calendar: Calendar) -> IntArray:
    """Return the kind of each date, 0 for ordinary ones, shape (N,)."""
    special = features.special(calendar)[:, : KINDS - 1] > 0
    return np.where(special.any(axis=1), np.argmax(special, axis=1) + 1, 0).astype(np.int64)


def learn_bends(
    contacts: FloatArray, expected: FloatArray, kind: IntArray, recency: FloatArray
) -> FloatArray:
    """Return the factor of each kind of day and slot, shape (Q, KINDS, S); 1 where nothing is known.

    Parameters
    ----------
    contacts, expected
        Of the special days only, shape (Q, n, S): what came (NaN where not recorded), and the profile of
        each day's weekday.
    kind, recency
        Of these days, shape (n,).
    """
    queues, _, slots = contacts.shape
    bends = np.ones((queues, KINDS, slots))
    known = np.isfinite(contacts)
    came, usual = np.where(known, contacts, 0.0), np.where(known, expected, 0.0)
    totals, wanted = came.sum(axis=2), usual.sum(axis=2)
    scale = np.divide(totals, wanted, out=np.zeros_like(totals), where=wanted > 0)
    likely = usual * scale[:, :, None]
    # Busy days say hardly more of their course than days of a moderate number of contacts.
    weight = recency[:, None] / np.maximum(likely / MOST_A_DAY, 1.0)
    for number in range(1, KINDS):
        days = kind == number
        if days.any():
            above, below = ((each * weight)[:, days].sum(axis=1) for each in (came, likely))
            ratio = (_smooth(above) + CREDIBLE_CONTACTS) / (_smooth(below) + CREDIBLE_CONTACTS)
            bends[:, number] = np.clip(ratio, 0.0, LARGEST)
    return bends


def bend(profiles: FloatArray, bends: FloatArray, kind: IntArray) -> FloatArray:
    """Return the profiles (Q, N, S) of dates of these kinds (N,) bent, each with the total that it had."""
    special = np.flatnonzero(kind)
    if not len(special):
        return profiles
    bent = profiles.copy()
    changed = profiles[:, special] * bends[:, kind[special]]
    before, after = profiles[:, special].sum(axis=2), changed.sum(axis=2)
    share = np.divide(before, after, out=np.ones_like(after), where=after > 0)
    bent[:, special] = changed * share[:, :, None]
    return bent


def _smooth(values: FloatArray) -> FloatArray:
    """Return sums (Q, S) shared with the neighbouring slots."""
    padded = np.pad(values, ((0, 0), (1, 1)), mode="edge")
    before, own, after = NEIGHBOURS
    smooth: FloatArray = before * padded[:, :-2] + own * padded[:, 1:-1] + after * padded[:, 2:]
    return smooth
