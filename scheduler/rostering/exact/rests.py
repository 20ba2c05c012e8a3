"""Rule packs' weekly rest and Sundays as constraints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from ortools.sat.python import cp_model

from scheduler.rostering.kernels.labels import NO_END, SHARE, SPAN
from scheduler.rostering.problem import Person, Problem

__all__ = ["RestRules"]

Linear = Any
"""A linear expression of CP-SAT, or a plain number."""


class RestRules:
    """What the rules of :class:`scheduler.rostering.exact.rules.TourRules` on rest need of it."""

    model: cp_model.CpModel
    problem: Problem
    person: Person
    limit: dict[str, int]
    past: dict[str, int]
    rows: list[range]
    pick: list[Linear]

    def add(self, constraint: Any) -> None:
        """Add a constraint, unless what settled days alone decide keeps it: a plain truth value."""
        if not isinstance(constraint, bool | np.bool_):
            self.model.add(constraint)

    def forced(self, day: int) -> bool:
        """Tell whether nothing but fixed work can be done on a date."""
        options = self.person.options
        return bool(options.off[day] < -1e299) and len(self.rows[day]) == 1

    def span(self, number: int, name: str) -> int:
        """Return what is known of a week beforehand."""
        return int(self.person.tour.spans[number, SPAN.index(name)])

    def _weeks(self) -> range:
        return range(int(self.problem.week[-1]) + 1)

    def _days(self, number: int) -> list[int]:
        return [int(day) for day in np.flatnonzero(self.problem.week == number)]

    def sundays(self) -> None:
        """Of any max_sundays + 1 Sundays in a row at least one has no work, those around included."""
        most = self.limit["max_sundays"]
        if most < 0:
            return
        before, later = self.past["sundays"], int(self.person.tour.ahead[2])
        worked = [self._sunday(number) for number in self._weeks()]
        states: list[tuple[Linear, bool]] = [(1, True)] * before + worked + [(1, True)] * later
        for first in range(len(states) - most):
            window = states[first : first + most + 1]
            if not all(given for _, given in window):
                self.add(sum(state for state, _ in window) <= most)

    def _sunday(self, number: int) -> tuple[Linear, bool]:
        """Return whether a week's Sunday has work, and whether given work settles that."""
        options = self.person.options
        days = self._days(number)
        known = self.past["sunday"] if number == 0 else 0
        forced = [row for day in days if self.forced(day) for row in self.rows[day]]
        if known or self.span(number, "sunday") or any(options.rows[row, 7] for row in forced):
            return 1, True
        picks = [self.pick[row] for day in days for row in self.rows[day] if options.rows[row, 7]]
        state = self.model.new_bool_var("")
        for pick in picks:
            self.add(pick <= state)
        return state, False

    def weekly_rest(self) -> None:
        """In each week that needs one, a rest of weekly_rest minutes without work has its share."""
        least = self.limit["weekly_rest"]
        if least < 0:
            return
        share = min(SHARE, least)
        for number in self._weeks():
            if self.span(number, "exempt") or (number == 0 and not self.past["need"]):
                continue
            earliest = self.span(number, "from") + share - least
            latest = self.span(number, "until") - share
            starts = [at for at in self._ends(earliest) if earliest <= at <= latest]
            self.add(sum(self._free(at, at + least) for at in starts) >= 1)

    def _ends(self, earliest: int) -> Sequence[int]:
        """Return when a rest may begin: as early as it may, or with the end of work."""
        ends = {int(end) for end in self.person.options.rows[:, 1]}
        return sorted({earliest, self.past["long"], *ends} - {NO_END})

    def _free(self, low: int, high: int) -> Linear:
        """Return a variable that may be 1 only if no work lies in [low, high)."""
        rows = self.person.options.rows
        if self.past["long"] > low or int(self.person.tour.ahead[0]) < high:
            return 0
        overlaps = np.flatnonzero((rows[:, 0] < high) & (rows[:, 1] > low))
        free = self.model.new_bool_var("")
        for row in overlaps.tolist():
            self.add(self.pick[row] + free <= 1)
        return free
