"""The whole problem, or a part of it with the rest settled, as one CP-SAT model."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from scheduler.rostering.attendance import Attendance
from scheduler.rostering.exact.breaks import BreakVariable, add_breaks
from scheduler.rostering.exact.coverage import Service
from scheduler.rostering.exact.meetings import MeetingModel
from scheduler.rostering.exact.presence import PresenceModel
from scheduler.rostering.exact.rules import Linear, TourRules
from scheduler.rostering.exact.scale import MINUTE_PARTS, cost_down
from scheduler.rostering.fairness import Fair
from scheduler.rostering.meetings import Attended, free_of
from scheduler.rostering.problem import Person
from scheduler.rostering.state import State
from scheduler.rostering.tour import OFF, Tour, make_tour, working_segments

__all__ = ["RotaModel"]


@dataclass(eq=False)
class _Free:
    """A person of whom some dates are free."""

    number: int
    tour: TourRules
    days: tuple[int, ...]
    breaks: list[BreakVariable] = field(default_factory=list)
    kept: Attended = ()


class RotaModel:
    """Variables for the free dates of some people; everything else is as the state has it.

    The objective counts all coverage and the own terms of the free people. With everybody and every date
    free it is the whole objective, rounded as :mod:`scheduler.rostering.exact.scale` says.
    """

    def __init__(self, state: State, people: Sequence[int], days: Sequence[int]) -> None:
        self.model = cp_model.CpModel()
        self.state = state
        self.problem = state.problem
        self.free: list[_Free] = []
        self._cost: list[Linear] = []
        self._present: dict[tuple[int, int], Linear] = defaultdict(int)
        self._most: dict[int, int] = defaultdict(int)
        self._presence: PresenceModel | None = None
        self._settle_others(set(people))
        self._meetings = MeetingModel(self.model, self.problem, self._settled_times(set(people)))
        for number in people:
            self._add_person(number, days)
        self.service = Service(self.model, self.problem, self._present, self._most)
        self._cost += self.service.cost
        broken: list[Linear] = [variable for free in self.free for variable in free.tour.broken]
        if self._presence is not None:
            self._presence.constrain()
            broken += self._presence.broken
        self._meetings.constrain({free.number: free.breaks for free in self.free})
        broken += self._meetings.broken
        self.broken = sum(broken)
        self.price_of_breach = self._price_of_breach()
        self.model.minimize(sum(self._cost) + self.price_of_breach * self.broken)

    def _price_of_breach(self) -> int:
        """More than all coverage and all own terms can be worth."""
        demand = self.problem.demand
        most = float((demand.required * demand.weight).sum()) * demand.hours + 1.0
        weights = self.problem.weights
        dear = weights.overstaffing + weights.translation * bool(self.problem.kinds.translations.kind.size)
        most += dear * len(self.problem.people) * len(demand.required) * demand.hours
        for free in self.free:
            options = free.tour.person.options
            most += float(np.abs(options.base).max(initial=0.0)) * len(options.off)
            most += float(np.abs(options.off[options.off > -1e299]).sum())
            tour = free.tour.person.tour
            fair = free.tour.person.fair
            if fair is not None:
                most += fair.weight * float(((len(options.off) + np.abs(fair.share)) ** 2).sum())
            under = self.problem.weights.under_contract / 60
            most += under * (float(tour.week_min.sum()) + tour.plan_min)
        return cost_down(2 * most)

    def _settle_others(self, people: set[int]) -> None:
        problem = self.problem
        units = problem.units_an_interval
        settled = None if problem.presence is None else Attendance(problem.presence)
        for number, person in enumerate(problem.people):
            self._most[person.kind] += units
            if number in people:
                continue
            tour = self.state.tour_of(number)
            for low, high in tour.segments.tolist():
                self._add_presence(person.kind, low, high, 1)
            if settled is not None:
                settled.add(number, person, tour.chosen, 1)
        if settled is not None:
            self._presence = PresenceModel(self.model, settled)

    def _settled_times(self, people: set[int]) -> dict[int, int]:
        """Return the times of activities that somebody who is not free attends together with others."""
        others = [own for number, own in enumerate(self.problem.meetings) if number not in people]
        settled = {meeting.number for own in others for meeting in own}
        return {which: start for which, start in self.state.times.items() if which in settled}

    def _add_presence(self, kind: int, low: int, high: int, sign: Linear) -> None:
        """Add a stretch of slots, as often as ``sign`` says, to the presence of a kind."""
        problem = self.problem
        each, ratio = problem.slots_an_interval, problem.slot // problem.unit
        at = low
        while at < high:
            step = at // each
            end = min(high, (step + 1) * each)
            self._present[step, kind] += (end - at) * ratio * sign
            at = end

    def _add_person(self, number: int, days: Sequence[int]) -> None:
        problem = self.problem
        person = problem.people[number]
        now = self.state.tour_of(number)
        settled = {day: int(now.chosen[day]) for day in range(len(now.chosen)) if day not in days}
        tour = TourRules(self.model, problem, person, settled)
        free = _Free(number, tour, tuple(days))
        self.free.append(free)
        if self._presence is not None:
            self._presence.add_person(number, tour)
        free.kept = self._meetings.add_person(number, tour, now, days)
        for attended in self._meetings.of(number):
            self._add_presence(person.kind, attended.start, attended.end, -attended.variable)
        kept = [each[1:] for each in free.kept]
        for day, rows in enumerate(tour.rows):
            if day in settled:
                if settled[day] != OFF:
                    worked = working_segments(problem, person, day, settled[day], now.breaks[day])
                    for low, high in free_of(worked, kept):
                        self._add_presence(person.kind, low, high, 1)
                continue
            for row in rows:
                breaks: tuple[int, ...] = ()
                for low, high in working_segments(problem, person, day, row, breaks):
                    self._add_presence(person.kind, low, high, tour.pick[row])
            own = add_breaks(self.model, problem, tour, day)
            for each in own:
                self._add_presence(person.kind, each.start, each.start + each.slots, -each.variable)
            free.breaks += own
        self._own_terms(person, tour)

    def _own_terms(self, person: Person, tour: TourRules) -> None:
        """Cost, nights and wishes of each option and day off, and minutes under contract."""
        options = person.options
        for day, rows in enumerate(tour.rows):
            idle = 0 if tour.fixed_day[day] else cost_down(-float(options.off[day]))
            self._cost.append(idle * (1 - tour.work[day]))
            for row in rows:
                self._cost.append(cost_down(-float(options.base[row])) * tour.pick[row])
        paid = options.rows[:, 2]
        week = self.problem.week
        minima = [
            (
                np.flatnonzero(week == number).tolist(),
                float(least) - tour.given_of(number)[0],
            )
            for number, least in enumerate(person.tour.week_min.tolist())
        ]
        minima.append((list(range(len(tour.rows))), person.tour.plan_min))
        if person.fair is not None:
            self._fairness(person, person.fair, tour)
        price = cost_down(self.problem.weights.under_contract / 60 / MINUTE_PARTS)
        for days, least in minima:
            wanted = int(least * MINUTE_PARTS + 1e-7)
            if wanted > 0:
                worked = sum(int(paid[row]) * tour.pick[row] for day in days for row in tour.rows[day])
                missing = self.model.new_int_var(0, wanted, "")
                self.model.add(missing >= wanted - MINUTE_PARTS * worked)
                self._cost.append(price * missing)

    def _fairness(self, person: Person, fair: Fair, tour: TourRules) -> None:
        """Lines between whole counts beyond each share; refused wishes beyond theirs are left out."""
        picks = [(day, row) for day, rows in enumerate(tour.rows) for row in rows]
        night = person.options.rows[:, 3]
        for number, share in enumerate(fair.share.tolist()):
            borne = [
                tour.pick[row]
                for day, row in picks
                if (night[row] if number == 0 else fair.marks[day, number - 1])
            ]
            low, high = max(0, int(share)), len(tour.rows)
            if not borne or low >= high:
                continue
            missing = sum(borne)
            cost = self.model.new_int_var(0, cost_down(fair.weight * (high - share) ** 2) + 1, "")
            for count in range(low, high):
                before, after = (fair.weight * (each - share) ** 2 for each in (count, count + 1))
                slope = cost_down(after - before)
                self.model.add(cost >= slope * missing + cost_down(before - (after - before) * count))
            self._cost.append(cost)

    def hint(self) -> None:
        """Start the search from the state's rota, who serves what included."""
        for free in self.free:
            now = self.state.tour_of(free.number)
            self._meetings.hint(free.number, now.attended)
            starts = {
                (day, place, at)
                for day in free.days
                if now.chosen[day] != OFF
                for place, at in self._breaks_now(free.number, day)
            }
            for day in free.days:
                for row in free.tour.rows[day]:
                    self.model.add_hint(free.tour.pick[row], int(now.chosen[day] == row))
            for each in free.breaks:
                template = self._template_now(free.number, each.day)
                worn = template == each.template and (each.day, each.place, each.start) in starts
                self.model.add_hint(each.variable, int(worn))
        for (step, edge), variable in self.service.units.items():
            self.model.add_hint(variable, int(self.state.x[step, edge]))
        for (step, place), variable in self.service.translated.items():
            self.model.add_hint(variable, int(self.state.translated[step, place]))

    def _template_now(self, number: int, day: int) -> str | None:
        row = int(self.state.tour_of(number).chosen[day])
        if row == OFF:
            return None
        pattern = int(self.problem.people[number].options.pattern[row])
        return self.problem.patterns.patterns[pattern].template if pattern >= 0 else None

    def _breaks_now(self, number: int, day: int) -> list[tuple[int, int]]:
        """Return (place of the rule in the template, slot from the origin) of a date's breaks."""
        tour, options = self.state.tour_of(number), self.problem.people[number].options
        row = int(tour.chosen[day])
        pattern = int(options.pattern[row])
        if pattern < 0:
            return []
        base = int(options.rows[row, 0]) // self.problem.slot
        places = self.problem.patterns.patterns[pattern].places
        return [(place, base + at) for place, at in zip(places, tour.breaks[day], strict=True)]

    def tours(self, solver: cp_model.CpSolver) -> dict[int, Tour]:
        """Return the tours of the free people as the solver has them."""
        return {free.number: self._tour(solver, free) for free in self.free}

    def _tour(self, solver: cp_model.CpSolver, free: _Free) -> Tour:
        problem, person = self.problem, free.tour.person
        now = self.state.tour_of(free.number)
        chosen, breaks = now.chosen.copy(), list(now.breaks)
        taken: dict[int, dict[int, int]] = defaultdict(dict)
        for each in free.breaks:
            if solver.boolean_value(each.variable):
                taken[each.day][each.place] = each.start
        for day in free.days:
            picked = [row for row in free.tour.rows[day] if solver.value(free.tour.pick[row])]
            chosen[day] = picked[0] if picked else OFF
            breaks[day] = ()
            if picked and person.options.pattern[picked[0]] >= 0:
                places = problem.patterns.patterns[int(person.options.pattern[picked[0]])].places
                base = int(person.options.rows[picked[0], 0]) // problem.slot
                breaks[day] = tuple(taken[day][place] - base for place in places)
        attended = (*free.kept, *self._meetings.attended(solver, free.number))
        missed = len(problem.meetings[free.number]) - len(attended)
        return make_tour(problem, person, chosen, tuple(breaks), attended=attended, missed=missed)

    def times(self, solver: cp_model.CpSolver) -> dict[int, int]:
        """Return the times of what is attended together, with everybody free."""
        return self._meetings.times(solver)

    def units(self, solver: cp_model.CpSolver) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Return the units that serve, per interval and edge, and per interval and translation."""
        x, translated = np.zeros_like(self.state.x), np.zeros_like(self.state.translated)
        for (step, edge), variable in self.service.units.items():
            x[step, edge] = solver.value(variable)
        for (step, place), variable in self.service.translated.items():
            translated[step, place] = solver.value(variable)
        return x, translated
