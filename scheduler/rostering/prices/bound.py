"""A proven lower limit on the objective of any rota, from prices on coverage.

Give every row of the requirement (queue and interval; for deferred work, where it arrives) a price λ for an
agent-interval missing, from 0 to its weight. Then for any rota

    objective ≥ Σ λ·required − Σ_agents (most that the agent can earn at these prices, less own terms),

for a row's shortage costs at least λ·(required − served), and no agent earns more than his best (Lagrange
relaxation of the coverage; Held & Karp 1971). Prices move along subgradients, smoothed and scaled row by
row as Kingma & Ba 2015 (Adam) do, and the best limit met is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from scheduler.rostering.prices.earn import Earners
from scheduler.rostering.prices.known import known_prices
from scheduler.rostering.problem import Problem

__all__ = ["PriceBound"]

Floats = npt.NDArray[np.float64]
STEP, STEP_HALVES = 0.004, 80
"""Longest step of a price as a share of its weight, and rounds after which it is half."""
MEMORY, MEMORY_OF_SQUARES = 0.9, 0.95
"""What the running means of a row's residual and of its square keep in each round."""
STARTS = (
    (0.0, "all"), (1.0, "all"), (1.0, "short"), (0.3, "short"), (0.03, "all"), (0.1, "short"), (0.3, "all"),
)  # fmt: skip
"""Shares of the weights, and of which rows, at which to look first."""
CALM = 5.0
"""Mean requirements of the queue at which a residual makes half of the longest step."""
PATIENCE, RETURNS = 30, 6
"""Rounds without a better limit after which prices return to the best ones and steps are halved, and how
often in a row, until no more is hoped for."""


class PriceBound:
    """Prices, and the best limit they gave so far.

    Attributes
    ----------
    best
        In agent-hours; None before the first round.
    best_price
        Prices that gave it, (T, Q), in agent-hours per agent-interval.
    """

    def __init__(self, problem: Problem, workers: int, short: Floats) -> None:
        """Begin where a rota is ``short``, (T, Q), at the share of the weights that gives the best limit."""
        self.problem = problem
        demand = problem.demand
        self.best: float | None = None
        self.earners = Earners(problem, workers)
        self._most = demand.weight * demand.hours
        self._counts = demand.required > 0
        self._dear = self._most * (short > 0) * self._counts
        self._price = np.zeros_like(self._most)
        self.best_price = self._price
        self._calm = CALM * np.maximum(demand.required.mean(axis=0), 1e-9)
        self._mean, self._square = np.zeros_like(self._price), np.zeros_like(self._price)
        self._step = STEP
        self._rounds = self._idle = self._returns = 0

    def start(self, enough: Callable[[], bool]) -> None:
        """Begin at the best of some prices: an earlier plan's, or shares of weights where rows are short."""
        for price in self._starts():
            limit, _ = self._limit(price)
            if self.best is None or limit > self.best:
                self.best, self.best_price = limit, price
            if enough():
                break
        self._price = self.best_price

    def _starts(self) -> Iterator[Floats]:
        """Yield prices to begin with: those of an earlier plan, where they are known, else some shares."""
        earlier = self.problem.workspace.earlier
        if earlier is not None and earlier.prices is not None:
            known = known_prices(earlier.prices, self.problem.demand)
            yield np.clip(known, 0.0, self._most) * self._counts
            return
        everywhere = self._most * self._counts
        for share, rows in STARTS:
            yield share * (self._dear if rows == "short" else everywhere)

    def rounds(self, enough: Callable[[], bool]) -> None:
        """Improve prices until told that it is enough, or nothing has helped for long."""
        while self._returns < RETURNS and not enough():
            self._round()

    def _round(self) -> None:
        limit, rest = self._limit(self._price)
        if self.best is None or limit > self.best:
            self.best, self.best_price = limit, self._price
            self._idle = self._returns = 0
        else:
            self._idle += 1
        if self._idle == PATIENCE:
            self._return()
        else:
            self._move(rest)

    def _return(self) -> None:
        """Begin again at the best prices with shorter steps."""
        self._price = self.best_price
        self._mean, self._square = np.zeros_like(self._price), np.zeros_like(self._price)
        self._step /= 2
        self._rounds = self._idle = 0
        self._returns += 1

    def _move(self, rest: Floats) -> None:
        """Move prices along what rows lack."""
        self._rounds += 1
        self._mean = MEMORY * self._mean + (1 - MEMORY) * rest
        self._square = MEMORY_OF_SQUARES * self._square + (1 - MEMORY_OF_SQUARES) * rest * rest
        mean = self._mean / (1 - MEMORY**self._rounds)
        square = self._square / (1 - MEMORY_OF_SQUARES**self._rounds)
        step = self._step / (1 + (self._rounds - 1) / STEP_HALVES)
        move = step * self._most * mean / (np.sqrt(square) + self._calm)
        self._price = np.clip(self._price + move, 0.0, self._most)
        self._price[~self._counts] = 0.0

    def _limit(self, price: Floats) -> tuple[float, Floats]:
        """Return the limit at these prices, and what each row lacks then, (T, Q)."""
        required = self.problem.demand.required
        earned, used = self.earners.earn(price)
        return float((price * required).sum()) - earned, required - used
