"""The models that are pooled for each kind of history, fitted together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import lightgbm
import numpy as np

from forecasting.arrays import BoolArray, FloatArray, IntArray
from forecasting.calendars import Calendar
from forecasting.history import DayMatrix
from forecasting.lengths import Length, span_days
from forecasting.models.boosted import Boosted
from forecasting.models.borrowed import Borrowed, families
from forecasting.models.low_rank import LowRank, busy_enough
from forecasting.models.protocol import Fitted
from forecasting.models.two_level import TwoLevel
from forecasting.models.weekly_profile import WEEKLY
from forecasting.models.weeks import LastWeeks, Summary, WeekdayLess

__all__ = ["Fits", "Member", "Part", "fit_members"]

MEDIAN_OF_4_WEEKS = LastWeeks("median of the last 4 weeks", 4, Summary.MEDIAN)
LOW_RANK = LowRank()
BOOSTED = Boosted()
TWO_LEVEL = TwoLevel()
BORROWED = Borrowed()
NEW = WeekdayLess()
FAMILY_NEEDS_DAYS = 28


@dataclass(frozen=True, eq=False)
class Part:
    """One region's history, and the numbers of those of its queues that are to be forecast."""

    days: DayMatrix
    numbers: IntArray

    @property
    def own(self) -> DayMatrix:
        """History of those queues alone."""
        return self.days.of(self.numbers)


@dataclass(frozen=True, eq=False)
class Member:
    """A fitted model, and which of the part's queues it may speak for, shape (Q,)."""

    name: str
    fitted: Fitted
    suits: BoolArray


@dataclass(frozen=True, eq=False)
class _Chosen:
    """A model of all of a region's queues, read for some of them."""

    fitted: Fitted
    numbers: IntArray

    def forecast(self, calendar: Calendar) -> FloatArray:
        return self.fitted.forecast(calendar)[self.numbers]


@dataclass(frozen=True, eq=False)
class Fits:
    """The models of each part, in the same order, and the trees that all parts share, if any."""

    members: list[list[Member]]
    trees: lightgbm.Booster | None = None


def fit_members(length: Length, parts: Sequence[Part], trees: lightgbm.Booster | None = None) -> Fits:
    """Fit the models for histories of one kind, all regions together.

    Parameters
    ----------
    trees
        To use instead of growing new ones.
    """
    if length is Length.NEW:
        return Fits([_fit_new(part) for part in parts])
    return _fit(length, parts, trees)


def _fit(length: Length, parts: Sequence[Part], trees: lightgbm.Booster | None) -> Fits:
    owns = [part.own for part in parts]
    found = [WEEKLY.explain(own) for own in owns]
    if trees is None:
        trees = BOOSTED.grow(found, [own.contacts for own in owns])
    result = []
    for part, own, each in zip(parts, owns, found, strict=True):
        busy, every = busy_enough(each.profile), np.ones(len(own.keys), dtype=bool)
        members = [
            Member(WEEKLY.name, WEEKLY.of(each), every),
            Member(LOW_RANK.name, LOW_RANK.of(each, own.contacts), busy),
            Member(BOOSTED.name, BOOSTED.of(each, trees), every),
            Member(TWO_LEVEL.name, TWO_LEVEL.of(each), every),
        ]
        if length is Length.SHORT:
            members.append(Member(MEDIAN_OF_4_WEEKS.name, MEDIAN_OF_4_WEEKS.fit(own), every))
        result.append([*members, *_borrowed(part, every if length is Length.SHORT else ~busy)])
    return Fits(result, trees)


def _fit_new(part: Part) -> list[Member]:
    own = part.own
    every = np.ones(len(own.keys), dtype=bool)
    borrowed = _borrowed(part, every)
    alone = every & ~borrowed[0].suits if borrowed else every
    return [Member(NEW.name, NEW.fit(own), alone), *borrowed]


def _borrowed(part: Part, wanted: BoolArray) -> list[Member]:
    """Return the family's profile, for wanted queues whose families are long known; nothing if none are."""
    family, members = families(part.days.keys)
    longest = np.where(members, span_days(part.days), 0).max(axis=1)
    able = (members.sum(axis=1) > 1) & (longest >= FAMILY_NEEDS_DAYS)
    suits = wanted & able[family[part.numbers]]
    if not suits.any():
        return []
    return [Member(BORROWED.name, _Chosen(BORROWED.fit(part.days), part.numbers), suits)]
