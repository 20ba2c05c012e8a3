"""The selection of tours as a linear programme: one tour a person in shares, shortage and excess priced.

    minimise   Σ cost·x + Σ under·u + Σ over·o
    such that  Σ_tours of a person x = 1,   Σ_tours that serve a row x + u − o = required

Its dual values price the rows for the next tours (Dantzig & Wolfe 1960). GLOP keeps its basis from one
solution to the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from ortools.linear_solver import pywraplp

from scheduler.errors import SolverFailure
from scheduler.rostering.daily.board import Board
from scheduler.rostering.daily.pool import Column

__all__ = ["Master"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Master:
    """A selection for some people, all others' tours as they are.

    Attributes
    ----------
    columns
        In the order of ``shares``.
    objective, prices, person_prices
        Of the last solution; prices of rows (D, S) lie within [−over, under].
    """

    def __init__(self, board: Board, people: Sequence[int], required: Ints) -> None:
        """``required``: what the people must serve, (D, S); below 0 where others are too many already."""
        self._board = board
        self._solver = pywraplp.Solver.CreateSolver("GLOP")
        if self._solver is None:
            raise SolverFailure("OR-Tools comes without GLOP")
        self._goal = self._solver.Objective()
        self._goal.SetMinimization()
        infinity = self._solver.infinity()
        self._rows = []
        self._slacks: list[pywraplp.Variable] = []
        for need, under, over in zip(
            required.ravel().tolist(), board.under.ravel().tolist(), board.over.ravel().tolist(), strict=True
        ):
            row = self._solver.Constraint(float(need), float(need))
            for sign, price in ((1.0, under), (-1.0, over)):
                slack = self._solver.NumVar(0.0, infinity, "")
                row.SetCoefficient(slack, sign)
                self._goal.SetCoefficient(slack, price)
                self._slacks.append(slack)
            self._rows.append(row)
        self._people = {person: self._solver.Constraint(1.0, 1.0) for person in people}
        self.columns: list[Column] = []
        self._shares: list[pywraplp.Variable] = []
        self._forbidden: set[tuple[int, bytes]] = set()
        self.objective = float("inf")
        self.prices: Floats = np.zeros(required.shape)
        self.person_prices: dict[int, float] = {}

    @property
    def shares(self) -> Floats:
        """Shares of the columns in the last solution, as long as nothing has changed since."""
        return np.array([share.solution_value() for share in self._shares])

    def add(self, columns: Iterable[Column]) -> None:
        """Add tours to select from."""
        infinity = self._solver.infinity()
        for column in columns:
            share = self._solver.NumVar(0.0, infinity, "")
            self._goal.SetCoefficient(share, column.cost)
            for row in column.rows.tolist():
                self._rows[row].SetCoefficient(share, 1.0)
            self._people[column.person].SetCoefficient(share, 1.0)
            self._shares.append(share)
            self.columns.append(column)

    def stay_near(self, centre: Floats, width: float) -> None:
        """Keep prices within a width of others (Marsten, Hogan & Blankenship 1975)."""
        under = np.minimum(self._board.under, centre + width).ravel().tolist()
        over = np.minimum(self._board.over, width - centre).ravel().tolist()
        for place, price in enumerate(zip(under, over, strict=True)):
            self._goal.SetCoefficient(self._slacks[2 * place], price[0])
            self._goal.SetCoefficient(self._slacks[2 * place + 1], price[1])

    def fix(self, chosen: Column) -> None:
        """Give a person one tour until they are freed."""
        for share, column in zip(self._shares, self.columns, strict=True):
            if column.person == chosen.person and column is not chosen:
                share.SetUb(0.0)

    def free(self, chosen: Iterable[Column]) -> None:
        """Let the people of tours have others again, but forbidden ones."""
        people = {column.person for column in chosen}
        infinity = self._solver.infinity()
        for share, column in zip(self._shares, self.columns, strict=True):
            if column.person in people and not self.forbids(column):
                share.SetUb(infinity)

    def forbid(self, column: Column) -> bool:
        """Rule a tour out for good; tell whether its person has another."""
        self._forbidden.add((column.person, column.tour.tobytes()))
        self._shares[self.columns.index(column)].SetUb(0.0)
        return any(other.person == column.person and not self.forbids(other) for other in self.columns)

    def forbids(self, column: Column) -> bool:
        """Tell whether a tour is ruled out."""
        return (column.person, column.tour.tobytes()) in self._forbidden

    def solve(self) -> None:
        """Find the best shares and prices."""
        status = self._solver.Solve()
        if status == pywraplp.Solver.ABNORMAL:
            # The basis that was kept may be a poor start once tours are forbidden: begin without one.
            afresh = pywraplp.MPSolverParameters()
            afresh.SetIntegerParam(afresh.INCREMENTALITY, afresh.INCREMENTALITY_OFF)
            status = self._solver.Solve(afresh)
        if status != pywraplp.Solver.OPTIMAL:
            raise SolverFailure(f"GLOP ended with status {status}")
        self.objective = self._goal.Value()
        prices = np.array([row.dual_value() for row in self._rows]).reshape(self._board.required.shape)
        self.prices = np.clip(prices, -self._board.over, self._board.under)
        self.person_prices = {person: row.dual_value() for person, row in self._people.items()}
