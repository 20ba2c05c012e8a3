"""What an agent could earn at most at given prices: a tour under fewer rules, so never too little.

Dropped are rest, start tolerance and forbidden successions, and the plan's minutes where shifts have many
lengths. Kept are the runs, week minutes, days a week, nights and weekends. Of each date's options only
the best of each paid length, by night or day, matters then, and the search over labels is exact.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.rostering.kernels.breaks import duty_values
from scheduler.rostering.kernels.tours import BROKEN, LIMITS, best_tour
from scheduler.rostering.problem import Person, Problem

__all__ = ["Relaxed"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
NEVER = -1e300
WIDTH = 4000
FEW_LENGTHS = 3
NO_REST = -(1 << 50)


class Relaxed:
    """People alike in everything but their names, with the rules of theirs that are kept.

    Attributes
    ----------
    count
        How many they are.
    """

    def __init__(self, problem: Problem, person: Person, count: int) -> None:
        self.problem = problem
        self.person = person
        self.count = count
        options = person.options
        limit = dict(zip(LIMITS, person.tour.limits.tolist(), strict=True))
        limit.update(min_rest=NO_REST, tolerance=-1, template_counts=0)
        self.plan_min = person.tour.plan_min
        if len(np.unique(options.rows[:, 2])) > FEW_LENGTHS:
            limit.update(max_plan=-1, plan_counts=0)
            self.plan_min = 0.0
        self.limits = np.array([limit[name] for name in LIMITS], dtype=np.int64)
        day = np.searchsorted(options.first, np.arange(len(options.rows)), side="right") - 1
        keys = np.stack([day, options.rows[:, 2], options.rows[:, 3], options.rows[:, 6]], axis=1)
        self.groups = np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
        self.floor = np.full(len(options.off), 1 << 50, dtype=np.int64)
        self.forbidden = np.zeros_like(person.forbidden)

    def best(self, worth: Floats) -> tuple[float, Ints]:
        """Return the most that one of them can earn, and the rows that earn it (empty where not known).

        Parameters
        ----------
        worth
            Prefix sums over slots of what presence earns, (S + 1,).
        """
        values = self._values(worth)
        kept = self._best_of_groups(values)
        person, problem = self.person, self.problem
        options = person.options
        first = np.searchsorted(kept, options.first).astype(np.int64)
        chosen = np.empty(len(problem.dates) + 1, dtype=np.int64)
        total = best_tour(
            options.rows[kept], values[kept], first, options.off, problem.week, person.weekend, self.floor,
            person.tour.week_min, self.limits, person.tour.start, self.plan_min,
            problem.weights.under_contract / 60, self.forbidden, WIDTH, chosen,
        )  # fmt: skip
        if chosen[-1] or total < -BROKEN / 2:
            return self._without_rules(values), np.zeros(0, dtype=np.int64)
        worked = chosen[:-1][chosen[:-1] >= 0]
        return total, kept[worked]

    def _without_rules(self, values: Floats) -> float:
        """Return the sum of every date's best: no rule is left that could forbid it."""
        first = self.person.options.first
        off = self.person.options.off
        best = [
            max(float(off[day]), float(values[first[day] : first[day + 1]].max(initial=NEVER)))
            for day in range(len(off))
        ]
        return sum(best)

    def _values(self, worth: Floats) -> Floats:
        problem, options, patterns = self.problem, self.person.options, self.problem.patterns
        values = np.zeros(len(options.rows))
        plain = options.pattern >= 0
        own = np.zeros(int(plain.sum()))
        duty_values(
            worth, self.person.pinned, options.rows[plain, 0] // problem.slot,
            (options.rows[plain, 1] - options.rows[plain, 0]) // problem.slot, options.pattern[plain],
            patterns.rule_first, patterns.rules, patterns.least_gap, patterns.most_gap, own,
        )  # fmt: skip
        values[plain] = own
        # Given shifts serve what they serve: their whole length bounds it.
        for row in np.flatnonzero(~plain).tolist():
            low, high = (int(minute) // problem.slot for minute in options.rows[row, :2])
            values[row] = worth[high] - worth[low]
        return np.where(values > NEVER, values + options.base, NEVER)

    def _best_of_groups(self, values: Floats) -> Ints:
        order = np.lexsort((-values, self.groups))
        leads = np.ones(len(order), dtype=bool)
        leads[1:] = self.groups[order[1:]] != self.groups[order[:-1]]
        return np.sort(order[leads]).astype(np.int64)
