"""The tour search of each person, set up once: automaton, itinerary and symbols."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from scheduler.rostering.automaton import BETWEEN, Automaton, ShiftClass, build_automaton
from scheduler.rostering.itinerary import Itinerary
from scheduler.rostering.kernels.labels import FIXED, LIMITS, SHARE, SPAN
from scheduler.rostering.kernels.walk import walk
from scheduler.rostering.problem import Person, Problem

__all__ = ["Room", "Walker", "build_walkers"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MOST_STATES = 6000
"""States beyond which a walk takes longer than the search over labels."""
LIMIT = {name: place for place, name in enumerate(LIMITS)}
ALIKE = BETWEEN.index("not employed")
"""Number of symbols that are the same on every date."""


class Room:
    """Memory that walks work in; each thread needs its own."""

    def __init__(self) -> None:
        self._worth = np.empty((2, 1, 1))
        self._back = np.empty((1, 3, 1, 1), dtype=np.int32)

    def of(self, days: int, states: int, ends: int) -> tuple[Floats, npt.NDArray[np.int32]]:
        """Return arrays of at least these sizes."""
        old_days, _, old_states, old_ends = self._back.shape
        if days > old_days or states > old_states or ends > old_ends:
            days, states, ends = max(days, old_days), max(states, old_states), max(ends, old_ends)
            self._worth = np.empty((2, states, ends))
            self._back = np.empty((days, 3, states, ends), dtype=np.int32)
        return self._worth, self._back


@dataclass(frozen=True, eq=False)
class Walker:
    """One person's search.

    Attributes
    ----------
    week_min, plan_min
        Minutes below which each week and the plan are short of the contract; 0 where they are not counted.
    counts_plan
        Whether the plan's minutes are counted as far as the contract limits them.
    """

    person: Person
    automaton: Automaton
    itinerary: Itinerary
    start_state: int
    start: Ints
    symbol: npt.NDArray[np.int32]
    fixed: npt.NDArray[np.bool_]
    new_week: npt.NDArray[np.bool_]
    new_weekend: npt.NDArray[np.bool_]
    week: Ints
    symbols: Ints
    week_min: Floats
    plan_min: float
    counts_plan: bool
    under: float
    weekly: int
    ends_rest: npt.NDArray[np.bool_]

    def best(self, value: Floats, room: Room, chosen: Ints) -> float:
        """Write the best tour's row of each date (−1 off) to ``chosen``; return its value.

        Parameters
        ----------
        value
            Of each of the person's options; −1e300: not possible.
        """
        plan, machine, options = self.itinerary, self.automaton, self.person.options
        worth, back = room.of(len(self.week), len(machine.trans), plan.most_ends)
        return float(
            walk(
                options.first, self.start, self.symbol, plan.arrive, plan.reach, plan.mask, self.fixed, value,
                options.off, plan.end_first, plan.end_time, plan.end_template, plan.carry_first, plan.carry,
                plan.rest, self.new_week, self.new_weekend, self.week, machine.trans, machine.price,
                machine.minutes, machine.plan, self.start_state, self.week_min, self.plan_min,
                self.under, plan.allowed, self.symbols, self.weekly, machine.need, machine.last,
                plan.after_rest, self.ends_rest, plan.end_long, self.person.tour.spans,
                int(self.person.tour.ahead[0]), worth, back, chosen,
            )
        )  # fmt: skip


def build_walkers(problem: Problem, *, relaxed: bool = False) -> list[Walker | None]:
    """Set up everyone's search.

    Parameters
    ----------
    relaxed
        Where a contract's counters have too many states leave out what makes them many (the plan's minutes,
        then the week's), and the spread of starts: values are then never too small. Else such people have
        None.
    """
    groups: dict[tuple[tuple[ShiftClass, ...], *tuple[bytes, ...]], list[int]] = defaultdict(list)
    for number, person in enumerate(problem.people):
        tour = person.tour
        if relaxed or tour.limits[LIMIT["tolerance"]] < 0:
            read = (tour.limits, tour.spans[-1, SPAN.index("minutes") :], tour.ahead[1:])
            groups[_classes(person), *(array.tobytes() for array in read)].append(number)
    walkers: list[Walker | None] = [None] * len(problem.people)
    for (classes, *_), members in groups.items():
        people = [problem.people[number] for number in members]
        machine, kept = _machine(people, classes, relaxed=relaxed)
        if machine is None:
            continue
        for place, number in enumerate(members):
            walkers[number] = _walker(problem, people[place], machine, machine.start[place], kept)
    return walkers


def _classes(person: Person) -> tuple[ShiftClass, ...]:
    return tuple(sorted({*_class_of_rows(person)}))


def _class_of_rows(person: Person) -> list[ShiftClass]:
    """Return the class of each of a person's options; whether it is on a Sunday only where that counts."""
    counts = bool(person.tour.limits[LIMIT["max_sundays"]] >= 0)
    rows = person.options.rows[:, [2, 3, 6, 7]].tolist()
    return [(paid, night, fixed, sunday if counts else 0) for paid, night, fixed, sunday in rows]


