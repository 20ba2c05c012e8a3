"""A problem of whole days as arrays: rows (day, shift), and what each person's tour costs by itself."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.daily import OFF, DailyProblem, DailyRota
from scheduler.rostering.kernels.labels import NEVER

__all__ = ["Board", "make_board"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Board:
    """See :class:`scheduler.daily.DailyProblem`; days D, shifts S, people P.

    Attributes
    ----------
    required, under, over
        Of each row, (D, S): how many, and what one missing or too many costs.
    own
        What a person's day costs by refused requests, (P, D, S + 1); last: a day off. Infinite where the
        person cannot work.
    """

    problem: DailyProblem
    required: Ints
    under: Floats
    over: Floats
    own: Floats

    @property
    def people(self) -> int:
        """How many people."""
        return len(self.own)

    def rota(self, chosen: Ints) -> DailyRota:
        """Return the rota of shifts by person and day, (P, D); −1: off."""
        names = [*(shift.name for shift in self.problem.shifts), OFF]
        return {
            person.name: tuple(names[at] for at in line)
            for person, line in zip(self.problem.people, chosen.tolist(), strict=True)
        }

    def tours(self, rota: DailyRota) -> list[Ints]:
        """Return each person's shift of each day, (D,), of a rota; −1: off."""
        at = {shift.name: place for place, shift in enumerate(self.problem.shifts)} | {OFF: -1}
        return [
            np.array([at[name] for name in rota[person.name]], dtype=np.int64)
            for person in self.problem.people
        ]

    def own_cost(self, person: int, tour: Ints) -> float:
        """Return what a tour costs by itself."""
        return float(self.own[person, np.arange(len(tour)), tour].sum())

    def cover_cost(self, present: Ints) -> float:
        """Return what numbers of people present on each row cost, (D, S)."""
        missing = self.required - present
        return float((self.under * np.maximum(missing, 0) + self.over * np.maximum(-missing, 0)).sum())

    def values(self, present: Ints) -> Floats:
        """Return what one more person present on each row saves, (D, S)."""
        return np.where(present < self.required, self.under, -self.over)

    def tour_values(self, person: int, row_values: Floats) -> tuple[Floats, Floats]:
        """Return what shifts, (D, S), and days off, (D,), are worth to a person; −1e300: not possible."""
        own = self.own[person]
        value = row_values - own[:, :-1]
        value[~np.isfinite(value)] = NEVER
        return value, -own[:, -1]


def make_board(problem: DailyProblem) -> Board:
    """Number days, shifts and people."""
    shift_at = {shift.name: place for place, shift in enumerate(problem.shifts)}
    person_at = {person.name: place for place, person in enumerate(problem.people)}
    size = (problem.days, len(problem.shifts))
    required = np.zeros(size, dtype=np.int64)
    under, over = np.zeros(size), np.zeros(size)
    for cover in problem.covers:
        at = cover.day, shift_at[cover.shift]
        required[at], under[at], over[at] = cover.required, cover.under, cover.over
    own = np.zeros((len(problem.people), problem.days, len(problem.shifts) + 1))
    for request in problem.requests:
        day = own[person_at[request.person], request.day]
        at_shift = shift_at[request.shift]
        if request.wanted:
            day += request.weight
            day[at_shift] -= request.weight
        else:
            day[at_shift] += request.weight
    for place, person in enumerate(problem.people):
        for shift in problem.shifts:
            if person.most.get(shift.name, 0) == 0:
                own[place, :, shift_at[shift.name]] = np.inf
        own[place, sorted(person.days_off), :-1] = np.inf
    return Board(problem, required, under, over, own)
