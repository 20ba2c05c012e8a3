"""Sweeps: agents answer one by one to the rota that the others make, until nobody gains."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scheduler.rostering.answer import Answers
from scheduler.rostering.budget import Budget
from scheduler.rostering.state import State

__all__ = ["BENDS", "sweep_until_settled"]

BENDS = (1.0, 0.3, 0.05)
"""How far each sweep values a shortage by its share of the requirement rather than in full (the last goes
on): first answers must spread over the day, later ones count what is short."""
GAIN = 1e-9


def sweep_until_settled(
    state: State,
    answers: Answers,
    budget: Budget,
    *,
    tell: Callable[[str], None],
    after_first: Callable[[], None],
    enough: Callable[[], bool],
    first: int = 0,
    most: int = 12,
) -> bool:
    """Let everyone answer in turn, sweep after sweep.

    The first sweep gives everyone a tour even when the budget is over: a rota with everyone in it exists
    as early as possible, and ``after_first`` is called. Later answers are kept only where nothing
    gets worse; they end once it is ``enough``. Where everyone has a tour already, begin with a later sweep,
    the ``first``.

    Returns
    -------
    bool
        Whether they ended because hardly anybody gained.
    """
    people = len(state.tours)
    random = np.random.default_rng(budget.limits.seed)
    state.settle()
    for number in range(first, most):
        before = state.merit
        bend = BENDS[min(number, len(BENDS) - 1)]
        for person in random.permutation(people).tolist():
            if number > 0 and (budget.over() or enough()):
                return False
            answer_once(state, answers, person, bend, keep_always=number == 0)
            budget.spend(1)
        if number == 0:
            after_first()
        tell(f"Sweep {number + 1}: {state.covered:.1%} of the requirement covered")
        if number >= len(BENDS) - 1 and before - state.merit < 1e-4 * max(1.0, before):
            return True
    return False


def answer_once(
    state: State, answers: Answers, person: int, bend: float, *, keep_always: bool = False
) -> bool:
    """Let a person answer; tell whether the answer was kept."""
    before = state.merit
    state.save()
    old = state.take_out(person)
    state.settle()
    kind = state.problem.people[person].kind
    tour = answers.best(person, state.values(kind, bend), state.leeway(person))
    if old is None or not tour.same_as(old):
        state.put_in(person, tour)
        state.settle()
        if keep_always or old is None or state.merit <= before + GAIN:
            return True
    state.restore()
    return False
