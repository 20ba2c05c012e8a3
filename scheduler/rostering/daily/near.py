"""Close a small gap: every tour that a better rota can have, and the best selection among them.

At prices with the limit L, a tour that is worth r less than its person's best adds r to the cost of any rota
that has it (reduced cost). A rota cheaper than L + r has no such tour, so that the best selection among all
others is the best rota of all, or none is cheaper than L + r (Baldacci, Christofides & Mingozzi 2008).
"""

from __future__ import annotations

from math import ceil

from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.pool import Column
from scheduler.rostering.daily.prices import PriceLimit
from scheduler.rostering.daily.shares import select_by_shares, spare_people
from scheduler.rostering.daily.tours import Room

__all__ = ["close_gap"]

DUST = 1e-4
FEW = 2000
"""Tours of everyone below which a selection is not worth making if more may be selected from."""
A_SECOND, MOST = 1500, 50_000
"""Tours that a second of a selection is given, and how many there may be for memory's sake."""


def close_gap(
    answers: Answers, limit: PriceLimit, between: tuple[float, float], budget: Budget, share: float
) -> tuple[dict[int, Column] | None, float]:
    """Select once from all tours near the best prices; again while that helps.

    Parameters
    ----------
    between
        What is proven, at least the limit's best, and the cost of the best rota so far.
    share
        Of what is left of the budget that the selection may use.

    Returns
    -------
    The tours of a rota, or None, and the limit that is proven.
    """
    start = limit.limit(limit.prices).bound
    proven, cost = between
    reach, goal = ceil(proven - DUST), ceil(cost - DUST) - 1
    if reach > goal:
        return None, proven
    most = int(min(MOST, A_SECOND * share * budget.seconds_left))
    columns = _columns(answers, limit, reach - start, budget, most)
    while columns is not None and len(columns) <= FEW and reach < goal:
        more = _columns(answers, limit, reach + 1 - start, budget, most)
        if more is None:
            break
        columns, reach = more, reach + 1
    if columns is None:
        return None, proven
    spare = spare_people(answers.board, limit.prices, reach - start)
    chosen, least = select_by_shares(answers.board, columns, spare, budget, share)
    return chosen, max(proven, min(least, reach + 1.0))


def _columns(
    answers: Answers, limit: PriceLimit, slack: float, budget: Budget, most: int
) -> list[Column] | None:
    """Return every tour within a slack; None where there are more than ``most`` or it is over."""
    room = Room(answers.board.problem.days + 1)
    columns: list[Column] = []
    budget.spend(answers.board.people)
    for person in range(answers.board.people):
        tours = None if budget.over() else limit.near(person, slack, room, most - len(columns))
        if tours is None:
            return None
        columns += [Column(answers.board, person, tour) for tour in tours]
    return columns
