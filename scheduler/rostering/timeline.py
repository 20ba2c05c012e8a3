"""From tours and shared work to a rota: shifts, and stretches that say who serves what when.

Who serves what is known per kind and interval. Here each agent gets a part of it, so that people stay on
the queue they serve as long as it needs them, and stretches of one activity are joined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from scheduler.rostering.duties import MINUTE
from scheduler.rostering.fixed import SHIFT, paid_minutes
from scheduler.rostering.problem import Person, Problem
from scheduler.rostering.state import State
from scheduler.rostering.tour import Tour
from scheduler.rota import IDLE, ON_BREAK, WORK, Break, Rota, Shift, Stretch

__all__ = ["build_rota"]

Ints = npt.NDArray[np.int64]
FREE = -1


@dataclass(frozen=True)
class _Piece:
    """A shift with what is known of its minutes beforehand: (start, end, activity), from the origin."""

    shift: Shift
    closed: tuple[tuple[int, int, str], ...]


def build_rota(state: State) -> Rota:
    """Return the rota of a settled state in which everyone has a tour."""
    problem = state.problem
    queues = _queues_by_unit(state)
    shifts: list[Shift] = []
    stretches: list[Stretch] = []
    for number, person in enumerate(problem.people):
        for piece in _pieces(problem, person, state.tour_of(number)):
            shifts.append(piece.shift)
            stretches += _stretches(problem, piece, queues[number])
    return Rota(tuple(shifts), tuple(stretches))


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


def _stretches(problem: Problem, piece: _Piece, queue_of: dict[int, int]) -> Iterator[Stretch]:
    """Tile a shift: breaks and activities as they lie, between them queues as shared out."""
    origin, unit = problem.demand.origin, problem.unit
    agent = piece.shift.agent
    tiles: list[tuple[int, int, str, int]] = []

    def add(low: int, high: int, activity: str, queue: int) -> None:
        if tiles and tiles[-1][1:] == (low, activity, queue) and activity != ON_BREAK:
            low = tiles.pop()[0]
        if high > low:
            tiles.append((low, high, activity, queue))

    at, end = _minutes(problem, piece.shift.start), _minutes(problem, piece.shift.end)
    for low, high, activity in (*piece.closed, (end, end, IDLE)):
        while at < low:
            queue = queue_of.get(at // unit, FREE)
            then = min(low, (at // unit + 1) * unit)
            add(at, then, IDLE if queue == FREE else WORK, queue)
            at = then
        if high > at:
            add(at, high, activity, FREE)
            at = high
    keys = problem.demand.queues
    for low, high, activity, queue in tiles:
        yield Stretch(
            agent,
            origin + timedelta(minutes=low),
            origin + timedelta(minutes=high),
            activity,
            None if queue == FREE else keys[queue % len(keys)],
            translated=queue >= len(keys),
        )


def _queues_by_unit(state: State) -> list[dict[int, int]]:
    """Share each kind's work out among its people: per person, the queue of each unit that serves one.

    A number beyond the queues' is that of one less their count, served by machine translation.
    """
    problem = state.problem
    kinds, count = problem.kinds, len(problem.demand.queues)
    present = _present(state)
    result: list[dict[int, int]] = [{} for _ in problem.people]
    last: list[tuple[int, int]] = [(-2, FREE)] * len(problem.people)
    for step in range(len(problem.demand.required)):
        by_kind: dict[int, list[tuple[int, list[int]]]] = {}
        for person, units in present.get(step, ()):
            by_kind.setdefault(problem.people[person].kind, []).append((person, units))
        for kind, people in by_kind.items():
            edges = range(kinds.kind_first[kind], kinds.kind_first[kind + 1])
            rest = {int(kinds.edge_queue[edge]): int(state.x[step, edge]) for edge in edges}
            for place in range(*kinds.translations.of(kind).indices(len(kinds.translations.kind))):
                rest[count + int(kinds.translations.queue[place])] = int(state.translated[step, place])
            _share_out(people, {queue: units for queue, units in rest.items() if units}, last, result)
    return result


def _share_out(
    people: list[tuple[int, list[int]]],
    rest: dict[int, int],
    last: list[tuple[int, int]],
    result: list[dict[int, int]],
) -> None:
    """Give the units of one kind and interval to its people: first to who serves that queue already."""
    shares: dict[int, dict[int, int]] = {}
    for person, units in people:
        shares[person] = {}
        moment, queue = last[person]
        # A break between two units is no reason to change the queue.
        if queue != FREE and queue in rest and units[0] - moment <= 12:
            shares[person][queue] = min(len(units), rest[queue])
            rest[queue] -= shares[person][queue]
    for person, units in people:
        share = shares[person]
        free = len(units) - sum(share.values())
        while free > 0 and any(rest.values()):
            queue = max(rest, key=lambda key: (rest[key], -key))
            taken = min(free, rest[queue])
            share[queue] = share.get(queue, 0) + taken
            rest[queue] -= taken
            free -= taken
        at = 0
        for queue, count in share.items():
            for unit in units[at : at + count]:
                result[person][unit] = queue
            at += count
            if count:
                last[person] = (units[at - 1], queue)


def _present(state: State) -> dict[int, list[tuple[int, list[int]]]]:
    """Return, per interval, who serves in which units."""
    problem = state.problem
    ratio = problem.slot // problem.unit
    each = problem.units_an_interval
    steps: dict[int, list[tuple[int, list[int]]]] = {}
    for number in range(len(problem.people)):
        own: dict[int, list[int]] = {}
        for low, high in state.tour_of(number).segments.tolist():
            for unit in range(low * ratio, high * ratio):
                own.setdefault(unit // each, []).append(unit)
        for step, units in own.items():
            steps.setdefault(step, []).append((number, units))
    return steps
