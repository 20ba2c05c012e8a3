"""From tours and shared work to a rota: shifts, and stretches that say who serves what when.

Who serves what is known per kind and interval. Here each agent gets a part of it, so that people stay on
the queue they serve as long as it needs them, and stretches of one activity are joined.
"""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from scheduler.rostering.duties import MINUTE
from scheduler.rostering.fixed import SHIFT, paid_minutes
from scheduler.rostering.kernels.sharing import FREE, share_out
from scheduler.rostering.problem import Person, Problem
from scheduler.rostering.state import State
from scheduler.rostering.tour import Tour
from scheduler.rota import IDLE, ON_BREAK, WORK, Break, Rota, Shift, Stretch

__all__ = ["build_rota"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Piece:
    """A shift with what is known of its minutes beforehand: (start, end, activity), from the origin."""

    shift: Shift
    closed: tuple[tuple[int, int, str], ...]


def build_rota(state: State) -> Rota:
    """Return the rota of a settled state in which everyone has a tour."""
    problem = state.problem
    served = _share_out(state)
    origin = problem.demand.origin

    @cache
    def moments(minute: int) -> datetime:
        return origin + timedelta(minutes=minute)

    shifts: list[Shift] = []
    stretches: list[Stretch] = []
    with _no_collection():
        for number, person in enumerate(problem.people):
            for piece in _pieces(problem, person, state.tour_of(number)):
                shifts.append(piece.shift)
                stretches += _stretches(problem, piece, served[number], moments)
    return Rota(tuple(shifts), tuple(stretches))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no cycles meanwhile: all that is made lives on, and looking takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _pieces(problem: Problem, person: Person, tour: Tour) -> Iterator[_Piece]:
    for day, row in enumerate(tour.chosen.tolist()):
        if row >= 0:
            if person.options.pattern[row] >= 0:
                piece = _planned(problem, person, day, row, tour.breaks[day])
                yield _attending(problem, piece, tour)
            else:
                yield from (_attending(problem, piece, tour) for piece in _given(problem, person, day))


def _attending(problem: Problem, piece: _Piece, tour: Tour) -> _Piece:
    """Return a piece with the activities of its tour that lie in it."""
    if not tour.attended:
        return piece
    low, high = _minutes(problem, piece.shift.start), _minutes(problem, piece.shift.end)
    attended = [
        (start * problem.slot, end * problem.slot, problem.workspace.activities[number].name)
        for number, start, end in tour.attended
        if low <= start * problem.slot < high
    ]
    return replace(piece, closed=tuple(sorted([*piece.closed, *attended])))


def _planned(problem: Problem, person: Person, day: int, row: int, breaks: tuple[int, ...]) -> _Piece:
    start, end, paid = (int(value) for value in person.options.rows[row, :3])
    pattern = problem.patterns.patterns[int(person.options.pattern[row])]
    pauses = sorted(
        (start + at * problem.slot, start + at * problem.slot + rule[0], is_paid)
        for at, rule, is_paid in zip(breaks, pattern.rules, pattern.paid, strict=True)
    )
    fixed = person.options.fixed.get(day)
    works = fixed.activities if fixed is not None else ()
    origin = problem.demand.origin
    closed = [(low, high, ON_BREAK) for low, high, _ in pauses] + [
        (_minutes(problem, work.start), _minutes(problem, work.end), work.activity) for work in works
    ]
    shift = Shift(
        agent=person.agent.name,
        site=person.site.name,
        template=pattern.template,
        start=origin + start * MINUTE,
        end=origin + end * MINUTE,
        local_date=problem.dates[day],
        time_zone=person.site.time_zone,
        paid_minutes=paid,
        breaks=tuple(
            Break(origin + low * MINUTE, origin + high * MINUTE, flag) for low, high, flag in pauses
        ),
    )
    return _Piece(shift, tuple(sorted(closed)))


def _given(problem: Problem, person: Person, day: int) -> Iterator[_Piece]:
    fixed = person.options.fixed[day]
    for work in fixed.shifts:
        inside = [other for other in fixed.activities if work.start <= other.start and other.end <= work.end]
        pauses = sorted((_minutes(problem, start), _minutes(problem, end)) for start, end, _ in work.breaks)
        closed = [(low, high, ON_BREAK) for low, high in pauses]
        for other in inside:
            at, end = _minutes(problem, other.start), _minutes(problem, other.end)
            for low, high in (*pauses, (end, end)):
                if at < min(low, end):
                    closed.append((at, min(low, end), other.activity))
                at = max(at, high)
        shift = Shift(
            agent=person.agent.name,
            site=person.site.name,
            template=work.shift if work.activity == SHIFT else None,
            start=work.start,
            end=work.end,
            local_date=problem.dates[day],
            time_zone=person.site.time_zone,
            paid_minutes=paid_minutes(work),
            breaks=tuple(Break(*pause) for pause in sorted(work.breaks)),
            fixed=True,
        )
        yield _Piece(shift, tuple(sorted(closed)))


def _minutes(problem: Problem, moment: datetime) -> int:
    return (moment - problem.demand.origin) // MINUTE


def _stretches(
    problem: Problem, piece: _Piece, served: _Served, moments: Callable[[int], datetime]
) -> Iterator[Stretch]:
    """Tile a shift: breaks and activities as they lie, between them queues as shared out.

    ``moments``: the instant of a minute from the origin.
    """
    agent = piece.shift.agent
    tiles: list[tuple[int, int, str, int]] = []

    def add(low: int, high: int, activity: str, queue: int) -> None:
        if tiles and tiles[-1][1:] == (low, activity, queue) and activity != ON_BREAK:
            low = tiles.pop()[0]
        if high > low:
            tiles.append((low, high, activity, queue))

    at, end = _minutes(problem, piece.shift.start), _minutes(problem, piece.shift.end)
    closed = [(low, high, activity, FREE) for low, high, activity in piece.closed]
    for low, high, activity, queue in sorted([*closed, *served.between(at, end)]):
        add(at, low, IDLE, FREE)
        add(max(at, low), high, activity, queue)
        at = max(at, high)
    add(at, end, IDLE, FREE)
    keys = problem.demand.queues
    for low, high, activity, queue in tiles:
        key = None if queue == FREE else keys[queue % len(keys)]
        yield Stretch(agent, moments(low), moments(high), activity, key, queue >= len(keys))


@dataclass(frozen=True)
class _Served:
    """What one person serves when: starts and ends in minutes and queues, by start.

    A queue's number beyond the queues' is that of one less their count, served by machine translation.
    """

    starts: list[int]
    ends: list[int]
    queues: list[int]

    def between(self, low: int, high: int) -> list[tuple[int, int, str, int]]:
        """Return the tiles that begin in [low, high)."""
        here = slice(bisect_left(self.starts, low), bisect_left(self.starts, high))
        return [
            (start, end, IDLE if queue == FREE else WORK, queue)
            for start, end, queue in zip(self.starts[here], self.ends[here], self.queues[here], strict=True)
        ]


def _share_out(state: State) -> list[_Served]:
    """Share each kind's work out among its people."""
    problem = state.problem
    kinds, ratio = problem.kinds, problem.slot // problem.unit
    people: dict[int, list[int]] = {}
    for number, person in enumerate(problem.people):
        people.setdefault(person.kind, []).append(number)
    result: dict[int, _Served] = {}
    for kind, numbers in people.items():
        parts = [state.tour_of(number).segments * ratio for number in numbers]
        segments = np.concatenate(parts)
        first = np.cumsum([0, *(len(part) for part in parts)])
        edges = slice(int(kinds.kind_first[kind]), int(kinds.kind_first[kind + 1]))
        foreign = kinds.translations.of(kind)
        amount = np.concatenate([state.x[:, edges], state.translated[:, foreign]], axis=1)
        queues = np.concatenate(
            [kinds.edge_queue[edges], len(problem.demand.queues) + kinds.translations.queue[foreign]]
        )
        lengths = segments[:, 1] - segments[:, 0]
        serves = np.full(int(lengths.sum()), FREE, dtype=np.int64)
        share_out(segments, first, np.ascontiguousarray(amount), queues, problem.units_an_interval, serves)
        result |= zip(numbers, _tiles(segments, first, lengths, serves, problem.unit), strict=True)
    return [result[number] for number in range(len(problem.people))]


def _tiles(segments: Ints, first: Ints, lengths: Ints, serves: Ints, unit: int) -> Iterator[_Served]:
    """Yield each person's units with one queue joined, never over two stretches of presence."""
    offset = np.cumsum(lengths) - lengths
    minute = unit * (np.repeat(segments[:, 0] - offset, lengths) + np.arange(len(serves)))
    begins = np.ones(len(serves), dtype=bool)
    begins[1:] = serves[1:] != serves[:-1]
    begins[offset] = True
    at = np.flatnonzero(begins)
    starts, queues = minute[at].tolist(), serves[at].tolist()
    ends = (minute[np.append(at[1:], len(serves)) - 1] + unit).tolist() if len(at) else []
    bounds = np.searchsorted(at, np.append(offset, len(serves))[first]).tolist()
    for low, high in pairwise(bounds):
        yield _Served(starts[low:high], ends[low:high], queues[low:high])
