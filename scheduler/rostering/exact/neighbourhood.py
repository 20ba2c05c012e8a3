"""A few people and days by CP-SAT with all else as it is: what ruin and recreate cannot see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scheduler.rostering.budget import Budget
from scheduler.rostering.exact.model import RotaModel
from scheduler.rostering.exact.run import run
from scheduler.rostering.state import State

__all__ = ["draw_days", "improve", "is_worthwhile"]

MOST_UNITS = 60_000
"""Intervals × edges: beyond them building the model takes longer than solving it gains."""
GAIN = 1e-9


def is_worthwhile(state: State) -> bool:
    """Tell whether models of this problem are small enough."""
    return len(state.problem.demand.required) * len(state.problem.kinds.edge_queue) <= MOST_UNITS


def improve(state: State, budget: Budget, people: Sequence[int], days: Sequence[int], *, work: float) -> bool:
    """Solve for these people and days within some work; keep the rota and return True where it is better."""
    before = state.merit
    model = RotaModel(state, people, days)
    model.hint()
    outcome = run(model, budget, work=work)
    if outcome.solver is None:
        return False
    tours = model.tours(outcome.solver)
    old = {person: state.tour_of(person) for person in people}
    if all(tours[person].same_as(old[person]) for person in people):
        return False
    state.save()
    for person in people:
        state.take_out(person)
        state.put_in(person, tours[person])
    state.settle()
    if state.merit < before - GAIN:
        return True
    state.restore()
    return False


def draw_days(count: int, random: np.random.Generator, most: int) -> range:
    """Draw up to ``most`` consecutive dates of a horizon."""
    first = int(random.integers(0, max(1, count - most + 1)))
    return range(first, min(count, first + most))
