"""Everyone's search for the best tour of tasks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.tasks import best_shifts, fill_shift, task_walk
from scheduler.rostering.kernels.tours import NEVER
from scheduler.tasks import QUARTER, TaskProblem, TaskShift

__all__ = ["TaskTours"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
DAY = 1440
NEVER_CLEAR = 10_000


class TaskTours:
    """The starts of all days, and room for searches; a tour is the task of each step, (T,), −1: none."""

    def __init__(self, problem: TaskProblem) -> None:
        rules = problem.rules
        self._problem = problem
        self._shortest = rules.min_shift // QUARTER
        self._longest = rules.max_shift // QUARTER
        self._least = rules.min_task // QUARTER
        starts, offsets, first = [], [], [0]
        for day in range(-(-problem.last // DAY)):
            for low, high in rules.starts:
                for offset in range(low, high + 1, QUARTER):
                    minute = day * DAY + offset
                    if problem.first <= minute and minute + rules.min_shift <= problem.last:
                        starts.append((minute - problem.first) // QUARTER)
                        offsets.append(offset // QUARTER)
            first.append(len(starts))
        self._starts = np.array(starts, dtype=np.int64)
        self._offset = np.array(offsets, dtype=np.int64)
        self._first = np.array(first, dtype=np.int64)
        self._clear = np.array([*sorted({0, *offsets}), NEVER_CLEAR], dtype=np.int64)
        self._worth = np.empty((len(starts), self._longest - self._shortest + 1))
        size = max(person.max_minutes for person in problem.people) // QUARTER + 1
        shape = rules.max_days + 1, len(self._clear), size
        self._ran = np.empty((2, *shape))
        self._back = np.empty((len(first) - 1, *shape), dtype=np.int32)

    def best(self, person: int, value: Floats) -> Ints | None:
        """Return the tour that is worth most; None where there is none.

        Parameters
        ----------
        value
            Of a person on each task in each step, (T, K).
        """
        rules, limits = self._problem.rules, self._problem.people[person]
        best_shifts(value, self._starts, self._shortest, self._longest, self._least, self._worth)
        chosen = np.empty(len(self._first) - 1, dtype=np.int64)
        total = task_walk(
            self._worth, self._first, self._offset, self._clear, self._shortest,
            (rules.min_rest - DAY) // QUARTER, rules.max_days, -(-limits.min_minutes // QUARTER),
            limits.max_minutes // QUARTER, self._ran, self._back, chosen,
        )  # fmt: skip
        if total <= NEVER:
            return None
        tour = np.full(len(value), -1, dtype=np.int64)
        for code in chosen[chosen >= 0].tolist():
            start, place = divmod(code, self._worth.shape[1])
            begin, length = int(self._starts[start]), self._shortest + place
            fill_shift(value, begin, length, self._least, tour[begin : begin + length])
        return tour

    def shifts(self, tour: Ints) -> tuple[TaskShift, ...]:
        """Return a tour's shifts."""
        shifts: list[TaskShift] = []
        names, first = self._problem.tasks, self._problem.first
        step = 0
        while step < len(tour):
            if tour[step] < 0:
                step += 1
                continue
            begin, parts = step, []
            while step < len(tour) and tour[step] >= 0:
                end = step
                while end < len(tour) and tour[end] == tour[step]:
                    end += 1
                parts.append((names[tour[step]], (end - step) * QUARTER))
                step = end
            shifts.append(TaskShift(first + begin * QUARTER, tuple(parts)))
        return tuple(shifts)
