"""Who serves what as variables: units of kinds given to queues, shortage, deferred work."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from scheduler.rostering.exact.rules import Linear
from scheduler.rostering.exact.scale import FINE, cost_down, need_down, speed_up
from scheduler.rostering.problem import Problem

__all__ = ["Service"]


class Service:
    """Units that serve, and the cost of what they leave short.

    Attributes
    ----------
    units
        Variables per interval and edge (kind, queue).
    translated
        The same per interval and translation.
    cost
        Terms of the objective, in the model's unit.
    """

    def __init__(
        self,
        model: cp_model.CpModel,
        problem: Problem,
        present: dict[tuple[int, int], Linear],
        most: dict[int, int],
    ) -> None:
        """Build them.

        Parameters
        ----------
        present
            Units of presence by interval and kind; nobody where there is none.
        most
            Most units of a kind that any interval can have.
        """
        self.model = model
        self.problem = problem
        self.units: dict[tuple[int, int], cp_model.IntVar] = {}
        self.translated: dict[tuple[int, int], cp_model.IntVar] = {}
        self.cost: list[Linear] = []
        self._hours = problem.unit / 60 / FINE
        kinds = problem.kinds
        steps, queues = problem.demand.required.shape
        serving: list[list[list[Linear]]] = [[[] for _ in range(queues)] for _ in range(steps)]
        deferred = problem.demand.window > 0
        for (step, kind), units in sorted(present.items()):
            own = []
            native = np.arange(kinds.kind_first[kind], kinds.kind_first[kind + 1])
            foreign = np.arange(len(kinds.translations.kind))[kinds.translations.of(kind)]
            for found, places, queue_of, speed_of in (
                (self.units, native, kinds.edge_queue, kinds.edge_speed),
                (self.translated, foreign, kinds.translations.queue, kinds.translations.speed),
            ):
                for place in places.tolist():
                    queue = int(queue_of[place])
                    if not deferred[queue] and problem.demand.required[step, queue] <= 0:
                        continue
                    variable = model.new_int_var(0, most[kind], "")
                    found[step, place] = variable
                    own.append(variable)
                    serving[step][queue].append(speed_up(float(speed_of[place])) * variable)
            if own:
                model.add(sum(own) <= units)
        dear = cost_down(problem.weights.translation * problem.unit / 60)
        self.cost += [dear * variable for variable in self.translated.values()]
        for queue in range(queues):
            served = [sum(serving[step][queue]) for step in range(steps)]
            if deferred[queue]:
                self._deferred(queue, served)
            else:
                self._live(queue, served)

    def _price(self, weight: float) -> int:
        return cost_down(weight * self._hours)

    def _needs(self, queue: int) -> list[int]:
        problem = self.problem
        return [
            need_down(need * problem.units_an_interval) for need in problem.demand.required[:, queue].tolist()
        ]

    def _live(self, queue: int, served: list[Linear]) -> None:
        """Short ≥ required − served."""
        over = self.problem.weights.overstaffing
        for step, need in enumerate(self._needs(queue)):
            weight = float(self.problem.demand.weight[step, queue])
            if weight <= 0 and over <= 0:
                continue
            missing = need - served[step]
            if isinstance(missing, int):
                self.cost.append(self._price(weight) * max(0, missing))
                continue
            short = self.model.new_int_var(0, need, "")
            self.model.add(short >= missing)
            self.cost.append(self._price(weight) * short)
            if over > 0 and weight > 0:
                excess = self.model.new_int_var(0, 1 << 40, "")
                # What is needed is rounded down and what serves rounded up: allow for both.
                self.model.add(
                    excess >= -missing - 1 - self.problem.units_an_interval * len(self.problem.people)
                )
                self.cost.append(self._price(over) * excess)

    def _deferred(self, queue: int, served: list[Linear]) -> None:
        """First in, first out within windows, as sums up to each interval.

        With work A(t) come, short U(t) given up and S(t) served up to interval t, all of the rest can be
        served in its window of W intervals if and only if, for every t,
        S(t) ≤ A(t) − U(t) and S(t) ≥ A(t − W + 1) − U(t − W + 1).
        """
        demand = self.problem.demand
        needs = self._needs(queue)
        window = int(demand.window[queue])
        steps = len(needs)
        total = sum(needs)
        if not total:
            return
        come = np.cumsum([0, *needs]).tolist()
        given_up: list[Linear] = [0]
        done: list[Linear] = [0]
        for step, need in enumerate(needs):
            lost: Linear = 0
            if need:
                lost = self.model.new_int_var(0, need, "")
                self.cost.append(self._price(float(demand.weight[step, queue])) * lost)
            given_up.append(self._sum(given_up[-1], lost, total))
            work: Linear = 0
            if not isinstance(served[step], int):
                work = self.model.new_int_var(0, total, "")
                self.model.add(work <= served[step])
            done.append(self._sum(done[-1], work, total))
        for step in range(1, steps + 1):
            self._add(done[step] <= come[step] - given_up[step])
            due = step - window + 1
            if due > 0:
                self._add(done[step] >= come[due] - given_up[due])
        # What cannot be served by the grid's end is short: nobody can work later.
        self._add(done[steps] >= come[steps] - given_up[steps])

    def _sum(self, before: Linear, more: Linear, most: int) -> Linear:
        """Return before + more as a variable of its own, so that sums stay short."""
        if isinstance(more, int):
            return before + more
        variable = self.model.new_int_var(0, most, "")
        self.model.add(variable == before + more)
        return variable

    def _add(self, constraint: object) -> None:
        if not isinstance(constraint, bool | np.bool_):
            self.model.add(constraint)  # type: ignore[arg-type]
