"""New tours for a few people, all others' as they are: several such groups at once, each on a thread.

Every group begins from the same rota and shares nothing that it writes to, so that what is found does not
depend on the number of threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.errors import SolverFailure
from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.columns import BACK, Columns
from scheduler.rostering.daily.pool import Column, Pool
from scheduler.rostering.daily.state import DailyState

__all__ = ["AT_ONCE", "Group", "Groups", "group_of"]

Ints = npt.NDArray[np.int64]

AT_ONCE = 4
"""Groups that begin from the same rota."""
ROUNDS, ROUNDS_NEAR = 12, 30
"""Rounds of new tours for a group; near the limit they count once the group is cheap enough."""
FROM_POOL = 60
"""Tours of each person that a selection begins with."""
DUST = 1e-4


@dataclass(frozen=True, eq=False)
class Group:
    """People, what they must serve, tours to begin with, and what their tours must cost less than."""

    people: list[int]
    required: Ints
    start: list[Column]
    worst: float


@dataclass(eq=False)
class _Found:
    chosen: dict[int, Column] | None
    met: list[Column]
    work: float


def group_of(state: DailyState, pool: Pool, people: list[int]) -> Group:
    """Return what is to be selected for people in a rota."""
    board, before = state.board, state.cost
    old = {person: state.tours[person].copy() for person in people}
    for person in people:
        state.take_out(person)
    required = board.required - state.present
    # What stays costs the same; a selection counts all rows, and own costs of these people alone.
    others = state.cost - board.cover_cost(state.present)
    for person, tour in old.items():
        state.put_in(person, tour)
    start = [Column(board, person, tour) for person, tour in old.items()]
    for person in people:
        start += pool.columns[person][-FROM_POOL:]
    return Group(people, required, start, before - others - 1 + 2 * DUST)


class Groups:
    """Selections for groups, with memory of their own for each that runs at once."""

    def __init__(self, answers: Answers, budget: Budget) -> None:
        self._workers = min(AT_ONCE, answers.workers)
        self._answers = [answers.alone() for _ in range(AT_ONCE)]
        self._budget = budget

    def select(self, groups: Sequence[Group], pool: Pool, *, near: bool) -> list[dict[int, Column] | None]:
        """Return cheaper tours of each of at most ``AT_ONCE`` groups, or None; tours met join the pool.

        Parameters
        ----------
        near
            Whether the limit tells what a group may cost, so that those who cannot cost less end early.
        """

        def work(place: int) -> _Found:
            return self._select(groups[place], self._answers[place], near=near)

        with ThreadPoolExecutor(self._workers) as threads:
            found = list(threads.map(work, range(len(groups))))
        for each in found:
            self._budget.spend(each.work)
            for column in each.met:
                pool.add(column.person, column.full())
        return [each.chosen for each in found]

    def _select(self, group: Group, answers: Answers, *, near: bool) -> _Found:
        found = _Found(None, [], 0.0)
        left = self._budget.work_left

        def spend(units: float) -> None:
            found.work += units

        def over() -> bool:
            return self._budget.over() or found.work >= left

        columns = Columns(answers, spend)
        rounds, least = (ROUNDS_NEAR, group.worst) if near else (ROUNDS, float("inf"))
        back = BACK if near else 0
        # GLOP may give up, which numbers alone may bring about: other groups will do.
        with suppress(SolverFailure):
            master = columns.master(group.people, group.required, group.start)
            columns.improve(master, group.people, rounds, over, least)
            if not over():
                found.chosen = columns.dive(master, group.people, over, group.worst, back=back)
        found.met = [column for person in group.people for column in columns.pool.columns[person]]
        return found
