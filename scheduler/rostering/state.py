"""A rota under construction: tours, who is present, who serves what, what is short."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from scheduler.errors import SolverFailure
from scheduler.rostering.kernels.allocation import allocate
from scheduler.rostering.kernels.presence import add_presence
from scheduler.rostering.kernels.tours import BROKEN
from scheduler.rostering.kernels.values import deferred_help, kind_values
from scheduler.rostering.problem import Problem
from scheduler.rostering.tour import Tour

__all__ = ["State"]

Floats = npt.NDArray[np.float64]


class State:
    """Tours in, coverage out. What serves what is a function of who is present, and of nothing else.

    Attributes
    ----------
    tours
        Of each person; None while taken out.
    x
        Units of each edge (kind, queue) that serve, (T, E).
    served, short
        Agents serving and missing, (T, Q).
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        steps, queues = problem.demand.required.shape
        kinds = problem.kinds
        self.tours: list[Tour | None] = [None] * len(problem.people)
        self.present = np.zeros((steps, max(1, kinds.count)), dtype=np.int32)
        self.x = np.zeros((steps, len(kinds.edge_queue)), dtype=np.int32)
        self.served = np.zeros((steps, queues))
        self.short = np.zeros((steps, queues))
        self._live_x = np.zeros_like(self.x)
        self._dirty = np.ones(steps, dtype=np.bool_)
        self._oldest = np.full((steps + 1, queues), -1, dtype=np.int64)
        self._rest = np.zeros((steps + 1, queues))
        self._saved: list[npt.NDArray[Any]] = []
        self._amount = np.zeros((steps, queues))
        self._scarcity = np.zeros((steps, queues))

    @property
    def _books(self) -> list[npt.NDArray[Any]]:
        return [
            self.present,
            self._live_x,
            self.x,
            self.served,
            self.short,
            self._oldest,
            self._rest,
            self._dirty,
        ]

    def save(self) -> None:
        """Remember the books as they are, but not the tours."""
        if not self._saved:
            self._saved = [np.empty_like(book) for book in self._books]
        for copy, book in zip(self._saved, self._books, strict=True):
            np.copyto(copy, book)

    def restore(self) -> None:
        """Return to the books last saved; the caller puts back the tours."""
        current = self._books
        (
            self.present,
            self._live_x,
            self.x,
            self.served,
            self.short,
            self._oldest,
            self._rest,
            self._dirty,
        ) = self._saved
        self._saved = current

    def take_out(self, person: int) -> Tour | None:
        """Remove a person's tour and return it."""
        tour = self.tours[person]
        if tour is not None:
            self._add(person, tour, -1)
            self.tours[person] = None
        return tour

    def put_in(self, person: int, tour: Tour) -> None:
        """Give a tour to a person who has none."""
        if self.tours[person] is not None:
            raise SolverFailure(f"{self.problem.people[person].agent.name} has a tour already")
        self._add(person, tour, 1)
        self.tours[person] = tour

    def tour_of(self, person: int) -> Tour:
        """Return a person's tour, which there must be."""
        tour = self.tours[person]
        if tour is None:
            raise SolverFailure(f"{self.problem.people[person].agent.name} has no tour")
        return tour

    def _add(self, person: int, tour: Tour, sign: int) -> None:
        problem = self.problem
        kind = problem.people[person].kind
        units = problem.slot // problem.unit
        add_presence(tour.segments, kind, problem.slots_an_interval, units, sign, self.present, self._dirty)

    def settle(self) -> None:
        """Give everyone present to queues."""
        demand, kinds = self.problem.demand, self.problem.kinds
        allocate(
            self._dirty, self.present, self._live_x, self.x, self.served, self.short, demand.required,
            demand.weight, self._oldest, self._rest, demand.priority, demand.window,
            kinds.kind_first, kinds.edge_queue, kinds.edge_kind, kinds.edge_speed,
            kinds.queue_first, kinds.queue_edge,
            1 / self.problem.units_an_interval, self.problem.weights.overstaffing,
        )  # fmt: skip

    def values(self, kind: int, bend: float) -> Floats:
        """Return what one more agent of a kind is worth in each interval, in weighted agent-intervals, (T,).

        ``bend``: see :func:`scheduler.rostering.kernels.values.kind_values`.
        """
        demand, kinds = self.problem.demand, self.problem.kinds
        if demand.window.any():
            deferred_help(
                demand.required, self.short, self.served, self._oldest, demand.window,
                self._amount, self._scarcity,
            )  # fmt: skip
        value = np.zeros(len(demand.required))
        kind_values(
            kind, bend, self.x, self.served, demand.required, demand.weight, demand.priority, demand.window,
            self._amount, self._scarcity, kinds.kind_first, kinds.edge_queue, kinds.edge_kind,
            kinds.edge_speed, kinds.queue_first, kinds.queue_edge, value,
        )  # fmt: skip
        return value

    def fill(self, tours: Sequence[Tour]) -> None:
        """Give everyone a tour, and settle."""
        for person, tour in enumerate(tours):
            self.put_in(person, tour)
        self.settle()

    @property
    def shortage(self) -> float:
        """Weighted agent-hours short, and what overstaffing weighs; after :meth:`settle`."""
        demand = self.problem.demand
        missing = float((self.short * demand.weight).sum())
        over = self.problem.weights.overstaffing
        if over:
            inside = demand.weight > 0
            missing += over * float((self.served - demand.required + self.short)[inside].sum())
        return missing * demand.hours

    @property
    def own_costs(self) -> float:
        """The tours' own terms of the objective."""
        return sum(tour.cost for tour in self.tours if tour is not None)

    @property
    def objective(self) -> float:
        """The whole objective; after :meth:`settle`."""
        return self.shortage + self.own_costs

    @property
    def broken(self) -> float:
        """Units of hard rules that the tours break."""
        return sum(tour.broken for tour in self.tours if tour is not None)

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
