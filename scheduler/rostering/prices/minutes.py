"""The plan's minutes at a price of their own, where counting them would take too many states.

For any price θ of a paid minute, a tour that keeps the plan's most minutes earns no more than the best
tour of all at values less θ a minute, and θ times those most minutes; likewise below 0, down to what a
minute under contract costs, with the least minutes (Lagrange relaxation, one price an agent).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.labels import FIXED, LAWFUL, LIMITS
from scheduler.rostering.walker import Room, Walker

__all__ = ["PricedMinutes"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
TRIES = 5
"""Prices tried each time, from the last one on."""
WIDER, NARROWER = 1.6, 0.4


class PricedMinutes:
    """One agent's price of a minute, kept from one asking to the next."""

    def __init__(self, walker: Walker) -> None:
        person = walker.person
        self._walker = walker
        self._paid = person.options.rows[:, 2].astype(np.float64)
        most = int(person.tour.limits[LIMITS.index("max_plan")])
        # Fixed work may take more than the contract allows: then it alone is the most.
        fixed = float(self._paid[person.options.rows[:, 6] == FIXED].sum())
        self._most = max(float(most), fixed) if most >= 0 else np.inf
        self._least = person.tour.plan_min
        self._price, self._step = 0.0, 0.0

    def best(self, value: Floats, room: Room, chosen: Ints) -> float:
        """Write a tour to ``chosen``; return what no tour within the minutes earns more than."""
        least = np.inf
        found = np.empty_like(chosen)
        last = 0
        for _ in range(TRIES):
            limit = self._most if self._price >= 0 else self._least
            total = self._walker.best(value - self._price * self._paid, room, found)
            if total < LAWFUL:
                return total
            total += self._price * (limit if self._price else 0.0)
            minutes = float(self._paid[found[found >= 0]].sum())
            if total < least:
                least = total
                chosen[:] = found
            way = int(minutes > self._most) - int(minutes < self._least)
            if way == 0 and self._price >= 0:
                way = -int(self._price > 0 and minutes < self._most)
            if way == 0:
                break
            if not self._step:
                self._step = max(1e-6, total / max(minutes, 1.0) / 4)
            elif last:
                self._step *= WIDER if way == last else NARROWER
            last = way
            highest = np.inf if np.isfinite(self._most) else 0.0
            self._price = min(highest, max(-self._walker.under, self._price + way * self._step))
        return least
