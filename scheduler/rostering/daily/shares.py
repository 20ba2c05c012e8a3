"""Whole tours, one a person, by branch and bound over shares: quick where shares are nearly whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from threading import Thread

import numpy as np
import numpy.typing as npt
from ortools.math_opt.python import mathopt

from scheduler.errors import SolverFailure
from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.board import Board
from scheduler.rostering.daily.pool import Column

__all__ = ["select_by_shares", "spare_people"]

Ints = npt.NDArray[np.int64]
DUST = 1e-4
POLL_SECONDS = 0.2
WORK_A_COLUMN = 0.05
"""Units of work that a selection counts."""
MOST_NODES = 20
"""Where work is limited and time is not: a node of many tours may take seconds."""


def spare_people(board: Board, prices: npt.NDArray[np.float64], gap: float) -> Ints:
    """Return how many people may be missing and in excess on each row, (D × S, 2), in rotas that matter.

    Parameters
    ----------
    prices
        Of rows, (D, S), with a limit.
    gap
        Cost above that limit from which no rota matters: each person missing or too many adds to it what
        their penalty is beyond the price.
    """
    price = prices.ravel()
    beyond = np.stack([board.under.ravel() - price, board.over.ravel() + price], axis=1)
    few = np.floor((gap + DUST) / np.maximum(beyond, DUST))
    most = np.stack([board.required.ravel(), np.full(price.size, board.people)], axis=1)
    return np.asarray(np.minimum(few, most), dtype=np.int64)


def select_by_shares(
    board: Board, columns: Sequence[Column], spare: Ints, budget: Budget, share: float
) -> tuple[dict[int, Column] | None, float]:
    """Return the best selection found, or None, and a proven limit on the cost of any selection.

    Parameters
    ----------
    spare
        See :func:`spare_people`.
    share
        Of what is left of the budget.

    Infinite limit: there is no selection.
    """
    work = WORK_A_COLUMN * len(columns)
    if work > share * budget.work_left:
        return None, float("-inf")
    budget.spend(work)
    model = mathopt.Model()
    rows = []
    weights = np.stack([board.under.ravel(), board.over.ravel()], axis=1).tolist()
    for need, may, weight in zip(board.required.ravel().tolist(), spare.tolist(), weights, strict=True):
        row = model.add_linear_constraint(lb=need, ub=need)
        for place, sign in enumerate((1.0, -1.0)):
            slack = model.add_integer_variable(lb=0.0, ub=may[place])
            row.set_coefficient(slack, sign)
            model.objective.set_linear_coefficient(slack, weight[place])
        rows.append(row)
    people = [model.add_linear_constraint(lb=1.0, ub=1.0) for _ in range(board.people)]
    takes = []
    for column in columns:
        take = model.add_binary_variable()
        takes.append(take)
        model.objective.set_linear_coefficient(take, column.cost)
        people[column.person].set_coefficient(take, 1.0)
        for at in column.rows.tolist():
            rows[at].set_coefficient(take, 1.0)
    result = _solve(model, budget, share)
    if result is None:
        return None, float("-inf")
    reason = result.termination.reason
    if reason in (mathopt.TerminationReason.INFEASIBLE, mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED):
        return None, float("inf")
    least = result.termination.objective_bounds.dual_bound
    if not result.has_primal_feasible_solution():
        return None, least
    values = result.variable_values(takes)
    taken = (column for column, value in zip(columns, values, strict=True) if value > 0.5)
    return {column.person: column for column in taken}, least


def _solve(model: mathopt.Model, budget: Budget, share: float) -> mathopt.SolveResult | None:
    """Solve in a thread; None where it is over before: SCIP then ends at its own limit of time or nodes."""
    seconds = share * budget.seconds_left
    parameters = mathopt.SolveParameters(
        time_limit=timedelta(seconds=seconds) if seconds < float("inf") else None,
        node_limit=MOST_NODES if seconds == float("inf") else None,
        threads=1,
        random_seed=budget.limits.seed % (1 << 31),
        absolute_gap_tolerance=1 - DUST,
    )
    found: list[mathopt.SolveResult] = []
    thread = Thread(
        target=lambda: found.append(mathopt.solve(model, mathopt.SolverType.GSCIP, params=parameters)),
        daemon=True,
    )
    thread.start()
    while thread.is_alive() and not budget.over():
        thread.join(POLL_SECONDS)
    if not thread.is_alive() and not found:
        raise SolverFailure("SCIP ended without a result")
    return found[0] if found else None
