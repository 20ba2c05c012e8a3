"""One agent's tour: what is worked on each date, with its breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from scheduler.rostering.duties import MINUTE
from scheduler.rostering.fixed import SHIFT
from scheduler.rostering.kernels.breaks import place_breaks
from scheduler.rostering.kernels.labels import BROKEN, NEVER
from scheduler.rostering.kernels.tours import best_tour
from scheduler.rostering.meetings import Attended, free_of
from scheduler.rostering.problem import Person, Problem

__all__ = ["OFF", "Tour", "breaches", "break_places", "make_tour", "own_cost", "working_segments"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
OFF = -1


@dataclass(frozen=True, eq=False)
class Tour:
    """What an agent does.

    Attributes
    ----------
    chosen
        Row of the agent's options on each date, −1 off, (D,).
    breaks
        Start of each break in slots after the duty's start, by date; empty where off or given.
    attended
        Activities that were placed.
    segments
        Working time, half-open in slots from the origin, (n, 2).
    cost
        The tour's own terms of the objective: cost, nights, refused wishes, minutes under contract.
    broken
        Units of hard rules that it breaks, for want of a tour that breaks none.
    """

    chosen: Ints
    breaks: tuple[tuple[int, ...], ...]
    segments: Ints
    cost: float
    broken: float
    attended: Attended = ()

    def same_as(self, other: Tour) -> bool:
        """Tell whether it is the same work at the same times."""
        return (
            np.array_equal(self.chosen, other.chosen)
            and np.array_equal(self.segments, other.segments)
            and self.attended == other.attended
        )


def working_segments(
    problem: Problem, person: Person, day: int, row: int, breaks: tuple[int, ...]
) -> list[tuple[int, int]]:
    """Return when an option serves queues: outside its breaks and fixed activities, in slots."""
    options = person.options
    slot = problem.slot
    pattern = int(options.pattern[row])
    closed: list[tuple[int, int]] = []
    works = options.fixed[day].works if day in options.fixed else ()
    closed += [_slots(problem, work.start, work.end) for work in works if work.activity != SHIFT]
    if pattern >= 0:
        start = int(options.rows[row, 0]) // slot
        first = problem.patterns.rule_first[pattern]
        for place, at in enumerate(breaks):
            closed.append((start + at, start + at + int(problem.patterns.rules[first + place, 0])))
        spans = [(start, int(options.rows[row, 1]) // slot)]
    else:
        shifts = [work for work in works if work.activity == SHIFT]
        spans = [_slots(problem, work.start, work.end) for work in shifts]
        closed += [_slots(problem, start, end) for work in shifts for start, end, _ in work.breaks]
    return free_of(spans, closed)


def make_tour(
    problem: Problem,
    person: Person,
    chosen: Ints,
    breaks: tuple[tuple[int, ...], ...],
    *,
    attended: Attended = (),
    missed: int = 0,
) -> Tour:
    """Return the tour of chosen rows and break starts.

    Parameters
    ----------
    attended
        Activities, inside the chosen options and apart from their breaks and fixed work.
    missed
        How many activities the agent should attend besides.
    """
    segments = [
        segment
        for day, row in enumerate(chosen.tolist())
        if row != OFF
        for segment in working_segments(problem, person, day, row, breaks[day])
    ]
    if attended:
        segments = free_of(segments, [each[1:] for each in attended])
    return Tour(
        chosen,
        breaks,
        np.array(segments, dtype=np.int64).reshape(-1, 2),
        own_cost(problem, person, chosen),
        breaches(problem, person, chosen) + missed,
        attended,
    )


def break_places(
    problem: Problem, person: Person, row: int, worth: Floats, pinned: Ints
) -> tuple[int, ...] | None:
    """Return where an option's breaks lose least; None where they fit nowhere beside what is pinned.

    Parameters
    ----------
    worth, pinned
        Prefix sums over slots: what presence is worth, and where no break may lie, (S + 1,).
    """
    patterns = problem.patterns
    pattern = int(person.options.pattern[row])
    if pattern < 0:
        return ()
    start, end = (int(minute) // problem.slot for minute in person.options.rows[row, :2])
    rules = patterns.rules[patterns.rule_first[pattern] : patterns.rule_first[pattern + 1]]
    places = np.zeros(len(rules), dtype=np.int64)
    placed = place_breaks(
        worth, pinned, start, end - start, rules, patterns.least_gap[pattern], patterns.most_gap[pattern],
        places,
    )  # fmt: skip
    return tuple(places.tolist()) if placed else None


def breaches(problem: Problem, person: Person, chosen: Ints) -> float:
    """Return the units of hard rules that the chosen rows break: the tour search with no other choice."""
    options, tour = person.options, person.tour
    worked = chosen >= 0
    rows = chosen[worked]
    first = np.concatenate([[0], np.cumsum(worked)]).astype(np.int64)
    off = np.where(worked, NEVER, 0.0)
    walked = np.empty(len(chosen) + 1, dtype=np.int64)
    price = best_tour(
        options.rows[rows], np.zeros(len(rows)), first, off, tour.away, problem.week, person.weekend,
        tour.floor, tour.week_min, tour.limits, tour.start, tour.spans, tour.ahead, 0.0, 0.0,
        person.forbidden, 1, walked,
    )  # fmt: skip
    return float(-price / BROKEN)


def _slots(problem: Problem, start: datetime, end: datetime) -> tuple[int, int]:
    origin = problem.demand.origin
    low = (start - origin) // MINUTE
    high = (end - origin) // MINUTE
    return low // problem.slot, high // problem.slot


def own_cost(problem: Problem, person: Person, chosen: Ints) -> float:
    """Return a tour's own terms of the objective: all but coverage and translation."""
    options = person.options
    worked = chosen >= 0
    cost = -float(options.base[chosen[worked]].sum()) - float(options.off[~worked].sum())
    paid = np.zeros(len(chosen))
    paid[worked] = options.rows[chosen[worked], 2]
    tour = person.tour
    weeks = np.bincount(problem.week, weights=paid, minlength=len(tour.week_min))
    weeks[0] += tour.start[4]
    if len(weeks) > 1:
        weeks[-1] += tour.spans[-1, 3]
    short = float(np.maximum(0.0, tour.week_min - weeks).sum()) + max(0.0, tour.plan_min - float(paid.sum()))
    if person.fair is not None:
        cost += person.fair.cost(options, chosen)
    return cost + problem.weights.under_contract / 60 * short
