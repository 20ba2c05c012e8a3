"""Which model forecasts which queue: as much model as its history carries."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import BoolArray, IntArray
from forecasting.errors import NotEnoughHistory
from forecasting.history import DayMatrix
from forecasting.models.protocol import Model
from forecasting.models.weekly_profile import WeeklyProfile
from forecasting.models.weeks import LastWeeks, Summary, WeekdayLess
from forecasting.rolling import Replay, replay, replay_origins

__all__ = ["Choice", "choose", "full_days", "replay_of"]

LEAST_FULL_DAYS = 3
WEEKDAY_LESS_BELOW_DAYS = 14
SHORT_BELOW_DAYS = 84
NEARLY_FULL = 0.9
LEAST_REPLAYED_FROM_DAYS = 7
ENOUGH_DAYS = 56
"""History before a replayed window that makes its errors like those of today's forecast."""

MEDIAN_OF_4_WEEKS = LastWeeks("median of the last 4 weeks", 4, Summary.MEDIAN)


@dataclass(frozen=True)
class Choice:
    """A model and the numbers of the queues that it forecasts."""

    model: Model
    queues: IntArray


def full_days(days: DayMatrix) -> IntArray:
    """Count the dates of each queue with at least nine tenths of its usual number of slots, shape (Q,)."""
    slots = np.isfinite(days.contacts).sum(axis=2)
    counts = np.zeros(len(slots), dtype=np.int64)
    for number, each in enumerate(slots):
        begun = each[each > 0]
        if len(begun):
            counts[number] = (begun >= NEARLY_FULL * np.median(begun)).sum()
    return counts


def choose(days: DayMatrix) -> tuple[list[Choice], list[str]]:
    """Choose by length of history.

    From 12 weeks on the weighted weekly profile; from 2 weeks the better of it and the median of 4 weeks over
    the last weeks; below that a weekday-less profile.

    Returns
    -------
    choices, notes
        Each queue is in exactly one choice; the notes say which queues have less than the full model.

    Raises
    ------
    NotEnoughHistory
        If a queue has fewer than 3 full days.
    """
    full = full_days(days)
    if (full < LEAST_FULL_DAYS).any():
        short = [
            f"{days.keys[number]} has {full[number]}" for number in np.flatnonzero(full < LEAST_FULL_DAYS)
        ]
        raise NotEnoughHistory(
            f"a forecast needs at least {LEAST_FULL_DAYS} full days of history; {', '.join(short)}"
        )
    recorded = np.isfinite(days.contacts).any(axis=2)
    span = recorded.shape[1] - np.argmax(recorded, axis=1)
    profile = WeeklyProfile()
    chosen: list[tuple[Model, IntArray]] = [(profile, np.flatnonzero(span >= SHORT_BELOW_DAYS))]
    middle = np.flatnonzero((span >= WEEKDAY_LESS_BELOW_DAYS) & (span < SHORT_BELOW_DAYS))
    if len(middle):
        better = _median_wins(days.of(middle), int(span[middle].min()))
        chosen += [(profile, middle[~better]), (MEDIAN_OF_4_WEEKS, middle[better])]
    chosen.append((WeekdayLess(), np.flatnonzero(span < WEEKDAY_LESS_BELOW_DAYS)))
    notes = [
        f"{days.keys[number]}: {span[number]} days of history; forecast by the {model.name}"
        for model, numbers in chosen[1:]
        for number in numbers
    ]
    return [Choice(model, numbers) for model, numbers in chosen if len(numbers)], notes


def _median_wins(days: DayMatrix, span: int) -> BoolArray:
    origins, length = replay_origins(len(days.calendar), len(days.calendar) - span + LEAST_REPLAYED_FROM_DAYS)
    profile, median = (
        replay(model, days, origins, length).deviance for model in (WeeklyProfile(), MEDIAN_OF_4_WEEKS)
    )
    return median < profile


def replay_of(choice: Choice, days: DayMatrix) -> Replay | None:
    """Replay the last weeks with the chosen model; None where the history is too short for that."""
    part = days.of(choice.queues)
    recorded = np.isfinite(part.contacts).any(axis=2)
    span = recorded.shape[1] - int(np.argmax(recorded, axis=1).max())
    least = min(max(span // 2, LEAST_FULL_DAYS), ENOUGH_DAYS)
    origins, length = replay_origins(recorded.shape[1], recorded.shape[1] - span + least)
    return replay(choice.model, part, origins, length) if origins else None
