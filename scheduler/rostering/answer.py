"""One agent's best answer to the rota as it stands: the tour whose presence is worth most."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.errors import SolverFailure
from scheduler.rostering.attendance import Leeway
from scheduler.rostering.kernels.breaks import duty_values, place_breaks
from scheduler.rostering.kernels.prices import earnings
from scheduler.rostering.kernels.tours import BROKEN, NEVER, best_tour
from scheduler.rostering.problem import Person, Problem
from scheduler.rostering.tour import OFF, Tour, make_tour
from scheduler.rostering.walker import Room, build_walkers

__all__ = ["Answers"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

BUCKET_MINUTES = 60
"""Of duties of one length, template and date that start within this time only the best is tried."""
WIDTH = 1500
"""Labels kept per date: see :func:`scheduler.rostering.kernels.tours.best_tour`."""


class Answers:
    """Answers of a problem's people."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._walkers = build_walkers(problem)
        self._room = Room()
        self._groups = {
            number: _groups(person)
            for number, person in enumerate(problem.people)
            if self._walkers[number] is None
        }

    def best(self, number: int, value: Floats, leeway: Leeway | None = None) -> Tour:
        """Return a person's best tour.

        Parameters
        ----------
        value
            What presence in each interval is worth, in weighted agent-intervals, (T,).
        leeway
            What the rules across agents leave; None: everything.
        """
        problem = self.problem
        person = problem.people[number]
        worth = self._slot_worth(person, value)
        rows = self._values(person, worth)
        if leeway is not None:
            self._heed(person, leeway, rows)
        walker = self._walkers[number]
        if walker is not None:
            chosen = np.empty(len(problem.dates), dtype=np.int64)
            if walker.best(rows, self._room, chosen) <= NEVER:
                raise SolverFailure(f"no tour at all for {person.agent.name}")
            return self.build(number, chosen, worth)
        return self.build(number, self._by_labels(number, rows), worth)

    def _by_labels(self, number: int, rows: Floats) -> Ints:
        """Search over labels, where a person's counters have too many states for a walk."""
        problem = self.problem
        person = problem.people[number]
        kept = _best_of_groups(self._groups[number], rows)
        options = person.options
        first = np.searchsorted(kept, options.first).astype(np.int64)
        chosen = np.empty(len(problem.dates) + 1, dtype=np.int64)
        tour = person.tour
        total = best_tour(
            options.rows[kept], rows[kept], first, options.off, problem.week, person.weekend, tour.floor,
            tour.week_min, tour.limits, tour.start, tour.spans, tour.ahead, tour.plan_min,
            problem.weights.under_contract / 60,
            person.forbidden, WIDTH, chosen,
        )  # fmt: skip
        if total <= NEVER:
            raise SolverFailure(f"no tour at all for {person.agent.name}")
        chosen = chosen[:-1]
        worked = chosen >= 0
        chosen[worked] = kept[chosen[worked]]
        return chosen

    def build(self, number: int, chosen: Ints, worth: Floats) -> Tour:
        """Return the tour of the chosen rows with its breaks where they lose least."""
        problem = self.problem
        person = problem.people[number]
        breaks = tuple(self._breaks(person, row, worth) if row != OFF else () for row in chosen.tolist())
        return make_tour(problem, person, chosen, breaks)

    def slot_worth(self, number: int, value: Floats) -> Floats:
        """Return prefix sums over slots of what a person's presence is worth, (S + 1,)."""
        return self._slot_worth(self.problem.people[number], value)

    def _slot_worth(self, person: Person, value: Floats) -> Floats:
        problem = self.problem
        per_slot = np.repeat(
            value * (problem.demand.hours / problem.slots_an_interval), problem.slots_an_interval
        )
        if person.pinned[-1]:
            per_slot[np.diff(person.pinned) > 0] = 0.0
        worth = np.zeros(len(per_slot) + 1)
        np.cumsum(per_slot, out=worth[1:])
        return worth

    def _values(self, person: Person, worth: Floats) -> Floats:
        """Return what each option is worth, coverage and own terms together; −1e300: not possible."""
        problem, options, patterns = self.problem, person.options, self.problem.patterns
        rows = np.zeros(len(options.rows))
        if patterns.apart and not person.pinned[-1]:
            earnings(
                worth, options.rows, options.pattern, problem.slot, patterns.rule_first, patterns.rules,
                options.base, rows,
            )  # fmt: skip
            rows[options.pattern < 0] = options.base[options.pattern < 0]
            return rows
        plain = options.pattern >= 0
        values = np.zeros(int(plain.sum()))
        duty_values(
            worth, person.pinned, options.rows[plain, 0] // problem.slot,
            (options.rows[plain, 1] - options.rows[plain, 0]) // problem.slot, options.pattern[plain],
            patterns.rule_first, patterns.rules, patterns.least_gap, patterns.most_gap, values,
        )  # fmt: skip
        rows[plain] = values
        return np.where(rows > NEVER, rows + options.base, NEVER)

    def _heed(self, person: Person, leeway: Leeway, rows: Floats) -> None:
        """Bar options for which there is no leeway, and add what the others mend."""
        options, slot = person.options, self.problem.slot
        low, high = options.rows[:, 0] // slot, options.rows[:, 1] // slot
        planned = options.pattern >= 0
        rows[planned & leeway.barred(low, high)] = NEVER
        gain = BROKEN * leeway.mended(low, high)
        rows[planned & (rows > NEVER)] += gain[planned & (rows > NEVER)]

    def _breaks(self, person: Person, row: int, worth: Floats) -> tuple[int, ...]:
        problem, patterns = self.problem, self.problem.patterns
        pattern = int(person.options.pattern[row])
        if pattern < 0:
            return ()
        start, end = (int(minute) // problem.slot for minute in person.options.rows[row, :2])
        rules = patterns.rules[patterns.rule_first[pattern] : patterns.rule_first[pattern + 1]]
        places = np.zeros(len(rules), dtype=np.int64)
        placed = place_breaks(
            worth, person.pinned, start, end - start, rules, patterns.least_gap[pattern],
            patterns.most_gap[pattern], places,
        )  # fmt: skip
        if not placed:
            raise SolverFailure(f"the breaks of {patterns.patterns[pattern]} fit nowhere")
        return tuple(places.tolist())


def _groups(person: Person) -> Ints:
    """Number the options that are alike to every rule but for some minutes of their start."""
    options = person.options
    rows = options.rows
    day = np.searchsorted(options.first, np.arange(len(rows)), side="right") - 1
    template = rows[:, 5] if person.contract.forbidden_next else np.zeros(len(rows), dtype=np.int64)
    bucket = min(BUCKET_MINUTES, person.contract.start_tolerance_minutes or BUCKET_MINUTES)
    alike = (rows[:, column] for column in (2, 3, 6, 7))
    keys = np.stack([day, template, rows[:, 0] // bucket, *alike], axis=1)
    return np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)


def _best_of_groups(groups: Ints, values: Floats) -> Ints:
    """Return the rows, in order, that are the first best of their group."""
    order = np.lexsort((-values, groups))
    leads = np.ones(len(order), dtype=bool)
    leads[1:] = groups[order[1:]] != groups[order[:-1]]
    return np.sort(order[leads]).astype(np.int64)
