"""A rota of tasks in the making: a few people at a time change some of their days."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.rostering.tasks.tours import STEPS, TaskTours
from scheduler.tasks import QUARTER, TaskProblem, TaskRota

__all__ = ["MISSING", "Search"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MISSING = 30.0
"""What a person missing from a step weighs against the squares of excess."""
PEOPLE = 2, 5
"""Fewest and most people who change."""
DAYS = 1, 6
"""Fewest and most days that they change."""
NEAR = 8
"""Steps around what is wrong in which the people at work are likelier to change."""
NOISE = 0.5
"""How far values are shaken in every other try."""
LEVY = 1.2
"""Most that a step of work is made dearer in such a try, of what a missing person weighs: who may work long
leaves work to those who must work some time anyway."""


class Search:
    """Everyone's tour and work, and the people present on each task.

    Attributes
    ----------
    cost, missing
        Squares of excess, and person-steps below the least.
    """

    def __init__(self, problem: TaskProblem, random: np.random.Generator) -> None:
        self.tours = TaskTours(problem)
        self._problem = problem
        self._random = random
        self._tour = np.full((len(problem.people), self.tours.days), -1, dtype=np.int64)
        self._work = np.full((len(problem.people), len(problem.least)), -1, dtype=np.int64)
        self._present = np.zeros(problem.least.shape, dtype=np.int64)
        self.cost, self.missing = self._merit(slice(None))

    @property
    def merit(self) -> float:
        """Cost, and what missing people weigh."""
        return self.cost + MISSING * self.missing

    @property
    def rota(self) -> TaskRota:
        """Everyone's shifts."""
        people = self._problem.people
        return {person.name: self.tours.shifts(work) for person, work in zip(people, self._work, strict=True)}

    def begin(self, person: int) -> bool:
        """Give a person who has no tour the best one; False where there is none."""
        found = self._answer(person, range(self.tours.days), self._values(slice(None)))
        self.cost, self.missing = self._merit(slice(None))
        return found

    def again(self) -> int:
        """Let a few people change some days, and keep what is not worse; return how many answered."""
        random = self._random
        people, days = self._related()
        span = self.tours.span(days)
        before = self._merit(span)
        old = [(self._tour[person].copy(), self._work[person, span].copy()) for person in people]
        for person in people:
            self._remove(person, days)
        noise = NOISE * float(random.integers(2))
        levy = LEVY * MISSING * float(random.random()) * (noise > 0)
        for person in people:
            value = self._values(span)
            if noise:
                value *= 1 + noise * random.standard_normal(value.shape)
            self._answer(person, days, value - (0.0 if person == people[-1] else levy))
        after = self._merit(span)
        worse = after[0] - before[0] + MISSING * (after[1] - before[1])
        lost = self.missing == 0 and after[1] > before[1]
        if worse > 0 or lost:
            for person, (tour, work) in zip(people, old, strict=True):
                self._remove(person, days)
                self._tour[person] = tour
                self._work[person, span] = work
                self._add(person, days)
        else:
            self.cost += after[0] - before[0]
            self.missing += after[1] - before[1]
        return len(people)

    def _answer(self, person: int, days: range, value: Floats) -> bool:
        tour = self._tour[person]
        if not self.tours.best(person, value, days, tour):
            return False
        self.tours.fill(value, days, tour, self._work[person])
        self._add(person, days)
        return True

    def _add(self, person: int, days: range) -> None:
        for code in self.tours.shifts_of(self._tour[person], days):
            self._count(person, slice(*self.tours.times(code)), 1)

    def _remove(self, person: int, days: range) -> None:
        for code in self.tours.shifts_of(self._tour[person], days):
            steps = slice(*self.tours.times(code))
            self._count(person, steps, -1)
            self._work[person, steps] = -1
        self._tour[person, days.start : days.stop] = -1

    def _count(self, person: int, steps: slice, sign: int) -> None:
        work = self._work[person, steps]
        at = np.flatnonzero(work >= 0)
        self._present[steps][at, work[at]] += sign

    def _merit(self, steps: slice) -> tuple[float, int]:
        over = self._present[steps] - self._problem.most[steps]
        under = self._problem.least[steps] - self._present[steps]
        over = np.maximum(over, 0)
        return float((over * over).sum()), int(np.maximum(under, 0).sum())

    def _values(self, steps: slice) -> Floats:
        """Return what one more person saves on each task and step, (S, K)."""
        present = self._present[steps]
        over = present - self._problem.most[steps]
        saved = np.where(present < self._problem.least[steps], MISSING, -np.maximum(2.0 * over + 1.0, 0.0))
        return np.ascontiguousarray(saved)

    def _related(self) -> tuple[list[int], range]:
        """Draw a step by what is wrong there, people who work near it or could, and the days around it."""
        problem, random = self._problem, self._random
        excess = np.maximum(self._present - problem.most, 0)
        wrong = (excess * excess + MISSING * np.maximum(problem.least - self._present, 0)).sum(axis=1)
        chance = np.ones(len(self._work))
        step = int(random.choice(len(wrong), p=wrong / wrong.sum())) if wrong.any() else 0
        near = slice(max(0, step - NEAR), step + NEAR + 1)
        chance += 4.0 * (self._work[:, near] >= 0).any(axis=1)
        count = min(int(random.integers(PEOPLE[0], PEOPLE[1] + 1)), len(chance))
        people = random.choice(len(chance), count, replace=False, p=chance / chance.sum())
        days = min(int(random.integers(DAYS[0], DAYS[1] + 1)), self.tours.days)
        day = (problem.first // QUARTER + step) // STEPS
        first = int(np.clip(day - random.integers(days), 0, self.tours.days - days))
        return people.tolist(), range(first, first + days)
