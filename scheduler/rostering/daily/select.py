"""Whole tours, one a person, by CP-SAT from all that were met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.board import Board
from scheduler.rostering.daily.pool import Column
from scheduler.rostering.exact.run import solve_model

__all__ = ["select"]

SHARE = 0.15
"""Of the budget that is left."""


def select(
    board: Board, columns: Sequence[Column], tours: npt.NDArray[np.int64], budget: Budget
) -> dict[int, Column] | None:
    """Return the best selection found, starting from a rota whose tours are among the columns; None: none."""
    model = cp_model.CpModel()
    of_person: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    on_row: dict[int, list[cp_model.IntVar]] = defaultdict(list)
    goal: list[cp_model.LinearExprT] = []
    chosen = []
    for column in columns:
        take = model.new_bool_var("")
        chosen.append(take)
        of_person[column.person].append(take)
        for row in column.rows.tolist():
            on_row[row].append(take)
        goal.append(int(column.cost) * take)
        model.add_hint(take, bool((tours[column.person] == column.tour).all()))
    for takes in of_person.values():
        model.add_exactly_one(takes)
    required = board.required.ravel().tolist()
    for row, (under, over) in enumerate(
        zip(board.under.ravel().tolist(), board.over.ravel().tolist(), strict=True)
    ):
        most = len(of_person)
        missing = model.new_int_var(0, required[row], "")
        excess = model.new_int_var(0, most, "")
        model.add(sum(on_row[row]) + missing - excess == required[row])
        goal += [int(under) * missing, int(over) * excess]
    model.minimize(sum(goal))
    solver, status = solve_model(
        model, budget, seconds=SHARE * budget.seconds_left, work=SHARE * budget.work_left
    )
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    return {column.person: column for column, take in zip(columns, chosen, strict=True) if solver.value(take)}
