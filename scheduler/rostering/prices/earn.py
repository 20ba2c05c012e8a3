"""What everyone can earn at given prices, on several threads, added up in one fixed order."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.labels import LAWFUL, NEVER
from scheduler.rostering.kernels.prices import add_earners, add_used, deferred_prices, earnings, kind_worth
from scheduler.rostering.prices.minutes import PricedMinutes
from scheduler.rostering.problem import Person, Problem
from scheduler.rostering.walker import Room, Walker, build_walkers

__all__ = ["Earners"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
LEARNT = 0.3
"""How far the point at which a line touches moves to what a tour bears, in each round."""
CHUNKS = 8
"""Parts that threads take; as many whatever the threads, so that sums come out alike."""


@dataclass(frozen=True, eq=False)
class _Member:
    """People alike in all that a tour reads.

    ``borne``: nights, weekends and holidays at which the line touches that charges what is not fair.
    """

    walker: Walker | None
    person: Person
    count: int
    minutes: PricedMinutes | None
    borne: Floats


class Earners:
    """A problem's people by kind, ready to be asked again and again."""

    def __init__(self, problem: Problem, workers: int) -> None:
        problem = problem.relaxed
        self.problem = problem
        self.workers = workers
        kinds = _members(problem)
        self.people = sum(len(members) for members in kinds.values())
        # Heavy kinds first, each to the chunk that has least.
        chunks: list[list[int]] = [[] for _ in range(CHUNKS)]
        load = [0] * CHUNKS
        for kind in sorted(kinds, key=lambda each: (-len(kinds[each]), each)):
            at = load.index(min(load))
            chunks[at].append(kind)
            load[at] += len(kinds[kind]) + 1
        self._kinds = kinds
        self._chunks = [chunk for chunk in chunks if chunk]
        self._rooms = [Room() for _ in self._chunks]
        steps, queues = problem.demand.required.shape
        self._used = [np.zeros((queues, steps)) for _ in self._chunks]
        self._serving = {kind: self._serves(kind) for kind in kinds}

    def earn(self, price: Floats) -> tuple[float, Floats]:
        """Return the most that all can earn together, and the agent-intervals that they serve per row then.

        Parameters
        ----------
        price
            Of an agent-interval in each row, (T, Q); 0 or more.
        """
        steps, queues = price.shape
        worth = price.copy()
        source = np.tile(np.arange(steps, dtype=np.int64)[:, None], (1, queues))
        deferred_prices(price, self.problem.demand.window, worth, source)
        # A queue's intervals side by side: kinds serve few queues.
        worth, source = np.ascontiguousarray(worth.T), np.ascontiguousarray(source.T)
        numbers = range(len(self._chunks))
        if self.workers > 1:
            with ThreadPoolExecutor(self.workers) as pool:
                totals = list(pool.map(lambda at: self._chunk(at, worth, source), numbers))
        else:
            totals = [self._chunk(at, worth, source) for at in numbers]
        used = np.zeros_like(worth)
        for part in self._used:
            used += part
        return sum(totals), np.ascontiguousarray(used.T)

    def _chunk(self, at: int, worth: Floats, source: Ints) -> float:
        problem, patterns = self.problem, self.problem.patterns
        steps, each = worth.shape[1], problem.slots_an_interval
        prefix = np.empty(steps * each + 1)
        queue = np.empty(steps, dtype=np.int64)
        speed = np.empty(steps)
        used = self._used[at]
        used[:] = 0.0
        chosen = np.empty(len(problem.dates), dtype=np.int64)
        total = 0.0
        for kind in self._chunks[at]:
            kind_worth(worth, *self._serving[kind], each, prefix, queue, speed)
            presence = np.zeros(steps)
            for member in self._kinds[kind]:
                options = member.person.options
                value = np.empty(len(options.rows))
                earnings(
                    prefix, options.rows, options.pattern, problem.slot, patterns.rule_first, patterns.rules,
                    options.base, value,
                )  # fmt: skip
                charged = member.person.fair
                if charged is not None:
                    slopes, constant = charged.line(member.borne)
                    if slopes.any():
                        value -= charged.prices(options, slopes)
                best = NEVER
                if member.minutes is not None:
                    best = member.minutes.best(value, self._rooms[at], chosen)
                elif member.walker is not None:
                    best = member.walker.best(value, self._rooms[at], chosen)
                if best < LAWFUL:
                    # Fixed work breaks a rule, or there is no search: what is best on every date alone.
                    chosen[:] = _best_of_dates(member.person, value)
                    worked = chosen >= 0
                    best = float(value[chosen[worked]].sum() + options.off[~worked].sum())
                if charged is not None:
                    best -= constant
                    member.borne[:] += LEARNT * (charged.borne(options, chosen) - member.borne)
                total += member.count * best
                own = presence if member.count == 1 else np.zeros(steps)
                add_earners(
                    prefix, options.rows, options.pattern, problem.slot, patterns.rule_first, patterns.rules,
                    chosen, each, own,
                )  # fmt: skip
                if member.count > 1:
                    presence += member.count * own
            add_used(presence, queue, speed, source, used)
        return total

    def _serves(self, kind: int) -> tuple[Ints, Floats, Floats]:
        """Return queues that a kind serves, how fast, and what an agent-interval of each costs."""
        problem, kinds = self.problem, self.problem.kinds
        own = slice(int(kinds.kind_first[kind]), int(kinds.kind_first[kind + 1]))
        other = kinds.translations.of(kind)
        queues = np.concatenate([kinds.edge_queue[own], kinds.translations.queue[other]])
        speeds = np.concatenate([kinds.edge_speed[own], kinds.translations.speed[other]])
        costs = np.zeros(len(queues))
        costs[own.stop - own.start :] = problem.weights.translation * problem.demand.hours
        return queues, speeds, costs


def _best_of_dates(person: Person, value: Floats) -> Ints:
    options = person.options
    chosen = np.full(len(options.off), -1, dtype=np.int64)
    for day in range(len(chosen)):
        low, high = int(options.first[day]), int(options.first[day + 1])
        if high > low:
            at = low + int(value[low:high].argmax())
            if value[at] > options.off[day]:
                chosen[day] = at
    return chosen


def _members(problem: Problem) -> dict[int, list[_Member]]:
    """Group people whose tours are interchangeable, by kind."""
    count: dict[tuple[object, ...], int] = {}
    first: dict[tuple[object, ...], int] = {}
    for number, person in enumerate(problem.people):
        options, tour = person.options, person.tour
        arrays = (
            options.rows,
            options.base,
            options.off,
            tour.limits,
            tour.start,
            tour.week_min,
            tour.spans,
            tour.ahead,
            tour.away,
            person.weekend,
        )
        fair = () if person.fair is None else (person.fair.share, person.fair.marks)
        key = (person.kind, tour.plan_min, *(sha256(array.tobytes()).digest() for array in (*arrays, *fair)))
        first.setdefault(key, number)
        count[key] = count.get(key, 0) + 1
    walkers = build_walkers(problem, relaxed=True)
    kinds: dict[int, list[_Member]] = {}
    for key, number in first.items():
        person = problem.people[number]
        walker = walkers[number]
        priced = PricedMinutes(walker) if walker is not None and not walker.counts_plan else None
        kinds.setdefault(person.kind, []).append(_Member(walker, person, count[key], priced, np.zeros(3)))
    return kinds
