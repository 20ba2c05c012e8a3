"""The stages of a search: answers, a limit and the tours behind it, a dive, better rotas until the end."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from scheduler.rostering.budget import Budget
from scheduler.rostering.daily.answers import Answers
from scheduler.rostering.daily.board import Board
from scheduler.rostering.daily.columns import Columns
from scheduler.rostering.daily.groups import AT_ONCE, Groups, group_of
from scheduler.rostering.daily.near import close_gap
from scheduler.rostering.daily.pool import Column
from scheduler.rostering.daily.prices import PriceLimit
from scheduler.rostering.daily.recreate import recreate, related, sweep
from scheduler.rostering.daily.select import select
from scheduler.rostering.daily.state import DailyState
from scheduler.rostering.daily.whole import WholeModel
from scheduler.rostering.exact.run import solve_model

__all__ = ["DailySearch"]

Ints = npt.NDArray[np.int64]
DUST = 1e-4
SWEEPS = 3
FOR_RECREATE, FOR_LIMIT, FOR_DIVE = 0.05, 0.3, 0.4
"""Share of the budget for first improvements, and of what then is left for the limit and for the dive."""
MOST_ROWS = 3000
"""Rows beyond which a selection for everyone takes too long: prices alone make the limit."""
GROUP, GROUP_LARGEST, GROUP_GROWS = 8.0, 24.0, 0.8
"""People whose tours are selected anew together, first and most, and how many more after each in vain; near
the limit the smallest groups come again after the largest."""
MOST_OF_ALL = 0.8
"""Share of everyone in the largest such group: whole tours for all are no easier to find than in the dive."""
FAR_GROUP = 0.4
"""Share of everyone in such a group at first where the gap is large."""
FRUITLESS = 60
"""Tries of ruin and recreate between two selections."""
SMALL_POOL = 12_000
NEAR = 0.1
"""Gap, as a share of the cost, up to which everyone is selected anew."""
TELLS = 0.5
"""Limit, as a share of the cost, from which groups are drawn by what is added to it."""
BEFORE_SELECTION = 20
"""Groups in vain before everyone is selected anew."""
ENRICHMENTS, ENRICHED = 20, 0.25
"""Shaken prices before that, and how far they are shaken, as a share of the gap."""
FOR_CLOSING = 0.4
"""Share of what is left in which selections from all tours near the limit begin, and for each of them."""
MOST_WHOLE, FOR_WHOLE = 1500, 0.5
"""People × days × shifts that one model may prove, and the share of what is left for that."""


class DailySearch:
    """One search and what it has found.

    Attributes
    ----------
    tours, cost
        Of the best rota, (P, D); None before there is one.
    bound
        Proven lower limit.
    without, impossible
        Who has no tour, and whether that is proven.
    """

    def __init__(self, board: Board, budget: Budget, tell: Callable[[str, float | None], None]) -> None:
        self.board = board
        self.tours: Ints | None = None
        self.cost = float("inf")
        self.bound: float | None = None
        self.without: list[int] = []
        self.impossible = False
        self._budget = budget
        self._tell = tell
        self._random = np.random.default_rng(budget.limits.seed)
        self._answers = Answers(board, budget.limits.workers)
        self._state = DailyState(board)
        self._columns = Columns(self._answers, budget.spend)
        self._limit = PriceLimit(self._answers)

    def run(self) -> None:
        """Search until the budget is over or the rota is proven to be the best."""
        self.without = sweep(self._state, self._answers, self._random, self._budget.over)
        self._budget.spend(self.board.people)
        if self.without:
            self.impossible = not all(self._answers.possible(person) for person in self.without)
            return
        self._keep("First rota")
        for _ in range(SWEEPS):
            if self._done():
                return
            sweep(self._state, self._answers, self._random, self._budget.over)
            self._budget.spend(self.board.people)
        self._keep("Everyone answered in turn")
        self._recreate(self._until(FOR_RECREATE))
        self._prove(self._until(FOR_LIMIT))
        self._improve()

    def _done(self) -> bool:
        if self._budget.over():
            return True
        if self.bound is None or self.tours is None:
            return False
        allowed = self._budget.limits.gap or 0.0
        return self.cost - ceil(self.bound - DUST) <= allowed * self.cost + DUST

    def _near(self) -> bool:
        """Tell whether the gap is so small that tours near the limit's prices may close it."""
        limit = self._limit.best
        near = limit is not None and self.cost - limit <= NEAR * self.cost
        return near and not self._done() and not self._answers.long.any()

    def _tells(self) -> bool:
        """Tell whether the limit is so near that what is added to it shows what may be better."""
        limit = self._limit.best
        return limit is not None and limit >= TELLS * self.cost and not self._answers.long.any()

    def _until(self, share: float) -> Callable[[], bool]:
        used = self._budget.share_used
        limit = used + share * (1 - used)
        return lambda: self._done() or self._budget.share_used >= limit

    def _keep(self, message: str) -> None:
        """Remember the state's rota where it is the best, and its tours."""
        cost = self._state.cost
        if cost < self.cost - DUST:
            self.cost = cost
            self.tours = self._state.tours.copy()
            for person in range(self.board.people):
                self._columns.pool.add(person, self._state.tours[person])
        limit = "" if self.bound is None else f", at least {ceil(self.bound - DUST)}"
        self._tell(f"{message}: {self.cost:.0f}{limit}", self.cost)

    def _recreate(self, enough: Callable[[], bool]) -> None:
        tries = 0
        while not enough() and tries < FRUITLESS:
            self._budget.spend(3)
            tries = 0 if recreate(self._state, self._answers, self._random) else tries + 1
        self._keep("Rearranged")

    def _prove(self, enough: Callable[[], bool]) -> None:
        """Find the limit, and dive to a rota from the selection that it comes with."""
        board = self.board
        if board.required.size > MOST_ROWS or self._answers.long.any():
            while not enough():
                found = self._limit.round()
                self._budget.spend(board.people)
                self.bound = self._limit.best
                self._tell(f"Proving: at least {found.bound:.0f}", self.cost)
            return
        people = range(board.people)
        columns = [column for part in self._columns.pool.columns for column in part]
        master = self._columns.master(people, board.required, columns)

        def watch() -> bool:
            self.bound = self._limit.best
            if self.bound is not None:
                self._tell(f"Proving: {self.bound:.0f} to {master.objective:.0f}", self.cost)
            return enough()

        self._columns.limit(master, self._limit, self.cost, watch)
        self.bound = self._limit.best
        if self._done():
            return
        begun = self._budget.share_used
        share = FOR_DIVE * (1 - begun)

        def used() -> float:
            return (self._budget.share_used - begun) / share

        self._take(self._columns.dive(master, people, self._until(FOR_DIVE), float("inf"), used=used))
        self._keep("Dived")
        self._recreate(self._done)
        self._close_gap()
        if self.tours is not None and not self._done() and board.own.size <= MOST_WHOLE:
            self._solve_whole(self.tours)

    def _close_gap(self) -> None:
        """Select from all tours that a better rota can have, again while cost or limit get better."""
        enough = self._until(FOR_CLOSING)
        before = float("-inf"), float("inf")
        while self._near() and not enough():
            between = float(ceil((self.bound or 0.0) - DUST)), self.cost
            if between[0] <= before[0] + DUST and between[1] >= before[1] - DUST:
                return
            before = between
            chosen, self.bound = close_gap(self._answers, self._limit, between, self._budget, FOR_CLOSING)
            self._take(chosen)
            self._keep("Selected near the limit")

    def _enrich(self) -> None:
        """Meet tours that are best at prices near those of the limit: others may fit together better."""
        people = range(self.board.people)
        near = ENRICHED * max(1.0, self.cost - (self._limit.best or 0.0))
        for _ in range(ENRICHMENTS):
            if self._done():
                return
            self._budget.spend(len(people))
            prices = self._limit.prices + near * self._random.standard_normal(self.board.required.shape)
            for person, tour in zip(people, self._answers.all_lawful(people, prices), strict=True):
                if tour is not None:
                    self._columns.pool.add(person, tour)

    def _select(self, people: range) -> None:
        """Select whole tours from all that were met, as far as they can be part of a better rota."""
        gap = self.cost - (self._limit.best or 0.0)
        prices = self._limit.prices.ravel()
        kept: list[Column] = []
        for person in people:
            columns = self._columns.pool.columns[person]
            worth = [float(prices[column.rows].sum()) - column.cost for column in columns]
            best = max(worth)
            kept += [column for column, each in zip(columns, worth, strict=True) if best - each <= gap + DUST]
        if len(kept) <= SMALL_POOL:
            self._take(select(self.board, kept, self._state.tours, self._budget))
            self._keep("Selected")

    def _solve_whole(self, tours: Ints) -> None:
        """Solve the whole problem as one model, which may prove more than tours in shares."""
        whole = WholeModel(self.board.problem)
        whole.hint(self.board.rota(tours))
        budget = self._budget
        solver, status = solve_model(
            whole.model, budget, seconds=FOR_WHOLE * budget.seconds_left, work=FOR_WHOLE * budget.work_left
        )
        if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            self.bound = max(self.bound or 0.0, solver.best_objective_bound)
            self._take(
                {
                    person: Column(self.board, person, tour)
                    for person, tour in enumerate(self.board.tours(whole.rota(solver)))
                }
            )
            self._keep("Solved as one model")

    def _take(self, chosen: dict[int, Column] | None) -> None:
        """Give people chosen tours where the rota is not worse for that."""
        if chosen is None:
            return
        before = self._state.cost
        old = {person: self._state.tours[person].copy() for person in chosen}
        for person, column in chosen.items():
            self._state.put_in(person, column.full())
        if self._state.cost > before + DUST:
            for person, tour in old.items():
                self._state.put_in(person, tour)

    def _improve(self) -> None:
        """Ruin and recreate, and new selections for groups of people, larger where they do not help."""
        far = self._limit.best is None or self.cost - self._limit.best > NEAR * self.cost
        largest = max(GROUP, min(GROUP_LARGEST, MOST_OF_ALL * self.board.people))
        size = max(GROUP, min(largest, FAR_GROUP * self.board.people)) if far else GROUP
        again = largest if far else GROUP
        groups = Groups(self._answers, self._budget)
        helped, vain = True, 0
        while not self._done():
            if helped or not self._near():
                # Near the limit what a selection could not better is seldom bettered by fewer people.
                self._recreate(self._done)
            if self._done():
                return
            sizes = []
            for _ in range(AT_ONCE):
                sizes.append(int(size))
                size = size + GROUP_GROWS if size + GROUP_GROWS <= largest else again
            helped = self._select_groups(groups, sizes)
            if helped:
                size = sizes[0]
            vain = 0 if helped else vain + AT_ONCE
            if vain >= BEFORE_SELECTION and self._near():
                vain = 0
                self._enrich()
                self._select(range(self.board.people))
            self._keep("Selected anew" if helped else "No better selection")

    def _select_groups(self, groups: Groups, sizes: list[int]) -> bool:
        """Select tours of some groups anew, with tours made for that; tell whether that helped."""
        tells = self._tells()
        before, limit = self._state.cost, self._limit if tells else None
        drawn = [list(related(self._state, self._random, size, limit)) for size in sizes]
        pool = self._columns.pool
        for chosen in groups.select(
            [group_of(self._state, pool, people) for people in drawn], pool, near=tells
        ):
            self._take(chosen)
        return self._state.cost < before - DUST
