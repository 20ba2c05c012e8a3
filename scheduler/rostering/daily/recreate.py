"""Ruin and recreate: take related people out, let them answer again, and keep what is not worse."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.prices import PriceLimit
from scheduler.rostering.daily.state import DailyState

__all__ = ["costs", "recreate", "related", "sweep"]

Floats = npt.NDArray[np.float64]
SMALLEST, LARGEST = 2, 4
GAIN = 1e-9
SHAKEN, NOISE = 0.3, 0.3
"""How often values of rows are shaken, and how far, as a share of what they are."""
TIES = 0.02
"""How far they are shaken at least: of tours worth the same another is found each time."""


def sweep(
    state: DailyState, answers: Answers, random: np.random.Generator, over: Callable[[], bool]
) -> list[int]:
    """Let everyone answer in turn, first answers even when it is over; return who has no tour."""
    without = []
    for person in random.permutation(answers.board.people).tolist():
        if state.inside[person] and over():
            break
        old = state.tours[person].copy() if state.inside[person] else None
        before = state.cost
        state.take_out(person)
        tour = answers.lawful(person, answers.board.values(state.present))
        if tour is not None:
            state.put_in(person, tour)
        if old is not None and (tour is None or state.cost > before + GAIN):
            state.put_in(person, old)
        if tour is None and old is None:
            without.append(person)
    return without


def recreate(state: DailyState, answers: Answers, random: np.random.Generator) -> bool:
    """Try once; tell whether the rota became cheaper."""
    people = related(state, random, int(random.integers(SMALLEST, LARGEST + 1)))
    before = state.cost
    old = state.tours[people].copy()
    for person in people:
        state.take_out(person)
    shaken = float(random.random()) < SHAKEN
    for person in people:
        values = answers.board.values(state.present)
        if shaken:
            values = values * (1 + NOISE * random.standard_normal(values.shape))
        else:
            values = values + TIES * random.random(values.shape)
        tour = answers.lawful(person, values)
        if tour is None:
            break
        state.put_in(person, tour)
    if state.inside[people].all() and state.cost <= before + GAIN:
        return state.cost < before - GAIN
    for place, person in enumerate(people):
        state.put_in(person, old[place])
    return False


def related(
    state: DailyState, random: np.random.Generator, most: int, limit: PriceLimit | None = None
) -> Sequence[int]:
    """Draw a row by what it costs, one near it, and people who can work there or do now.

    With a limit rows and people count by what they add to it at its prices: in a rota that costs little more,
    much of the cost is there in any rota.
    """
    board = state.board
    cost, added = costs(state, limit)
    total = float(cost.sum())
    people = np.arange(board.people)
    chance = np.ones(board.people)
    if total > 0:
        row = int(random.choice(len(cost), p=cost / total))
        day, shift = divmod(row, board.required.shape[1])
        chance[np.isfinite(board.own[:, day, shift])] += 2.0
        chance[state.tours[:, day] == shift] += 2.0
        chance[state.tours[:, day] == -1] += 1.0
    chance += 2.0 * added / max(1.0 if limit is None else GAIN, float(added.mean()))
    count = min(most, board.people)
    return [int(at) for at in random.choice(people, size=count, replace=False, p=chance / chance.sum())]


def costs(state: DailyState, limit: PriceLimit | None) -> tuple[Floats, Floats]:
    """Return what each row, (D × S,), and each person, (P,), costs, or adds to a limit at its prices."""
    board = state.board
    price = np.zeros(board.required.shape) if limit is None else limit.prices
    missing = board.required - state.present
    under, over = board.under - price, board.over + price
    rows = under * np.maximum(missing, 0) + over * np.maximum(-missing, 0)
    people = np.array([board.own_cost(person, tour) for person, tour in enumerate(state.tours)])
    if limit is not None:
        earned = np.where(state.tours >= 0, price[np.arange(len(price)), state.tours], 0.0)
        people = np.maximum(limit.most - earned.sum(axis=1) + people, 0.0)
    return rows.ravel(), people
