"""Each person's search for the best tour of whole days: what the walk needs, set up once."""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np
import numpy.typing as npt

from scheduler.rostering.daily.board import Board
from scheduler.rostering.kernels.daily import daily_walk
from scheduler.rostering.kernels.daily_near import near_tours
from scheduler.rostering.kernels.labels import NEVER

__all__ = ["Reach", "Room", "TourSearch"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Tours = npt.NDArray[np.int8]

DUST = 1e-6
MOST_STEPS = 3_000_000
"""Steps of a walk that counting scarce shifts may lead to; further maxima are kept by prices."""
PRICE_TRIES, DEARER = 6, 2.0
PACE_DAYS, PACE_WEEKENDS = 6, 2
"""How far a paced tour may be ahead or behind: days of the longest shift, and weekends."""


class Room:
    """Memory that walks work in; each thread needs its own.

    Parameters
    ----------
    planes
        Days whose states are kept; one more than there are where tours near the best are asked for.
    """

    def __init__(self, planes: int = 2) -> None:
        self._worth = np.empty((planes, 1, 1, 1))
        self._back = np.empty((1, 1, 1, 1), dtype=np.int16)

    def of(self, days: int, nodes: int, states: int, units: int) -> tuple[Floats, npt.NDArray[np.int16]]:
        """Return arrays of at least these sizes."""
        old = self._back.shape
        new = tuple(max(pair) for pair in zip(old, (days, nodes, states, units), strict=True))
        if new != old:
            self._worth = np.empty((len(self._worth), *new[1:]))
            self._back = np.empty(new, dtype=np.int16)
        return self._worth, self._back


@dataclass(frozen=True, eq=False)
class Reach:
    """Least and most units of minutes and weekends that a walk follows after each number of days."""

    low: Ints
    high: Ints
    weekends_low: Ints
    weekends_high: Ints


class TourSearch:
    """One person's best tours.

    Attributes
    ----------
    exact
        What any lawful tour may reach.
    paced
        Minutes and weekends near to an even pace: less to search where horizons are long.
    states
        What an exact search goes through.
    minutes
        Of each shift, (S,).
    priced
        Whether the walk leaves a shift's maximum uncounted, (S,).
    """

    def __init__(self, board: Board, number: int) -> None:
        problem = board.problem
        self.person = problem.people[number]
        shifts = problem.shifts
        minutes = np.array([shift.minutes for shift in shifts], dtype=np.int64)
        self.most = np.array([self.person.most.get(shift.name, 0) for shift in shifts], dtype=np.int64)
        works = np.asarray(np.isfinite(board.own[number, :, :-1]).any(axis=0), dtype=np.bool_)
        self._unit = max(1, gcd(*minutes[works].tolist()))
        self._min_off = max(1, self.person.min_off)
        may = np.array([[after.name not in before.not_before for after in shifts] for before in shifts])
        rows, klass = np.unique(may[works] & works, axis=0, return_inverse=True)
        self._may = np.ascontiguousarray(rows) if works.any() else may[:1] & works
        self._longest = int(minutes[works].max(initial=0)) // self._unit
        days = np.arange(problem.days)
        first = (days % 7 == 5) | ((days % 7 == 6) & (days == 0))
        weekend = np.where(first, 1, np.where(days % 7 == 6, 2, 0))
        self._weekend = weekend.astype(np.int64)
        self.exact = self._reach(problem.days)
        width = (self.exact.high - self.exact.low + 1) * (self.exact.weekends_high + 1)
        steps = int(width.sum()) * len(self._may) * self.person.max_run * int(works.sum())
        step = self._count_scarce(works, minutes, MOST_STEPS // max(1, steps))
        keys: dict[tuple[int, int, int], int] = {}
        self._group = np.full(len(shifts), -1, dtype=np.int64)
        for place, shift in enumerate(np.flatnonzero(works).tolist()):
            key = int(klass.reshape(-1)[place]), int(minutes[shift]) // self._unit, int(step[shift])
            self._group[shift] = keys.setdefault(key, len(keys))
        columns = np.array(list(keys), dtype=np.int64).reshape(-1, 3)
        self._klass, self._units, self._step = (np.ascontiguousarray(column) for column in columns.T)
        can = [self._can_add[added] for added in self._step.tolist()]
        self._can = np.array(can, dtype=np.bool_).reshape(len(can), self._counts)
        self.paced = self._pace(problem.days)
        none = np.zeros(problem.days + 1, dtype=np.int64)
        self._no_reach = Reach(none, none, none, none)
        self.states = steps * self._counts
        self.minutes = minutes

    def best(self, value: Floats, off: Floats, room: Room, chosen: Ints, reach: Reach | None = None) -> float:
        """Write the tour of most value to ``chosen``; return its value, −1e300 where there is none.

        Maxima of ``priced`` shifts are not kept: the value is then an upper limit.
        """
        reach = self.exact if reach is None else reach
        return self._walk(value, off, room, chosen, reach=reach, units=self._units, weekend_price=None)

    def relaxed(self, value: Floats, off: Floats, room: Room, chosen: Ints, weekend_price: float) -> float:
        """As :meth:`best` without limits on minutes and weekends; each weekend with work costs a price."""
        none = np.zeros_like(self._units)
        return self._walk(
            value, off, room, chosen, reach=self._no_reach, units=none, weekend_price=weekend_price
        )

    def _walk(
        self,
        value: Floats,
        off: Floats,
        room: Room,
        chosen: Ints,
        *,
        reach: Reach,
        units: Ints,
        weekend_price: float | None,
    ) -> float:
        if (reach.low > reach.high).any():
            return NEVER
        nodes = self._min_off + self.person.max_run * len(self._may)
        states = (int((reach.weekends_high - reach.weekends_low).max()) + 1) * self._counts
        worth, back = room.of(len(off), nodes, states, int((reach.high - reach.low).max()) + 1)
        return float(
            daily_walk(
                value, off, self._group, self._may, self._klass, units, self._step, self._can,
                self._weekend, reach.low, reach.high, reach.weekends_low, reach.weekends_high,
                self.person.max_run, self.person.min_run, self._min_off, weekend_price is not None,
                weekend_price or 0.0, worth, back, chosen,
            )
        )  # fmt: skip

    def near(self, value: Floats, off: Floats, room: Room, slack: float, most: int) -> Tours | None:
        """Return every tour worth the best less a slack or more, (N, D); None where there are too many.

        Parameters
        ----------
        room
            With a plane for each number of days passed.
        """
        found = np.empty((most, len(off)), dtype=np.int8)
        best = self.best(value, off, room, np.empty(len(off), dtype=np.int64))
        if best <= NEVER:
            return found[:0]
        nodes = self._min_off + self.person.max_run * len(self._may)
        reach = self.exact
        worth, _ = room.of(len(off), nodes, 1, 1)
        count = near_tours(
            value, off, self._group, self._may, self._klass, self._units, self._step, self._can,
            self._weekend, reach.low, reach.high, reach.weekends_high,
            self.person.max_run, self.person.min_run, self._min_off, worth, best - slack - DUST, found,
        )  # fmt: skip
        return None if count < 0 else found[:count]

    def lawful(
        self, value: Floats, off: Floats, room: Room, chosen: Ints, reach: Reach | None = None
    ) -> float:
        """As :meth:`best` with every maximum kept; not always the best such tour."""
        total = self.best(value, off, room, chosen, reach)
        if total <= NEVER or not self.excess(chosen).any():
            return total
        dearer = value.copy()
        price = np.zeros(len(self.most))
        start = max(1.0, float(np.abs(value[value > NEVER]).max(initial=0.0)) / 16)
        for _ in range(PRICE_TRIES):
            too_many = self.excess(chosen) > 0
            if not too_many.any():
                break
            price[too_many] = np.maximum(start, DEARER * price[too_many])
            dearer = np.where(value > NEVER, value - price, NEVER)
            if self.best(dearer, off, room, chosen, reach) <= NEVER:
                return NEVER
        while (too_many := self.excess(chosen) > 0).any():
            # Only the best of the days that it has stay possible for such a shift.
            for shift in np.flatnonzero(too_many).tolist():
                worked = np.flatnonzero(chosen == shift)
                kept = worked[np.argsort(-value[worked, shift], kind="stable")][: self.most[shift]]
                closed = np.ones(len(off), dtype=np.bool_)
                closed[kept] = False
                dearer[closed, shift] = NEVER
            if self.best(dearer, off, room, chosen, reach) <= NEVER:
                return NEVER
        worked = np.flatnonzero(chosen >= 0)
        return float(value[worked, chosen[worked]].sum() + off[chosen < 0].sum())

    def excess(self, tour: Ints) -> Ints:
        """Return how often each shift is worked beyond its maximum, (S,)."""
        count: Ints = np.bincount(tour[tour >= 0], minlength=len(self.most))
        return np.asarray(np.maximum(count - self.most, 0), dtype=np.int64)

    def _count_scarce(self, works: npt.NDArray[np.bool_], minutes: Ints, most_counts: int) -> Ints:
        """Number how often scarce shifts were worked, the scarcest first, as far as states allow."""
        step = np.zeros(len(works), dtype=np.int64)
        self.priced = np.zeros(len(works), dtype=np.bool_)
        self._counts = 1
        bases: dict[int, int] = {}
        for shift in sorted(np.flatnonzero(works).tolist(), key=lambda at: int(self.most[at])):
            if self.most[shift] >= self.person.max_minutes // minutes[shift]:
                continue
            base = int(self.most[shift]) + 1
            if self._counts * base > most_counts:
                self.priced[shift] = True
                continue
            step[shift] = self._counts
            bases[self._counts] = base
            self._counts *= base
        numbers = np.arange(self._counts)
        self._can_add = {0: np.ones(self._counts, dtype=np.bool_)} | {
            added: numbers // added % base < base - 1 for added, base in bases.items()
        }
        return step

    def _reach(self, days: int) -> Reach:
        """Leave out what is too little or too much for any tour, by how long runs may be."""
        person = self.person
        passed = np.arange(days + 1)
        cycles, rest = np.divmod(passed, person.max_run + self._min_off)
        most_work = (cycles * person.max_run + np.minimum(rest, person.max_run)) * self._longest
        least, most = -(-person.min_minutes // self._unit), person.max_minutes // self._unit
        high = np.minimum(most, most_work)
        low = np.maximum(0, least - most_work[::-1])
        begun = np.concatenate([[0], np.cumsum(self._weekend == 1)])
        weekends = np.minimum(begun, person.max_weekends).astype(np.int64)
        return Reach(low, high, np.zeros_like(weekends), weekends)

    def _pace(self, days: int) -> Reach:
        """Narrow what is exact to an even pace."""
        exact = self.exact
        share = np.arange(days + 1) / days
        slack = PACE_DAYS * self._longest
        middle = share * (exact.low[-1] + exact.high[-1]) / 2
        low = np.maximum(exact.low, np.floor(middle - slack)).astype(np.int64)
        high = np.minimum(exact.high, np.ceil(middle + slack)).astype(np.int64)
        weekends = np.floor(share * exact.weekends_high[-1]).astype(np.int64)
        most = np.minimum(exact.weekends_high, weekends + PACE_WEEKENDS)
        return Reach(low, high, np.clip(weekends - PACE_WEEKENDS, 0, most), most)
