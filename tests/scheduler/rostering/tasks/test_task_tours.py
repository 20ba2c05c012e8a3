"""A person's best tour of tasks keeps every rule and is what trying all tours finds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from scheduler.checking.tasks import score_tasks
from scheduler.rostering.tasks.tours import TaskTours
from scheduler.tasks import TaskPerson, TaskProblem, TaskRules, TaskShift

RULES = TaskRules(360, 375, 840, 60, 2, ((0, 0), (600, 600), (1185, 1200)))


@pytest.mark.parametrize("seed", range(4))
def test_best_tour_is_the_best_of_all(seed: int) -> None:
    days = 3
    person = TaskPerson("Ada", 360, 1200)
    nobody = np.zeros((days * 96, 2), dtype=np.int64)
    problem = TaskProblem(360, 360 + days * 1440, ("1", "2"), (person,), nobody, nobody, RULES)
    value = np.random.default_rng(seed).normal(0.3, 2, nobody.shape)
    tours = TaskTours(problem)
    tour = tours.best(0, value)
    assert tour is not None
    shifts = tours.shifts(tour)
    assert not score_tasks(problem, {"Ada": shifts}).violations
    best_of_day: list[list[TaskShift | None]] = []
    for day in range(days + 1):
        minutes = [offset for low, high in RULES.starts for offset in range(low, high + 1, 15)]
        options: list[TaskShift | None] = [None]
        for minute in minutes:
            for length in range(360, 376, 15):
                start = day * 1440 + minute
                if start >= 360 and start + length <= problem.last:
                    options.append(_best_shift(value, start, length))
        best_of_day.append(options)
    best = -1e300
    for choice in product(*best_of_day):
        worked = tuple(shift for shift in choice if shift is not None)
        worth = sum(_worth(value, shift) for shift in worked)
        if worth > best and not score_tasks(problem, {"Ada": worked}).violations:
            best = worth
    assert sum(_worth(value, shift) for shift in shifts) == pytest.approx(best)


def _worth(value: np.ndarray, shift: TaskShift) -> float:
    total, at = 0.0, (shift.start - 360) // 15
    for task, minutes in shift.tasks:
        total += float(value[at : at + minutes // 15, int(task) - 1].sum())
        at += minutes // 15
    return total


def _best_shift(value: np.ndarray, start: int, length: int) -> TaskShift:
    """Try every way to split a shift into tasks of an hour or more, by recursion from its end."""
    begin, steps = (start - 360) // 15, length // 15
    best: list[tuple[float, tuple[tuple[str, int], ...]]] = [(0.0, ())]
    for end in range(1, steps + 1):
        ways = [
            (best[cut][0] + float(value[begin + cut : begin + end, task].sum()),
             (*best[cut][1], (str(task + 1), (end - cut) * 15)))
            for cut in range(end - 3)
            if best[cut][0] > -1e299
            for task in range(2)
        ]  # fmt: skip
        best.append(max(ways, default=(-1e300, ())))
    return TaskShift(start, best[steps][1])
