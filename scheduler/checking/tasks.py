"""Score a rota of tasks from the rota alone: broken rules and what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from scheduler.tasks import QUARTER, TaskPerson, TaskProblem, TaskRota, TaskShift

__all__ = ["TaskScore", "score_tasks"]

DAY = 1440


@dataclass(frozen=True)
class TaskScore:
    """What a rota costs, how many person-quarters are missing, and the rules that it breaks, in words."""

    cost: int
    missing: int
    violations: tuple[str, ...]


def score_tasks(problem: TaskProblem, rota: TaskRota) -> TaskScore:
    """Score a rota; who is not in it works nothing."""
    known = {person.name for person in problem.people}
    violations = [f"{name} is not in the problem" for name in rota if name not in known]
    count = {name: [0] * len(problem.least) for name in problem.tasks}
    for person in problem.people:
        shifts = sorted(rota.get(person.name, ()), key=lambda shift: shift.start)
        violations += [f"{person.name} {words}" for words in _broken(problem, person, shifts)]
        for shift in shifts:
            at = shift.start
            for task, minutes in shift.tasks:
                for minute in range(at, at + minutes, QUARTER):
                    if task in count and problem.first <= minute < problem.last:
                        count[task][(minute - problem.first) // QUARTER] += 1
                at += minutes
    cost = missing = 0
    for number, task in enumerate(problem.tasks):
        limits = zip(problem.least[:, number].tolist(), problem.most[:, number].tolist(), strict=True)
        for present, (least, most) in zip(count[task], limits, strict=True):
            missing += max(0, least - present)
            cost += max(0, present - most) ** 2
    if missing:
        violations.append(f"{missing} person-quarters are below the least")
    return TaskScore(cost, missing, tuple(violations))


def _broken(problem: TaskProblem, person: TaskPerson, shifts: Sequence[TaskShift]) -> Iterator[str]:
    rules = problem.rules
    minutes = sum(shift.end - shift.start for shift in shifts)
    if not person.min_minutes <= minutes <= person.max_minutes:
        yield f"works {minutes} minutes, not {person.min_minutes} to {person.max_minutes}"
    for shift in shifts:
        where = f"on day {shift.start // DAY}"
        length = shift.end - shift.start
        if not rules.min_shift <= length <= rules.max_shift:
            yield f"works {length} minutes {where}, not {rules.min_shift} to {rules.max_shift}"
        if not any(first <= shift.start % DAY <= last for first, last in rules.starts):
            yield f"starts {where} at minute {shift.start % DAY}"
        if shift.start % QUARTER or any(length % QUARTER for _, length in shift.tasks):
            yield f"does not keep to quarter-hours {where}"
        if shift.start < problem.first or shift.end > problem.last:
            yield f"works outside the horizon {where}"
        for task, length in shift.tasks:
            if task not in problem.tasks:
                yield f"works on an unknown task {task} {where}"
            if length < rules.min_task:
                yield f"works {length} minutes on task {task} {where}, at least {rules.min_task}"
    yield from _broken_order(problem, shifts)


def _broken_order(problem: TaskProblem, shifts: Sequence[TaskShift]) -> Iterator[str]:
    rules = problem.rules
    for before, after in pairwise(shifts):
        if after.start - before.end < rules.min_rest:
            yield f"rests {after.start - before.end} minutes before day {after.start // DAY}"
        if after.start // DAY == before.start // DAY:
            yield f"starts twice on day {after.start // DAY}"
    run, last = 0, -2
    for day in sorted({shift.start // DAY for shift in shifts}):
        run = run + 1 if day == last + 1 else 1
        last = day
        if run == rules.max_days + 1:
            yield f"works more than {rules.max_days} days in a row up to day {day}"
