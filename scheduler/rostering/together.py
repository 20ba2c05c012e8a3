"""Times of activities that agents attend together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scheduler.rostering.meetings import Meeting, hosts
from scheduler.rostering.problem import Problem

__all__ = ["attendants", "first_times", "likely_times"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
APART_MINUTES = 15
"""Times are tried at this distance, and nearer only where the window is short."""


def attendants(problem: Problem, number: int) -> list[int]:
    """Return the people who attend an activity."""
    return [
        person
        for person, meetings in enumerate(problem.meetings)
        if any(meeting.number == number for meeting in meetings)
    ]


def first_times(problem: Problem) -> dict[int, int]:
    """Return a good time for each activity that is attended together, one after another."""
    times: dict[int, int] = {}
    for meeting in _together(problem):
        people = set(attendants(problem, meeting.number))
        taken = [
            other.at(times[other.number])
            for other in _together(problem)
            if other.number in times and people & set(attendants(problem, other.number))
        ]
        likely = likely_times(problem, meeting.number).tolist()
        free = [
            start
            for start in likely
            if all(start + meeting.slots <= other.low or other.high <= start for other in taken)
        ]
        if likely:
            times[meeting.number] = (free or likely)[0]
    return times


def _together(problem: Problem) -> list[Meeting]:
    found = {meeting.number: meeting for own in problem.meetings for meeting in own if meeting.together}
    return [found[number] for number in sorted(found)]


def likely_times(problem: Problem, number: int) -> Ints:
    """Return the times at which most people could attend, where least is required then first."""
    meeting = next(each for each in _together(problem) if each.number == number)
    step = max(1, min(APART_MINUTES // problem.slot, len(meeting.starts) // 4))
    starts = np.array(meeting.starts, dtype=np.int64)[::step]
    able = np.zeros(len(starts), dtype=np.int64)
    for person in attendants(problem, number):
        able += _can(problem, person, meeting, starts)
    demand = problem.demand
    asked = np.repeat((demand.required * demand.weight).sum(axis=1), problem.slots_an_interval)
    total = np.concatenate([[0.0], np.cumsum(asked)])
    loss = total[starts + meeting.slots] - total[starts]
    best = able == able.max(initial=0)
    starts, loss = starts[best], loss[best]
    return np.asarray(starts[np.argsort(loss, kind="stable")], dtype=np.int64)


def _can(problem: Problem, number: int, meeting: Meeting, starts: Ints) -> npt.NDArray[np.bool_]:
    """Tell at which of some times a person could be at work, fixed activities aside."""
    person = problem.people[number]
    rows = person.options.rows[hosts(person, meeting, problem.slot)] // problem.slot
    could = np.zeros(len(starts), dtype=np.bool_)
    for low, high in {(int(row[0]), int(row[1])) for row in rows}:
        could |= (starts >= low) & (starts + meeting.slots <= high)
    free: npt.NDArray[np.bool_] = person.pinned[starts + meeting.slots] == person.pinned[starts]
    return could & free
