"""Rotas of whole days: who works which shift on which day, without a clock.

The domain of published nurse-rostering problems. What is required is a count per (day, shift), which may be
missed or exceeded at a price; all else that a rota must keep is each person's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["OFF", "DailyCover", "DailyPerson", "DailyProblem", "DailyRota", "DailyShift", "ShiftRequest"]

OFF = "-"
"""How a day off is written."""

DailyRota = Mapping[str, tuple[str, ...]]
"""Per person a shift's name or :data:`OFF` for each day."""


@dataclass(frozen=True)
class DailyShift:
    """A shift, its minutes, and the shifts that may not be worked on the day after it."""

    name: str
    minutes: int
    not_before: frozenset[str] = frozenset()


@dataclass(frozen=True)
class DailyPerson:
    """A person and what any tour of theirs keeps.

    Parameters
    ----------
    most
        How often at most a shift may be worked; shifts without an entry: never.
    max_run, min_run
        Most and least consecutive days of work.
    min_off
        Least consecutive days off. Runs that touch the horizon's edge may be shorter than the least.
    max_weekends
        Weekends (days 5 and 6 of each seven) with work on either day.
    days_off
        Days on which the person cannot work, from 0.
    """

    name: str
    most: Mapping[str, int]
    max_minutes: int
    min_minutes: int
    max_run: int
    min_run: int
    min_off: int
    max_weekends: int
    days_off: frozenset[int] = frozenset()


@dataclass(frozen=True)
class ShiftRequest:
    """A wish to work (or not to work) a shift on a day, and what refusing it costs."""

    person: str
    day: int
    shift: str
    weight: int
    wanted: bool


@dataclass(frozen=True)
class DailyCover:
    """How many are required on a day's shift, and what each one missing or too many costs."""

    day: int
    shift: str
    required: int
    under: int
    over: int


@dataclass(frozen=True)
class DailyProblem:
    """A problem; day 0 is a Monday."""

    days: int
    shifts: tuple[DailyShift, ...]
    people: tuple[DailyPerson, ...]
    requests: tuple[ShiftRequest, ...]
    covers: tuple[DailyCover, ...]
