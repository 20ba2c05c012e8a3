"""A rota under construction: tours, who is present, who serves what, what is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from scheduler.errors import SolverFailure
from scheduler.rostering.attendance import Attendance, Leeway
from scheduler.rostering.kernels.allocation import allocate
from scheduler.rostering.kernels.labels import BROKEN
from scheduler.rostering.kernels.presence import add_presence
from scheduler.rostering.kernels.translation import translate, translation_values
from scheduler.rostering.kernels.values import deferred_help, kind_values, plain_kind_values
from scheduler.rostering.meetings import Meeting
from scheduler.rostering.problem import Problem
from scheduler.rostering.together import first_times
from scheduler.rostering.tour import Tour

__all__ = ["State"]

Floats = npt.NDArray[np.float64]


class State:
    """Tours in, coverage out. How much is short follows from who is present alone.

    Attributes
    ----------
    tours
        Of each person; None while taken out.
    x, translated
        Units of each edge (kind, queue) that serve, (T, E), and of each translation, (T, F).
    served, short
        Agents serving and missing, (T, Q).
    attendance
        Who is at work at once; None where no rule asks.
    times
        Slot at which those who attend an activity together begin, by its number.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        steps, queues = problem.demand.required.shape
        kinds = problem.kinds
        self.tours: list[Tour | None] = [None] * len(problem.people)
        self.present = np.zeros((steps, max(1, kinds.count)), dtype=np.int32)
        self.x = np.zeros((steps, len(kinds.edge_queue)), dtype=np.int32)
        self.translated = np.zeros((steps, len(kinds.translations.kind)), dtype=np.int32)
        self._by_skill = np.zeros((steps, queues)), np.zeros((steps, queues))
        self.served, self.short = self._by_skill
        if kinds.translations.kind.size:
            self.served, self.short = np.zeros((steps, queues)), np.zeros((steps, queues))
            self._unused = np.zeros_like(self.present)
            self._order = _by_queue(problem)
        self._some_deferred = bool(problem.demand.window.any())
        self._live_x = np.zeros_like(self.x) if self._some_deferred else self.x
        self._before = np.zeros_like(self.present)
        self._idle = np.zeros(self.present.shape, dtype=np.int64)
        self._spare = np.zeros(steps, dtype=np.int64)
        self._missing = np.zeros(steps)
        self._touched: set[int] = set()
        self._costs, self._breaches = np.zeros((2, len(problem.people)))
        self._dirty = np.ones(steps, dtype=np.bool_)
        self._oldest = np.full((steps + 1, queues), -1, dtype=np.int64)
        self._rest = np.zeros((steps + 1, queues))
        self._amount = np.zeros((steps, queues))
        self._scarcity = np.zeros((steps, queues))
        self._mask = kinds.masks(queues)
        self._move = np.zeros((steps, queues, self._mask.shape[1]), dtype=np.uint64)
        self._plain = _plain_steps(problem)
        self._all_alike = bool((kinds.edge_speed == 1.0).all())
        self._log = _Log(self)
        self.attendance = None if problem.presence is None else Attendance(problem.presence)
        self.times = first_times(problem)

    def save(self) -> None:
        """Remember the books and tours as they are: nothing may be dirty."""
        self._log.begin(self)

    def restore(self) -> None:
        """Return to what was last saved."""
        self._log.end(self)

    def take_out(self, person: int) -> Tour | None:
        """Remove a person's tour and return it."""
        tour = self.tours[person]
        if tour is not None:
            self._log.note(person, tour)
            self._add(person, tour, -1)
            self.tours[person] = None
            self._costs[person] = self._breaches[person] = 0.0
        return tour

    def put_in(self, person: int, tour: Tour) -> None:
        """Give a tour to a person who has none."""
        if self.tours[person] is not None:
            raise SolverFailure(f"{self.problem.people[person].agent.name} has a tour already")
        self._log.note(person, None)
        self._add(person, tour, 1)
        self.tours[person] = tour
        self._costs[person], self._breaches[person] = tour.cost, tour.broken

    def tour_of(self, person: int) -> Tour:
        """Return a person's tour, which there must be."""
        tour = self.tours[person]
        if tour is None:
            raise SolverFailure(f"{self.problem.people[person].agent.name} has no tour")
        return tour

    def _add(self, person: int, tour: Tour, sign: int) -> None:
        problem = self.problem
        kind = problem.people[person].kind
        self._touched.add(kind)
        units = problem.slot // problem.unit
        add_presence(tour.segments, kind, problem.slots_an_interval, units, sign, self.present, self._dirty)
        if self.attendance is not None:
            self.attendance.add(person, problem.people[person], tour.chosen, sign)

    def leeway(self, person: int) -> Leeway | None:
        """Return what rules across agents leave to a person who has no tour; None: everything."""
        leeway = None if self.attendance is None else self.attendance.leeway(person)
        meetings = self.problem.meetings[person]
        if not meetings:
            return leeway
        if leeway is None:
            none = np.zeros(self.problem.slots + 1)
            leeway = Leeway(none.astype(np.int64), none)
        return replace(leeway, meetings=tuple(map(self._timed, meetings)))

    def missed(self, person: int) -> tuple[int, ...]:
        """Return the numbers of the activities that a person should attend and does not."""
        attended = {number for number, _, _ in self.tour_of(person).attended}
        asked = (meeting.number for meeting in self.problem.meetings[person])
        return tuple(number for number in asked if number not in attended)

    def _timed(self, meeting: Meeting) -> Meeting:
        """Return a meeting, at its time where all attend it together."""
        return meeting.at(self.times[meeting.number]) if meeting.number in self.times else meeting

    def settle(self) -> None:
        """Give everyone present to queues."""
        demand, kinds = self.problem.demand, self.problem.kinds
        allocate(
            self._dirty, np.array(sorted(self._touched), dtype=np.int64), self.present, self._before,
            self._idle, self._spare, self._live_x, self.x, *self._by_skill, self._missing,
            demand.required, demand.weight, self._oldest, self._rest, demand.priority,
            demand.window, self._plain, self._mask, self._move, kinds.kind_first, kinds.edge_queue,
            kinds.edge_kind, kinds.edge_speed, kinds.queue_first, kinds.queue_edge,
            1 / self.problem.units_an_interval, self.problem.weights.overstaffing,
            self._log.runs, self._log.steps, self._log.live_x, self._log.x, self._log.move,
            self._log.served, self._log.short,
        )  # fmt: skip
        self._touched.clear()
        self._translate()

    def _translate(self) -> None:
        """Let those who serve nobody translate what is short."""
        demand, kinds = self.problem.demand, self.problem.kinds
        if not kinds.translations.kind.size:
            return
        np.copyto(self.served, self._by_skill[0])
        np.copyto(self.short, self._by_skill[1])
        weights = self.problem.weights
        translate(
            self.present, self.x, kinds.kind_first, kinds.translations.kind, kinds.translations.queue,
            kinds.translations.speed, self._order, demand.required, demand.weight, demand.priority,
            demand.window, 1 / self.problem.units_an_interval, weights.translation, weights.overstaffing,
            self._unused, self.translated, self.served, self.short,
        )  # fmt: skip

    def values(self, kind: int, bend: float) -> Floats:
        """Return what one more agent of a kind is worth in each interval, in weighted agent-intervals, (T,).

        ``bend``: see :func:`scheduler.rostering.kernels.values.kind_values`.
        """
        demand, kinds = self.problem.demand, self.problem.kinds
        if self._some_deferred:
            deferred_help(
                demand.required, self.short, self.served, self._oldest, demand.window,
                self._amount, self._scarcity,
            )  # fmt: skip
        value = np.zeros(len(demand.required))
        if self._all_alike:
            plain_kind_values(
                kind, bend, self._move, self.served, self._missing, demand.required, demand.weight,
                demand.priority, demand.window, self._amount, self._scarcity, self._mask, value,
            )  # fmt: skip
        else:
            kind_values(
                kind, bend, self.x, self.served, demand.required, demand.weight, demand.priority,
                demand.window, self._amount, self._scarcity, kinds.kind_first, kinds.edge_queue,
                kinds.edge_kind, kinds.edge_speed, kinds.queue_first, kinds.queue_edge, value,
            )  # fmt: skip
        own = kinds.translations.of(kind)
        if own.stop > own.start:
            translation_values(
                bend, kinds.translations.queue[own], kinds.translations.speed[own], self.short,
                demand.required, demand.weight, demand.priority, demand.window, self._amount, self._scarcity,
                self.problem.weights.translation, value,
            )  # fmt: skip
        return value

    def fill(self, tours: Sequence[Tour]) -> None:
        """Give everyone a tour, and settle."""
        for person, tour in enumerate(tours):
            self.put_in(person, tour)
        self.settle()

    @property
    def missing(self) -> Floats:
        """Weighted agents missing in each interval, (T,); after :meth:`settle`."""
        if self._some_deferred or self.problem.kinds.translations.kind.size:
            return np.asarray((self.short * self.problem.demand.weight).sum(axis=1))
        return self._missing

    @property
    def shortage(self) -> float:
        """Weighted agent-hours short, and what overstaffing weighs; after :meth:`settle`."""
        demand = self.problem.demand
        missing = float(self.missing.sum())
        over = self.problem.weights.overstaffing
        if over:
            # Of all intervals: deferred work may be served where no row of the requirement is.
            missing += over * float((self.served - demand.required + self.short).sum())
        return missing * demand.hours

    @property
    def translation_hours(self) -> float:
        """Agent-hours that serve by machine translation; after :meth:`settle`."""
        return float(self.translated.sum()) * self.problem.unit / 60

    @property
    def own_costs(self) -> float:
        """The tours' own terms of the objective."""
        return float(self._costs.sum())

    @property
    def objective(self) -> float:
        """The whole objective; after :meth:`settle`."""
        return self.shortage + self.problem.weights.translation * self.translation_hours + self.own_costs

    @property
    def broken(self) -> float:
        """Units of hard rules that the tours break, each alone and together."""
        alone = float(self._breaches.sum())
        return alone + (0.0 if self.attendance is None else self.attendance.broken)

    @property
    def breakers(self) -> list[int]:
        """Whose own tours break hard rules."""
        return np.flatnonzero(self._breaches).tolist()

    @property
    def merit(self) -> float:
        """What searches lessen: the objective, after hard rules broken."""
        return self.objective + BROKEN * self.broken

    @property
    def covered(self) -> float:
        """Share of the counted requirement that is covered, 0–1."""
        demand = self.problem.demand
        inside = demand.weight > 0
        required = float(demand.required[inside].sum())
        return 1.0 - float(self.short[inside].sum()) / required if required > 0 else 1.0


