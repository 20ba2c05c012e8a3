"""Build a rota of tasks: everyone answers with their best tour, then a few people at a time again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.progress import Progress, ProgressReport
from scheduler.rostering.budget import Budget, Clock
from scheduler.rostering.result import Limits, RotaStatus
from scheduler.rostering.tasks.tours import TaskTours
from scheduler.tasks import TaskProblem, TaskRota

__all__ = ["TaskResult", "solve_tasks"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MISSING = 30.0
"""What a person missing from a step weighs against the squares of excess."""
SMALLEST, LARGEST = 2, 5
NOISE = 0.5
"""How far values are shaken in every other try."""
LEVY = 1.2
"""Most that a step of work is made dearer in such a try, of what a missing person weighs: who may work long
leaves work to those who must work some time anyway."""
TELL_EVERY = 20


@dataclass(frozen=True)
class TaskResult:
    """The best rota found.

    Parameters
    ----------
    rota
        None where somebody has no tour at all.
    bound
        Excess that everyone's least minutes leave over the most that is of use; no rota costs less.
    """

    status: RotaStatus
    rota: TaskRota | None
    bound: int
    reasons: tuple[str, ...] = ()
    work: int = 0
    seconds: float = 0.0


def solve_tasks(
    problem: TaskProblem,
    limits: Limits,
    *,
    clock: Clock,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> TaskResult:
    """Build the best rota found within the limits; a unit of work is a person's answer.

    Parameters
    ----------
    clock
        Seconds, ever rising.
    should_stop
        Asked often; once it says so, the best rota so far is returned.
    """
    budget = Budget(limits, clock, should_stop)
    search = _Search(problem, budget)
    random = np.random.default_rng(limits.seed)
    bound = _bound(problem)

    def tell(message: str) -> None:
        if on_progress is not None:
            on_progress(ProgressReport("rota", budget.share_used, message, search.merit))

    for person in random.permutation(len(problem.people)).tolist():
        if not search.answer(person, random):
            reason = f"There is no tour for {problem.people[person].name} within the minutes."
            return TaskResult(RotaStatus.INFEASIBLE, None, bound, (reason,), int(budget.work), budget.seconds)
    tell(f"First rota: {search.words}")
    tries = 0
    while not budget.over() and not (search.lawful and search.merit <= bound):
        tries += 1
        search.again(random, budget)
        if tries % TELL_EVERY == 0:
            tell(f"Rearranged {tries} groups: {search.words}")
    status = RotaStatus.STOPPED if budget.stopped else RotaStatus.FEASIBLE
    if search.lawful and search.merit <= bound:
        status = RotaStatus.OPTIMAL
    elif not search.lawful:
        status = RotaStatus.NO_SOLUTION
    rota = {
        person.name: search.tours.shifts(tour) for person, tour in zip(problem.people, search.of, strict=True)
    }
    return TaskResult(status, rota, bound, (), int(budget.work), budget.seconds)


class _Search:
    """Tours in, people present on each task out."""

    def __init__(self, problem: TaskProblem, budget: Budget) -> None:
        self.tours = TaskTours(problem)
        self.of: list[Ints] = [np.full(len(problem.least), -1, dtype=np.int64) for _ in problem.people]
        self._problem = problem
        self._budget = budget
        self._present = np.zeros(problem.least.shape, dtype=np.int64)

    @property
    def missing(self) -> int:
        """Person-steps below the least."""
        return int(np.maximum(self._problem.least - self._present, 0).sum())

    @property
    def lawful(self) -> bool:
        """Whether enough people are on every task."""
        return self.missing == 0

    @property
    def merit(self) -> float:
        """Squares of excess, and what missing people weigh."""
        excess = np.maximum(self._present - self._problem.most, 0)
        return float((excess * excess).sum()) + MISSING * self.missing

    @property
    def words(self) -> str:
        """Cost and what is missing."""
        missing = self.missing
        return f"{self.merit - MISSING * missing:.0f}, {missing} missing"

    def answer(
        self, person: int, random: np.random.Generator, *, noise: float = 0.0, levy: float = 0.0
    ) -> bool:
        """Give a person who has no tour the best one; False where there is none."""
        self._budget.spend(1)
        tour = self.tours.best(person, self._values(noise, random) - levy)
        if tour is None:
            return False
        self._add(tour, 1)
        self.of[person] = tour
        return True

    def again(self, random: np.random.Generator, budget: Budget) -> None:
        """Let a few people answer again; keep what is not worse."""
        people = self._related(random)
        before, old = self.merit, [self.of[person] for person in people]
        for tour in old:
            self._add(tour, -1)
        shaken = float(random.integers(2))
        levy = shaken * LEVY * MISSING * float(random.random())
        answered = 0
        for person in people:
            last = answered == len(people) - 1
            if budget.over() or not self.answer(
                person, random, noise=NOISE * shaken, levy=0.0 if last else levy
            ):
                break
            answered += 1
        if answered == len(people) and self.merit <= before:
            return
        for person in people[:answered]:
            self._add(self.of[person], -1)
        for person, tour in zip(people, old, strict=True):
            self._add(tour, 1)
            self.of[person] = tour

    def _values(self, noise: float, random: np.random.Generator) -> Floats:
        """Return what one more person saves on each task and step, (T, K)."""
        over = self._present - self._problem.most
        value = np.where(self._present < self._problem.least, MISSING, -np.maximum(2.0 * over + 1.0, 0.0))
        if noise:
            value = value * (1 + noise * random.standard_normal(value.shape))
        return np.ascontiguousarray(value)

    def _related(self, random: np.random.Generator) -> list[int]:
        """Draw a step by what is wrong there, and people who work near it or could."""
        problem = self._problem
        excess = np.maximum(self._present - problem.most, 0)
        wrong = (excess * excess + MISSING * np.maximum(problem.least - self._present, 0)).sum(axis=1)
        chance = np.ones(len(self.of))
        if wrong.sum() > 0:
            step = int(random.choice(len(wrong), p=wrong / wrong.sum()))
            near = slice(max(0, step - 8), step + 9)
            chance += np.array([4.0 * (tour[near] >= 0).any() for tour in self.of])
        count = min(int(random.integers(SMALLEST, LARGEST + 1)), len(self.of))
        return [int(at) for at in random.choice(len(self.of), count, replace=False, p=chance / chance.sum())]

    def _add(self, tour: Ints, sign: int) -> None:
        worked = np.flatnonzero(tour >= 0)
        self._present[worked, tour[worked]] += sign


def _bound(problem: TaskProblem) -> int:
    """Spread the excess of the least minutes evenly over all steps and tasks: no sum of squares is less."""
    steps = sum(-(-person.min_minutes // 15) for person in problem.people)
    excess = max(0, steps - int(problem.most.sum()))
    whole, rest = divmod(excess, problem.most.size)
    return (problem.most.size - rest) * whole**2 + rest * (whole + 1) ** 2
