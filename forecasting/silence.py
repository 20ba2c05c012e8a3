"""Slots of the week in which nothing is ever recorded: closed, not merely missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from forecasting.arrays import BoolArray, FloatArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix
from forecasting.hours import WEEKDAYS, OpeningHours
from forecasting.queues import ChannelKind, Queue, QueueKey
from forecasting.timegrid import MINUTES_A_DAY

__all__ = ["apply_silence", "closed_on_holidays", "silence_notes", "silent_slots"]

CHANCE = 1e-3
"""A gap this improbable, were rows missing at random, is a closed hour."""
MOST_RECORDED = 0.99


def silent_slots(days: DayMatrix, queues: Mapping[QueueKey, Queue]) -> BoolArray:
    """Tell which slots of the week are to be forecast as 0 because nothing is ever recorded in them.

    A missing row is not a zero; but where other slots of a queue are recorded with share r, a slot that is
    missing in each of n weeks is so by chance with probability (1 − r)^n only. Closed slots of a live queue
    need no such evidence.

    Returns
    -------
    ndarray
        Shape (Q, 7, S), Monday first.
    """
    recorded = np.isfinite(days.contacts)
    began = np.argmax(recorded.any(axis=2), axis=1)
    since = np.arange(len(days.calendar)) >= began[:, None]
    same = [days.calendar.weekday == number for number in range(7)]
    seen = np.stack([recorded[:, each].sum(axis=1) for each in same], axis=1)
    chances = np.stack([since[:, each].sum(axis=1) for each in same], axis=1)
    alive = seen > 0
    expected = np.where(alive, chances[:, :, None], 0).sum(axis=(1, 2))
    share = seen.sum(axis=(1, 2)) / np.maximum(expected, 1)
    miss = 1 - np.minimum(share, MOST_RECORDED)
    never_that_day = (miss[:, None] ** chances < CHANCE)[:, :, None] & ~alive
    never_at_all = (miss ** chances.sum(axis=1) < CHANCE)[:, None] & ~alive.any(axis=1)
    closed = np.stack([_closed(queues[key], days.slot_minutes) for key in days.keys])
    silent: BoolArray = never_that_day | never_at_all[:, None, :] | (closed & ~alive)
    return silent


def silence_notes(days: DayMatrix, silent: BoolArray, queues: Mapping[QueueKey, Queue]) -> list[str]:
    """Say which open hours are forecast as 0, in planner's words."""
    notes = []
    for key, slots in zip(days.keys, silent, strict=True):
        doubtful = slots & ~_closed(queues[key], days.slot_minutes)
        whole = [name for name, day in zip(WEEKDAYS, doubtful, strict=True) if day.all()]
        if whole:
            notes.append(f"{key}: nothing was ever recorded on {', '.join(whole)}; forecast as 0 contacts")
        elif doubtful.any():
            hours = doubtful.sum() * days.slot_minutes / 60
            gap = f"{hours:g} of the week's open hours"
            notes.append(f"{key}: nothing was ever recorded in {gap}; forecast as 0 contacts")
    return notes


def closed_on_holidays(days: DayMatrix, queues: Mapping[QueueKey, Queue]) -> BoolArray:
    """Tell which live queues are closed on public holidays and have none recorded either, shape (Q,)."""
    holiday = days.calendar.on_holiday()
    none_recorded = ~np.isfinite(days.contacts[:, holiday]).any(axis=(1, 2))
    shut = [
        queues[key].kind is ChannelKind.LIVE and queues[key].hours.day_windows(0, holiday=True) == ()
        for key in days.keys
    ]
    return none_recorded & np.array(shut, dtype=bool)


def _closed(queue: Queue, slot_minutes: int) -> BoolArray:
    if queue.kind is ChannelKind.DEFERRED:
        # Mail comes in at night too; it is answered later.
        return np.zeros((7, MINUTES_A_DAY // slot_minutes), dtype=bool)
    return ~_open_week(queue.hours, slot_minutes)


@lru_cache(maxsize=256)
def _open_week(hours: OpeningHours, slot_minutes: int) -> BoolArray:
    return np.array(
        [
            [
                hours.is_open(day, minute, holiday=False, holiday_before=False)
                for minute in range(0, MINUTES_A_DAY, slot_minutes)
            ]
            for day in range(7)
        ]
    )


def apply_silence(means: FloatArray, silent: BoolArray, calendar: Calendar) -> FloatArray:
    """Return means (Q, N, S) with 0 in the silent slots of the week."""
    return np.where(silent[:, calendar.weekday], 0.0, means)
