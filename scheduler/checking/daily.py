"""Score a rota of whole days from the rota alone: broken rules and what it costs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from scheduler.daily import OFF, DailyPerson, DailyProblem, DailyRota

__all__ = ["DailyScore", "score_daily"]


@dataclass(frozen=True)
class DailyScore:
    """What a rota costs, and the rules that it breaks, in words."""

    requests: int
    under: int
    over: int
    violations: tuple[str, ...]

    @property
    def cost(self) -> int:
        """The whole cost."""
        return self.requests + self.under + self.over


def score_daily(problem: DailyProblem, rota: DailyRota) -> DailyScore:
    """Score a rota.

    Parameters
    ----------
    rota
        Who is missing in it, unknown in the problem or has the wrong number of days is told as a violation.
    """
    names = {person.name for person in problem.people}
    known = {shift.name for shift in problem.shifts}
    violations = [f"{name} is not in the problem" for name in rota if name not in names]
    for person in problem.people:
        line = rota.get(person.name)
        if line is None:
            violations.append(f"{person.name} is missing")
        elif len(line) != problem.days:
            violations.append(f"{person.name} has {len(line)} days instead of {problem.days}")
        elif not set(line) <= known | {OFF}:
            violations.append(f"{person.name} works unknown shifts: {sorted(set(line) - known - {OFF})}")
        else:
            violations += [f"{person.name} {words}" for words in _broken(problem, person, line)]
    requests = 0
    for request in problem.requests:
        line = rota.get(request.person, ())
        worked = request.day < len(line) and line[request.day] == request.shift
        if worked != request.wanted:
            requests += request.weight
    at_work = Counter(
        (day, shift) for name in names for day, shift in enumerate(rota.get(name, ())) if shift != OFF
    )
    under = over = 0
    for cover in problem.covers:
        present = at_work[cover.day, cover.shift]
        under += cover.under * max(0, cover.required - present)
        over += cover.over * max(0, present - cover.required)
    return DailyScore(requests, under, over, tuple(violations))


def _broken(problem: DailyProblem, person: DailyPerson, line: Sequence[str]) -> Iterator[str]:
    shifts = {shift.name: shift for shift in problem.shifts}
    for day in sorted(person.days_off):
        if day < len(line) and line[day] != OFF:
            yield f"works on day {day}, a day off"
    for day, (before, after) in enumerate(pairwise(line)):
        if before != OFF and after in shifts[before].not_before:
            yield f"works {after} on day {day + 1} after {before}"
    for shift, count in sorted(Counter(line).items()):
        if shift != OFF and count > person.most.get(shift, 0):
            yield f"works {shift} {count} times, at most {person.most.get(shift, 0)}"
    minutes = sum(shifts[shift].minutes for shift in line if shift != OFF)
    if not person.min_minutes <= minutes <= person.max_minutes:
        yield f"works {minutes} minutes, not {person.min_minutes} to {person.max_minutes}"
    weekends = {day // 7 for day, shift in enumerate(line) if shift != OFF and day % 7 >= 5}
    if len(weekends) > person.max_weekends:
        yield f"works on {len(weekends)} weekends, at most {person.max_weekends}"
    yield from _broken_runs(person, line)


def _broken_runs(person: DailyPerson, line: Sequence[str]) -> Iterator[str]:
    first = 0
    for off, run in groupby(line, key=lambda shift: shift == OFF):
        length = len(list(run))
        inside = first > 0 and first + length < len(line)
        if off and inside and length < person.min_off:
            yield f"has {length} days off from day {first}, at least {person.min_off}"
        if not off and inside and length < person.min_run:
            yield f"works {length} days from day {first}, at least {person.min_run}"
        if not off and length > person.max_run:
            yield f"works {length} days from day {first}, at most {person.max_run}"
        first += length
