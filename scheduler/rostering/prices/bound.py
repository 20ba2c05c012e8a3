"""A proven lower limit on the objective of any rota, from prices on coverage.

Give every row of the requirement (queue and interval; for deferred work, where it arrives) a price λ for an
agent-interval missing, from 0 to its weight. Then for any rota

    objective ≥ Σ λ·required − Σ_agents (most that the agent can earn at these prices, less own terms),

for a row's shortage costs at least λ·(required − served), and no agent earns more than his best (Lagrange
relaxation of the coverage; Held & Karp 1971). Prices move along smoothed subgradients, and the best limit
met is kept.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.prices import deferred_prices
from scheduler.rostering.prices.relaxed import Relaxed
from scheduler.rostering.problem import Person, Problem

__all__ = ["PriceBound"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
SMOOTHING = 0.8
PATIENCE = 8
"""Rounds without gain after which steps are halved."""
START_SHARES = (0.0, 0.02, 0.1, 0.3, 1.0)


class PriceBound:
    """Prices, and the best limit they gave so far.

    Attributes
    ----------
    best
        In agent-hours; None before the first round.
    """

    def __init__(self, problem: Problem, short: Floats, target: float) -> None:
        """Start from a rota's shortage: what is short is dear.

        Parameters
        ----------
        problem
            Compiled with slots of five minutes, so that no break can lie better than assumed here.
        short
            Of a good rota, (T, Q).
        target
            The objective of that rota: steps go towards it (Polyak 1969).
        """
        self.problem = problem
        demand = problem.demand
        self.best: float | None = None
        self._most = demand.weight * demand.hours
        self._price = self._most * np.where(short > 0, 1.0, 0.0) * (demand.required > 0)
        # Rows of large queues and dear rows may move further.
        self._metric = self._most
        self._target = target
        self._last_best, self._idle, self._ease = -np.inf, 0, 1.0
        self._smooth = np.zeros_like(self._price)
        self._rounds = 0
        self.groups = _alike(problem)

    def start(self) -> None:
        """Begin at the best of some prices in proportion to what is dear: the limit is concave in them."""
        dear = self._price
        limits = []
        for share in START_SHARES:
            self._price = share * dear
            limits.append(self._earn()[0] + float((self._price * self.problem.demand.required).sum()))
        self.best = max(limits)
        self._price = START_SHARES[int(np.argmax(limits))] * dear

    def rounds(self, enough: Callable[[], bool]) -> int:
        """Improve prices until told that it is enough; return the rounds made."""
        start = self._rounds
        while not enough():
            self._round()
        return self._rounds - start

    def _round(self) -> None:
        demand = self.problem.demand
        limit, used = self._earn()
        limit += float((self._price * demand.required).sum())
        self.best = limit if self.best is None else max(self.best, limit)
        if self._rounds and limit < self._last_best + 1e-6:
            self._idle += 1
            if self._idle >= PATIENCE:
                self._ease, self._idle = self._ease / 2, 0
        else:
            self._idle = 0
        self._last_best = max(self._last_best, limit)
        self._smooth = SMOOTHING * self._smooth + (1 - SMOOTHING) * (demand.required - used)
        # What the bounds on prices stop is no direction to go.
        go = self._smooth.copy()
        go[(go < 0) & (self._price <= 0)] = 0.0
        go[(go > 0) & (self._price >= self._most)] = 0.0
        length = float((go * go * self._metric).sum())
        if length > 0:
            step = self._ease * max(0.0, self._target - limit) / length
            self._price = np.clip(self._price + step * self._metric * go, 0.0, self._most)
        self._price[demand.required <= 0] = 0.0
        self._rounds += 1

    def _earn(self) -> tuple[float, Floats]:
        """Return − Σ most that agents earn, and the agent-intervals that they serve per row then."""
        problem, kinds = self.problem, self.problem.kinds
        steps, queues = self._price.shape
        worth = self._price.copy()
        source = np.tile(np.arange(steps, dtype=np.int64)[:, None], (1, queues))
        deferred_prices(self._price, problem.demand.window, worth, source)
        total = 0.0
        used = np.zeros_like(self._price)
        for kind, members in self.groups.items():
            edges = slice(int(kinds.kind_first[kind]), int(kinds.kind_first[kind + 1]))
            served = kinds.edge_queue[edges]
            if not len(served):
                value, queue = np.zeros(steps), np.zeros(steps, dtype=np.int64)
                speed = np.zeros(steps)
            else:
                gains = worth[:, served] * kinds.edge_speed[edges]
                place = gains.argmax(axis=1)
                value = gains[np.arange(steps), place]
                queue, speed = served[place], kinds.edge_speed[edges][place]
            presence = np.zeros(steps)
            for group in members:
                best, rows = group.best(self._slot_worth(group.person, value))
                total -= group.count * best
                self._add_presence(presence, group, rows)
            at = np.arange(steps)
            paid = value > 0
            np.add.at(used, (source[at, queue][paid], queue[paid]), (presence * speed)[paid])
        return total, used

    def _slot_worth(self, person: Person, value: Floats) -> Floats:
        each = self.problem.slots_an_interval
        per_slot = np.repeat(value / each, each)
        if person.pinned[-1]:
            per_slot[np.diff(person.pinned) > 0] = 0.0
        worth = np.zeros(len(per_slot) + 1)
        np.cumsum(per_slot, out=worth[1:])
        return worth

    def _add_presence(self, presence: Floats, group: Relaxed, rows: Ints) -> None:
        """Add the group's agents to the intervals; breaks are spread over the shift: prices need no more."""
        options, interval = group.person.options, self.problem.demand.interval
        for row in rows.tolist():
            start, end, paid = (int(value) for value in options.rows[row, :3])
            share = group.count * min(1.0, paid / (end - start))
            low, high = start // interval, -(-end // interval)
            presence[low:high] += share


def _alike(problem: Problem) -> dict[int, list[Relaxed]]:
    """Group people whose tours are interchangeable, by kind."""
    first: dict[tuple[object, ...], Person] = {}
    count: dict[tuple[object, ...], int] = {}
    for person in problem.people:
        options, tour = person.options, person.tour
        arrays = (
            options.rows,
            options.base,
            options.off,
            tour.limits,
            tour.start,
            tour.week_min,
            person.pinned,
        )
        key = (person.kind, tour.plan_min, *(array.tobytes() for array in arrays))
        first.setdefault(key, person)
        count[key] = count.get(key, 0) + 1
    groups: dict[int, list[Relaxed]] = {}
    for key, person in first.items():
        groups.setdefault(person.kind, []).append(Relaxed(problem, person, count[key]))
    return groups
