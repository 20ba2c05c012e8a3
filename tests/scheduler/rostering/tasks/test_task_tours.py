"""A person's best tour of tasks keeps every rule and is what trying all tours finds."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from scheduler.checking.tasks import score_tasks
from scheduler.rostering.tasks.tours import TaskTours
from scheduler.tasks import TaskPerson, TaskProblem, TaskRules, TaskShift

RULES = TaskRules(360, 375, 840, 60, 2, ((0, 0), (600, 600), (1185, 1200)))


PERSON = TaskPerson("Ada", 360, 1500)
DAYS = 3


@pytest.fixture
def problem() -> TaskProblem:
    nobody = np.zeros((DAYS * 96, 2), dtype=np.int64)
    return TaskProblem(360, 360 + DAYS * 1440, ("1", "2"), (PERSON,), nobody, nobody, RULES)


@pytest.mark.parametrize("seed", range(3))
def test_best_tour_is_the_best_of_all(problem: TaskProblem, seed: int) -> None:
    value = np.random.default_rng(seed).normal(0.3, 2, (DAYS * 96, 2))
    tours = TaskTours(problem)
    tour = np.full(tours.days, -1, dtype=np.int64)
    assert tours.best(0, value, range(tours.days), tour)
    shifts = _shifts(tours, tour, value)
    assert not score_tasks(problem, {"Ada": shifts}).violations
    assert len(shifts) * 24 <= tours.steps(tour) == sum(shift.end - shift.start for shift in shifts) // 15
    options = [_options(problem, value, day) for day in range(tours.days)]
    assert sum(_worth(value, shift) for shift in shifts) == pytest.approx(_best(problem, value, options))


@pytest.mark.parametrize("seed", range(12))
def test_best_days_fit_the_days_around_them(problem: TaskProblem, seed: int) -> None:
    random = np.random.default_rng(seed)
    day = seed % 4
    tours = TaskTours(problem)
    tour = np.full(tours.days, -1, dtype=np.int64)
    assert tours.best(0, random.normal(0.6, 2, (DAYS * 96, 2)), range(tours.days), tour)
    value = random.normal(1, 2, (DAYS * 96, 2))
    options: list[list[TaskShift | None]] = [[None] for _ in tour]
    for shift in _shifts(tours, tour, value):
        options[shift.start // 1440] = [shift]
    options[day] = _options(problem, value, day)
    assert tours.best(0, value[tours.span(range(day, day + 1))], range(day, day + 1), tour)
    shifts = _shifts(tours, tour, value)
    assert not score_tasks(problem, {"Ada": shifts}).violations
    assert sum(_worth(value, shift) for shift in shifts) == pytest.approx(_best(problem, value, options))


def _shifts(tours: TaskTours, tour: np.ndarray, value: np.ndarray) -> tuple[TaskShift, ...]:
    work = np.full(len(value), -1, dtype=np.int64)
    tours.fill(value, range(tours.days), tour, work)
    return tours.shifts(work)


def _options(problem: TaskProblem, value: np.ndarray, day: int) -> list[TaskShift | None]:
    """Return the best shift of each start and length of a day, and a day off."""
    options: list[TaskShift | None] = [None]
    for minute in (offset for low, high in RULES.starts for offset in range(low, high + 1, 15)):
        for length in range(360, 376, 15):
            start = day * 1440 + minute
            if start >= 360 and start + length <= problem.last:
                options.append(_best_shift(value, start, length))
    return options


def _best(problem: TaskProblem, value: np.ndarray, options: list[list[TaskShift | None]]) -> float:
    """Return what the lawful choice of most worth is worth, by trying all."""
    best = -1e300
    for choice in product(*options):
        worked = tuple(shift for shift in choice if shift is not None)
        worth = sum(_worth(value, shift) for shift in worked)
        if worth > best and not score_tasks(problem, {"Ada": worked}).violations:
            best = worth
    return best


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