class _Log:
    """What the books of a state were when it was last saved, as far as they have changed since.

    Intervals that are mended need no log: mended back, they are as good as they were.
    """

    def __init__(self, state: State) -> None:
        self.runs = False
        self.steps = np.zeros(len(state.x), dtype=np.bool_)
        self.x = np.empty_like(state.x)
        self.live_x = np.empty_like(state.x) if state._some_deferred else self.x
        self.move = np.empty_like(state._move)
        self.served, self.short = (np.empty_like(book) for book in state._by_skill)
        self._missing = np.empty_like(state._missing)
        self._books = [np.empty_like(book) for book in self._whole(state)]
        self._tours: dict[int, Tour | None] = {}

    @staticmethod
    def _whole(state: State) -> list[npt.NDArray[Any]]:
        """Return the books that deferred work may change in any interval."""
        return [*state._by_skill, state._oldest, state._rest] if state._some_deferred else []

    def begin(self, state: State) -> None:
        if state._dirty.any():
            state.settle()
        self.runs = True
        self.steps[:] = False
        self._tours.clear()
        np.copyto(self._missing, state._missing)
        for copy, book in zip(self._books, self._whole(state), strict=True):
            np.copyto(copy, book)

    def note(self, person: int, tour: Tour | None) -> None:
        """Remember a person's tour before its first change."""
        if self.runs:
            self._tours.setdefault(person, tour)

    def end(self, state: State) -> None:
        self.runs = False
        for person, tour in self._tours.items():
            state.take_out(person)
            if tour is not None:
                state.put_in(person, tour)
        changed = np.flatnonzero(self.steps)
        served, short = state._by_skill
        copies = (
            (self.x, state.x),
            (self.live_x, state._live_x),
            (self.move, state._move),
            (self.served, served),
            (self.short, short),
            (self._missing, state._missing),
            (state.present, state._before),
        )
        for copy, book in copies:
            book[changed] = copy[changed]
        state._dirty[changed] = False
        for copy, book in zip(self._books, self._whole(state), strict=True):
            np.copyto(book, copy)
        if state._some_deferred:
            state._dirty[:] = False
        state.settle()


def _by_queue(problem: Problem) -> npt.NDArray[np.int64]:
    """Return the translations by queue, the queue that weighs most first, in it the fastest first."""
    each = problem.kinds.translations
    order = np.lexsort((each.kind, -each.speed, each.queue, -problem.demand.priority[each.queue]))
    return order.astype(np.int64)


def _plain_steps(problem: Problem) -> npt.NDArray[np.bool_]:
    """Tell in which intervals any largest matching of live work is best.

    Speeds must be 1, rows weigh alike, and requirements be whole units.
    """
    demand = problem.demand
    live = demand.window == 0
    alike = problem.weights.overstaffing == 0 and bool((problem.kinds.edge_speed == 1.0).all())
    required, weight = demand.required[:, live], demand.weight[:, live]
    units = required * problem.units_an_interval
    whole = (np.abs(units - np.rint(units)) < 1e-9).all(axis=1)
    asked = required > 0
    low = np.where(asked, weight, np.inf).min(axis=1, initial=np.inf)
    high = np.where(asked, weight, -np.inf).max(axis=1, initial=-np.inf)
    return np.asarray(alike & whole & (high <= low), dtype=np.bool_)
