"""Forecasts of days that are known, each made from what came before them only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecasting.arrays import BoolArray, FloatArray, IntArray
from forecasting.lengths import LEAST_FULL_DAYS, Length, span_days
from forecasting.members import Member, Part, fit_members

__all__ = ["Replay", "replay", "windows_before"]

MOST_WINDOWS = 4
"""Eight weeks: windows further back, made from less, scattered more than today's forecasts will."""
FRESH_TREES_EVERY = 2
ENOUGH_DAYS = 56
"""History before a replayed window that makes its errors like those of today's forecast."""


@dataclass(frozen=True, eq=False)
class Replay:
    """What models would have forecast, and what came.

    Parameters
    ----------
    names
        Of the M models.
    means
        Shape (M, Q, n, B): n days of B measured blocks; NaN where a model was not to speak for a queue.
    actual
        Shape (Q, n, B), NaN where not recorded, or where less was known before than is needed.
    window
        Number of the window that each day lies in, 0 is the latest; shape (n,).
    holiday
        Which days are public holidays, shape (n,).
    """

    names: tuple[str, ...]
    means: FloatArray
    actual: FloatArray
    window: IntArray
    holiday: BoolArray

    def of(self, names: Sequence[str]) -> Replay:
        """Return the models of these names, in this order; one that was not replayed said nothing."""
        silent = np.full(self.actual.shape, np.nan)
        means = [self.means[self.names.index(name)] if name in self.names else silent for name in names]
        return Replay(tuple(names), np.stack(means), self.actual, self.window, self.holiday)

    def windows_where(self, known: BoolArray) -> IntArray:
        """Count the windows in which any of the days (..., n) is marked."""
        last = int(self.window.max()) + 1 if len(self.window) else 0
        marked = [known[..., self.window == number].any(axis=-1) for number in range(last)]
        return np.asarray(np.sum(marked, axis=0), dtype=np.int64) + np.zeros(known.shape[:-1], dtype=np.int64)


def windows_before(spans: IntArray, length: Length) -> BoolArray:
    """Tell which windows, counted back from the end, have history enough before them, shape (Q, windows).

    At least half of a history, or eight weeks, must lie before a window, and three days at any rate.
    """
    least = np.clip(spans // 2, LEAST_FULL_DAYS, ENOUGH_DAYS)
    before = spans[:, None] - length.window_days * np.arange(1, MOST_WINDOWS + 1)
    return np.asarray(before >= least[:, None], dtype=bool)


def replay(length: Length, parts: Sequence[Part]) -> list[Replay]:
    """Forecast the last windows of each part's history, knowing only the days before each.

    Windows of one length follow each other back from the end, at most four of them. Trees, which take most of
    the time, are grown afresh for every second window only, and never from what came after.
    """
    usable = [windows_before(span_days(part.own), length) for part in parts]
    pieces: list[list[Replay]] = [[] for _ in parts]
    trees, age = None, 0
    for number in reversed(range(MOST_WINDOWS)):
        asked = [place for place, each in enumerate(usable) if each[:, number].any()]
        if not asked:
            continue
        chosen = [np.flatnonzero(usable[place][:, number]) for place in asked]
        back = (number + 1) * length.window_days
        origins = [len(parts[place].days.calendar) - back for place in asked]
        known = [
            Part(parts[place].days.before(origin), parts[place].numbers[some])
            for place, origin, some in zip(asked, origins, chosen, strict=True)
        ]
        fits = fit_members(length, known, trees if age % FRESH_TREES_EVERY else None)
        trees, age = fits.trees, age + 1
        for place, origin, some, members in zip(asked, origins, chosen, fits.members, strict=True):
            pieces[place].insert(
                0,
                _window(
                    parts[place], members, some=some, origin=origin, length=length.window_days, window=number
                ),
            )
    return [_joined(each, part) for each, part in zip(pieces, parts, strict=True)]


def _window(
    part: Part, members: Sequence[Member], *, some: IntArray, origin: int, length: int, window: int
) -> Replay:
    """Read one window of some of a part's queues out of models fitted before it."""
    end = origin + length
    calendar, own = part.days.calendar.part(origin, end), part.own
    shape = (len(part.numbers), length, own.contacts.shape[2])
    actual = np.full(shape, np.nan)
    actual[some] = own.contacts[some, origin:end]
    means = np.full((len(members), *shape), np.nan)
    for number, member in enumerate(members):
        said = member.fitted.forecast(calendar)
        said[~member.suits] = np.nan
        means[number][some] = said
    slots = part.days.block_slots
    names = tuple(member.name for member in members)
    days = np.full(length, window)
    return Replay(names, _blocks(means, slots), _blocks(actual, slots), days, calendar.on_holiday())


def _joined(pieces: Sequence[Replay], part: Part) -> Replay:
    """Put windows behind each other, the latest first; a model that a window lacks said nothing there."""
    names = tuple(dict.fromkeys(name for piece in pieces for name in piece.names))
    if not pieces:
        slots = part.days.contacts.shape[2] // part.days.block_slots
        shape = (len(part.numbers), 0, slots)
        return Replay(
            names,
            np.empty((0, *shape)),
            np.empty(shape),
            np.empty(0, dtype=np.int64),
            np.zeros(0, dtype=bool),
        )
    aligned = [piece.of(names) for piece in pieces]
    return Replay(
        names,
        np.concatenate([piece.means for piece in aligned], axis=2),
        np.concatenate([piece.actual for piece in pieces], axis=1),
        np.concatenate([piece.window for piece in pieces]),
        np.concatenate([piece.holiday for piece in pieces]),
    )


def _blocks(values: FloatArray, slots: int) -> FloatArray:
    """Sum the last axis over blocks of so many slots."""
    whole = values.shape[-1] // slots * slots
    blocks: FloatArray = values[..., :whole].reshape(*values.shape[:-1], -1, slots).sum(axis=-1)
    return blocks
