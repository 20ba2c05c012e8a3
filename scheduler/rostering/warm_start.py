"""Begin with an earlier rota: whoever may still work as before does, and the others answer to that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from scheduler.earlier import Earlier
from scheduler.rostering.answer import Answers
from scheduler.rostering.budget import Budget
from scheduler.rostering.duties import MINUTE, Pattern
from scheduler.rostering.earlier import rows_as_before
from scheduler.rostering.problem import Person, Problem
from scheduler.rostering.state import State
from scheduler.rostering.sweeps import BENDS, answer_once
from scheduler.rostering.tour import OFF, Tour, make_tour
from scheduler.rota import Shift

__all__ = ["begin_as_before"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Before:
    """What of a person's shifts in an earlier rota is possible: its rows, and the shifts that are not."""

    chosen: Ints
    shifts: dict[int, Shift]
    lost: tuple[Shift, ...]


def begin_as_before(state: State, answers: Answers, earlier: Earlier, budget: Budget) -> Bools:
    """Give everyone a tour, as in an earlier rota as far as may be; return where that lost coverage, (T, Q).

    Who cannot work all of their shifts answers to the rota of the others.
    """
    problem = state.problem
    lost = np.zeros(problem.demand.required.shape, dtype=bool)
    changed, homeless = [], []
    for number, person in enumerate(problem.people):
        before = _before(problem, person, earlier)
        tour = _tour(state, person, before, answers, number)
        if before.lost or tour.broken:
            changed.append(number)
            _mark(problem, person.kind, before.lost, lost)
        leeway = state.leeway(number)
        barred = leeway is not None and leeway.bars(person, problem.slot)[tour.chosen[tour.chosen >= 0]].any()
        if tour.broken or barred:
            homeless.append(number)
        else:
            state.put_in(number, tour)
    state.settle()
    for number in homeless:
        kind = problem.people[number].kind
        state.put_in(number, answers.best(number, state.values(kind, BENDS[-1]), state.leeway(number)))
        state.settle()
        budget.spend(1)
    for number in changed:
        answer_once(state, answers, number, BENDS[-1])
        budget.spend(1)
    return lost


def _before(problem: Problem, person: Person, earlier: Earlier) -> _Before:
    options = person.options
    shifts_of = earlier.by_agent.get(person.agent.name, {})
    chosen = np.full(len(problem.dates), OFF, dtype=np.int64)
    shifts: dict[int, Shift] = {}
    lost: list[Shift] = []
    kept = np.flatnonzero(
        rows_as_before(options, shifts_of, problem.dates, problem.templates, problem.demand.origin)
    )
    chosen[np.searchsorted(options.first, kept, side="right") - 1] = kept
    for number, day in enumerate(problem.dates):
        before = shifts_of.get(day, ())
        if chosen[number] != OFF:
            if before:
                shifts[number] = before[0]
            continue
        lost += before
        if number in options.fixed:
            rows = range(int(options.first[number]), int(options.first[number + 1]))
            chosen[number] = next(row for row in rows if options.pattern[row] < 0)
    return _Before(chosen, shifts, tuple(lost))


def _tour(state: State, person: Person, before: _Before, answers: Answers, number: int) -> Tour:
    """Return the tour with breaks as before, or elsewhere where they may not lie there any more.

    Who attends activities has them, and the breaks, placed anew.
    """
    problem = state.problem
    leeway = state.leeway(number)
    if leeway is not None and leeway.meetings:
        return answers.build(number, before.chosen, np.zeros(problem.slots + 1), leeway.meetings)
    breaks: list[tuple[int, ...]] = [()] * len(before.chosen)
    anew = False
    for day, row in enumerate(before.chosen.tolist()):
        pattern = int(person.options.pattern[row]) if row != OFF else -1
        if pattern >= 0:
            start = int(person.options.rows[row, 0]) // problem.slot
            pinned = person.pinned[start:]
            places = _places(problem.patterns.patterns[pattern], before.shifts[day], problem.slot, pinned)
            anew |= places is None
            breaks[day] = places or ()
    if anew:
        return answers.build(number, before.chosen, np.zeros(problem.slots + 1))
    return make_tour(problem, person, before.chosen, tuple(breaks))


def _places(pattern: Pattern, shift: Shift, slot: int, pinned: Ints) -> tuple[int, ...] | None:
    """Return where a shift's breaks begin, in slots, by the pattern's rules; None: these do not allow it.

    ``pinned``: prefix sums over slots, from the shift's start on, of where no break may lie.
    """
    if len(shift.breaks) != len(pattern.rules):
        return None
    order = sorted(range(len(pattern.rules)), key=lambda at: pattern.rules[at][1:])
    places = [0] * len(order)
    earliest, latest = 0, shift.minutes
    for at, pause in zip(order, sorted(shift.breaks, key=lambda pause: pause.start), strict=True):
        minutes, low, high = pattern.rules[at]
        start = (pause.start - shift.start) // MINUTE
        alike = (pause.end - pause.start) // MINUTE == minutes and pause.paid == pattern.paid[at]
        if start % slot or not alike or not max(low, earliest) <= start <= min(high, latest):
            return None
        if pinned[start // slot] != pinned[(start + minutes) // slot]:
            return None
        places[at] = start // slot
        earliest, latest = start + minutes + max(1, pattern.least_gap), start + minutes + pattern.most_gap
    return tuple(places)


def _mark(problem: Problem, kind: int, lost: Sequence[Shift], marks: Bools) -> None:
    """Mark the intervals of shifts, at the queues that a kind serves."""
    kinds = problem.kinds
    queues = kinds.edge_queue[kinds.kind_first[kind] : kinds.kind_first[kind + 1]]
    for shift in lost:
        low, high = (
            (moment - problem.demand.origin) // (MINUTE * problem.demand.interval)
            for moment in (shift.start, shift.end)
        )
        marks[max(0, low) : max(0, high + 1), queues] = True
