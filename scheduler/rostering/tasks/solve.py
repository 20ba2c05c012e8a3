"""Build a rota of tasks: everyone answers with their best tour, then a few people at a time again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scheduler.progress import Progress, ProgressReport
from scheduler.rostering.budget import Budget, Clock
from scheduler.rostering.result import Limits, RotaStatus
from scheduler.rostering.tasks.search import Search
from scheduler.tasks import TaskProblem, TaskRota

__all__ = ["TaskResult", "solve_tasks"]

TELL_EVERY = 100


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
    random = np.random.default_rng(limits.seed)
    search = Search(problem, random)
    bound = _bound(problem)

    def tell(message: str) -> None:
        if on_progress is not None:
            words = f"{message}: {search.cost:.0f}, {search.missing} missing"
            on_progress(ProgressReport("rota", budget.share_used, words, search.merit))

    for person in random.permutation(len(problem.people)).tolist():
        budget.spend(1)
        if not search.begin(person):
            reason = f"There is no tour for {problem.people[person].name} within the minutes."
            return TaskResult(RotaStatus.INFEASIBLE, None, bound, (reason,), int(budget.work), budget.seconds)
    tell("First rota")
    tries = 0
    while not budget.over() and not (search.missing == 0 and search.cost <= bound):
        tries += 1
        budget.spend(search.again())
        if tries % TELL_EVERY == 0:
            tell(f"Rearranged {tries} groups")
    status = RotaStatus.STOPPED if budget.stopped else RotaStatus.FEASIBLE
    if search.missing:
        status = RotaStatus.NO_SOLUTION
    elif search.cost <= bound:
        status = RotaStatus.OPTIMAL
    rota = search.rota
    return TaskResult(status, rota, bound, (), int(budget.work), budget.seconds)


def _bound(problem: TaskProblem) -> int:
    """Spread the excess of the least minutes evenly over all steps and tasks: no sum of squares is less."""
    steps = sum(-(-person.min_minutes // 15) for person in problem.people)
    excess = max(0, steps - int(problem.most.sum()))
    whole, rest = divmod(excess, problem.most.size)
    return (problem.most.size - rest) * whole**2 + rest * (whole + 1) ** 2
