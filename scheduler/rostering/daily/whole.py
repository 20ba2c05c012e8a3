"""A whole problem of days as one plain CP-SAT model: what the engine is held against."""

from __future__ import annotations

from ortools.sat.python import cp_model

from scheduler.daily import OFF, DailyPerson, DailyProblem, DailyRota

__all__ = ["WholeModel"]


class WholeModel:
    """The model, and how to read its solutions."""

    def __init__(self, problem: DailyProblem) -> None:
        self.model = cp_model.CpModel()
        self._problem = problem
        self._works = {
            (person.name, day, shift.name): self.model.new_bool_var("")
            for person in problem.people
            for day in range(problem.days)
            for shift in problem.shifts
        }
        for person in problem.people:
            self._add_person(person)
        self.model.minimize(sum(self._costs()))

    def hint(self, rota: DailyRota) -> None:
        """Start from a rota."""
        for (person, day, shift), works in self._works.items():
            self.model.add_hint(works, rota[person][day] == shift)

    def rota(self, solver: cp_model.CpSolver) -> DailyRota:
        """Return the rota of a solution."""
        problem = self._problem
        return {
            person.name: tuple(
                next(
                    (
                        shift.name
                        for shift in problem.shifts
                        if solver.value(self._works[person.name, day, shift.name])
                    ),
                    OFF,
                )
                for day in range(problem.days)
            )
            for person in problem.people
        }

    def _add_person(self, person: DailyPerson) -> None:
        problem, model = self._problem, self.model
        days = range(problem.days)
        works = {
            (day, shift.name): self._works[person.name, day, shift.name]
            for day in days
            for shift in problem.shifts
        }
        at_work = []
        for day in days:
            at = model.new_bool_var("")
            model.add(sum(works[day, shift.name] for shift in problem.shifts) == at)
            if day in person.days_off:
                model.add(at == 0)
            at_work.append(at)
        for shift in problem.shifts:
            model.add(sum(works[day, shift.name] for day in days) <= person.most.get(shift.name, 0))
            for after in shift.not_before:
                for day in days[1:]:
                    model.add(works[day - 1, shift.name] + works[day, after] <= 1)
        minutes = sum(shift.minutes * works[day, shift.name] for day in days for shift in problem.shifts)
        model.add_linear_constraint(minutes, person.min_minutes, person.max_minutes)
        for first in range(problem.days - person.max_run):
            model.add(sum(at_work[first : first + person.max_run + 1]) <= person.max_run)
        for off, least in ((False, person.min_run), (True, person.min_off)):
            for length in range(1, least):
                for first in range(1, problem.days - length):
                    # Neither this short between two of the other kind.
                    run = [~at if off else at for at in at_work[first : first + length]]
                    edges = [at_work[first - 1], at_work[first + length]]
                    sides = edges if off else [~at for at in edges]
                    model.add_bool_or([~literal for literal in (*run, *sides)])
        weekends = []
        for first in range(0, problem.days, 7):
            days_of = [at_work[day] for day in (first + 5, first + 6) if day < problem.days]
            if days_of:
                weekend = model.new_bool_var("")
                model.add_max_equality(weekend, days_of)
                weekends.append(weekend)
        model.add(sum(weekends) <= person.max_weekends)

    def _costs(self) -> list[cp_model.LinearExprT]:
        problem, model = self._problem, self.model
        costs: list[cp_model.LinearExprT] = []
        for request in problem.requests:
            works = self._works[request.person, request.day, request.shift]
            costs.append(request.weight * (1 - works if request.wanted else works))
        for cover in problem.covers:
            missing = model.new_int_var(0, cover.required, "")
            excess = model.new_int_var(0, len(problem.people), "")
            present = sum(self._works[person.name, cover.day, cover.shift] for person in problem.people)
            model.add(present + missing - excess == cover.required)
            costs += [cover.under * missing, cover.over * excess]
        return costs