def _machine(
    people: Sequence[Person], classes: Sequence[ShiftClass], *, relaxed: bool
) -> tuple[Automaton | None, Ints]:
    """Return the automaton, and the limits that it keeps."""
    limits = people[0].tour.limits.copy()
    build = partial(
        build_automaton,
        limits,
        classes,
        [person.tour.start for person in people],
        after=people[0].tour.spans[-1],
        ahead=people[0].tour.ahead,
        week_min=max(float(person.tour.week_min.max(initial=0.0)) for person in people),
        plan_min=max(person.tour.plan_min for person in people),
        leaves=any(person.tour.away.any() for person in people),
    )
    if not relaxed:
        return build(most=MOST_STATES), limits
    for most, counters in LEFT_OUT:
        machine = build(most=most)
        if machine is not None:
            return machine, limits
        for name, without in counters.items():
            limits[LIMIT[name]] = without
    return build(most=MOST_STATES), limits


LEFT_OUT: tuple[tuple[int, dict[str, int]], ...] = (
    (150, {"max_nights": -1}),
    (150, {"max_weekends": -1}),
    (1500, {"plan_counts": 0, "max_plan": -1}),
    (1500, {"week_counts": 0, "max_week": -1}),
)
"""In price rounds, of which there are many: states that there may be at most, and what is left out if there
are more; first what binds least."""


def _walker(problem: Problem, person: Person, machine: Automaton, state: int, kept: Ints) -> Walker:
    options, tour = person.options, person.tour
    rows = options.rows
    symbol = [machine.symbol[each] for each in _class_of_rows(person)]
    counts = tour.limits[LIMIT["max_weekends"]] >= 0
    weekend = person.weekend
    leaves = np.zeros(len(weekend), dtype=np.bool_)
    leaves[1:] = counts & (weekend[1:] != weekend[:-1])
    begins = np.zeros(len(weekend), dtype=np.bool_)
    begins[1:] = problem.week[1:] != problem.week[:-1]
    between = machine.trans.shape[1] - len(BETWEEN)
    weekly = int(kept[LIMIT["weekly_rest"]])
    ends_rest = np.zeros(len(rows), dtype=np.bool_)
    if weekly >= 0:
        span = tour.spans[np.repeat(problem.week, np.diff(options.first))]
        ends_rest = (span[:, 2] > 0) | (rows[:, 0] - span[:, 0] >= min(SHARE, weekly))
    return Walker(
        person,
        machine,
        person.itinerary,
        state,
        np.ascontiguousarray(rows[:, 0]),
        np.array(symbol, dtype=np.int32),
        rows[:, 6] == FIXED,
        begins,
        leaves,
        problem.week,
        np.concatenate(
            [between + np.arange(ALIKE), (weekend >= 0) & counts, tour.away * (between + ALIKE)]
        ).astype(np.int64),
        tour.week_min * (kept[LIMIT["week_counts"]] > 0),
        tour.plan_min * float(kept[LIMIT["plan_counts"]] > 0),
        bool(kept[LIMIT["plan_counts"]] == tour.limits[LIMIT["plan_counts"]]),
        problem.weights.under_contract / 60,
        weekly,
        ends_rest,
    )
