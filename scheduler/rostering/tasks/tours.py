"""Everyone's search for the best tour of tasks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.labels import NEVER
from scheduler.rostering.kernels.tasks import best_shifts, fill_shift, task_walk, trace_walk
from scheduler.tasks import QUARTER, TaskProblem, TaskShift

__all__ = ["STEPS", "TaskTours", "Walk"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
DAY, STEPS = 1440, 96
"""Minutes and steps of a day."""
NEVER_CLEAR = 10_000


@dataclass(frozen=True, eq=False)
class Walk:
    """What every way through some days is worth; valid until the next walk.

    Parameters
    ----------
    base
        Number of the first start.
    worth, days, offset, goes, ran
        See :func:`scheduler.rostering.kernels.tasks.task_walk`; ``days`` is its ``first``.
    """

    base: int
    worth: Floats
    days: Ints
    offset: Ints
    goes: Ints
    ran: Floats


class TaskTours:
    """The starts of all days, and room for searches.

    A tour is what is worked on each day, (D,): start × lengths + length − shortest; −1: off. Its work is the
    task of each step, (T,), −1: none.

    Parameters
    ----------
    problem
        Days are those of the calendar; the first began before a horizon that starts after midnight.
    """

    def __init__(self, problem: TaskProblem) -> None:
        rules = problem.rules
        self.days = -(-problem.last // DAY)
        self._problem = problem
        self._shortest = rules.min_shift // QUARTER
        self._longest = rules.max_shift // QUARTER
        self._lengths = self._longest - self._shortest + 1
        self._least = rules.min_task // QUARTER
        starts, offsets, first = [], [], [0]
        for day in range(self.days):
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
        ends = self._offset[:, None] + np.arange(self._shortest, self._longest + 1)
        waits = np.searchsorted(self._clear, ends + (rules.min_rest - DAY) // QUARTER)
        self._goes = np.ascontiguousarray(np.minimum(waits, len(self._clear) - 1).astype(np.int64))
        self._room = np.empty(0)

    def span(self, days: range) -> slice:
        """Return the steps that shifts of some days may take."""
        midnight = self._problem.first // QUARTER
        end = min(days.stop * STEPS + self._longest - midnight, len(self._problem.least))
        return slice(max(0, days.start * STEPS - midnight), end)

    def steps(self, tour: Ints) -> int:
        """Return how many steps a tour works."""
        worked = tour[tour >= 0]
        return int((worked % self._lengths).sum()) + self._shortest * len(worked)

    def walk(self, value: Floats, days: range, least: int, most: int, before: Ints) -> Walk:
        """Find what shifts of some days are worth for every sum of steps from ``least`` to ``most``.

        Parameters
        ----------
        value
            Of a person on each task in each step of :meth:`span`, (S, K).
        before
            The tour up to these days; later ones do not matter.
        """
        first, last = days.start, days.stop
        low, high = int(self._first[first]), int(self._first[last])
        starts = self._starts[low:high] - self.span(days).start
        worth = np.empty((high - low, self._lengths))
        best_shifts(value, starts, self._shortest, self._longest, self._least, worth)
        size = max(0, min(most, len(days) * self._longest)) + 1
        shape = len(days) + 1, self._problem.rules.max_days + 1, len(self._clear), size
        if len(self._room) < math.prod(shape):
            self._room = np.empty(math.prod(shape))
        ran = self._room[: math.prod(shape)].reshape(shape)
        run = 0
        while run < first and before[first - 1 - run] >= 0:
            run += 1
        clear = int(self._goes.flat[before[first - 1]]) if run else 0
        starts_of_day = self._first[first : last + 1] - low
        walk = Walk(low, worth, starts_of_day, self._offset[low:high], self._goes[low:high], ran)
        task_walk(
            worth, walk.days, walk.offset, self._clear, walk.goes, self._shortest, least, run, clear, ran
        )
        return walk

    def end(self, walk: Walk, least: int, most: int, after: Ints) -> tuple[float, Ints | None]:
        """Return the worth and the tour of the best way through the walk's days; None where there is none.

        Parameters
        ----------
        least, most
            Steps in these days.
        after
            The tour from the day after the walk's last on.
        """
        worked = int(np.argmin(np.append(after, -1) >= 0))
        start = int(self._offset[after[0] // self._lengths]) if worked else 0
        chosen = np.empty(len(walk.days) - 1, dtype=np.int64)
        total = trace_walk(
            walk.worth, walk.days, walk.offset, self._clear, walk.goes, self._shortest, walk.ran, least, most,
            worked, start, chosen,
        )  # fmt: skip
        if total <= NEVER:
            return total, None
        chosen[chosen >= 0] += walk.base * self._lengths
        return total, chosen

    def best(self, person: int, value: Floats, days: range, tour: Ints) -> bool:
        """Change some days of a tour to what is worth most; False where there is no way through.

        Parameters
        ----------
        value
            Of a person on each task in each step of :meth:`span`, (S, K).
        """
        limits = self._problem.people[person]
        elsewhere = self.steps(tour[: days.start]) + self.steps(tour[days.stop :])
        most = limits.max_minutes // QUARTER - elsewhere
        least = -(-limits.min_minutes // QUARTER) - elsewhere
        walk = self.walk(value, days, least, most, tour)
        _, chosen = self.end(walk, least, most, tour[days.stop :])
        if chosen is None:
            return False
        tour[days.start : days.stop] = chosen
        return True

    def fill(self, value: Floats, days: range, tour: Ints, work: Ints) -> None:
        """Write the best tasks for the shifts of some days to a person's work, (T,); see :meth:`best`."""
        base = self.span(days).start
        for code in self.shifts_of(tour, days):
            begin, end = self.times(code)
            fill_shift(value, begin - base, end - begin, self._least, work[begin:end])

    @staticmethod
    def shifts_of(tour: Ints, days: range) -> list[int]:
        """Return what is worked on some days of a tour."""
        worked = tour[days.start : days.stop]
        codes: list[int] = worked[worked >= 0].tolist()
        return codes

    def times(self, code: int) -> tuple[int, int]:
        """Return the first step of a shift, and the step after its last."""
        start, place = divmod(code, self._lengths)
        begin = int(self._starts[start])
        return begin, begin + self._shortest + place

    def shifts(self, work: Ints) -> tuple[TaskShift, ...]:
        """Return the shifts of a person's work."""
        shifts: list[TaskShift] = []
        names, first = self._problem.tasks, self._problem.first
        step = 0
        while step < len(work):
            if work[step] < 0:
                step += 1
                continue
            begin, parts = step, []
            while step < len(work) and work[step] >= 0:
                end = step
                while end < len(work) and work[end] == work[step]:
                    end += 1
                parts.append((names[work[step]], (end - step) * QUARTER))
                step = end
            shifts.append(TaskShift(first + begin * QUARTER, tuple(parts)))
        return tuple(shifts)
